// SPDX-License-Identifier: MIT
/// Packs in parallel are weighed by what they carry. Source: bank 5.
#include "bank/current_shares.hpp"

#include <gtest/gtest.h>

#include "support/control_scene.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

/// The limits of a pack in both directions, A.
Words limited_to(double amperes) {
    return {{"47.charge_current_limit", amperes},
            {"80.charge_current_limit", amperes},
            {"charge_overcurrent_1_alarm_threshold", amperes},
            {"charge_overcurrent_1_protection_threshold", 2 * amperes},
            {"discharge_overcurrent_1_alarm_threshold", amperes},
            {"discharge_overcurrent_1_protection_threshold", 2 * amperes}};
}

class UnequalPacks : public testing::Test {
protected:
    void add(double capacity, double limit) {
        scene.add(limited_to(limit));
        scene.live.back().full = capacity;
        scene.live.back().remaining = capacity / 2;
    }
    /// What each carries, A.
    void carry(std::vector<double> currents, Duration time) {
        for (std::size_t i = 0; i < currents.size(); ++i) scene.live[i].current = currents[i];
        scene.pass(time);
    }
    ControlScene scene{0};
};

TEST_F(UnequalPacks, BeginByTheirCapacities) {
    add(314, 100);
    add(100, 100);
    scene.settings.sharing = 1;
    scene.restart({});
    scene.step();
    EXPECT_NEAR(scene.limits.charge_current, 100 / (314.0 / 414), 0.1) << "not 200";
    EXPECT_NEAR(scene.limits.discharge_current, 100 / (314.0 / 414), 0.1);
}

TEST_F(UnequalPacks, TheSmallerLimitOfTheSmallerPackDoesNotHoldTheLargeOneBack) {
    add(100, 50);
    add(300, 200);
    scene.settings.sharing = 1;
    scene.restart({});
    scene.step();
    EXPECT_NEAR(scene.limits.charge_current, 200, 0.1) << "not 100";
}

TEST_F(UnequalPacks, NeverMoreThanTheSumOfTheLimits) {
    add(400, 100);
    add(100, 100);
    add(100, 10);
    scene.settings.sharing = 1;
    scene.restart({});
    scene.step();
    EXPECT_LE(scene.limits.charge_current, 60 + 0.1) << "10 A at a share of a sixth";
    EXPECT_LE(scene.limits.discharge_current, 210);
}

TEST_F(UnequalPacks, OfEqualSizeFollowWhatTheyCarry) {
    add(100, 100);
    add(100, 100);
    scene.step();
    EXPECT_NEAR(scene.limits.charge_current, 180, 0.1);
    carry({60, 20}, 20min);
    EXPECT_NEAR(scene.limits.charge_current, 100 / 0.75 * 0.9, 1.5) << "one carries three quarters";
    carry({-20, -60}, 1s);
    EXPECT_NEAR(scene.limits.discharge_current, 180, 1) << "that direction has not been measured";
    carry({-20, -60}, 20min);
    EXPECT_NEAR(scene.limits.discharge_current, 100 / 0.75 * 0.9, 1.5);
}

TEST_F(UnequalPacks, ALittleCurrentTeachesNothing) {
    add(100, 100);
    add(100, 100);
    scene.step();
    carry({8, 1}, 20min);
    EXPECT_NEAR(scene.limits.charge_current, 180, 0.1);
}

TEST_F(UnequalPacks, AnOverloadedPackLowersTheBankAtOnceAndRingsLater) {
    add(314, 100);
    add(100, 100);
    scene.step();
    carry({136, 44}, 1s);
    EXPECT_LE(scene.limits.charge_current, 180.0 * 100 / 136);
    EXPECT_TRUE(scene.control->findings().empty()) << "a charger needs a moment to obey";
    carry({136, 44}, 31s);
    ASSERT_EQ(scene.control->findings().size(), 1U);
    EXPECT_EQ(scene.control->findings()[0].alarm, model::Alarm::high_charge_current);
    EXPECT_EQ(scene.control->findings()[0].text, "P1 carries 136.0 A, its charge current limit is 100.0 A");
    carry({90, 30}, 1s);
    EXPECT_TRUE(scene.control->findings().empty());
}

TEST_F(UnequalPacks, WhoeverLeavesTakesHisShareAlong) {
    add(100, 100);
    add(100, 100);
    add(100, 100);
    scene.step();
    EXPECT_NEAR(scene.limits.charge_current, 270, 0.1);
    carry({60, 20, 20}, 20min);
    scene.packs[0]->freshness = bank::Freshness::lost;
    scene.pass(5min);
    EXPECT_NEAR(scene.limits.charge_current, 180, 0.1) << "the others share as before: equally";
}

/// Found by the oracle (seed 217): what was learnt was divided by what had been 65535.
TEST_F(UnequalPacks, ACapacityThatCannotBeChangesNothing) {
    for (const bool learnt : {false, true}) {
        scene.packs.clear();
        scene.live.clear();
        add(100, 50);
        add(50, 100);
        scene.settings.sharing = 1;
        scene.restart({});
        const double load = learnt ? 20 : 0;
        carry({load * 2 / 3, load / 3}, 10min);
        EXPECT_NEAR(scene.limits.charge_current, 75, 0.5) << learnt;
        for (const double odd : {655.35, 0.01, 655.35, 0.0}) {
            scene.live[0].full = odd;
            carry({load * 2 / 3, load / 3}, 5min);
            EXPECT_NEAR(scene.limits.charge_current, 75, 0.5) << learnt << ", " << odd;
        }
        scene.live[0].full = 100;
        carry({load * 2 / 3, load / 3}, 1min);
        EXPECT_NEAR(scene.limits.charge_current, 75, 0.5) << learnt;
    }
}

TEST_F(UnequalPacks, WithoutCapacitiesTheyAreEqual) {
    add(314, 100);
    add(100, 100);
    for (auto& live : scene.live) live.full = live.remaining = 0;
    scene.step();
    EXPECT_NEAR(scene.limits.charge_current, 180, 0.1);
}

}  // namespace
}  // namespace packwire::test
