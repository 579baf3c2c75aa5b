// SPDX-License-Identifier: MIT
/// Source: bank 10. Chargers go 0.4 V above CVL in all of these, and settle with 10 s.
#include "support/closed_loop.hpp"

#include <gtest/gtest.h>

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;

/// With a charger that follows CCL, and with one that feeds in and so ignores it.
class ClosedLoopTest : public testing::TestWithParam<bool> {
protected:
    ClosedLoop& loop(std::size_t packs, double soc, bank::ChargeSettings settings = {}) {
        loop_ = std::make_unique<ClosedLoop>(packs, soc, std::move(settings));
        loop_->plant.feed_in = GetParam();
        return *loop_;
    }
    [[nodiscard]] static bool feeds_in() { return GetParam(); }
    /// What holds in every scenario.
    void TearDown() override {
        ASSERT_NE(loop_, nullptr);
        EXPECT_GT(loop_->high_margin, 0) << "a cell passed its overvoltage protection";
        EXPECT_GT(loop_->low_margin, 0) << "a cell passed its undervoltage protection";
        EXPECT_EQ(loop_->voltage_trips(), 0U);
        EXPECT_TRUE(feeds_in() || loop_->other_trips() == 0U);
        for (const auto& complaint : loop_->watch.complaints()) ADD_FAILURE() << complaint;
        fmt::print("margins {:.0f} and {:.0f} mV, {} changes, DCL fell to 0 {} times, ends at {:.1f} %, {}\n",
                   1000 * loop_->high_margin, 1000 * loop_->low_margin, loop_->watch.changes,
                   loop_->watch.falls_to_zero, loop_->soc(), loop_->limits.charge_mode);
    }

private:
    std::unique_ptr<ClosedLoop> loop_;
};
INSTANTIATE_TEST_SUITE_P(Chargers, ClosedLoopTest, testing::Values(false, true),
                         [](const auto& charger) { return charger.param ? "FeedIn" : "FollowsCcl"; });

TEST_P(ClosedLoopTest, FullCharge) {
    auto& scene = loop(1, 85);
    bool was_float = false;
    scene.run(5h, [&](ClosedLoop& now, Duration) {
        now.plant.sun = 60;
        now.plant.load = 5;
        was_float = was_float || now.limits.charge_mode.starts_with("Float");
    });
    EXPECT_TRUE(was_float);
    EXPECT_GT(scene.soc(), 99);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_LT(scene.highest_cell(), 3.45);
}

TEST_P(ClosedLoopTest, Imbalance) {
    auto& scene = loop(1, 85);
    scene.batteries.at(0).unbalance_cell(3, 3);
    scene.batteries.at(0).unbalance_cell(9, -2);
    scene.run(6h, [&](ClosedLoop& now, Duration) {
        now.plant.sun = 60;
        now.plant.load = 5;
    });
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Absorption")) << scene.limits.charge_mode;
    EXPECT_NEAR(scene.highest_cell(), 3.45, 0.045) << "held at its maximum while it balances";
}

TEST_P(ClosedLoopTest, HotPack) {
    auto& scene = loop(1, 40);
    scene.batteries.at(0).set_ambient(47);
    scene.run(4h, [](ClosedLoop& now, Duration elapsed) {
        now.plant.sun = 90;
        now.plant.load = 5;
        if (elapsed > 2h) now.batteries.at(0).set_ambient(30);
    });
    EXPECT_TRUE(feeds_in() || scene.limits.charge_current > 0);
}

TEST_P(ClosedLoopTest, ColdPack) {
    auto& scene = loop(1, 40);
    scene.batteries.at(0).fix_temperature(-2);
    double cold_limit = 1000;
    double warm_limit = 0;
    scene.run(3h, [&](ClosedLoop& now, Duration elapsed) {
        now.plant.sun = 30;
        now.plant.load = 5;
        const auto minutes = std::chrono::duration<double, std::ratio<60>>(elapsed).count();
        now.batteries.at(0).fix_temperature(-2 + std::max(0.0, minutes - 60) * 0.25);
        if (elapsed > 2h) warm_limit = std::max(warm_limit, now.limits.charge_current);
        if (elapsed > 10min && elapsed < 1h) cold_limit = std::min(cold_limit, now.limits.charge_current);
    });
    EXPECT_EQ(cold_limit, 0);
    EXPECT_EQ(warm_limit, 100);
}

TEST_P(ClosedLoopTest, RunawayCell) {
    auto& scene = loop(1, 80);
    scene.batteries.at(0).unbalance_cell(6, 6, 0.95);
    scene.run(5h, [](ClosedLoop& now, Duration) {
        now.plant.sun = 95;
        now.plant.load = 5;
    });
}

TEST_P(ClosedLoopTest, OnePackFullBeforeTheOthers) {
    auto& scene = loop(3, 80);
    scene.batteries.at(1).set_soc(97);
    scene.run(5h, [](ClosedLoop& now, Duration) {
        now.plant.sun = 150;
        now.plant.load = 5;
    });
    EXPECT_GT(scene.soc(), 97);
}

TEST_P(ClosedLoopTest, OneEmpty) {
    auto& scene = loop(2, 30);
    scene.batteries.at(1).set_soc(11);
    scene.run(6h, [](ClosedLoop& now, Duration elapsed) {
        now.plant.load = 80;
        now.plant.sun = elapsed > 4h ? 60 : 0;
    });
    EXPECT_LE(scene.watch.falls_to_zero, 6U);
    EXPECT_GE(scene.watch.falls_to_zero, 1U);
}

TEST_P(ClosedLoopTest, OneLeavesMidCharge) {
    auto& scene = loop(3, 75);
    double while_lost = 0;
    scene.run(6h, [&](ClosedLoop& now, Duration elapsed) {
        now.plant.sun = 150;
        now.plant.load = 5;
        auto& freshness = now.known[1]->freshness;
        if (elapsed == 30min) freshness = Freshness::stale;
        if (elapsed == 30min + 21s) freshness = Freshness::lost;
        if (elapsed > 40min && elapsed < 3h) while_lost = std::max(while_lost, now.limits.charge_voltage);
        if (elapsed == 3h) freshness = Freshness::fresh;
    });
    EXPECT_LE(while_lost, 54.0);
    EXPECT_GT(scene.soc(), 98) << "full in the end";
}

TEST_P(ClosedLoopTest, AnEssThatExports) {
    auto& scene = loop(1, 90);
    scene.plant.export_most = 50;
    scene.batteries.at(0).unbalance_cell(3, 2);
    scene.run(6h, [](ClosedLoop& now, Duration elapsed) {
        now.plant.sun = elapsed % 20min < 12min ? 70 : 10;  // clouds
        now.plant.load = 5;
    });
    EXPECT_GT(scene.soc(), 90) << "it was not exported";
}

}  // namespace
}  // namespace packwire::test
