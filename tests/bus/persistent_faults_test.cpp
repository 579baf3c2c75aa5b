// SPDX-License-Identifier: MIT
#include "bus/persistent_faults.hpp"

#include <gtest/gtest.h>

#include "dialect/daren/daren.hpp"

namespace packwire::bus {
namespace {

using dialect::daren::live_data;
using dialect::daren::system_parameters;

const Error dead_cell{Errc::out_of_range, "cell_voltage 3: expected 1.5 to 4.5 V, got 1.4"};
const Error other_cell{Errc::out_of_range, "cell_voltage 4: expected 1.5 to 4.5 V, got 1.4"};
const Error sum_off{Errc::inconsistent, "pack_voltage: expected the sum of the cells within 0.50 V, got 9 V"};

class PersistentFaultsTest : public testing::Test {
protected:
    bool confirms(const Error& error, std::uint8_t address = 1) {
        return faults.is_confirmed(address, live_data, error);
    }
    PersistentFaults faults;
};

TEST_F(PersistentFaultsTest, TheThirdInARowIsBelieved) {
    EXPECT_FALSE(confirms(dead_cell));
    EXPECT_FALSE(confirms(dead_cell));
    EXPECT_TRUE(confirms(dead_cell));
    EXPECT_TRUE(confirms(dead_cell));
    EXPECT_TRUE(confirms({Errc::out_of_range, "cell_voltage 3: expected 1.5 to 4.5 V, got 1.3"}));
}

TEST_F(PersistentFaultsTest, DamageThatStrikesElsewhereIsNot) {
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(confirms(dead_cell));
        EXPECT_FALSE(confirms(other_cell));
        EXPECT_FALSE(confirms(sum_off));
    }
}

TEST_F(PersistentFaultsTest, AGoodFrameBeginsAnew) {
    EXPECT_FALSE(confirms(dead_cell));
    EXPECT_FALSE(confirms(dead_cell));
    faults.heard_good(1, live_data);
    EXPECT_FALSE(confirms(dead_cell));
    EXPECT_FALSE(confirms(dead_cell));
    faults.heard_good(1, system_parameters);
    faults.heard_good(2, live_data);
    EXPECT_TRUE(confirms(dead_cell)) << "neither another service nor another pack says anything of it";
}

TEST_F(PersistentFaultsTest, AConfirmedFaultIsRememberedForAWhile) {
    for (int i = 0; i < 3; ++i) (void)confirms(dead_cell);
    for (int i = 0; i < PersistentFaults::forgotten_after; ++i) faults.heard_good(1, live_data);
    EXPECT_TRUE(confirms(dead_cell));
    for (int i = 0; i <= PersistentFaults::forgotten_after; ++i) faults.heard_good(1, live_data);
    EXPECT_FALSE(confirms(dead_cell));
}

TEST_F(PersistentFaultsTest, AFaultThatComesAndGoesIsKnownAsThePacks) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(faults.is_recurring(1, live_data, dead_cell));
        EXPECT_FALSE(confirms(dead_cell));
        faults.heard_good(1, live_data);
    }
    EXPECT_TRUE(faults.is_recurring(1, live_data, dead_cell));
    EXPECT_FALSE(faults.is_recurring(1, live_data, other_cell));
    EXPECT_FALSE(faults.is_recurring(2, live_data, dead_cell));
}

TEST_F(PersistentFaultsTest, NothingElseIsEverBelieved) {
    for (int i = 0; i < 9; ++i) {
        EXPECT_FALSE(confirms({Errc::bad_checksum, "expected D582, got D583"}));
        EXPECT_FALSE(confirms({Errc::look_alike, "Tian/Revov"}));
        EXPECT_FALSE(confirms({Errc::bad_layout, "service 42"}));
    }
}

}  // namespace
}  // namespace packwire::bus
