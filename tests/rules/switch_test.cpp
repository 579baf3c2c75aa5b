// SPDX-License-Identifier: MIT
#include "rules/switch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "rules/memory.hpp"

namespace packwire::rules {
namespace {

using namespace std::chrono_literals;
constexpr TimePoint begin{24h};
constexpr auto noon = 12h;

Rule rule(const char* when = "bank.state_of_charge >= 95", const char* until = "bank.state_of_charge < 85") {
    Rule made;
    made.name = "boiler";
    made.when = *parse_condition(when);
    if (*until != '\0') made.until = *parse_condition(until);
    made.minimum_on = 0s;
    made.minimum_off = 0s;
    return made;
}
Seen both(double value) {
    return {.when = value, .until = value};
}

TEST(Switch, TurnsWithTheFirstValueThatIsBeyond) {
    const auto made = rule();
    Switch one(made, begin);
    EXPECT_FALSE(one.decided());
    EXPECT_TRUE(one.step(both(90), begin, noon)) << "known for the first time";
    EXPECT_FALSE(one.on());
    EXPECT_FALSE(one.step(both(94.9), begin + 1s, noon));
    EXPECT_TRUE(one.step(both(95), begin + 2s, noon));
    EXPECT_TRUE(one.on());
    EXPECT_FALSE(one.step(both(85), begin + 3s, noon)) << "between the thresholds it stays";
    EXPECT_TRUE(one.step(both(84.9), begin + 4s, noon));
    EXPECT_FALSE(one.on());
}

TEST(Switch, WithoutUntilItEndsWithWhen) {
    const auto made = rule("bank.alarm.high_temperature", "");
    Switch one(made, begin);
    one.step({.when = 2, .until = {}}, begin, noon);
    EXPECT_TRUE(one.on());
    one.step({.when = 0, .until = {}}, begin + 1s, noon);
    EXPECT_FALSE(one.on());
}

TEST(Switch, MinimumTimesHold) {
    auto made = rule();
    made.minimum_on = 60s;
    made.minimum_off = 30s;
    Switch one(made, begin);
    one.step(both(96), begin, noon);
    EXPECT_TRUE(one.on()) << "nothing is known of before";
    EXPECT_FALSE(one.step(both(80), begin + 59s, noon));
    EXPECT_EQ(one.because(), Because::minimum_on);
    EXPECT_EQ(one.due(), begin + 60s);
    EXPECT_TRUE(one.step(both(80), begin + 60s, noon));
    EXPECT_FALSE(one.step(both(96), begin + 89s, noon));
    EXPECT_EQ(one.because(), Because::minimum_off);
    EXPECT_TRUE(one.step(both(96), begin + 90s, noon));
}

TEST(Switch, ADelayIsWithoutABreak) {
    auto made = rule();
    made.delay = 10s;
    Switch one(made, begin);
    one.step(both(96), begin, noon);
    EXPECT_EQ(one.because(), Because::delay);
    one.step(both(94), begin + 5s, noon);
    one.step(both(96), begin + 9s, noon);
    one.step(both(96), begin + 18s, noon);
    EXPECT_FALSE(one.on());
    one.step(both(96), begin + 19s, noon);
    EXPECT_TRUE(one.on());
}

TEST(Switch, OnOnlyInItsWindow) {
    auto made = rule();
    made.between = *parse_window("08:00-18:00");
    Switch one(made, begin);
    one.step(both(96), begin, 7h);
    EXPECT_FALSE(one.on());
    EXPECT_EQ(one.because(), Because::window);
    one.step(both(96), begin + 1h, 8h);
    EXPECT_TRUE(one.on());
    one.step(both(96), begin + 11h, 18h);
    EXPECT_FALSE(one.on());
}

TEST(Switch, AnAbsentValueTogglesNothing) {
    auto made = rule();
    for (const auto stale : {OnStale::off, OnStale::on, OnStale::keep}) {
        made.on_stale = stale;
        Switch one(made, begin);
        one.step(both(96), begin, noon);
        for (auto t = 1s; t < 10s; t += 1s) EXPECT_FALSE(one.step({}, begin + t, noon));
        EXPECT_TRUE(one.on());
        EXPECT_EQ(one.because(), Because::unknown);
        one.step(both(90), begin + 10s, noon);
        EXPECT_FALSE(one.step({}, begin + 19s, noon)) << "known in between: its time begins anew";
        EXPECT_TRUE(one.on());
    }
}

TEST(Switch, FailsSafe) {
    auto made = rule();
    made.minimum_on = 1h;
    made.minimum_off = 1min;
    Switch off(made, begin);
    off.step(both(96), begin, noon);
    EXPECT_TRUE(off.step({}, begin + 10s, noon)) << "whatever minimum_on says";
    EXPECT_FALSE(off.on());
    EXPECT_EQ(off.because(), Because::stale);

    made.on_stale = OnStale::on;
    Switch on(made, begin);
    on.step(both(90), begin, noon);
    EXPECT_TRUE(on.step({}, begin + 10s, noon));
    EXPECT_TRUE(on.on());

    made.on_stale = OnStale::keep;
    Switch keep(made, begin);
    keep.step(both(96), begin, noon);
    EXPECT_FALSE(keep.step({}, begin + 24h, noon));
    EXPECT_TRUE(keep.on());
    EXPECT_FALSE(keep.stop(begin + 25h));
}

TEST(Switch, FailsSafeToOnNotBeforeMinimumOff) {
    auto made = rule();
    made.on_stale = OnStale::on;
    made.minimum_off = 1min;
    Switch one(made, begin, Remembered{.on = false, .age = 0s});
    EXPECT_TRUE(one.step({}, begin + 10s, noon)) << "decided, and waits";
    EXPECT_FALSE(one.on());
    EXPECT_TRUE(one.step({}, begin + 60s, noon));
    EXPECT_TRUE(one.on());
}

TEST(Switch, WhoNeverHearsAnythingIsTold) {
    const auto made = rule();
    Switch one(made, begin, Remembered{.on = true, .age = 1h});
    EXPECT_FALSE(one.step({}, begin + 9s, noon));
    EXPECT_FALSE(one.decided());
    EXPECT_TRUE(one.step({}, begin + 10s, noon));
    EXPECT_FALSE(one.on());
}

TEST(Switch, GoesOnAfterARestart) {
    auto made = rule();
    made.minimum_on = 10min;
    Switch one(made, begin, Remembered{.on = true, .age = 9min});
    EXPECT_TRUE(one.step(both(90), begin, noon)) << "told again, since nobody knows what happened meanwhile";
    EXPECT_TRUE(one.on()) << "between the thresholds";
    one.step(both(80), begin + 59s, noon);
    EXPECT_TRUE(one.on());
    one.step(both(80), begin + 60s, noon);
    EXPECT_FALSE(one.on());
}

TEST(Switch, StopsInItsFailSafeState) {
    auto made = rule();
    made.minimum_on = 1h;
    Switch one(made, begin);
    one.step(both(96), begin, noon);
    EXPECT_TRUE(one.stop(begin + 1s));
    EXPECT_FALSE(one.on());
    EXPECT_EQ(one.because(), Because::stopped);
}

/// A week of a value that noise carries over its thresholds every second.
TEST(Switch, AWeekOfNoiseNeverSwitchesSoonerThanItMay) {
    std::mt19937 random(42);
    std::normal_distribution<double> noise(0, 3);
    std::uniform_real_distribution<double> chance(0, 1);
    for (const auto* until : {"bank.state_of_charge < 92", ""}) {
        auto made = rule("bank.state_of_charge >= 92", until);
        made.minimum_on = 5min;
        made.minimum_off = 3min;
        Switch one(made, begin);
        std::size_t switchings = 0;
        std::optional<TimePoint> last;
        for (auto t = 0s; t < 7 * 24h; t += 1s) {
            const auto day = std::chrono::duration<double>(t).count() / 86400;
            const auto value = std::clamp(90 + 5 * std::sin(day * 6.283) + noise(random), 0.0, 100.0);
            const bool was = one.on();
            const auto seen = chance(random) < 0.05 ? Seen{} : both(value);
            one.step(seen, begin + t, std::chrono::floor<std::chrono::minutes>(t % 24h));
            if (one.on() == was) continue;
            ++switchings;
            const auto now = begin + t;
            if (last) {
                EXPECT_GE(now - *last, was ? Duration(made.minimum_on) : Duration(made.minimum_off));
            }
            last = now;
        }
        EXPECT_GT(switchings, 100U) << "there was something to hold back";
        EXPECT_LE(switchings, static_cast<std::size_t>(7 * 24 * 60 / 8 * 2 + 1));
    }
}

TEST(Memory, ComesBackAsItWas) {
    Memory memory;
    memory["boiler at home"] = {.on = true, .since = WallTime(1767225600123ms)};
    memory["x"] = {.on = false, .since = WallTime(1767225600000ms)};
    const auto text = save(memory);
    EXPECT_EQ(load(text), memory);
    for (std::size_t cut = 0; cut < text.size() - 1; ++cut) EXPECT_FALSE(load(text.substr(0, cut))) << cut;
    for (const auto* bad : {"maybe 1 x\nend\n", "on x y\nend\n", "on 1\nend\n", "on -1 x\nend\n",
                            "on 99999999999999999999 x\nend\n"})
        EXPECT_FALSE(load(bad)) << bad;
}

}  // namespace
}  // namespace packwire::rules
