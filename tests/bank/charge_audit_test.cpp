// SPDX-License-Identifier: MIT
/// Counters of packs against the current that is integrated: what must ring, and what must not. Source:
/// bank 8.
#include "bank/charge_audit.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <list>

#include "bank/fake_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using model::Alarm;

/// Packs of 100 Ah that are read each second.
class ChargeAuditTest : public testing::Test {
protected:
    struct Battery {
        FakePack pack;
        double current = 0;
        double remaining = 60;        ///< Ah, as its BMS counts
        std::optional<double> soc{};  ///< %; else follows from the remaining capacity
        double full = 100;
        double cell = 3.30;
    };
    Battery& add() {
        const auto number = batteries.size() + 1;
        return batteries.emplace_back(
            Battery{.pack = FakePack("PACK" + std::to_string(number), static_cast<std::uint8_t>(number))});
    }
    /// Each BMS counts its own current, and `more` happens before each reading.
    void run(Duration time, const std::function<void()>& more = {}, Duration interval = 1s) {
        const auto hours = std::chrono::duration<double, std::ratio<3600>>(interval).count();
        for (const auto end = now + time; now < end; now += interval) {
            for (auto& battery : batteries)
                battery.remaining =
                    std::clamp(battery.remaining + battery.current * hours, 0.0, battery.full);
            if (more) more();
            read();
        }
    }
    void read() {
        bank = {};
        bank.when = now;
        bank.freshness = bank::Freshness::lost;
        std::vector<bank::Part> parts;
        for (auto& battery : batteries) {
            bank.freshness = std::min(bank.freshness, battery.pack.pack.freshness);
            const auto soc = battery.soc.value_or(100 * battery.remaining / battery.full);
            if (battery.pack.pack.freshness == bank::Freshness::fresh) {
                battery.pack.cells(battery.cell)
                    .set("pack_current", battery.current)
                    .set("state_of_charge", std::round(soc))
                    .charge(battery.remaining, battery.full)
                    .mosfets(true, true)
                    .read(now);
            }
            parts.push_back({.pack = &battery.pack.pack,
                             .name = batteries.size() > 1 ? fmt::format("P{}", parts.size() + 1) : "",
                             .pace = {.round = 1s}});
        }
        aggregate.fill(bank, parts);
        audit.step(bank, parts, aggregate.is_external(now));
        for (const auto& finding : bank.findings) found.try_emplace(finding.key, finding.text);
    }
    [[nodiscard]] const bank::Finding* finding(std::string_view key) const {
        const auto at = std::ranges::find(bank.findings, key, &bank::Finding::key);
        return at == bank.findings.end() ? nullptr : &*at;
    }
    /// A warning with that key, and these words in its text.
    void expect_warning(std::string_view key, std::string_view words) const {
        const auto* const warning = finding(key);
        ASSERT_NE(warning, nullptr) << key;
        EXPECT_NE(warning->text.find(words), std::string::npos) << warning->text;
        EXPECT_EQ(warning->alarm, Alarm::internal_failure);
        EXPECT_EQ(warning->level, 1);
    }

    TimePoint now = TimePoint{} + 1h;
    std::list<Battery> batteries;
    bank::Aggregate aggregate{{}};
    bank::ChargeAudit audit{{}};
    bank::Bank bank;
    std::map<std::string, std::string> found;  ///< by key, as it was first found
};

/// %/s by which the counter runs away, A that flow, cell voltage, whether SOC, remaining or both do.
struct Runaway {
    double pace;
    double current;
    double cell;
    bool soc;
    bool remaining;
    const char* name;
};
class ChargeAuditRunaway : public ChargeAuditTest, public testing::WithParamInterface<Runaway> {};

TEST_P(ChargeAuditRunaway, IsFoundBeforeTenPercentAreGone) {
    const auto [pace, current, cell, soc, remaining, name] = GetParam();
    auto& battery = add();
    battery.cell = cell;
    battery.current = current;
    battery.remaining = pace < 0 ? 99 : 40;
    const auto begin = battery.remaining;
    run(30min, {}, 5s);
    ASSERT_TRUE(found.empty()) << found.begin()->second;
    battery.remaining = begin;
    auto shown = begin;
    run(1s);
    const auto steps = static_cast<int>(8 / std::abs(pace));
    for (int i = 0; i < steps; ++i) {
        run(1s, [&] {
            shown += pace;
            battery.soc = soc ? shown : begin;
            if (remaining) battery.remaining = shown;
        });
    }
    expect_warning(soc ? "state_of_charge.PACK1" : "remaining_capacity.PACK1",
                   pace < 0 ? "fell by" : "rose by");
    EXPECT_NE(bank.findings.front().text.find(" Ah ("), std::string::npos) << "both numbers";
}

INSTANTIATE_TEST_SUITE_P(F23, ChargeAuditRunaway,
                         testing::Values(Runaway{-0.05, -1, 3.3625, true, true, "AsInTheField"},
                                         Runaway{-0.3, -1, 3.3625, true, true, "Fast"},
                                         Runaway{0.05, 1, 3.3625, true, true, "Upward"},
                                         Runaway{0.3, 1, 3.30, true, true, "UpwardFast"},
                                         Runaway{-0.05, 10, 3.35, true, true, "DownwardWhileItCharges"},
                                         Runaway{0.05, -20, 3.25, true, true, "UpwardWhileItDischarges"},
                                         Runaway{-0.01, -1, 3.33, true, true, "Slow"},
                                         Runaway{-0.05, -1, 3.3625, true, false, "OnlyTheStateOfCharge"},
                                         Runaway{-0.05, -1, 3.3625, false, true, "OnlyTheRemainingCapacity"}),
                         [](const auto& scene) { return std::string(scene.param.name); });

TEST_F(ChargeAuditTest, OnePackOfFourIsNamed) {
    for (int i = 0; i < 4; ++i) add().current = -5;
    run(30min);
    auto& third = *std::next(batteries.begin(), 2);
    run(150s, [&] { third.remaining -= 0.05; });
    expect_warning("state_of_charge.PACK3", "state of charge of P3 fell by");
    EXPECT_EQ(bank.findings.size(), 1U) << "neither the others nor the bank";
}

TEST_F(ChargeAuditTest, ACounterThatStandsStillIsFound) {
    auto& battery = add();
    battery.current = -30;
    run(1h, [&] { battery.remaining = 60; }, 5s);
    expect_warning("state_of_charge.PACK1", "stayed the same in");
    battery.current = 30;
    run(1h, {}, 5s);
    EXPECT_FALSE(bank.findings.empty()) << "it has not been put right";
}

TEST_F(ChargeAuditTest, AJumpToZeroIsFoundAtOnce) {
    auto& battery = add();
    run(1min);
    battery.remaining = 0;
    run(5s);
    expect_warning("state_of_charge.PACK1", "fell by 60.0 %");
    run(23h, {}, 20s);
    EXPECT_NE(finding("state_of_charge.PACK1"), nullptr) << "it is still wrong";
}

TEST_F(ChargeAuditTest, EmptyOrFullAgainstTheVoltageAtRest) {
    struct Claim {
        double soc, cell, current;
        bool wrong;
    };
    for (const auto& [soc, cell, current, wrong] :
         {Claim{0, 3.30, 0, true}, Claim{0, 3.3125, 1, true}, Claim{8, 3.32, -0.5, true},
          Claim{100, 3.20, 0, true}, Claim{93, 3.22, -1, true}, Claim{0, 2.95, 0, false},
          Claim{2, 3.12, 0, false}, Claim{8, 3.22, 0, false}, Claim{0, 3.32, 20, false},
          Claim{100, 3.34, 0, false}, Claim{95, 3.31, 0, false}, Claim{99, 3.20, -50, false}}) {
        audit = bank::ChargeAudit({});
        batteries.clear();
        auto& battery = add();
        battery.remaining = soc;
        battery.current = current;
        battery.cell = cell;
        run(11min, [&] { battery.remaining = soc; }, 10s);
        const auto* const at_rest = finding("state_of_charge_at_rest.PACK1");
        EXPECT_EQ(at_rest != nullptr, wrong) << soc << " % at " << cell << " V and " << current << " A";
    }
}

TEST_F(ChargeAuditTest, TwoCountersThatContradictEachOtherAreARemark) {
    auto& battery = add();
    battery.soc = 100;
    battery.remaining = 38;
    run(30s);
    EXPECT_EQ(finding("charge_contradiction.PACK1"), nullptr) << "it may follow";
    run(45s);
    const auto* const remark = finding("charge_contradiction.PACK1");
    ASSERT_NE(remark, nullptr);
    EXPECT_EQ(remark->alarm, Alarm::none);
    EXPECT_EQ(remark->text,
              "state of charge is 100.0 % and its remaining capacity 38.0 of 100.0 Ah (38.0 %)");
    battery.soc = 40;
    run(1s);
    EXPECT_EQ(finding("charge_contradiction.PACK1"), nullptr);
}

TEST_F(ChargeAuditTest, CorrectionsAtTheEndsAreHonest) {
    auto& battery = add();
    battery.remaining = 80;
    battery.current = 20;
    run(10min);
    battery.cell = 3.45;
    battery.remaining = 100;  // the charge is complete, long before its counter
    run(20min);
    battery.cell = 3.34;
    battery.current = -50;
    run(80min);
    battery.cell = 3.05;
    battery.remaining = 3;  // and the battery is empty before it
    run(5min);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
}

TEST_F(ChargeAuditTest, ACounterWaitsAtTheTopForTheEndOfTheCharge) {
    auto& battery = add();
    battery.remaining = 98;
    battery.current = 30;
    battery.cell = 3.38;
    run(40min, [&] { battery.remaining = std::min(battery.remaining, 99.0); }, 5s);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
}

TEST_F(ChargeAuditTest, ACapacityThatIsLearntAgainIsHonestOnce) {
    auto& battery = add();
    battery.current = -5;
    run(10min);
    battery.full = 80;  // of 60 Ah that is 75 %
    run(10min);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
    run(5min, [&] { battery.full -= 0.05; });
    EXPECT_FALSE(found.empty()) << "but not with each reading";
}

TEST_F(ChargeAuditTest, TimeWithoutReadingsExplainsNothing) {
    auto& battery = add();
    battery.current = -50;
    run(10min);
    battery.remaining -= 30;
    now += 36min;  // the line was cut
    run(10min);
    battery.pack.is(bank::Freshness::stale);
    run(36min);
    battery.pack.is(bank::Freshness::fresh);
    run(1min);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
}

TEST_F(ChargeAuditTest, CalibrationAndResolutionOfTheCurrentAreHonest) {
    auto& battery = add();
    auto& other = add();
    battery.remaining = 95;
    other.remaining = 95;
    battery.current = other.current = -100;
    // 3 % less than is shown, 3 % more, and a load of 90 mA that is not shown at all.
    run(
        50min,
        [&] {
            battery.remaining += 3.0 * 5 / 3600;
            other.remaining -= 3.0 * 5 / 3600;
        },
        5s);
    battery.current = other.current = 0;
    battery.cell = other.cell = 3.20;
    run(10h, [&] { battery.remaining -= 0.09 * 20 / 3600; }, 20s);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
}

TEST_F(ChargeAuditTest, PacksThatLeaveAndJoinAreHonest) {
    auto& first = add();
    auto& second = add();
    first.remaining = 90;
    second.remaining = 20;
    first.current = second.current = -5;
    for (int i = 0; i < 6; ++i) {
        run(10min);
        second.pack.is(i % 2 == 0 ? bank::Freshness::lost : bank::Freshness::fresh);
        if (i % 2 == 1) second.remaining = 20;
    }
    run(30min);
    EXPECT_TRUE(found.empty()) << found.begin()->second;
}

/// A shunt counts for the bank: its counter against its current.
TEST_F(ChargeAuditTest, AShuntWhoseCounterRunsAwayIsFound) {
    add();
    auto soc = 60.0;
    const auto tell = [&] {
        bank::External shunt;
        shunt.state_of_charge = soc;
        shunt.current = -1;
        shunt.when = now;
        aggregate.set_external(shunt);
    };
    run(30min, tell);
    ASSERT_TRUE(found.empty()) << found.begin()->second;
    run(150s, [&] {
        soc -= 0.05;
        tell();
    });
    expect_warning("state_of_charge", "state of charge fell by");
}

TEST_F(ChargeAuditTest, ACounterThatIsPutRightIsReportedNoMore) {
    auto& battery = add();
    run(10min);
    battery.remaining = 40;
    run(10min);
    ASSERT_NE(finding("state_of_charge.PACK1"), nullptr);
    battery.remaining = 60;
    run(10s);
    EXPECT_TRUE(bank.findings.empty()) << bank.findings.front().text;
}

}  // namespace
}  // namespace packwire::test
