// SPDX-License-Identifier: MIT
/// When DCL goes to 0, and when it leaves it.
#include "bank/discharge_gate.hpp"

#include <gtest/gtest.h>

#include "support/control_scene.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::DischargeStop;

TEST(DischargeGate, ALowCellStopsDischargeAfterTenSeconds) {
    ControlScene scene;
    scene.set_cells(2.95);
    scene.pass(1min);
    EXPECT_GE(scene.limits.discharge_current, 0.2 * 108 - 1e-9) << "low, not empty";
    scene.live[0].cells[2] = 2.69;
    scene.pass(10s);
    EXPECT_GT(scene.limits.discharge_current, 0);
    EXPECT_FALSE(scene.limits.charge_request);
    scene.pass(1s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_TRUE(scene.limits.charge_request);
    EXPECT_EQ(scene.limits.discharge_limitation, "cell voltage of C03 2.69 V");
    EXPECT_EQ(scene.control->memory().discharge_stop, DischargeStop::cell);
}

TEST(DischargeGate, AShortDipDoesNot) {
    ControlScene scene;
    scene.step();
    for (int i = 0; i < 20; ++i) {
        scene.set_cells(2.65);
        scene.pass(9s);
        scene.set_cells(2.9);
        scene.pass(1s);
        ASSERT_GT(scene.limits.discharge_current, 0);
    }
}

TEST(DischargeGate, NearProtectionDischargeStopsAtOnce) {
    ControlScene scene;
    scene.step();
    scene.live[0].cells[15] = 2.54;
    scene.step();
    EXPECT_EQ(scene.limits.discharge_current, 0);
}

TEST(DischargeGate, DischargeComesBackInOneStepWhenCellsAreWellAbove) {
    ControlScene scene;
    scene.step();
    scene.set_cells(2.5);
    scene.step();
    ASSERT_EQ(scene.limits.discharge_current, 0);
    scene.set_cells(3.09);
    scene.pass(10min);
    EXPECT_EQ(scene.limits.discharge_current, 0) << "3.10 V is asked for";
    EXPECT_EQ(scene.limits.discharge_limitation, "waits for charge: cell voltage of C01 3.09 V");
    scene.set_cells(3.25);
    scene.pass(60s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_TRUE(scene.limits.charge_request);
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 21.6) << "20 % of 108 A";
    EXPECT_FALSE(scene.limits.charge_request);
    scene.pass(31s);
    EXPECT_GT(scene.limits.discharge_current, 21.6);
    scene.pass(30s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 108);
}

TEST(DischargeGate, WaitsTwiceAsLongEachTimeItDidNotLast) {
    ControlScene scene;
    scene.step();
    for (const auto wait : {60s, 120s, 240s, 480s}) {
        scene.set_cells(2.5);
        scene.step();
        ASSERT_EQ(scene.limits.discharge_current, 0);
        scene.set_cells(3.2);
        scene.pass(wait - 1s);
        EXPECT_EQ(scene.limits.discharge_current, 0) << wait.count();
        scene.pass(2s);
        EXPECT_GT(scene.limits.discharge_current, 0) << wait.count();
    }
    scene.restart(scene.control->memory());
    scene.set_cells(2.5);
    scene.pass(1s);
    scene.set_cells(3.2);
    scene.pass(900s);
    EXPECT_EQ(scene.limits.discharge_current, 0) << "a restart forgives nothing";
    scene.pass(62s);
    EXPECT_GT(scene.limits.discharge_current, 0);
    scene.pass(2h);
    scene.set_cells(2.5);
    scene.step();
    scene.set_cells(3.2);
    scene.pass(61s);
    EXPECT_GT(scene.limits.discharge_current, 0) << "it lasted";
}

TEST(DischargeGate, ChargeLetsItDischargeAgainBefore) {
    ControlScene scene;
    scene.step();
    scene.set_cells(2.5);
    scene.step();
    scene.set_cells(2.9);
    scene.live[0].current = 20;
    scene.pass(59s);
    EXPECT_EQ(scene.limits.discharge_current, 0) << "not within 60 s";
    scene.pass(1s);
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 21.6);
}

TEST(DischargeGate, OneEmptyPackStopsAllUntilItIsOut) {
    ControlScene scene(2);
    scene.step();
    scene.set_cells(2.6, 1);
    scene.pass(11s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_EQ(scene.limits.discharge_limitation, "cell voltage of P2 C01 2.60 V");
    scene.live[1].discharge_on = false;
    scene.pass(61s);
    EXPECT_GT(scene.limits.discharge_current, 0) << "the other one may";
}

TEST(DischargeGate, AllDischargeMosfetsOff) {
    ControlScene scene;
    scene.step();
    scene.live[0].discharge_on = false;
    scene.step();
    EXPECT_EQ(scene.limits.discharge_current, 0);
    EXPECT_FALSE(scene.limits.charge_request) << "it is not empty";
    EXPECT_EQ(scene.limits.discharge_limitation, "no pack has its discharge MOSFET on");
    scene.live[0].discharge_on = true;
    scene.pass(59s);
    EXPECT_EQ(scene.limits.discharge_current, 0);
    scene.pass(2s);
    EXPECT_GT(scene.limits.discharge_current, 0);
}

TEST(DischargeGate, DischargeStopsShortOfATemperatureProtection) {
    ControlScene scene;
    scene.step();
    scene.live[0].temperatures[0] = 62;
    scene.step();
    EXPECT_DOUBLE_EQ(scene.limits.discharge_current, 21.6) << "hot: the least part";
    scene.live[0].temperatures[0] = 63;
    scene.step();
    EXPECT_EQ(scene.limits.discharge_current, 0);
    scene.live[0].temperatures[0] = 61;
    scene.pass(5min);
    EXPECT_EQ(scene.limits.discharge_current, 0) << "hysteresis";
    scene.live[0].temperatures[0] = 59;
    scene.pass(61s);
    EXPECT_GT(scene.limits.discharge_current, 0);
}

}  // namespace
}  // namespace packwire::test
