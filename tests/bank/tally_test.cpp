// SPDX-License-Identifier: MIT
#include "bank/tally.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using bank::HistoryPart;
using model::Alarm;
using model::metric;

class TallyTest : public testing::Test {
protected:
    /// Time passes, then the bank is so.
    bank::Bank step(Duration after, double power, double soc = 50) {
        now += after;
        wall += std::chrono::duration_cast<WallTime::duration>(after);
        bank::Bank bank;
        bank.when = now;
        bank.at = wall;
        bank.freshness = freshness;
        bank.alarms = alarms;
        if (freshness == Freshness::fresh) {
            bank.set(metric("pack_power"), power);
            bank.set(metric("pack_current"), power / 50);
            bank.set(metric("pack_voltage"), 50.0);
            bank.set(metric("state_of_charge"), soc);
            bank.set(metric("full_charge_capacity"), 100.0);
            bank.set(metric("consumed_capacity"), soc - 100);
            bank.set(metric("cell_voltage.min"), cell_min);
            bank.set(metric("cell_voltage.max"), cell_max);
            bank.set(metric("cell_temperature.min"), 11.0);
            bank.set(metric("cell_temperature.max"), 22.0);
        }
        tally.step(bank);
        return bank;
    }
    void restart() { tally = bank::Tally({}, tally.history()); }
    [[nodiscard]] const bank::History& history() const { return tally.history(); }

    TimePoint now = TimePoint{} + 1h;
    WallTime wall = std::chrono::sys_days{std::chrono::January / 2 / 2026};
    Freshness freshness = Freshness::fresh;
    model::AlarmLevels alarms{};
    double cell_min = 3.1;
    double cell_max = 3.3;
    bank::Tally tally{{}};
};

TEST_F(TallyTest, EnergyIsTheAreaUnderThePower) {
    step(0s, 3600);
    step(10s, 3600);
    EXPECT_NEAR(history().charged, 0.01, 1e-12);
    step(10s, 0);
    EXPECT_NEAR(history().charged, 0.015, 1e-12) << "a trapezium";
    EXPECT_EQ(history().discharged, 0.0);
}

TEST_F(TallyTest, ChargeAndDischargeAreCountedApart) {
    step(0s, 3600);
    const auto bank = step(20s, -3600);
    EXPECT_NEAR(history().charged, 0.005, 1e-12);
    EXPECT_NEAR(history().discharged, 0.005, 1e-12);
    EXPECT_NEAR(history().drawn, 72.0 / 2 * 10 / 3600, 1e-12);
    EXPECT_NEAR(bank.value(metric("charged_energy")).value(), 0.005, 1e-12);
    EXPECT_NEAR(bank.value(metric("drawn_charge")).value(), -0.1, 1e-12) << "negative, as Victron has it";
}

TEST_F(TallyTest, AGapIsNotIntegratedOver) {
    step(0s, 3600);
    step(31s, 3600);
    EXPECT_EQ(history().charged, 0.0) << "longer than a gap may be";
    step(1s, 3600);
    const auto before = history().charged;
    EXPECT_GT(before, 0.0);
    freshness = Freshness::stale;
    step(1s, 0);
    freshness = Freshness::fresh;
    step(1s, 3600);
    EXPECT_EQ(history().charged, before) << "it was stale in between";
    step(1s, 3600);
    EXPECT_GT(history().charged, before);
}

TEST_F(TallyTest, EnergyGoesOnAfterARestart) {
    step(0s, 3600);
    step(10s, 3600);
    restart();
    step(10s, 3600);
    EXPECT_NEAR(history().charged, 0.01, 1e-12) << "the restart was a gap";
    step(10s, 3600);
    EXPECT_NEAR(history().charged, 0.02, 1e-12);
}

TEST_F(TallyTest, KnowsDischargesAsVictronDoes) {
    step(0s, 0, 100);
    step(1s, 0, 99);
    EXPECT_EQ(history().last, 0.0) << "too little to be a discharge";
    step(1s, 0, 40);
    step(1s, 0, 60);
    EXPECT_EQ(history().last, 60.0);
    step(1s, 0, 100);
    auto bank = step(1s, 0, 80);
    EXPECT_EQ(bank.value(metric("deepest_discharge")), -60.0);
    EXPECT_EQ(bank.value(metric("last_discharge")), -20.0);
    EXPECT_EQ(bank.value(metric("average_discharge")), -60.0);
    bank = step(1s, 0, 100);
    EXPECT_EQ(bank.value(metric("average_discharge")), -40.0);
    EXPECT_EQ(history().discharges, 2U);
    restart();
    step(1s, 0, 100);
    EXPECT_EQ(history().discharges, 2U) << "a restart at full is no cycle";
}

TEST_F(TallyTest, AFullDischargeCountsOnceUntilItIsChargedAgain) {
    for (const auto soc : {50.0, 10.0, 11.0, 9.0, 15.0, 5.0}) step(1s, 0, soc);
    EXPECT_EQ(history().full_discharges, 1U);
    restart();
    step(1s, 0, 5);
    EXPECT_EQ(history().full_discharges, 1U) << "was counted by the run before";
    for (const auto soc : {25.0, 10.0}) step(1s, 0, soc);
    EXPECT_EQ(history().full_discharges, 2U);
}

TEST_F(TallyTest, RemembersExtremes) {
    step(0s, 0);
    cell_min = 2.9;
    step(1s, 0);
    cell_min = 3.2;
    cell_max = 3.5;
    const auto bank = step(1s, 0);
    EXPECT_EQ(bank.value(metric("lowest_cell_voltage")), 2.9);
    EXPECT_EQ(bank.value(metric("highest_cell_voltage")), 3.5);
    EXPECT_EQ(bank.value(metric("lowest_voltage")), 50.0);
    EXPECT_EQ(bank.value(metric("lowest_temperature")), 11.0);
    EXPECT_EQ(bank.value(metric("highest_temperature")), 22.0);
}

TEST_F(TallyTest, AnAlarmCountsWhenItBegins) {
    const auto high = static_cast<std::size_t>(Alarm::high_cell_voltage);
    alarms[high] = 2;
    step(0s, 0);
    EXPECT_EQ(history().high_voltage_alarms, 0U) << "rang before we looked";
    alarms[high] = 1;
    step(1s, 0);
    alarms[high] = 2;
    step(1s, 0);
    step(1s, 0);
    EXPECT_EQ(history().high_voltage_alarms, 1U);
    EXPECT_EQ(history().low_voltage_alarms, 0U);
}

TEST_F(TallyTest, TimeSinceFullIsAbsentUntilItWasFull) {
    EXPECT_FALSE(step(0s, 0).value(metric("time_since_full")));
    EXPECT_EQ(step(1s, 0, 100).value(metric("time_since_full")), 0.0);
    EXPECT_EQ(step(90s, 0, 80).value(metric("time_since_full")), 90.0);
}

TEST_F(TallyTest, AWallClockThatJumpsDoesNotCount) {
    step(0s, 0, 100);
    wall -= 24h * 365;
    EXPECT_EQ(step(10s, 0).value(metric("time_since_full")), 10.0);
    wall += 24h * 3650;
    EXPECT_EQ(step(10s, 0).value(metric("time_since_full")), 20.0);
}

TEST_F(TallyTest, TheTimeBetweenTwoRunsCountsOnceTheClockIsSet) {
    step(0s, 0, 100);
    step(10s, 0);
    restart();
    now = TimePoint{} + 5min;  // the machine was off; its clock begins in the past
    const auto off = wall + 1h;
    wall = WallTime{} + 1h;
    EXPECT_EQ(step(0s, 0).value(metric("time_since_full")), 10.0);
    EXPECT_EQ(step(5s, 0).value(metric("time_since_full")), 15.0);
    wall = off + 5s;
    EXPECT_EQ(step(5s, 0).value(metric("time_since_full")), 3620.0) << "10 s, an hour off, 10 s";
    EXPECT_EQ(step(5s, 0).value(metric("time_since_full")), 3625.0) << "once";
}

TEST_F(TallyTest, ClearsByPart) {
    const auto fill = [&] {
        step(0s, -3600, 100);
        step(10s, 3600, 5);
        step(10s, 3600, 50);
        alarms[static_cast<std::size_t>(Alarm::low_voltage)] = 2;
        step(10s, 3600, 50);
        alarms = {};
        step(10s, 3600, 50);
    };
    const auto zero = [&](HistoryPart part) {
        tally = bank::Tally({});
        fill();
        const auto before = history();
        tally.clear(part);
        const auto after = history();
        std::string changed;
        if (after.deepest != before.deepest && after.drawn == 0) changed += "capacity ";
        if (after.voltage_min != before.voltage_min && !after.cell_voltage_max) changed += "voltage ";
        if (after.since_full != before.since_full) changed += "time ";
        if (after.low_voltage_alarms != before.low_voltage_alarms) changed += "alarm ";
        if (after.temperature_min != before.temperature_min) changed += "temperature ";
        if (after.charged != before.charged && after.discharged == 0) changed += "energy ";
        return changed;
    };
    EXPECT_EQ(zero(HistoryPart::capacity), "capacity ");
    EXPECT_EQ(zero(HistoryPart::voltage), "voltage ");
    EXPECT_EQ(zero(HistoryPart::time), "time ");
    EXPECT_EQ(zero(HistoryPart::alarm), "alarm ");
    EXPECT_EQ(zero(HistoryPart::temperature), "temperature ");
    EXPECT_EQ(zero(HistoryPart::energy), "energy ");
    EXPECT_EQ(zero(HistoryPart::all), "capacity voltage time alarm temperature energy ");
    EXPECT_EQ(bank::history_part(7), HistoryPart::energy);
    EXPECT_FALSE(bank::history_part(0));
    EXPECT_FALSE(bank::history_part(8));
}

TEST_F(TallyTest, WhatIsKeptIsWhatIsPublished) {
    tally.keep({});
    step(0s, 3600);
    cell_min = 2.9;
    auto bank = step(10s, 3600, 5);
    EXPECT_EQ(bank.value(metric("charged_energy")), 0.0);
    EXPECT_EQ(bank.value(metric("drawn_charge")), 0.0);
    EXPECT_FALSE(bank.value(metric("lowest_cell_voltage"))) << "the power may fail now";
    EXPECT_FALSE(bank.value(metric("deepest_discharge")));
    tally.keep(history());
    bank = step(0s, 3600, 5);
    EXPECT_NEAR(bank.value(metric("charged_energy")).value(), 0.01, 1e-12);
    EXPECT_EQ(bank.value(metric("full_discharges")), 1.0);
    EXPECT_EQ(bank.value(metric("lowest_cell_voltage")), 2.9);
    EXPECT_EQ(bank.value(metric("deepest_discharge")), -95.0);
}

/// The disk fails and works again: what was published meanwhile stays.
TEST_F(TallyTest, KeepingAgainTakesNothingBack) {
    tally.keep({});
    step(0s, 3600);
    step(10s, 3600);
    tally.publish_as_counted();
    const auto old = history();
    const auto live = step(10s, 3600).value(metric("charged_energy")).value();
    EXPECT_NEAR(live, 0.02, 1e-12);
    tally.keep(old);
    EXPECT_GE(step(1s, 0).value(metric("charged_energy")).value(), live);
}

TEST_F(TallyTest, TakesHigherTotalsOfItsOwnAndNothingElse) {
    struct Offer {
        double value;
        double after;
    };
    tally.raise({{{metric("charged_energy"), 10.0},
                  {metric("drawn_charge"), -70.0},
                  {metric("low_voltage_alarms"), 4.0}},
                 0});
    tally.keep(history());
    EXPECT_EQ(history().drawn, 70.0);
    EXPECT_EQ(history().low_voltage_alarms, 4U);
    const auto nan = std::numeric_limits<double>::quiet_NaN();
    const auto infinite = std::numeric_limits<double>::infinity();
    for (const auto& [value, after] :
         {Offer{9.9, 10}, Offer{10.0004, 10}, Offer{-5, 10}, Offer{nan, 10}, Offer{infinite, 10},
          Offer{-infinite, 10}, Offer{1e12, 10}, Offer{11, 11}}) {
        const auto raised = tally.raise({{{metric("charged_energy"), value}}, 0});
        EXPECT_EQ(history().charged, after) << value;
        EXPECT_EQ(raised.size(), value == 11 ? 1U : 0U) << value;
    }
    EXPECT_EQ(step(0s, 0).value(metric("charged_energy")), 11.0) << "kept by whoever had it";
    tally.raise({{{metric("state_of_charge"), 99.0}, {metric("drawn_charge"), 1000.0}}, 0});
    EXPECT_EQ(history().drawn, 70.0) << "it is published negative";
}

TEST_F(TallyTest, TotalsOfBeforeAClearAreNoFloor) {
    tally.raise({{{metric("charged_energy"), 10.0}}, 0});
    tally.clear(HistoryPart::energy);
    EXPECT_EQ(history().clears, 1U);
    for (const std::uint64_t clears : {0U, 2U}) {
        tally.raise({{{metric("charged_energy"), 10.0}}, clears});
        EXPECT_EQ(history().charged, 0.0) << clears;
    }
    tally.raise({{{metric("charged_energy"), 0.5}}, 1});
    EXPECT_EQ(history().charged, 0.5);
    tally = bank::Tally({});
    tally.recover(true);  // nothing is known any more, not even that
    tally.raise({{{metric("charged_energy"), 7.0}}, 3});
    EXPECT_EQ(history().charged, 7.0);
    EXPECT_EQ(history().clears, 3U);
}

}  // namespace
}  // namespace packwire::test
