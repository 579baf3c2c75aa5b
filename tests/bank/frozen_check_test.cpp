// SPDX-License-Identifier: MIT
/// Telemetry that does not change by one digit. Source: bank 8.
#include "bank/frozen_check.hpp"

#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::Alarm;

std::uint8_t failure(const bank::Bank& bank) {
    return bank.alarms[static_cast<std::size_t>(Alarm::internal_failure)];
}

TEST(FrozenTelemetry, UnderLoadIsAFailureAfterAMinuteAndLostInTheEnd) {
    BankRig rig;
    for (const auto* serial : {"PACK1", "PACK2"}) {
        auto& line = rig.add(serial, static_cast<std::uint8_t>(rig.lines.size() + 1));
        line.pack.set("pack_current", -50);
        line.frozen = true;
    }
    rig.appear_all();
    rig.run(50s);
    EXPECT_EQ(failure(rig.bank()), 0);
    rig.run(20s);
    EXPECT_EQ(failure(rig.bank()), 1);
    ASSERT_FALSE(rig.bank().findings.empty());
    EXPECT_NE(rig.bank().findings[0].text.find("frozen"), std::string::npos) << rig.bank().findings[0].text;
    EXPECT_GT(rig.bank().limits->discharge_current, 0);
    rig.run(9min);
    EXPECT_EQ(rig.bank().freshness, Freshness::stale);
    rig.run(61s);
    EXPECT_EQ(rig.bank().freshness, Freshness::lost);
    EXPECT_EQ(rig.bank().limits->charge_current, 0);
    EXPECT_EQ(rig.bank().limits->discharge_current, 0);
    for (auto& line : rig.lines) line.frozen = false;
    rig.run(5s);
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh) << "it lives again";
}

TEST(FrozenTelemetry, OneOfTwoLeavesTheOtherInCharge) {
    BankRig rig;
    rig.add("PACK1", 1).pack.set("pack_current", 40);
    auto& second = rig.add("PACK2", 2);
    second.pack.set("pack_current", 40);
    rig.appear_all();
    rig.run(1min);
    second.frozen = true;
    rig.run(12min);
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
    EXPECT_EQ(rig.bank().members[1].freshness, Freshness::lost);
    EXPECT_LE(rig.bank().limits->charge_voltage, 54.0);
    EXPECT_GT(rig.bank().limits->charge_current, 0);
}

TEST(FrozenTelemetry, AtRestItTakesAnotherPackThatMoves) {
    BankRig rig;
    auto& first = rig.add("PACK1", 1);
    first.pack.set("pack_current", 0);
    auto& second = rig.add("PACK2", 2);
    second.pack.set("pack_current", 0);
    second.frozen = true;
    rig.appear_all();
    rig.run(20min);
    EXPECT_EQ(failure(rig.bank()), 0) << "a battery at rest rests";
    first.pack.set("pack_current", -30);
    rig.run(20s);
    EXPECT_EQ(failure(rig.bank()), 1) << "two packs on the same wires cannot differ like that";
    EXPECT_EQ(rig.bank().members[1].freshness, Freshness::fresh);
}

TEST(FrozenTelemetry, ASlowLoadThatMovesOneDigitIsAlive) {
    BankRig rig;
    rig.add("PACK1", 1).pack.set("pack_current", -50);
    rig.appear_all();
    rig.run(30min);
    for (const auto& finding : rig.bank().findings)
        EXPECT_EQ(finding.text.find("frozen"), std::string::npos) << finding.text;
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
}

}  // namespace
}  // namespace packwire::test
