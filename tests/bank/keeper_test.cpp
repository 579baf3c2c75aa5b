// SPDX-License-Identifier: MIT
#include "bank/keeper.hpp"

#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::Alarm;
using model::metric;

// Start. Source: bank 3.

TEST(KeeperStart, SaysNothingBeforeThePackAndItsLimitsAreRead) {
    BankRig rig;
    auto& line = rig.add("PACK1", 1);
    line.mute = {"47", "80"};
    rig.step();
    rig.appear(line);
    rig.run(5s);
    EXPECT_TRUE(rig.told.empty());
    line.mute = {};
    rig.answer(line, dialect::daren::system_parameters);
    rig.step();
    EXPECT_TRUE(rig.told.empty()) << "80 is not settled";
    rig.answer(line, dialect::daren::basic_parameters);
    rig.step();
    ASSERT_EQ(rig.told.size(), 1U);
    ASSERT_TRUE(rig.bank().limits);
    EXPECT_GT(rig.bank().limits->charge_current, 0);
    EXPECT_GT(rig.bank().limits->discharge_current, 0);
    EXPECT_EQ(rig.bank().value(metric("charge_voltage_limit")), rig.bank().limits->charge_voltage);
    EXPECT_EQ(rig.bank().text(metric("charge_mode")), rig.bank().limits->charge_mode);
}

TEST(KeeperStart, ARefusalSettlesToo) {
    BankRig rig;
    auto& line = rig.add("PACK1", 1);
    line.refused = {"80"};
    rig.appear(line);
    ASSERT_FALSE(rig.told.empty());
    EXPECT_TRUE(rig.bank().limits);
}

TEST(KeeperStart, WaitsForThePacksOfTheLastRunButNotForEver) {
    BankRig rig({}, knows({{"PACK1", 1}, {"PACK2", 2}}));
    auto& first = rig.add("PACK1", 1);
    rig.appear(first);
    const auto start = rig.now;
    EXPECT_EQ(rig.keeper->next(), start + 10s);
    rig.run(10s - 1ms);
    EXPECT_TRUE(rig.told.empty());
    rig.advance(start + 10s);
    ASSERT_FALSE(rig.told.empty());
    const auto& bank = rig.told.front();
    EXPECT_EQ(ids(bank), (std::vector<std::string>{"PACK1", "PACK2"}));
    EXPECT_EQ(bank.members[1].freshness, Freshness::lost);
    EXPECT_EQ(bank.value(metric("modules_offline")), 1.0);
    ASSERT_TRUE(bank.limits);
    EXPECT_LE(bank.limits->charge_voltage, 54.0) << "a known pack is lost: float at most";
    EXPECT_EQ(cable(bank), 0) << "it may still come";
    rig.run(60s);
    EXPECT_EQ(cable(rig.bank()), 1);
}

TEST(KeeperStart, BeginsAtOnceWhenAllOfTheLastRunAreThere) {
    BankRig rig({}, knows({{"PACK1", 1}, {"PACK2", 2}}));
    rig.add("PACK1", 1);
    rig.add("PACK2", 2);
    rig.appear_all();
    ASSERT_EQ(rig.told.size(), 1U);
    EXPECT_EQ(rig.bank().value(metric("modules_online")), 2.0);
}

TEST(KeeperStart, WaitsForConfiguredAddresses) {
    BankRig rig({.expected = {{"/dev/ttyUSB0", 1}, {"/dev/ttyUSB0", 2}}}, knows({{"OLD", 7}}));
    auto& first = rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear(first);
    rig.run(3s);
    EXPECT_TRUE(rig.told.empty());
    rig.appear(second);
    ASSERT_FALSE(rig.told.empty());
    EXPECT_EQ(ids(rig.bank()), (std::vector<std::string>{"PACK1", "PACK2"}))
        << "OLD is not configured any more";
}

TEST(KeeperStart, APackThatIsSilentAboutALimitIsTakenAsItIs) {
    BankRig rig;
    auto& line = rig.add("PACK1", 1);
    line.mute = {"80"};
    rig.appear(line);
    const auto start = rig.now;
    rig.run(10s - 1ms);
    EXPECT_TRUE(rig.told.empty());
    rig.advance(start + 10s);
    ASSERT_EQ(rig.told.size(), 1U);
    EXPECT_TRUE(rig.bank().limits) << "47 gives one";
}

TEST(KeeperStart, APackThatGivesNoLimitsMakesAMonitor) {
    BankRig rig;
    auto& line = rig.add("PACK1", 1);
    line.refused = {"47", "80"};
    rig.appear(line);
    ASSERT_EQ(rig.told.size(), 1U);
    EXPECT_FALSE(rig.bank().limits);
    EXPECT_FALSE(rig.bank().monitor_reason.empty());
    EXPECT_FALSE(rig.bank().value(metric("charge_voltage_limit"))) << "never 0 for unknown";
    EXPECT_TRUE(rig.bank().value(metric("pack_voltage")));
}

TEST(KeeperStart, AJoiningPackWaitsForItsOwnLimits) {
    BankRig rig;
    rig.appear(rig.add("PACK1", 1));
    rig.run(5s);
    const auto before = rig.bank().limits.value();
    auto& second = rig.add("PACK2", 2);
    second.mute = {"47", "80"};
    rig.appear(second);
    EXPECT_EQ(rig.bank().limits->charge_current, before.charge_current);
    EXPECT_EQ(rig.bank().value(metric("modules")), 2.0);
    second.mute = {};
    rig.appear(second);
    const auto joined = rig.bank().limits.value();
    EXPECT_LE(joined.charge_current, before.charge_current) << "up only at the recovery rate";
    rig.run(120s);
    EXPECT_GT(rig.bank().limits->charge_current, before.charge_current);
}

// Monitor

TEST(KeeperMonitor, SaysWhy) {
    BankRig rig({.control = false});
    rig.appear(rig.add("PACK1", 1));
    EXPECT_FALSE(rig.bank().limits);
    EXPECT_NE(rig.bank().monitor_reason.find("configuration"), std::string::npos);
    EXPECT_EQ(rig.bank().count(metric("charge_voltage_limit")), 0U) << "absent, not invalid";
}

TEST(KeeperMonitor, AnotherBmsRules) {
    BankRig rig;
    rig.appear(rig.add("PACK1", 1));
    rig.run(3s);
    EXPECT_TRUE(rig.bank().limits);
    rig.keeper->set_other_bms("com.victronenergy.battery.other");
    rig.step();
    EXPECT_FALSE(rig.bank().limits);
    EXPECT_NE(rig.bank().monitor_reason.find("com.victronenergy.battery.other"), std::string::npos);
    rig.keeper->set_other_bms("");
    rig.step();
    EXPECT_TRUE(rig.bank().limits);
    EXPECT_TRUE(rig.bank().monitor_reason.empty());
}

// What else

TEST(KeeperBank, NothingIsAllowedThatIsLimitedToZero) {
    BankRig rig;
    auto& line = rig.add("PACK1", 1);
    rig.appear(line);
    rig.run(2s);
    EXPECT_EQ(rig.bank().value(metric("charge_allowed")), 1.0);
    rig.keeper->request({.charging_off = true}, rig.now);
    rig.run(2s);
    EXPECT_EQ(rig.bank().limits->charge_current, 0.0);
    EXPECT_EQ(rig.bank().value(metric("charge_allowed")), 0.0);
    EXPECT_EQ(rig.bank().value(metric("discharge_allowed")), 1.0);
}

TEST(KeeperBank, RemembersWhatARestartNeeds) {
    BankRig rig;
    rig.add("PACK1", 1);
    rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(30s);
    const auto memory = rig.keeper->memory();
    ASSERT_EQ(memory.packs.size(), 2U);
    EXPECT_EQ(memory.packs[1],
              (bank::Expected{.id = "PACK2", .bus = "/dev/ttyUSB0", .address = 2, .seen = rig.wall()}));
    EXPECT_GT(memory.history.charged + memory.history.discharged, 0.0);
    ASSERT_TRUE(memory.control);
    EXPECT_EQ(memory.control->limits, rig.bank().limits);
    const auto read = bank::load(bank::save(memory));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, memory);
}

TEST(KeeperBank, ClearsHistoryByPart) {
    BankRig rig;
    rig.appear(rig.add("PACK1", 1));
    rig.run(30s);
    EXPECT_TRUE(rig.bank().value(metric("lowest_voltage")));
    rig.keeper->clear_history(bank::HistoryPart::energy);
    rig.step();
    EXPECT_EQ(rig.bank().value(metric("charged_energy")), 0.0);
    EXPECT_TRUE(rig.bank().value(metric("lowest_voltage")));
}

/// Field case F23: an ESS stops at a state of charge that nothing explains.
TEST(KeeperBank, ACounterThatRunsAwayRaisesAnAlarm) {
    BankRig rig;
    rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(1min);
    const auto internal_failure = static_cast<std::size_t>(model::Alarm::internal_failure);
    ASSERT_EQ(rig.bank().alarms[internal_failure], 0);
    for (int i = 1; i <= 40; ++i) {
        second.pack.charge(60 - 0.3 * i, 100).set("state_of_charge", 60 - 0.3 * i);
        rig.run(1s);
    }
    const auto& findings = rig.bank().findings;
    const auto found = std::ranges::find(findings, "state_of_charge.PACK2", &bank::Finding::key);
    ASSERT_NE(found, findings.end());
    EXPECT_TRUE(found->text.starts_with("state of charge of P2 fell by ")) << found->text;
    EXPECT_EQ(rig.bank().alarms[internal_failure], 1);
}

}  // namespace
}  // namespace packwire::test
