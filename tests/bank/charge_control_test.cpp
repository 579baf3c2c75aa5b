// SPDX-License-Identifier: MIT
#include "bank/charge_control.hpp"

#include <gtest/gtest.h>

#include "support/control_scene.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::ChargeMode;
using bank::ChargeSettings;
using bank::DischargeStop;
using bank::Freshness;

// One pack of the simulator: CCL 100 A (word 105), DCL 108 A (0.9 of 120), CVL 55.2 V, float 54 V.

TEST(ChargeControl, TellsEverythingFromTheFirstReading) {
    ControlScene scene;
    ASSERT_TRUE(scene.step());
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 55.2);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
    EXPECT_NEAR(scene.limits.low_voltage, 43.2, 1e-9);
    EXPECT_FALSE(scene.limits.charge_request);
    EXPECT_EQ(scene.limits.charge_mode, "Bulk: maximum cell voltage");
    EXPECT_EQ(scene.limits.charge_limitation, "service 80 charge current limit");
    EXPECT_EQ(scene.limits.discharge_limitation, "margin to discharge overcurrent protection");
}

TEST(ChargeControl, IsAMonitorWhileNobodyGivesLimits) {
    ControlScene scene(0);
    EXPECT_FALSE(scene.step());
    EXPECT_FALSE(scene.control->monitor_reason().empty());
    scene.packs.push_back(std::make_unique<bank::Pack>());
    scene.live.emplace_back();
    EXPECT_FALSE(scene.step());
    EXPECT_NE(scene.control->monitor_reason().find("no pack reports current limits"), std::string::npos);
    scene.reader.read_47(scene.packs[0]->snapshot);
    EXPECT_TRUE(scene.step());
    EXPECT_EQ(scene.control->monitor_reason(), "");
}

TEST(ChargeControl, SeveralPacksShareUnevenly) {
    ControlScene scene(3);
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 270);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 291.6);
}

TEST(ChargeControl, APackWithItsMosfetOffIsLeftOutOfThatDirection) {
    ControlScene scene(2);
    scene.live[1].charge_on = false;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100) << "the only one that charges shares with nobody";
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 194.4);
    scene.live[0].charge_on = false;
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_EQ(scene.limits.charge_limitation, "no pack has its charge MOSFET on");
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54) << "no current, so no voltage above float";
}

TEST(ChargeControl, TheWorstPackHoldsForAll) {
    ControlScene scene(2);
    scene.live[1].cells[6] = 3.41;
    scene.step();
    EXPECT_LT(scene.limits.charge_current, 0.25 * 180);
    EXPECT_GT(scene.limits.charge_current, 0);
    EXPECT_EQ(scene.limits.charge_limitation, "cell voltage of P2 C07 3.41 V");
}

TEST(ChargeControl, AColdOrHotPackTakesLess) {
    ControlScene scene;
    scene.live[0].temperatures[2] = 5;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 50);
    EXPECT_EQ(scene.limits.charge_limitation, "temperature of T03 5 °C");
    scene.live[0].temperatures[2] = 50;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 25);
    scene.live[0].temperatures[2] = 25;
    scene.live[0].mosfet = 80;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 25);
    EXPECT_EQ(scene.limits.charge_limitation, "MOSFET temperature 80 °C");
}

TEST(ChargeControl, CurvesNeverGoBeyondThePacksOwnProtection) {
    ControlScene scene(0);
    scene.add({{"charge_over_temperature_protection_threshold", 45},
               {"charge_under_temperature_protection_threshold", 10},
               {"mosfet_over_temperature_protection_threshold", 75}});
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    scene.live[0].temperatures[0] = 43;
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    ControlScene cold(0);
    cold.add({{"charge_under_temperature_protection_threshold", 10}});
    cold.live[0].temperatures[0] = 12;
    cold.step();
    EXPECT_EQ(cold.limits.charge_current, 0);
}

TEST(ChargeControl, AProtectionStopsChargeAndVoltageInOneStep) {
    ControlScene scene;
    scene.step();
    scene.live[0].flags = {"charge_over_temperature_protection"};
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_EQ(scene.limits.charge_limitation, "charge over-temperature protection");
    EXPECT_EQ(scene.limits.charge_mode, "Bulk: charge over-temperature protection");
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108) << "the other direction goes on";
}

TEST(ChargeControl, ChargeCurrentRecoversLateAndSlowly) {
    ControlScene scene;
    scene.step();
    scene.live[0].flags = {"charge_overcurrent_protection"};
    scene.pass(5s);
    ASSERT_EQ(scene.limits.charge_current, 0);
    scene.live[0].flags.clear();
    scene.pass(30s);
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_EQ(scene.limits.charge_limitation, "recovers from charge overcurrent protection");
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 5);
    scene.pass(9s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 50);
    scene.pass(10s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    EXPECT_EQ(scene.limits.charge_limitation, "service 80 charge current limit");
}

TEST(ChargeControl, ChargeVoltageRecoversBySteps) {
    ControlScene scene;
    scene.step();
    scene.live[0].flags = {"charge_overcurrent_protection"};
    scene.step();
    scene.live[0].flags.clear();
    scene.pass(31s);
    ASSERT_GT(scene.limits.charge_current, 0);
    scene.pass(30s);
    ASSERT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    double before = scene.limits.charge_voltage;
    int steps = 0;
    for (int second = 0; second < 1300; ++second) {
        scene.pass(1s);
        const auto rise = scene.limits.charge_voltage - before;
        if (rise > 0) ++steps;
        EXPECT_TRUE(rise == 0 || std::abs(rise - 0.05) < 1e-9) << rise;
        before = scene.limits.charge_voltage;
    }
    EXPECT_EQ(steps, 24);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 55.2);
}

TEST(ChargeControl, GoesFromBulkOverAbsorptionToFloatAndBack) {
    ControlScene scene;
    scene.live[0].current = 20;
    scene.step();
    scene.set_cells(3.445);
    scene.live[0].remaining = 99;
    scene.pass(2s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Absorption")) << scene.limits.charge_mode;
    scene.pass(890s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Absorption"));
    scene.pass(15s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float")) << scene.limits.charge_mode;
    EXPECT_TRUE(scene.control->memory().last_full_charge.has_value());
    EXPECT_GT(scene.limits.charge_voltage, 55.0) << "it falls slowly";
    scene.pass(600s);
    EXPECT_NEAR(scene.limits.charge_voltage, 54.6, 0.06);
    scene.set_cells(3.375);
    scene.pass(700s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_EQ(scene.limits.charge_mode, "Float: float voltage");
    scene.set_cells(3.32);
    scene.live[0].remaining = 80.1;
    scene.pass(60s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    scene.live[0].remaining = 79.9;
    scene.pass(1s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk"));
}

TEST(ChargeControl, AbsorptionLastsWhileCellsDiffer) {
    ControlScene scene;
    scene.live[0].current = 2;
    scene.live[0].remaining = 99;
    scene.set_cells(3.44);
    scene.live[0].cells[3] = 3.40;
    scene.pass(1h);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Absorption")) << scene.limits.charge_mode;
    scene.live[0].cells[3] = 3.415;
    scene.pass(901s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float")) << scene.limits.charge_mode;
}

TEST(ChargeControl, ACountThatDriftedDoesNotEndFloat) {
    ControlScene scene;
    scene.live[0].current = 2;
    scene.live[0].remaining = 60;
    scene.set_cells(3.445);
    scene.pass(905s);
    ASSERT_TRUE(scene.limits.charge_mode.starts_with("Float")) << scene.limits.charge_mode;
    scene.set_cells(3.33);
    scene.live[0].remaining = 51;
    scene.pass(10min);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float")) << scene.limits.charge_mode;
    scene.restart(scene.control->memory());
    scene.pass(1min);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float")) << scene.limits.charge_mode;
    scene.live[0].remaining = 49;
    scene.pass(1s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk")) << scene.limits.charge_mode;
}

TEST(ChargeControl, AbsorptionEndsSomeDayEvenWithUnequalCells) {
    ControlScene scene;
    scene.settings.absorption_longest = 1h;
    scene.restart({});
    scene.set_cells(3.44);
    scene.live[0].cells[3] = 3.40;
    scene.pass(3601s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    EXPECT_FALSE(scene.control->memory().last_full_charge.has_value()) << "it was no full charge";
}

TEST(ChargeControl, UnequalCellsAtTheTopDoNotEndFloat) {
    ControlScene scene;
    scene.settings.absorption_longest = 1h;
    scene.restart({});
    scene.live[0].remaining = 97;
    scene.set_cells(3.36);
    scene.live[0].cells[3] = 3.445;
    scene.pass(3601s);
    ASSERT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    scene.pass(5min);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float")) << "absorption has had its time";
    scene.set_cells(3.28);
    scene.live[0].cells[3] = 3.37;
    scene.pass(62s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk")) << "below the top it means a weak cell";
}

TEST(ChargeControl, ACloudSendsItBackToBulk) {
    ControlScene scene;
    scene.set_cells(3.44);
    scene.pass(5s);
    ASSERT_TRUE(scene.limits.charge_mode.starts_with("Absorption"));
    scene.set_cells(3.36);
    scene.pass(58s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Absorption"));
    scene.pass(3s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk"));
}

TEST(ChargeControl, ChargesFullySoOften) {
    ControlScene scene;
    scene.settings.full_charge_days = 14;
    bank::ControlMemory memory;
    memory.mode = ChargeMode::float_;
    memory.last_full_charge = scene.wall - std::chrono::days(13);
    scene.restart(memory);
    scene.live[0].remaining = 95;
    scene.step();
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    scene.wall += std::chrono::days(1);
    scene.step();
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk"));
}

TEST(ChargeControl, TheHighestCellLowersTheVoltageAtOnce) {
    ControlScene scene;
    scene.live[0].current = 30;
    scene.set_cells(3.38);
    scene.step();
    ASSERT_DOUBLE_EQ(scene.limits.charge_voltage, 55.2);
    scene.live[0].cells[6] = 3.48;
    scene.step();
    // Σ 54.18 V, less 30 mV above its maximum, times 16
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 53.7);
    EXPECT_EQ(scene.limits.charge_mode, "Absorption: cell voltage of C07 3.48 V");
    scene.live[0].cells[6] = 3.59;
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0) << "above the alarm";
}

TEST(ChargeControl, ARestingBatteryIsNotPulledDown) {
    ControlScene scene;
    scene.live[0].current = 0;
    scene.set_cells(3.38);
    scene.live[0].cells[6] = 3.50;
    scene.step();
    EXPECT_NEAR(scene.limits.charge_voltage, 15 * 3.38 + 3.50, 0.06) << "or an ESS would export it";
}

TEST(ChargeControl, OfContradictingValuesTheWorseCounts) {
    ControlScene scene;
    scene.live[0].current = 10;
    scene.live[0].pack_voltage = 16 * 3.60;
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0) << "the cells say 3.30 V, the pack says more";
    EXPECT_GT(scene.limits.discharge_current, 0);
    scene.live[0].pack_voltage = 16 * 2.50;
    scene.step();
    EXPECT_EQ(scene.limits.discharge_current, 0);
}

TEST(ChargeControl, ABrokenSensorCannotEmptyTheBank) {
    ControlScene scene;
    scene.live[0].current = 30;
    scene.live[0].cells[6] = 4.4;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 52) << "16 × 3.25 V";
}

/// Found by the oracle (seed 24): the phases of a charge stand still while CCL is 0, and were due all the
/// time.
TEST(ChargeControl, IsNotDueAgainAndAgainWhileChargingIsOff) {
    ControlScene scene;
    scene.step();
    scene.live[0].cells[3] = 3.47;
    scene.pass(15min);
    scene.live[0].cells[3] = 3.69;
    scene.step();
    ASSERT_EQ(scene.limits.charge_current, 0);
    const auto end = scene.now + 1min;
    int steps = 0;
    for (; scene.now < end; ++steps) {
        scene.now = std::min(scene.control->next(), end);
        scene.step();
    }
    EXPECT_LE(steps, 120);
}

}  // namespace
}  // namespace packwire::test
