// SPDX-License-Identifier: MIT
#include "app/overheard.hpp"

#include <gtest/gtest.h>

#include "../dialect/live.hpp"
#include "dialect/daren/daren.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using dialect::daren::live_data;

/// Answers to another master, heard on a listening bus.
class OverheardTest : public testing::Test {
protected:
    OverheardTest() {
        plan.name = "/dev/ttyUSB0";
        plan.dialect = &dialect::daren::dialect;
        plan.listen = true;
        plan.identity_wait = 0s;
    }
    /// What is believed of the pack after it answered with that voltage of its first cell, a second later.
    std::optional<double> hear(std::int32_t millivolts) {
        now += 1s;
        EXPECT_TRUE(pack.draft.set_raw("cell_voltage", millivolts, 0));
        const auto record = pack.decode();
        EXPECT_TRUE(record);
        bus::TapMessage message;
        message.kind = bus::TapMessage::Kind::answer;
        message.when = now;
        message.address = 1;
        message.paired = true;
        message.code = "42";
        message.service = &live_data;
        message.record = &*record;
        heard.take(message);
        const auto packs = book.packs();
        if (packs.empty()) return std::nullopt;
        return packs.front()->snapshot.value(model::metric("cell_voltage"), 0);
    }

    app::BusPlan plan;
    bank::Book book{bank::LossTimes{}};
    app::RemarkLog remarks{"/dev/ttyUSB0"};
    app::Overheard heard{plan, book, remarks, [](const bank::Pack*) {}};
    LiveDraft pack;
    TimePoint now = TimePoint{} + 1h;
};

TEST_F(OverheardTest, AValueThatJumpsWaitsForTheNextAnswer) {
    EXPECT_EQ(hear(3300), 3.3) << "the first has nothing to be compared with";
    EXPECT_EQ(hear(3300), 3.3);
    EXPECT_EQ(hear(3200), 3.3) << "10 mV would pass, 100 mV do not";
    EXPECT_EQ(hear(3300), 3.3);
    EXPECT_EQ(hear(3200), 3.3);
    EXPECT_EQ(hear(3200), 3.2) << "said twice";
    EXPECT_EQ(hear(3201), 3.201);
}

TEST_F(OverheardTest, AFieldOutOfItsRangeIsUnknownAndThePackStays) {
    ASSERT_TRUE(pack.draft.set_raw("state_of_health", 128));
    ASSERT_TRUE(pack.draft.set_raw("cell_temperature", 27310 / 10, 1));
    EXPECT_EQ(hear(3300), std::nullopt) << "the first one may be damaged";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(hear(3300), 3.3);
    const auto& snapshot = book.packs().front()->snapshot;
    EXPECT_FALSE(snapshot.value(model::metric("state_of_health")));
    EXPECT_TRUE(snapshot.out_of_range(model::metric("cell_temperature"), 1));
    EXPECT_EQ(snapshot.value(model::metric("cell_temperature"), 0), 20.0);
    EXPECT_EQ(snapshot.value(model::metric("cell_temperature.max")), 20.0);
/// Another master whose pace we do not know.
class OtherMastersPace : public OverheardTest {
protected:
    void hear_after(Duration pause) {
        now += pause - 1s;
        (void)hear(3300);
    }
    void refused() {
        now += 1s;
        bus::TapMessage message;
        message.kind = bus::TapMessage::Kind::answer;
        message.when = now;
        message.address = 1;
        message.code = "42";
        message.error = Error{Errc::inconsistent, "cells"};
        heard.take(message);
    }
};

TEST_F(OtherMastersPace, IsMeasured) {
    EXPECT_EQ(heard.round(), Duration::zero());
    for (int i = 0; i < 4; ++i) hear_after(12s);
    EXPECT_EQ(heard.round(), Duration(12s));
    for (int i = 0; i < 4; ++i) hear_after(5s);
    EXPECT_EQ(heard.round(), Duration(5s));
}

TEST_F(OtherMastersPace, IsNotMeasuredOverWhatWasDamagedOrNotHeard) {
    for (int i = 0; i < 4; ++i) hear_after(5s);
    for (int i = 0; i < 10; ++i) {
        for (int n = 0; n < 20; ++n) refused();
        hear_after(5s);
        heard.interrupted();
        hear_after(25s);
        hear_after(1h);
    }
    EXPECT_EQ(heard.round(), Duration(5s));
}

}  // namespace
}  // namespace packwire::test
