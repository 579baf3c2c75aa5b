// SPDX-License-Identifier: MIT
#include "bank/aggregate.hpp"

#include <gtest/gtest.h>

#include "bank/fake_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::metric;

class AggregateTest : public testing::Test {
protected:
    AggregateTest() {
        first.cells(3.3).charge(60, 80).set("pack_current", 10).mosfets(true, true);
        second.cells(3.2).charge(20, 80).set("pack_current", 4).mosfets(true, true);
    }
    void read() {
        first.read(now);
        second.read(now);
    }
    bank::Bank fill(std::vector<FakePack*> packs) {
        std::vector<bank::Part> parts;
        auto best = Freshness::lost;
        for (auto* pack : packs) {
            best = std::min(best, pack->pack.freshness);
            const auto name = packs.size() > 1 ? "P" + std::to_string(parts.size() + 1) : std::string();
            parts.push_back({.pack = &pack->pack, .name = name, .pace = {.round = 1s}});
        }
        bank::Bank bank;
        bank.when = now;
        bank.freshness = best;
        aggregate.fill(bank, parts);
        return bank;
    }
    bank::Bank both() { return fill({&first, &second}); }

    TimePoint now = TimePoint{} + 1h;
    FakePack first{"A", 1};
    FakePack second{"B", 2};
    bank::Aggregate aggregate{{}};
};

TEST_F(AggregateTest, SumsAndMeans) {
    read();
    first.read(dialect::daren::capacity, now);
    second.read(dialect::daren::capacity, now);
    const auto bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_voltage")).value(), 52.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_current")).value(), 14.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_power")).value(), 528.0 + 204.8);
    EXPECT_DOUBLE_EQ(bank.value(metric("state_of_charge")).value(), 50.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("full_charge_capacity")).value(), 160.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("remaining_capacity")).value(), 80.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("consumed_capacity")).value(), -80.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("design_capacity")).value(), 200.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("state_of_health")).value(), 80.0) << "160 of 200 Ah";
    EXPECT_DOUBLE_EQ(bank.value(metric("cell_count")).value(), 16.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("modules")).value(), 2.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("modules_online")).value(), 2.0);
    EXPECT_EQ(bank.count(metric("cell_voltage")), 0U) << "which pack's would they be";
}

TEST_F(AggregateTest, ExtremesNamePackAndCell) {
    second.set("cell_voltage", 3.45, 6).sensors(20).set("cell_temperature", 31, 3);
    first.set("cell_voltage", 2.95, 15).sensors(10);
    read();
    const auto bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("cell_voltage.max")).value(), 3.45);
    EXPECT_EQ(bank.text(metric("cell_voltage.max_id")), "P2 C07");
    EXPECT_EQ(bank.text(metric("cell_voltage.min_id")), "P1 C16");
    EXPECT_NEAR(bank.value(metric("cell_voltage.difference")).value(), 0.5, 1e-9);
    EXPECT_EQ(bank.text(metric("cell_temperature.max_id")), "P2 T04");
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_temperature")).value(), 31.0) << "the hottest cell sensor";
    EXPECT_DOUBLE_EQ(bank.value(metric("cell_temperature.min")).value(), 10.0);
}

TEST_F(AggregateTest, ASinglePackShowsItsCellsAndWhoItIs) {
    first.set("cell_voltage", 3.45, 6).set("cell_balancing", 1 << 6);
    first.read(now).read(dialect::daren::manufacturing, now).read(dialect::daren::manufacturer_info, now);
    const auto bank = fill({&first});
    EXPECT_EQ(bank.text(metric("cell_voltage.max_id")), "C7");
    EXPECT_EQ(bank.count(metric("cell_voltage")), 16U);
    EXPECT_DOUBLE_EQ(bank.value(metric("cell_voltage"), 6).value(), 3.45);
    EXPECT_EQ(bank.value(metric("cell_balancing"), 6), 1.0);
    EXPECT_EQ(bank.value(metric("cell_balancing"), 5), 0.0);
    EXPECT_EQ(bank.value(metric("balancing")), 1.0);
    EXPECT_EQ(bank.count(metric("cell_temperature")), 4U);
    EXPECT_EQ(bank.text(metric("pack_serial_number")),
              first.pack.snapshot.text(metric("pack_serial_number")));
    EXPECT_FALSE(bank.text(metric("software_version")).empty());
}

TEST_F(AggregateTest, APackWithBothMosfetsOffIsNotInTheVoltage) {
    second.cells(3.0).mosfets(false, false);
    read();
    auto bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_voltage")).value(), 52.8);
    EXPECT_EQ(bank.value(metric("charge_blocked")), 1.0);
    EXPECT_EQ(bank.value(metric("discharge_blocked")), 1.0);
    EXPECT_EQ(bank.value(metric("charge_allowed")), 1.0);
    first.mosfets(false, false).read(now);
    bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_voltage")).value(), 50.4) << "none is left: all of them";
    EXPECT_EQ(bank.value(metric("charge_blocked")), 2.0);
    EXPECT_EQ(bank.value(metric("charge_allowed")), 0.0);
}

TEST_F(AggregateTest, AReadingOfTwoRoundsAgoIsNotInTheCurrent) {
    read();
    (void)both();
    EXPECT_EQ(aggregate.next(), now + 2s);
    now += 1999ms;
    EXPECT_DOUBLE_EQ(both().value(metric("pack_current")).value(), 14.0);
    first.read(now);
    now += 1ms;
    EXPECT_DOUBLE_EQ(both().value(metric("pack_current")).value(), 10.0);
    now += 2s;
    const auto bank = both();
    EXPECT_FALSE(bank.value(metric("pack_current"))) << "invalid, not 0";
    EXPECT_FALSE(bank.value(metric("pack_power")));
    EXPECT_TRUE(bank.value(metric("pack_voltage")));
}

TEST_F(AggregateTest, NothingIsMeasuredUnlessAPackIsFresh) {
    read();
    first.is(Freshness::stale);
    second.is(Freshness::lost);
    const auto bank = both();
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const model::Metric one{static_cast<std::uint8_t>(i)};
        const auto name = one.row().name;
        if (name.starts_with("modules") || name == "cell_count" || name == "cycle_count") continue;
        EXPECT_FALSE(bank.value(one)) << name;
    }
    EXPECT_EQ(bank.value(metric("modules_online")), 1.0);
    EXPECT_EQ(bank.value(metric("modules_offline")), 1.0);
}

TEST_F(AggregateTest, TheSocRisesSlowlyWhenAPackLeavesAndFallsAtOnce) {
    read();
    EXPECT_DOUBLE_EQ(both().value(metric("state_of_charge")).value(), 50.0);
    second.is(Freshness::stale);
    EXPECT_DOUBLE_EQ(both().value(metric("state_of_charge")).value(), 50.0) << "it has not left yet";
    second.is(Freshness::lost);
    const auto soc = [&] { return both().value(metric("state_of_charge")).value(); };
    EXPECT_DOUBLE_EQ(soc(), 50.0);
    now += 10s;
    EXPECT_NEAR(soc(), 51.0, 1e-9) << "1 % in 10 s, to 75 %";
    now += 240s;
    EXPECT_DOUBLE_EQ(soc(), 75.0);
    first.charge(64, 80).read(now);
    EXPECT_DOUBLE_EQ(soc(), 80.0) << "nobody left: it is as it is";
    second.is(Freshness::fresh);
    EXPECT_DOUBLE_EQ(soc(), 52.5) << "down at once";
}

TEST_F(AggregateTest, TimeToGoIsToTheSocOfTheEss) {
    first.set("pack_current", -10);
    second.set("pack_current", -10);
    read();
    EXPECT_DOUBLE_EQ(both().value(metric("time_to_go")).value(), 0.4 * 160 / 20 * 3600) << "to 10 %";
    aggregate.set_minimum_soc(30);
    EXPECT_DOUBLE_EQ(both().value(metric("time_to_go")).value(), 0.2 * 160 / 20 * 3600);
    aggregate.set_minimum_soc(60);
    EXPECT_DOUBLE_EQ(both().value(metric("time_to_go")).value(), 0.0);
}

TEST_F(AggregateTest, TimeToGoIsAbsentWhileCharging) {
    read();
    EXPECT_FALSE(both().value(metric("time_to_go")));
}

TEST_F(AggregateTest, AShuntReplacesOurValuesWhileItIsFresh) {
    read();
    aggregate.set_external(
        bank::External{.state_of_charge = 77.5, .current = -20, .when = now, .fresh_for = 1500ms});
    auto bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("state_of_charge")).value(), 77.5);
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_current")).value(), -20.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_power")).value(), -20.0 * 52);
    EXPECT_EQ(aggregate.next(), now + 1500ms);
    now += 1500ms;
    bank = both();
    EXPECT_DOUBLE_EQ(bank.value(metric("state_of_charge")).value(), 50.0);
    EXPECT_DOUBLE_EQ(bank.value(metric("pack_current")).value(), 14.0);
}

TEST_F(AggregateTest, AShuntThatRestsIsSaidAgainAndStays) {
    for (int i = 0; i < 100; ++i) {
        read();
        aggregate.set_external(bank::External{.state_of_charge = 48, .current = -1.5, .when = now});
        now += 3s;
        read();
        const auto bank = both();
        EXPECT_DOUBLE_EQ(bank.value(metric("state_of_charge")).value(), 48.0);
        EXPECT_DOUBLE_EQ(bank.value(metric("pack_current")).value(), -1.5);
    }
}

/// As for a pack that leaves or joins: an ESS acts on the SOC.
TEST_F(AggregateTest, TheSocMovesSlowlyUpAndAtOnceDownWhenAShuntComesAndGoes) {
    const auto soc = [&] {
        read();
        return both().value(metric("state_of_charge")).value();
    };
    const auto shunt_says = [&](std::optional<double> percent) {
        aggregate.set_external(bank::External{.state_of_charge = percent, .current = -1.5, .when = now});
    };
    EXPECT_DOUBLE_EQ(soc(), 50.0);
    shunt_says(85);
    EXPECT_DOUBLE_EQ(soc(), 50.0) << "it came";
    now += 5s;
    EXPECT_NEAR(soc(), 50.5, 1e-9);
    now += 5s;  // it is silent for 10 s
    EXPECT_DOUBLE_EQ(soc(), 50.0) << "it went: down at once";
    shunt_says(30);
    EXPECT_DOUBLE_EQ(soc(), 30.0);
    now += 100ms;
    shunt_says(90);
    EXPECT_DOUBLE_EQ(soc(), 90.0) << "what the shunt itself says, synchronised, is no change of who says it";
    shunt_says(std::nullopt);
    EXPECT_DOUBLE_EQ(soc(), 50.0);
    aggregate.set_external(std::nullopt);
    EXPECT_DOUBLE_EQ(soc(), 50.0);
}

TEST_F(AggregateTest, AShuntFromTheBeginningIsTrueFromTheBeginning) {
    read();
    aggregate.set_external(bank::External{.state_of_charge = 85, .current = -1.5, .when = now});
    EXPECT_DOUBLE_EQ(both().value(metric("state_of_charge")).value(), 85.0);
}

TEST_F(AggregateTest, PacksThatDifferInWhoTheyAreSaySo) {
    read();
    first.read(dialect::daren::manufacturer_info, now);
    const auto alone = first.pack.snapshot.text(metric("software_version"));
    EXPECT_EQ(both().text(metric("software_version")), alone);
    EXPECT_EQ(both().text(metric("pack_serial_number")), "") << "a bank has none";
}

}  // namespace
}  // namespace packwire::test
