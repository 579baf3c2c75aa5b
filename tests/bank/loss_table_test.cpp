// SPDX-License-Identifier: MIT
/// The table of bank 7: what the bank says while its packs fall silent, and when each state begins.
#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::metric;

constexpr double float_voltage = 16 * 3.375;

/// What a row of the table demands, of a bank that was controlled before it fell silent.
struct Row {
    Freshness freshness;
    bool measured;
    bool at_float;
    bool blocked;
    std::uint8_t cable;
};
constexpr Row fresh_row{Freshness::fresh, true, false, false, 0};
constexpr Row stale_row{Freshness::stale, false, true, false, 1};
constexpr Row lost_row{Freshness::lost, false, true, true, 2};
/// Some packs are lost, others alive.
constexpr Row partly_row{Freshness::fresh, true, true, false, 1};

class LossTable : public testing::Test {
protected:
    explicit LossTable(bank::KeeperSettings settings = {}) : rig(std::move(settings)) {}

    void begin(int packs) {
        for (int i = 1; i <= packs; ++i)
            rig.add("PACK" + std::to_string(i), static_cast<std::uint8_t>(i)).pack.cells(3.37);
        rig.appear_all();
        rig.run(2min);
        before = rig.bank().limits.value();
        ASSERT_GT(before.charge_voltage, float_voltage) << "the table is about what falls";
        expect(fresh_row);
    }
    void silence(std::size_t pack) {
        auto line = std::next(rig.lines.begin(), static_cast<std::ptrdiff_t>(pack));
        line->silent = true;
        silent_since = rig.now;
    }
    /// Seen at that age of the last good 42, and not a millisecond before.
    void begins_at(Duration age, const Row& row) {
        const auto due = silent_since + age;
        go_to(due - 1ms);
        const auto count = rig.told.size();
        go_to(due);
        ASSERT_GT(rig.told.size(), count) << "nothing was told at " << seconds(age);
        SCOPED_TRACE(seconds(age));
        expect(row);
    }
    void expect(const Row& row) const {
        const auto& bank = rig.bank();
        EXPECT_EQ(bank.freshness, row.freshness);
        for (const auto one :
             {metric("pack_voltage"), metric("pack_current"), metric("pack_power"), metric("state_of_charge"),
              metric("cell_voltage.max"), metric("pack_temperature"), metric("time_to_go")})
            EXPECT_EQ(bank.value(one).has_value(), row.measured) << one.row().name;
        ASSERT_TRUE(bank.limits) << "valid as long as the name is held";
        const auto voltage = bank.limits->charge_voltage;
        EXPECT_TRUE(!row.at_float || voltage <= float_voltage) << voltage;
        EXPECT_GT(voltage, 40.0);
        if (row.blocked) {
            EXPECT_EQ(bank.limits->charge_current, 0.0);
            EXPECT_EQ(bank.limits->discharge_current, 0.0);
        } else {
            EXPECT_GT(bank.limits->charge_current, 0.0);
            EXPECT_LE(bank.limits->charge_current, before.charge_current) << "never raised";
            EXPECT_GT(bank.limits->discharge_current, 0.0);
            EXPECT_LE(bank.limits->discharge_current, before.discharge_current);
        }
        EXPECT_EQ(bank.alarms[static_cast<std::size_t>(model::Alarm::bms_cable)], row.cable);
        EXPECT_EQ(bank.value(metric("charge_voltage_limit")), bank.limits->charge_voltage);
        EXPECT_FALSE(bank.limits->charge_limitation.empty());
    }
    /// Others go on being read each second.
    void go_to(TimePoint when) { rig.run(when - rig.now); }
    static std::string seconds(Duration time) {
        return std::to_string(std::chrono::duration<double>(time).count()) + " s";
    }

    BankRig rig;
    bank::Limits before;
    TimePoint silent_since;
};

TEST_F(LossTable, OnePack) {
    begin(1);
    silence(0);
    begins_at(10s, stale_row);
    EXPECT_EQ(rig.bank().limits->charge_current, before.charge_current) << "held";
    EXPECT_EQ(rig.bank().limits->discharge_current, before.discharge_current) << "held";
    begins_at(30s, lost_row);
    begins_at(60s, lost_row);
    rig.run(1h);
    expect(lost_row);
    EXPECT_EQ(rig.bank().freshness, Freshness::lost) << "the bank stays";
}

TEST_F(LossTable, TheCurrentEndsAfterTwoRounds) {
    begin(1);
    rig.keeper->set_pace(rig.bus, {.round = 2s});
    silence(0);
    go_to(silent_since + 4s - 1ms);
    EXPECT_TRUE(rig.bank().value(metric("pack_current")));
    go_to(silent_since + 4s);
    EXPECT_FALSE(rig.bank().value(metric("pack_current")));
    EXPECT_TRUE(rig.bank().value(metric("pack_voltage")));
}

TEST_F(LossTable, ASlowRoundMovesEveryState) {
    begin(1);
    rig.book.set_pace(rig.bus, {.round = 8s});
    silence(0);
    go_to(silent_since + 23s);
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
    begins_at(24s, stale_row);
    begins_at(44s, lost_row);
    begins_at(74s, lost_row);
}

TEST_F(LossTable, OnePackOfThree) {
    begin(3);
    silence(1);
    go_to(silent_since + 10s);
    EXPECT_LE(rig.bank().limits->charge_voltage, float_voltage) << "a known pack is stale";
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(model::Alarm::bms_cable)], 0);
    EXPECT_EQ(rig.bank().members[1].freshness, Freshness::stale);
    begins_at(30s, partly_row);
    EXPECT_EQ(rig.bank().value(metric("modules_offline")), 1.0);
    EXPECT_EQ(rig.bank().value(metric("full_charge_capacity")), 200.0);
    begins_at(60s, partly_row);
}

TEST_F(LossTable, OneAfterTheOther) {
    begin(2);
    silence(0);
    rig.run(25s);
    silence(1);
    begins_at(10s, {Freshness::stale, false, true, false, 1});
    begins_at(30s, lost_row);
}

TEST_F(LossTable, ParametersKeepNobodyAlive) {
    begin(1);
    silence(0);
    rig.run(9s);
    rig.answer(rig.lines.front(), dialect::daren::system_parameters);
    rig.answer(rig.lines.front(), dialect::daren::basic_parameters);
    begins_at(10s, stale_row);
}

TEST_F(LossTable, WhatComesBackIsFreshAtOnceAndRecovers) {
    begin(1);
    silence(0);
    go_to(silent_since + 40s);
    rig.lines.front().silent = false;
    rig.appear(rig.lines.front());
    EXPECT_EQ(rig.bank().freshness, Freshness::fresh);
    EXPECT_TRUE(rig.bank().value(metric("pack_voltage")));
    EXPECT_EQ(rig.bank().alarms[static_cast<std::size_t>(model::Alarm::bms_cable)], 0);
    EXPECT_LE(rig.bank().limits->charge_voltage, float_voltage);
    auto last = *rig.bank().limits;
    auto before_last = last;  // of an earlier time: a timer and a reading may come at the same
    auto at = rig.now;
    auto before_at = at;
    const auto first = rig.told.size();
    rig.run(10min);
    for (std::size_t i = first; i < rig.told.size(); ++i) {
        const auto& bank = rig.told[i];
        if (bank.when != at) {
            before_last = last;
            before_at = at;
        }
        const auto time = std::chrono::duration<double>(bank.when - before_at).count();
        EXPECT_LE(bank.limits->charge_current, before_last.charge_current + (5 * time) + 0.2);
        EXPECT_LE(bank.limits->charge_voltage, before_last.charge_voltage + (0.001 * time) + 0.051);
        last = *bank.limits;
        at = bank.when;
    }
    EXPECT_EQ(last.charge_current, before.charge_current);
    EXPECT_EQ(last.discharge_current, before.discharge_current);
}

class LossTableBankGone : public LossTable {
protected:
    LossTableBankGone() : LossTable({.bank_gone = 5min}) {}
};

TEST_F(LossTableBankGone, TheBankLeavesWhereThatIsWanted) {
    begin(1);
    silence(0);
    begins_at(30s, lost_row);
    go_to(silent_since + 5min - 1ms);
    EXPECT_EQ(rig.bank().freshness, Freshness::lost);
    go_to(silent_since + 5min);
    EXPECT_EQ(rig.bank().freshness, Freshness::gone);
}

class LossTableHold : public LossTable {
protected:
    LossTableHold() : LossTable(settings()) {}
    static bank::KeeperSettings settings() {
        bank::KeeperSettings settings;
        settings.charge.on_loss = bank::OnLoss::hold;
        return settings;
    }
};

TEST_F(LossTableHold, OffGridTheDischargeIsHeldForAWhile) {
    begin(1);
    silence(0);
    go_to(silent_since + 30s);
    EXPECT_EQ(rig.bank().limits->charge_current, 0.0);
    EXPECT_EQ(rig.bank().limits->discharge_current, before.discharge_current);
    EXPECT_EQ(rig.bank().freshness, Freshness::lost);
    go_to(silent_since + 30s + 30min);
    EXPECT_EQ(rig.bank().limits->discharge_current, 0.0);
}

}  // namespace
}  // namespace packwire::test
