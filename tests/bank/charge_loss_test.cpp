// SPDX-License-Identifier: MIT
/// What charge control says when packs fall silent, join, or the daemon restarts. Source: bank 3, 5, 7.
#include <gtest/gtest.h>

#include "bank/charge_control.hpp"
#include "support/control_scene.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::DischargeStop;
using bank::Freshness;

TEST(ChargeLoss, AStaleBankHoldsItsCurrentsAndFallsToFloat) {
    ControlScene scene;
    scene.pass(5s);
    scene.set_freshness(Freshness::stale);
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
    EXPECT_EQ(scene.limits.charge_limitation, "no pack answers at the moment");
}

TEST(ChargeLoss, NothingRisesWhileStale) {
    ControlScene scene;
    scene.step();
    scene.live[0].flags = {"charge_overcurrent_protection"};
    scene.step();
    scene.live[0].flags.clear();
    scene.pass(33s);
    ASSERT_DOUBLE_EQ(scene.limits.charge_current, 15);
    scene.set_freshness(Freshness::stale);
    scene.pass(10min);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 15);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    scene.set_freshness(Freshness::fresh);
    scene.pass(30s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 15) << "the hold begins anew";
    scene.pass(1s);
    EXPECT_GT(scene.limits.charge_current, 15);
}

TEST(ChargeLoss, ALostBankGivesNothing) {
    ControlScene scene;
    scene.step();
    scene.set_freshness(Freshness::stale);
    scene.pass(20s);
    scene.set_freshness(Freshness::lost);
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_EQ(scene.limits.discharge_limitation, "no contact to any pack");
    EXPECT_FALSE(scene.limits.charge_request);
    scene.set_freshness(Freshness::gone);
    scene.pass(1min);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    scene.set_freshness(Freshness::fresh);
    scene.pass(60s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    scene.pass(2s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 21.6);
}

TEST(ChargeLoss, OneLostPackOfTwoKeepsTheBankAtFloat) {
    ControlScene scene(2);
    scene.step();
    scene.packs[1]->freshness = Freshness::lost;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_EQ(scene.limits.charge_mode, "Bulk: pack lost: contact of P2");
}

TEST(ChargeLoss, APackThatJoinsRaisesLimitsSlowly) {
    ControlScene scene(1);
    scene.pass(5s);
    scene.add();
    scene.pass(30s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 105);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 113);
    scene.pass(20s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 180);
}

TEST(ChargeLoss, HoldKeepsDischargeForAWhile) {
    ControlScene scene;
    scene.settings.on_loss = bank::OnLoss::hold;
    scene.settings.hold_for = 10min;
    scene.restart({});
    scene.pass(5s);
    scene.set_freshness(Freshness::lost);
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
    EXPECT_EQ(scene.control->next(), scene.now + 10min);
    scene.pass(599s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
    scene.pass(1s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
}

TEST(ChargeLoss, HoldIsForCellsThatAreNeitherFullNorEmpty) {
    for (const auto volts : {3.19, 3.39}) {
        ControlScene scene;
        scene.settings.on_loss = bank::OnLoss::hold;
        scene.restart({});
        scene.live[0].cells[4] = volts;
        scene.pass(5s);
        scene.set_freshness(Freshness::lost);
        scene.step();
        EXPECT_EQ(scene.limits.discharge_current, 0) << volts;
    }
}

TEST(ChargeLoss, LostWhileEmptyStillWaitsForTheCells) {
    ControlScene scene;
    scene.step();
    scene.set_cells(2.5);
    scene.step();
    scene.set_freshness(Freshness::lost);
    scene.pass(1min);
    scene.set_freshness(Freshness::fresh);
    scene.set_cells(3.0);
    scene.pass(10min);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_TRUE(scene.limits.charge_request);
}

// Restart

TEST(ChargeRestart, GoesOnWhereItWas) {
    ControlScene scene;
    scene.live[0].current = 2;
    scene.set_cells(3.445);
    scene.pass(14min);
    const auto before = scene.limits;
    ASSERT_TRUE(before.charge_mode.starts_with("Absorption"));
    scene.restart(scene.control->memory());
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, before.charge_voltage);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, before.charge_current);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, before.discharge_current);
    EXPECT_EQ(scene.limits.charge_mode, before.charge_mode);
    EXPECT_EQ(scene.limits.charge_limitation, before.charge_limitation);
    scene.pass(70s);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float"))
        << scene.limits.charge_mode << "the time in absorption counts on";
}

TEST(ChargeRestart, NeverZeroAndNeverMoreGenerous) {
    ControlScene scene(2);
    scene.pass(5s);
    scene.live[0].temperatures[0] = 5;  // half
    scene.pass(5s);
    const auto before = scene.limits;
    ASSERT_DOUBLE_EQ(before.charge_current, 90);
    const auto memory = scene.control->memory();
    scene.restart(memory);
    const auto packs = std::exchange(scene.packs, {});
    auto told = scene.step();
    ASSERT_TRUE(told) << "before any pack was read again";
    EXPECT_DOUBLE_EQ(told->charge_current, 90);
    EXPECT_DOUBLE_EQ(told->discharge_current, before.discharge_current);
    EXPECT_LE(told->charge_voltage, before.charge_voltage);
    EXPECT_GT(told->charge_voltage, 50);
    EXPECT_EQ(scene.control->memory().limits->charge_current, 90);

    scene.restart(memory);
    scene.packs.resize(2);
    for (std::size_t i = 0; i < 2; ++i) scene.packs[i] = std::make_unique<bank::Pack>(*packs[i]);
    scene.live[0].temperatures[0] = 25;
    scene.pass(31s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 90);
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 95);
}

TEST(ChargeRestart, AnEmptyBatteryStaysShut) {
    ControlScene scene;
    scene.step();
    scene.set_cells(2.5);
    scene.step();
    scene.set_cells(3.0);
    scene.pass(100s);
    scene.restart(scene.control->memory());
    scene.pass(100s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_TRUE(scene.limits.charge_request);
    scene.set_cells(3.2);
    scene.pass(61s);
    EXPECT_GT(scene.limits.discharge_current, 0);
}

TEST(ChargeRestart, ADamagedMemoryIsNoMemory) {
    ControlScene scene;
    scene.step();
    auto memory = scene.control->memory();
    memory.limits->charge_current = -5;
    scene.restart(memory);
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_current, 100);
    memory = scene.control->memory();
    memory.charge_voltage = 1000;
    scene.restart(memory);
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 55.2);
}

// Requests

TEST(ChargeRequests, TightenAndAreForgottenAfterADay) {
    ControlScene scene;
    scene.step();
    scene.control->request({.charging_off = true}, scene.now);
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_DOUBLE_EQ(scene.limits.charge_voltage, 54);
    EXPECT_EQ(scene.limits.charge_limitation, "charging switched off by request");
    EXPECT_EQ(scene.control->next(), scene.now + 24h);
    scene.control->request({.charging_off = true, .discharging_off = true}, scene.now + 1h);
    scene.now += 1h;
    scene.step();
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_FALSE(scene.limits.charge_request);
    scene.now += 23h;
    scene.step();
    EXPECT_FALSE(scene.control->requests().charging_off) << "a day after it was switched";
    EXPECT_TRUE(scene.control->requests().discharging_off);
    scene.control->request({}, scene.now);
    scene.pass(61s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 21.6);
    EXPECT_GT(scene.limits.charge_current, 0);
}

TEST(ChargeRequests, HoldWithoutPacks) {
    ControlScene scene;
    scene.pass(5s);
    scene.set_freshness(Freshness::stale);
    scene.step();
    scene.control->request({.charging_off = true, .discharging_off = true}, scene.now);
    scene.step();
    EXPECT_EQ(scene.limits.charge_current, 0);
    EXPECT_EQ(scene.limits.discharge_current, 0);
}

TEST(ChargeRequests, AFullChargeEndsByItself) {
    ControlScene scene;
    bank::ControlMemory memory;
    memory.mode = bank::ChargeMode::float_;
    scene.restart(memory);
    scene.live[0].remaining = 95;
    scene.step();
    ASSERT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    scene.control->request({.full_charge_now = true}, scene.now);
    scene.step();
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Bulk"));
    scene.set_cells(3.445);
    scene.pass(20min);
    EXPECT_TRUE(scene.limits.charge_mode.starts_with("Float"));
    EXPECT_FALSE(scene.control->requests().full_charge_now);
}

}  // namespace
}  // namespace packwire::test
