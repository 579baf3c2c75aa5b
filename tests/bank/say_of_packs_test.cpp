// SPDX-License-Identifier: MIT
/// Every pack that answers has a say, whether or not it tells limits. Source: bank 2, 4, 7, 8.
#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"
#include "bank/memory.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::Alarm;
using model::metric;

bool finds(const bank::Bank& bank, std::string_view words) {
    return std::ranges::any_of(bank.findings, [&](const bank::Finding& finding) {
        return finding.text.find(words) != std::string::npos;
    });
}

class SayOfPacks : public testing::Test {
protected:
    BankRig rig;
    BankRig::Line& pack(std::string serial = "PACK1", std::uint8_t address = 1) {
        return rig.add(std::move(serial), address);
    }
    /// Its limits are not set any more: the services answer, and say so by refusing.
    void tells_no_limits(BankRig::Line& line) {
        line.refused = {"47", "80"};
        rig.book.on_appear(rig.bus, line.pack.pack.snapshot.identity.address, dialect::daren::dialect);
    }
    [[nodiscard]] const bank::Limits& limits() const { return *rig.bank().limits; }
};

/// A bank whose limits are only remembered, and a pack that answers 42 alone.
class RestartWithoutLimits : public SayOfPacks {
protected:
    void SetUp() override {
        auto& line = pack();
        rig.appear(line);
        rig.run(5s);
        ASSERT_GT(limits().charge_current, 0);
        const auto text = bank::save(rig.keeper->memory());
        rig.restart({}, *bank::load(text));
        line.mute = {"47", "80"};
    }
    void begin() {
        rig.appear(rig.lines.front());
        rig.run(61s);
        ASSERT_FALSE(rig.told.empty());
    }
};

TEST_F(RestartWithoutLimits, TheLastOnesHoldForAWhileAndAreSaid) {
    begin();
    EXPECT_GT(limits().charge_current, 0);
    EXPECT_LE(limits().charge_current, 100);
    rig.run(10s);
    EXPECT_TRUE(finds(rig.bank(), "no longer reports its current limits"));
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::internal_failure)], 1);
    rig.run(10min);
    EXPECT_EQ(limits().charge_current, 0) << "memory ends";
    EXPECT_EQ(limits().discharge_current, 0);
    EXPECT_LE(limits().charge_voltage, 54.0);
    EXPECT_TRUE(finds(rig.bank(), "no pack that answers reports current limits"));
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh) << "nobody tells limits is not nobody answers";
    rig.lines.front().mute = {};
    rig.answer(rig.lines.front(), dialect::daren::system_parameters);
    rig.answer(rig.lines.front(), dialect::daren::basic_parameters);
    rig.run(3min);
    EXPECT_EQ(limits().charge_current, 100);
    EXPECT_GT(limits().discharge_current, 50);
    EXPECT_TRUE(rig.bank().findings.empty());
}

TEST_F(RestartWithoutLimits, AnotherRestartDoesNotBeginTheTimeAnew) {
    begin();
    rig.run(6min);
    const auto text = bank::save(rig.keeper->memory());
    rig.restart({}, *bank::load(text));
    begin();
    rig.run(4min);
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_EQ(limits().discharge_current, 0);
}

TEST_F(RestartWithoutLimits, AnEmptyCellStopsTheDischarge) {
    rig.lines.front()
        .pack.set("cell_voltage", 2.3, 2)
        .set("pack_voltage", 15 * 3.3 + 2.3)
        .set("pack_current", -50);
    begin();
    EXPECT_EQ(limits().discharge_current, 0);
    EXPECT_TRUE(limits().charge_request);
}

TEST_F(RestartWithoutLimits, AFullCellStopsTheCharge) {
    rig.lines.front().pack.set("cell_voltage", 3.62, 2).set("pack_voltage", 15 * 3.3 + 3.62);
    begin();
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_LE(limits().charge_voltage, 54.0);
}

TEST_F(RestartWithoutLimits, ColdCellsStopTheCharge) {
    rig.lines.front().pack.sensors(-5);
    begin();
    EXPECT_EQ(limits().charge_current, 0);
}

TEST_F(RestartWithoutLimits, OpenMosfetsStopBoth) {
    rig.lines.front().pack.mosfets(false, false);
    begin();
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_EQ(limits().discharge_current, 0);
}

TEST_F(RestartWithoutLimits, AProtectionStopsTheCharge) {
    rig.lines.front().pack.set("voltage_status", 1);
    begin();
    EXPECT_EQ(limits().charge_current, 0);
}

TEST_F(RestartWithoutLimits, ABankThatNeverHadAnyIsAMonitor) {
    rig.restart({}, {});
    rig.lines.front().mute = {};
    rig.lines.front().refused = {"47", "80"};
    rig.appear(rig.lines.front());
    rig.run(61s);
    ASSERT_FALSE(rig.told.empty());
    EXPECT_FALSE(rig.bank().limits);
    EXPECT_NE(rig.bank().monitor_reason.find("no pack reports current limits"), std::string::npos);
}

TEST_F(SayOfPacks, WhoNeverToldLimitsGivesNoneWhenTheOtherIsLost) {
    auto& first = pack("PACK1", 1);
    auto& second = pack("PACK2", 2);
    second.refused = {"47", "80"};
    rig.appear_all();
    rig.run(5s);
    EXPECT_GT(limits().charge_current, 0);
    EXPECT_LE(limits().charge_current, 100) << "the second adds nothing";
    first.silent = true;
    rig.run(9s);
    EXPECT_GT(limits().discharge_current, 0);
    rig.run(30s);
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_EQ(limits().discharge_current, 0);
    EXPECT_TRUE(finds(rig.bank(), "no pack that answers reports current limits"));
    EXPECT_NE(limits().charge_limitation.find("no pack that answers reports"), std::string::npos);
}

TEST_F(SayOfPacks, WhoTellsNoLimitsHoldsTheOthersByItsCells) {
    pack("PACK1", 1);
    auto& second = pack("PACK2", 2);
    second.refused = {"47", "80"};
    rig.appear_all();
    rig.run(5s);
    const auto before = limits();
    second.pack.set("cell_voltage", 3.425, 4).set("pack_voltage", 15 * 3.3 + 3.425);
    rig.run(2s);
    EXPECT_NEAR(limits().charge_current, before.charge_current * 0.05, 0.2) << "a cell near its maximum";
    second.pack.cells(3.3).set("cell_voltage", 2.5, 4).set("pack_voltage", 15 * 3.3 + 2.5);
    rig.run(2s);
    EXPECT_EQ(limits().discharge_current, 0);
    second.pack.cells(3.3).sensors(-3);
    rig.run(2s);
    EXPECT_EQ(limits().charge_current, 0);
}

TEST_F(SayOfPacks, WhoJoinsHasASayFromTheFirstReading) {
    pack("PACK1", 1);
    rig.appear_all();
    rig.run(5s);
    const auto before = limits();
    auto& second = pack("PACK2", 2);
    second.mute = {"47", "80"};
    second.pack.set("cell_voltage", 2.3, 1).set("pack_voltage", 15 * 3.3 + 2.3).set("pack_current", -50);
    rig.appear(second);
    EXPECT_EQ(limits().discharge_current, 0) << "at once";
    EXPECT_LE(limits().charge_current, before.charge_current) << "and it adds nothing yet";
}

TEST_F(SayOfPacks, WhoJoinsHotOrOpenHasASayToo) {
    pack("PACK1", 1);
    rig.appear_all();
    rig.run(5s);
    auto& second = pack("PACK2", 2);
    second.mute = {"47", "80"};
    second.pack.sensors(58);
    rig.appear(second);
    EXPECT_EQ(limits().charge_current, 0);
    second.pack.sensors(25).set("temperature_status", 1);
    rig.run(1s);
    EXPECT_EQ(limits().charge_current, 0) << "its protection";
}

/// A9: an address that is configured counts before it ever answered.
TEST(ConfiguredPacks, ThatNeverAnsweredAreMissingFromTheStart) {
    BankRig rig({.expected = {{"/dev/ttyUSB0", 1}, {"/dev/ttyUSB0", 2}, {"/dev/ttyUSB0", 4}}});
    rig.add("PACK1", 1);
    rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(11s);
    ASSERT_FALSE(rig.told.empty());
    EXPECT_LE(rig.bank().limits->charge_voltage, 54.0);
    EXPECT_EQ(rig.bank().value(metric("modules")), 3.0);
    EXPECT_EQ(rig.bank().value(metric("modules_offline")), 1.0);
    EXPECT_EQ(cable(rig.bank()), 0) << "it may still come";
    rig.run(60s);
    EXPECT_EQ(cable(rig.bank()), 1);
    EXPECT_EQ(rig.keeper->memory().packs.size(), 2U) << "nobody remembers who never was there";
    rig.appear(rig.add("PACK4", 4));
    rig.run(10s);
    EXPECT_EQ(ids(rig.bank()), (std::vector<std::string>{"PACK1", "PACK2", "PACK4"}));
    EXPECT_EQ(cable(rig.bank()), 0);
}

TEST(ConfiguredPacks, AClockThatIsAMonthAheadForgetsNobody) {
    BankRig rig({}, knows({{"PACK2", 2}}));
    rig.wall_offset = 24h * 30;
    rig.appear(rig.add("PACK1", 1));
    rig.run(71s);
    EXPECT_EQ(rig.bank().members.size(), 2U);
    EXPECT_LE(rig.bank().limits->charge_voltage, 54.0);
    EXPECT_EQ(rig.keeper->memory().packs.size(), 2U);
    EXPECT_EQ(cable(rig.bank()), 1);
}

TEST(ConfiguredPacks, AreNeverForgotten) {
    auto memory = knows({{"PACK2", 2}});
    memory.packs.front().missing_for = 24h * 30;
    BankRig rig({.expected = {{"/dev/ttyUSB0", 1}, {"/dev/ttyUSB0", 2}}}, memory);
    rig.appear(rig.add("PACK1", 1));
    rig.run(11s);
    ASSERT_FALSE(rig.told.empty());
    EXPECT_EQ(rig.bank().members.size(), 2U);
}

/// K2: a sensor with a bad contact.
TEST_F(SayOfPacks, ABrokenSensorIsLeftOutAndSaid) {
    pack("PACK1", 1);
    pack("PACK2", 2);
    rig.appear_all();
    rig.run(10s);
    const auto before = limits();
    rig.lines.front().pack.set("cell_temperature", -20, 2);
    rig.run(10s);
    EXPECT_EQ(limits().charge_current, before.charge_current);
    EXPECT_EQ(limits().discharge_current, before.discharge_current);
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::battery_temperature_sensor)], 1);
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::low_temperature)], 0);
    EXPECT_TRUE(finds(rig.bank(), "T03 -20.0 °C"));
    EXPECT_EQ(rig.bank().value(metric("cell_temperature.min")), 25.0) << "not the battery's temperature";
}

/// K1: out of its range a sensor is unknown, the pack stays.
TEST_F(SayOfPacks, ASensorThatReadsNonsenseIsSaidAndThePackStays) {
    auto& line = pack();
    rig.appear_all();
    for (const double nonsense : {-50.0, 2550.0, 273.1}) {
        line.pack.sensors(25);
        rig.run(2min);
        line.pack.set("cell_temperature", nonsense, 2);
        rig.run(10s);
        EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
        EXPECT_EQ(limits().charge_current, 100);
        EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::battery_temperature_sensor)], 1);
        EXPECT_TRUE(finds(rig.bank(), "T03 unreadable"));
    }
}

TEST_F(SayOfPacks, ASensorThatStopsMeasuringIsSaid) {
    auto& line = pack();
    rig.appear_all();
    rig.run(10s);
    line.pack.set("cell_temperature", 3276.7, 1);
    rig.run(10s);
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::battery_temperature_sensor)], 1);
    EXPECT_EQ(limits().charge_current, 100);
}

TEST_F(SayOfPacks, TheOthersRuleWithAMargin) {
    auto& line = pack();
    rig.appear_all();
    line.pack.sensors(8);
    rig.run(3min);
    EXPECT_NEAR(limits().charge_current, 80, 1) << "by the curve at 8 °C";
    line.pack.set("cell_temperature", 90, 1);
    rig.run(1s);
    EXPECT_NEAR(limits().charge_current, 100 * (0.25 + 0.25 / 3), 1) << "by the curve at 3 °C";
}

TEST_F(SayOfPacks, ACellThatBurnsAloneStopsTheCharge) {
    auto& line = pack();
    rig.appear_all();
    rig.run(2min);
    for (double celsius = 25; celsius < 60; celsius += 0.5) {
        line.pack.set("cell_temperature", celsius, 3);
        rig.run(5s);
    }
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_NE(limits().charge_limitation.find("T04"), std::string::npos) << limits().charge_limitation;
}

/// K3: a cell that is not measured is what the pack voltage leaves for it.
class UnmeasuredCell : public SayOfPacks {
protected:
    static constexpr double not_measured = 32.767;
    void SetUp() override {
        pack().pack.cells(3.31);
        rig.appear_all();
        rig.run(3min);
        ASSERT_EQ(limits().charge_current, 100);
    }
    FakePack& faulty() { return rig.lines.front().pack; }
};

TEST_F(UnmeasuredCell, FullByThePackVoltageStopsTheCharge) {
    faulty().set("cell_voltage", not_measured, 6).set("pack_voltage", 15 * 3.31 + 3.60);
    rig.run(10s);
    EXPECT_EQ(limits().charge_current, 0);
    EXPECT_LE(limits().charge_voltage, 54.0);
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(Alarm::internal_failure)], 1);
    EXPECT_TRUE(finds(rig.bank(), "does not measure 1 of its cells"));
}

TEST_F(UnmeasuredCell, LikeItsSiblingsItReducesTheChargeAndHoldsFloat) {
    faulty().set("cell_voltage", not_measured, 6);
    rig.run(10s);
    EXPECT_GT(limits().charge_current, 0);
    EXPECT_LE(limits().charge_current, 50);
    EXPECT_LE(limits().charge_voltage, 54.0);
    EXPECT_GT(limits().discharge_current, 0);
}

TEST_F(UnmeasuredCell, EmptyByThePackVoltageStopsTheDischarge) {
    faulty().set("cell_voltage", not_measured, 0).set("pack_voltage", 15 * 3.31 + 2.50);
    rig.run(2s);
    EXPECT_EQ(limits().discharge_current, 0);
}

/// Found by the oracle (seed 9000280): one cell said 1 V for good, was in truth the fullest, and nobody
/// looked at it.
TEST_F(UnmeasuredCell, NorIsOneWhoseVoltageTheSumContradicts) {
    for (const double said : {1.0, 2.2}) {
        faulty().set("cell_voltage", said, 6).set("pack_voltage", 15 * 3.31 + 3.31);
        rig.run(1min);
        EXPECT_GT(limits().charge_current, 0) << said;
        faulty().set("pack_voltage", 15 * 3.31 + 3.60);
        rig.run(10s);
        EXPECT_EQ(limits().charge_current, 0) << said;
        faulty().cells(3.31);
        rig.run(10min);
        ASSERT_GT(limits().charge_current, 50);
    }
    faulty().set("cell_voltage", 4.5, 6).set("pack_voltage", 15 * 3.31 + 2.5);
    rig.run(2s);
    EXPECT_EQ(limits().discharge_current, 0);
}

/// A BMS whose pack voltage is wrong by a percent says nothing of any cell.
TEST_F(UnmeasuredCell, APackVoltageThatIsOffTakesNothing) {
    for (const double off : {0.9, -0.9}) {
        faulty().set("pack_voltage", 16 * 3.31 + off);
        rig.run(1min);
        EXPECT_EQ(limits().charge_current, 100) << off;
        EXPECT_GT(limits().discharge_current, 0) << off;
    }
}

TEST_F(UnmeasuredCell, OfTwoOneMayBeTheOddOne) {
    faulty()
        .set("cell_voltage", not_measured, 0)
        .set("cell_voltage", not_measured, 15)
        .set("pack_voltage", 15 * 3.31 + 3.61);
    rig.run(2s);
    EXPECT_EQ(limits().charge_current, 0);
}

TEST_F(UnmeasuredCell, WithoutAPackVoltageItIsWorseThanItsSiblings) {
    faulty().cells(3.34).set("cell_voltage", not_measured, 6).set("pack_voltage", 327.67);
    rig.run(2s);
    EXPECT_LE(limits().charge_current, 5) << "3.44 V by assumption";
    EXPECT_GT(limits().discharge_current, 0);
}

/// A2: nothing rises without a new reading.
TEST_F(SayOfPacks, OneReadingAfterALossRaisesNothing) {
    auto& line = pack();
    rig.appear_all();
    rig.run(10s);
    line.silent = true;
    rig.run(60s);
    ASSERT_EQ(limits().charge_current, 0);
    ASSERT_EQ(limits().discharge_current, 0);
    rig.answer(line, dialect::daren::live_data);
    rig.step();
    const auto first = rig.told.size();
    rig.run(9s);
    for (std::size_t i = first; i < rig.told.size(); ++i) {
        EXPECT_EQ(rig.told[i].limits->charge_current, 0);
        EXPECT_EQ(rig.told[i].limits->discharge_current, 0);
    }
}

TEST_F(SayOfPacks, AFewReadingsRaiseByWhatTheyCover) {
    auto& line = pack();
    rig.appear_all();
    rig.run(10s);
    line.pack.set("cell_voltage", 3.62, 0).set("pack_voltage", 15 * 3.3 + 3.62);
    rig.run(2s);
    ASSERT_EQ(limits().charge_current, 0);
    line.pack.cells(3.3);
    rig.run(32s);
    const auto raised = limits().charge_current;
    EXPECT_GT(raised, 0);
    EXPECT_LT(raised, 30);
    const auto voltage = limits().charge_voltage;
    line.silent = true;
    rig.run(9s);
    EXPECT_EQ(limits().charge_current, raised);
    EXPECT_EQ(limits().charge_voltage, voltage);
}

TEST_F(SayOfPacks, OneSilentPackKeepsAllLimitsWhereTheyAre) {
    auto& first = pack("PACK1", 1);
    auto& second = pack("PACK2", 2);
    rig.appear_all();
    rig.run(10s);
    first.pack.set("cell_voltage", 3.62, 0).set("pack_voltage", 15 * 3.3 + 3.62);
    rig.run(2s);
    first.pack.cells(3.3);
    rig.run(28s);
    second.silent = true;
    rig.run(9s);
    EXPECT_EQ(limits().charge_current, 0) << "nobody knows how the second is";
}

}  // namespace
}  // namespace packwire::test
