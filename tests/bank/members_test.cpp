// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"
#include "bank/keeper.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::Alarm;
using model::metric;

// Who belongs to it

TEST(KeeperMembers, AnExcludedPackIsNotThere) {
    BankRig rig({.exclude = {"PACK2"}}, knows({{"PACK1", 1}, {"PACK2", 2}}));
    rig.add("PACK1", 1);
    rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(3s);
    EXPECT_EQ(ids(rig.bank()), std::vector<std::string>{"PACK1"});
    EXPECT_EQ(rig.bank().count(metric("cell_voltage")), 16U) << "a single pack";
    EXPECT_EQ(rig.keeper->memory().packs.size(), 1U);
}

TEST(KeeperMembers, TwoPacksWithOneSerialAreTwo) {
    BankRig rig;
    rig.add("TWIN", 1);
    rig.add("TWIN", 2);
    rig.appear_all();
    rig.run(3s);
    EXPECT_EQ(ids(rig.bank()), (std::vector<std::string>{"TWIN", "TWIN_2"}));
    EXPECT_EQ(rig.bank().value(metric("full_charge_capacity")), 200.0);
}

TEST(KeeperMembers, TwinsThatAreFoundInAnotherOrderStayTwo) {
    BankRig rig({}, knows({{"TWIN", 1}, {"TWIN_2", 2}}));
    auto& first = rig.add("TWIN", 1);
    auto& second = rig.add("TWIN", 2);
    rig.appear(second);
    rig.appear(first);
    rig.run(3s);
    EXPECT_EQ(rig.bank().value(metric("modules")), 2.0);
    EXPECT_EQ(rig.bank().value(metric("modules_online")), 2.0);
}

TEST(KeeperMembers, AReplacedPackLeavesTheBank) {
    BankRig rig;
    auto& first = rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(3s);
    second.silent = true;
    rig.run(61s);
    EXPECT_EQ(rig.bank().value(metric("modules_offline")), 1.0);
    EXPECT_EQ(rig.bank().members[1].freshness, Freshness::gone);
    rig.lines.pop_back();
    auto& third = rig.add("PACK3", 2);
    rig.appear(third);
    rig.run(3s);
    EXPECT_EQ(ids(rig.bank()), (std::vector<std::string>{"PACK1", "PACK3"}));
    EXPECT_EQ(rig.bank().value(metric("modules_offline")), 0.0);
    EXPECT_EQ(cable(rig.bank()), 0);
    EXPECT_FALSE(first.silent);
}

TEST(KeeperMembers, APackThatComesBackIsTheSame) {
    BankRig rig;
    rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(3s);
    second.silent = true;
    rig.run(120s);
    second.silent = false;
    second.mute = {"47", "80"};
    rig.appear(second);
    EXPECT_EQ(rig.bank().value(metric("modules_online")), 2.0);
    ASSERT_TRUE(rig.bank().limits);
    EXPECT_GT(rig.bank().limits->charge_current, 0) << "its limits hold until it is another pack";
}

TEST(KeeperMembers, AfterAWhileALostPackIsForgotten) {
    BankRig rig({.forget = 10min});
    rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear_all();
    rig.run(1s);
    second.silent = true;
    rig.wall_offset = 24h * 3650;
    rig.run(90s);
    EXPECT_EQ(rig.bank().members.size(), 2U) << "a clock that jumps forgets nobody";
    rig.run(10min);
    EXPECT_EQ(ids(rig.bank()), std::vector<std::string>{"PACK1"});
}

TEST(KeeperMembers, WhileNobodyAnswersNobodyIsForgotten) {
    BankRig rig({.forget = 10min});
    rig.add("PACK1", 1);
    auto& second = rig.add("PACK2", 2);
    rig.appear_all();
    second.silent = rig.lines.front().silent = true;
    rig.run(1h);
    rig.lines.front().silent = false;
    rig.appear(rig.lines.front());
    EXPECT_EQ(rig.bank().members.size(), 2U);
}

TEST(KeeperMembers, OfTheLastRunOnlyThoseThatWereNotMissingForAWeek) {
    auto memory = knows({{"PACK2", 2}});
    memory.packs.front().missing_for = 24h * 8;
    BankRig rig({}, std::move(memory));
    rig.appear(rig.add("PACK1", 1));
    ASSERT_FALSE(rig.told.empty()) << "nobody else is waited for";
    EXPECT_EQ(ids(rig.bank()), std::vector<std::string>{"PACK1"});
}

TEST(KeeperMembers, NamesInExtremesGoByAddress) {
    BankRig rig;
    rig.add("ZETA", 1).pack.set("cell_voltage", 3.1, 0);
    rig.add("ALPHA", 2).pack.set("cell_voltage", 3.4, 6);
    rig.appear_all();
    EXPECT_EQ(rig.bank().text(metric("cell_voltage.min_id")), "P1 C01");
    EXPECT_EQ(rig.bank().text(metric("cell_voltage.max_id")), "P2 C07");
}

}  // namespace
}  // namespace packwire::test
