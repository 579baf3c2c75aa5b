// SPDX-License-Identifier: MIT
/// What is worth an event, and what is not.
#include "store/witness.hpp"

#include <gtest/gtest.h>

#include "bank/fake_pack.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;

class Watching : public testing::Test {
protected:
    void pass(Duration duration) {
        now.time += duration;
        now.wall += std::chrono::duration_cast<WallTime::duration>(duration);
    }
    void say(bank::Freshness freshness) { witness.take(pack.is(freshness).pack, now); }
    void read() { witness.take(pack.read(now.time, now.wall).pack, now); }
    std::vector<std::string> texts() {
        std::vector<std::string> all;
        for (const auto& event : witness.events()) all.push_back(event.text);
        return all;
    }

    Now now{.time = TimePoint(1h), .wall = WallTime(1'767'225'600s)};
    test::FakePack pack{"P1"};
    Witness witness;
};

using Texts = std::vector<std::string>;

TEST_F(Watching, LossAndReturn) {
    read();
    pass(10s);
    say(bank::Freshness::stale);
    pass(20s);
    say(bank::Freshness::lost);
    say(bank::Freshness::lost);
    pass(30s);
    say(bank::Freshness::gone);
    pass(10min);
    read();
    EXPECT_EQ(texts(), (Texts{"P1 is silent for 10 s", "P1 lost after 30 s of silence",
                              "P1 gone after 60 s of silence", "P1 is back after 11 min"}));
}

TEST_F(Watching, ALineThatStuttersIsToldSeldom) {
    for (int i = 0; i < 180; ++i) {  // an hour
        read();
        pass(10s);
        say(bank::Freshness::stale);
        pass(10s);
    }
    EXPECT_LE(texts().size(), 14U);
}

TEST_F(Watching, AlarmsBeginAndEnd) {
    bank::Bank bank;
    bank.alarms[static_cast<std::size_t>(model::Alarm::cell_imbalance)] = 1;
    witness.take(bank, now);
    witness.take(bank, now);
    bank.alarms[static_cast<std::size_t>(model::Alarm::cell_imbalance)] = 2;
    witness.take(bank, now);
    bank.alarms = {};
    witness.take(bank, now);
    EXPECT_EQ(texts(), (Texts{"cell imbalance: warning", "cell imbalance: alarm", "cell imbalance: over"}));
}

class WatchingLimits : public Watching {
protected:
    void hold(const std::string& ccl, Duration duration) {
        bank.limits.emplace();
        bank.limits->charge_current = 50;
        bank.limits->discharge_current = 50;
        bank.limits->charge_limitation = ccl;
        bank.limits->discharge_limitation = "service 47";
        for (Duration passed{}; passed < duration; passed += 1s) {
            witness.take(bank, now);
            pass(1s);
        }
    }
    bank::Bank bank;
};

TEST_F(WatchingLimits, AnotherRuleIsAnEvent) {
    hold("charge current limit of P1", 30s);
    EXPECT_EQ(texts(), Texts{});
    hold("cell voltage of P2 C07 3.47 V", 30s);
    EXPECT_EQ(texts(), Texts{"CCL: cell voltage of P2 C07 3.47 V"});
    hold("cell voltage of P2 C07 3.48 V", 300s);
    EXPECT_EQ(texts(), Texts{}) << "the same rule, another value";
    bank.limits->charge_current = 0;
    hold("charge current limit of P1", 30s);
    EXPECT_EQ(texts(), Texts{"CCL: charge current limit of P1"});
}

TEST_F(WatchingLimits, AnHourOfFlappingIsAFew) {
    for (int i = 0; i < 120; ++i) hold(i % 2 == 0 ? "rule one" : "rule two", 30s);
    EXPECT_LE(texts().size(), 31U);
    for (int i = 0; i < 1800; ++i) hold(i % 2 == 0 ? "rule one" : "rule two", 2s);
    EXPECT_LE(texts().size(), 2U);
}

TEST_F(Watching, SettingsAreComparedWithThoseOfBefore) {
    const auto limit = model::metric("cell_voltage_upper_limit");
    const auto& service = dialect::daren::system_parameters;
    pack.read(now.time).read(service, now.time, {{"cell_voltage_upper_limit", 3.65}});
    witness.take(pack.pack, now);
    EXPECT_TRUE(witness.settings().empty()) << "it is not known yet what was before";
    witness.recall({{.device = "P1", .metric = limit, .value = 3.6}});
    witness.take(pack.pack, now);
    EXPECT_EQ(texts(), Texts{"Cell voltage upper limit: 3.650 V, was 3.600 V"});
    EXPECT_FALSE(witness.settings().empty()) << "to be kept";
    pass(1s);
    pack.read(service, now.time, {{"cell_voltage_upper_limit", 3.65}});
    witness.take(pack.pack, now);
    EXPECT_EQ(texts(), Texts{});
    EXPECT_TRUE(witness.settings().empty());
}

}  // namespace
}  // namespace packwire::store
