// SPDX-License-Identifier: MIT
#include "bus/round_meter.hpp"

#include <gtest/gtest.h>

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

class RoundMeterTest : public testing::Test {
protected:
    /// The pack answers so long after its last answer.
    void answer(Duration after, std::uint8_t address = 1) { meter.answered(address, now += after); }

    bus::RoundMeter meter{1s};
    TimePoint now = TimePoint{} + 1h;
};

TEST_F(RoundMeterTest, IsTheIntervalBeforeAnythingWasMeasured) {
    EXPECT_EQ(meter.round(), Duration(1s));
    EXPECT_EQ(bus::RoundMeter().round(), Duration::zero()) << "nobody said an interval";
    answer(0s);
    EXPECT_EQ(meter.round(), Duration(1s));
    answer(200ms);
    EXPECT_EQ(meter.round(), Duration(1s)) << "no pack is asked more often";
}

TEST_F(RoundMeterTest, AFailedExchangeBetweenTwoAnswersEndsNoRound) {
    answer(0s);
    answer(2s);
    for (int i = 0; i < 20; ++i) {
        meter.failed(1);
        answer(60s);
    }
    EXPECT_EQ(meter.round(), Duration(2s));
}

TEST_F(RoundMeterTest, NorDoesATimeInWhichNobodyWasAsked) {
    for (std::uint8_t address = 1; address <= 3; ++address) answer(0s, address);
    for (int i = 0; i < 20; ++i) {
        meter.interrupted();
        for (std::uint8_t address = 1; address <= 3; ++address) answer(20min, address);
    }
    EXPECT_EQ(meter.round(), Duration(1s));
}

TEST_F(RoundMeterTest, OneSlowRoundSaysNothing) {
    for (int i = 0; i < 10; ++i) answer(2s);
    answer(40s);
    EXPECT_EQ(meter.round(), Duration(2s));
    for (int i = 0; i < 10; ++i) {
        answer(2s);
        EXPECT_EQ(meter.round(), Duration(2s)) << i;
    }
}

TEST_F(RoundMeterTest, FollowsABusThatBecomesSlowerAndFasterAgain) {
    for (int i = 0; i < 10; ++i) answer(2s);
    for (int i = 0; i < 3; ++i) answer(8s);
    EXPECT_EQ(meter.round(), Duration(8s));
    for (int i = 0; i < 3; ++i) answer(2s);
    EXPECT_EQ(meter.round(), Duration(2s));
}

TEST_F(RoundMeterTest, ASilentPackLeavesNoLongRoundBehind) {
    for (int i = 0; i < 5; ++i) {
        answer(4s, 1);
        answer(4s, 2);
    }
    EXPECT_EQ(meter.round(), Duration(8s));
    meter.left(2);
    for (int i = 0; i < 5; ++i) answer(2s, 1);
    EXPECT_EQ(meter.round(), Duration(2s));
    meter.left(1);
    EXPECT_EQ(meter.round(), Duration(2s)) << "while nobody answers it is as it was";
}

}  // namespace
}  // namespace packwire::test
