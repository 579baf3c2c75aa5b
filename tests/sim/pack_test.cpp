// SPDX-License-Identifier: MIT
#include "sim/pack.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using sim::Pack;
using sim::PackSettings;

TEST(OpenCircuitVoltage, RisesWithCharge) {
    for (int i = -20; i < 1020; ++i) {
        EXPECT_LT(sim::open_circuit_voltage(i / 1000.0), sim::open_circuit_voltage((i + 1) / 1000.0)) << i;
    }
    EXPECT_NEAR(sim::open_circuit_voltage(0.5), 3.29, 0.02);
    EXPECT_DOUBLE_EQ(sim::open_circuit_voltage(-5), 2.0);
    EXPECT_DOUBLE_EQ(sim::open_circuit_voltage(5), 3.95);
}

TEST(Pack, CountsCoulombs) {
    Pack pack({.capacity_ah = 100, .soc_percent = 60, .current_a = -20});
    pack.advance(1h);
    EXPECT_NEAR(pack.remaining_ah(), 40, 1e-6);
    EXPECT_DOUBLE_EQ(pack.soc_percent(), 40);
    EXPECT_NEAR(pack.totals().discharge_ah, 20, 1e-6);
    EXPECT_NEAR(pack.totals().discharge_kwh, 20 * 52.5 / 1000, 0.05);
    pack.set_current(10);
    pack.advance(30min);
    EXPECT_DOUBLE_EQ(pack.soc_percent(), 45);
}

TEST(Pack, IsTheSameHoweverTimeIsCut) {
    const PackSettings settings{.profile = sim::Profile::day, .seed = 7};
    Pack whole(settings);
    Pack pieces(settings);
    whole.advance(10min);
    for (int i = 0; i < 6000; ++i) pieces.advance(100ms);
    for (std::size_t i = 0; i < 16; ++i) EXPECT_EQ(whole.cell_millivolts(i), pieces.cell_millivolts(i));
    EXPECT_DOUBLE_EQ(whole.current(), pieces.current());
    Pack other(PackSettings{.seed = 8});
    EXPECT_NE(other.cell_millivolts(0) + 1000 * other.cell_millivolts(1),
              whole.cell_millivolts(0) + 1000 * whole.cell_millivolts(1));
}

TEST(Pack, TruncatesSoc) {
    Pack pack({.capacity_ah = 102.92, .soc_percent = 100 * 99.65 / 102.92});
    EXPECT_DOUBLE_EQ(pack.soc_percent(), 96.82);  // capture of pack C, protocol 5.2: 96.8227 %
}

TEST(Pack, FullCapacityFollowsHealth) {
    const Pack pack({.capacity_ah = 100, .health_percent = 80, .soc_percent = 67});
    EXPECT_NEAR(pack.full_charge_ah(), 80, 1e-9);
    EXPECT_NEAR(pack.remaining_ah(), 53.6, 1e-9);
}

TEST(Pack, ChargedTooFarOpensTheChargeMosfetAndReleasesAfterDischarge) {
    Pack pack({.soc_percent = 98, .current_a = 50});
    pack.advance(20min);
    EXPECT_TRUE(pack.flag("cell_overvoltage_protection"));
    EXPECT_FALSE(pack.charge_mosfet_on());
    EXPECT_TRUE(pack.discharge_mosfet_on());
    EXPECT_EQ(pack.current(), 0.0);
    EXPECT_FALSE(pack.flag("charging"));
    EXPECT_EQ(pack.counter("cell_overvoltage_count"), 1U);
    EXPECT_NE(pack.cell_mask("cell_overvoltage_protection"), 0U);
    EXPECT_DOUBLE_EQ(pack.soc_percent(), 100);

    pack.set_current(-50);
    EXPECT_EQ(pack.current(), -50.0);
    pack.advance(10min);
    EXPECT_FALSE(pack.flag("cell_overvoltage_protection"));
    EXPECT_TRUE(pack.charge_mosfet_on());
    EXPECT_EQ(pack.cell_mask("cell_overvoltage_protection"), 0U);
}

TEST(Pack, EmptyOpensTheDischargeMosfet) {
    Pack pack({.soc_percent = 5, .current_a = -50});
    pack.advance(15min);
    EXPECT_TRUE(pack.flag("cell_undervoltage_protection"));
    EXPECT_EQ(pack.current(), 0.0);
    EXPECT_EQ(pack.counter("cell_undervoltage_count"), 1U);
    EXPECT_TRUE(pack.flag("low_battery_alarm"));
    pack.set_current(30);
    pack.advance(20min);
    EXPECT_FALSE(pack.flag("cell_undervoltage_protection"));
    EXPECT_TRUE(pack.discharge_mosfet_on());
}

TEST(Pack, WaitsForTheDelayAndForTheRelease) {
    Pack pack({.current_a = -10});
    pack.fix_cell_voltage(2, 2.4);
    pack.advance(500ms);
    EXPECT_TRUE(pack.discharge_mosfet_on());
    pack.advance(500ms);
    EXPECT_FALSE(pack.discharge_mosfet_on());
    EXPECT_EQ(pack.current(), 0.0);
    pack.fix_cell_voltage(2, 2.8);
    pack.advance(1min);
    EXPECT_FALSE(pack.discharge_mosfet_on());
    EXPECT_EQ(pack.cell_mask("cell_undervoltage_protection"), 0b100U);
    pack.fix_cell_voltage(2, 2.95);
    pack.advance(1s);
    EXPECT_TRUE(pack.discharge_mosfet_on());
    EXPECT_EQ(pack.current(), -10.0);
}

TEST(Pack, TooMuchCurrentLocksForAWhile) {
    Pack pack({.current_a = -130});
    pack.advance(3s);
    EXPECT_TRUE(pack.flag("discharge_overcurrent_1_protection"));
    EXPECT_EQ(pack.current(), 0.0);
    EXPECT_EQ(pack.counter("discharge_overcurrent_count"), 1U);
    pack.set_current(-20);
    pack.advance(31s);
    EXPECT_FALSE(pack.flag("discharge_overcurrent_1_protection"));
    EXPECT_EQ(pack.current(), -20.0);
}

TEST(Pack, HeatStopsTheCharge) {
    Pack pack({.current_a = 20});
    pack.fix_temperature(61);
    pack.advance(4s);
    EXPECT_TRUE(pack.flag("charge_over_temperature_protection"));
    EXPECT_TRUE(pack.flag("charge_over_temperature_alarm"));
    EXPECT_FALSE(pack.charge_mosfet_on());
    EXPECT_TRUE(pack.discharge_mosfet_on());
    pack.fix_temperature(std::nullopt);
    pack.advance(1s);
    EXPECT_TRUE(pack.charge_mosfet_on());
}

TEST(Pack, WarmsUnderLoadAndCoolsAgain) {
    Pack pack({.soc_percent = 95, .current_a = -80, .ambient_c = 20});
    pack.advance(1h);
    const auto warm = pack.pack_temperature();
    EXPECT_GT(warm, 21);
    EXPECT_LT(warm, 45);
    EXPECT_GT(pack.mosfet_temperature(), warm);
    pack.set_current(0);
    pack.advance(24h);
    EXPECT_NEAR(pack.pack_temperature(), 20, 1);
}

TEST(Pack, BalancesInPulses) {
    Pack pack({.cells = 8, .soc_percent = 90});
    pack.fix_cell_voltage(3, 3.50);
    int on = 0;
    for (int i = 0; i < 200; ++i) {
        pack.advance(500ms);
        if (!pack.balancing()) continue;
        ++on;
        EXPECT_EQ(pack.cell_mask("cell_balancing"), 0b1000U);
    }
    EXPECT_NEAR(on / 200.0, 0.3, 0.02);
    pack.fix_cell_voltage(3, std::nullopt);
    pack.advance(10s);
    EXPECT_FALSE(pack.balancing());
}

TEST(Pack, LivesThroughDaysOnItsProfile) {
    Pack pack({.profile = sim::Profile::day});
    double lowest = 100;
    double highest = 0;
    for (int minute = 0; minute < 2 * 24 * 60; minute += 10) {
        pack.advance(10min);
        int sum = 0;
        for (std::size_t i = 0; i < 16; ++i) sum += pack.cell_millivolts(i);
        ASSERT_EQ(sum, pack.total_millivolts());
        lowest = std::min(lowest, pack.soc_percent());
        highest = std::max(highest, pack.soc_percent());
    }
    EXPECT_GT(highest - lowest, 30);
    EXPECT_GT(lowest, 4);
    EXPECT_TRUE(pack.charge_mosfet_on());
    EXPECT_EQ(pack.counter("cell_overvoltage_count") + pack.counter("cell_undervoltage_count"), 0U);
}

TEST(Pack, ForgetsWhatWasSetFromOutside) {
    Pack pack({.current_a = 5});
    pack.set_current(-30);
    pack.fix_cell_voltage(0, 2.0);
    pack.set_ambient(40);
    pack.advance(5s);
    pack.release_overrides();
    pack.reboot();
    EXPECT_EQ(pack.current(), 5.0);
    EXPECT_GT(pack.cell_millivolts(0), 3000);
}

}  // namespace
