// SPDX-License-Identifier: MIT
/// The rules of the schedule, on a line in virtual time.
#include "bus/schedule.hpp"

#include <gtest/gtest.h>

#include "support/polled_line.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

/// That of a silent pack.
constexpr Duration longest_exchange = 520ms;

class ScheduleTest : public PolledLine {
protected:
    void add(std::uint8_t first, std::uint8_t last) {
        for (auto address = first; address <= last; ++address) {
            bus.packs[address] = {};
            addresses.push_back(address);
        }
    }
    /// When telemetry of a pack was asked, from `begin` on.
    [[nodiscard]] std::vector<TimePoint> polls(std::uint8_t address, TimePoint begin) const {
        std::vector<TimePoint> when;
        for (const auto& question : bus.asked) {
            const bool live = question.service == "42" && question.address == address;
            if (live && question.when >= begin) when.push_back(question.when);
        }
        return when;
    }
    [[nodiscard]] Duration longest_gap(std::uint8_t address, TimePoint begin) const {
        const auto when = polls(address, begin);
        Duration longest = when.empty() ? Duration::max() : time.now() - when.back();
        for (std::size_t i = 1; i < when.size(); ++i) longest = std::max(longest, when[i] - when[i - 1]);
        return longest;
    }

    std::vector<std::uint8_t> addresses;
};

TEST_F(ScheduleTest, TelemetryIsSpreadEvenly) {
    add(1, 4);
    start(addresses);
    time.run_for(30s);
    const auto begin = time.now();
    time.run_for(20s);
    std::vector<TimePoint> all;
    for (const auto address : addresses) {
        const auto when = polls(address, begin);
        EXPECT_GE(when.size(), 19U);
        all.insert(all.end(), when.begin(), when.end());
    }
    std::ranges::sort(all);
    // Bursts would be 145 ms apart, then 565 ms of nothing.
    for (std::size_t i = 1; i < all.size(); ++i) {
        EXPECT_GE(all[i] - all[i - 1], 250ms - 1ms) << i;
        EXPECT_LE(all[i] - all[i - 1], 250ms + 1ms) << i;
    }
}

TEST_F(ScheduleTest, TelemetryIsNeverLaterThanOneExchange) {
    add(1, 4);
    addresses.insert(addresses.end(), {9, 10, 11});  // nobody there
    start(addresses);
    time.run_for(20min);
    for (const auto address : {1, 2, 3, 4}) {
        const auto one = static_cast<std::uint8_t>(address);
        // From the second minute on: at first everybody is asked who he is.
        EXPECT_LE(longest_gap(one, bus.asked.front().when + 60s), 1s + longest_exchange) << address;
        EXPECT_GE(diary.count(one, "42"), 1195) << address;
    }
}

TEST_F(ScheduleTest, TelemetryIsNotDelayedAtTheStartEither) {
    add(1, 15);
    start(addresses, 5s);
    time.run_for(2min);
    for (const auto address : addresses) {
        EXPECT_EQ(diary.count(address, "B0/3"), 1) << int{address};
        EXPECT_LE(longest_gap(address, bus.asked.front().when), 5s + 2 * longest_exchange) << int{address};
    }
}

TEST_F(ScheduleTest, SlowServicesComeAtTheirOwnPace) {
    add(1, 2);
    start(addresses);
    time.run_for(1h);
    for (const auto address : addresses) {
        for (const auto* code : {"47", "83", "B0/4"}) {
            EXPECT_GE(diary.count(address, code), 59) << code;
            EXPECT_LE(diary.count(address, code), 61) << code;
        }
        EXPECT_EQ(diary.count(address, "80"), 6);
        EXPECT_EQ(diary.count(address, "B0/3"), 1);
        EXPECT_EQ(diary.count(address, "51"), 1);
        EXPECT_EQ(diary.count(address, "4D"), 1);
    }
}

TEST_F(ScheduleTest, TheClockIsReadEveryDay) {
    add(1, 1);
    start(addresses, 1min);
    time.run_for(49h);
    EXPECT_EQ(diary.count(1, "4D"), 3);
}

TEST_F(ScheduleTest, AtMostTheLineIsNeverIdle) {
    add(1, 4);
    start(addresses, Duration::zero());
    time.run_for(10s);
    const auto begin = time.now();
    bus.asked.clear();
    time.run_for(1min);
    // 236 characters and 20 ms make 143 ms; the 14 others of the minute take less than two seconds.
    for (const auto address : addresses) {
        EXPECT_GE(polls(address, begin).size(), 98U) << int{address};
        EXPECT_LE(longest_gap(address, begin), 5 * 150ms + longest_exchange) << int{address};
        EXPECT_GE(bus.count("47", address), 1U) << int{address};
    }
}

TEST_F(ScheduleTest, AFullLineDoesNotForgetTheLastPack) {
    add(1, 15);
    start(addresses, 500ms);  // a round takes over two seconds
    time.run_for(10min);
    for (const auto address : addresses) {
        EXPECT_GE(bus.count("47", address), 9U) << int{address};
        EXPECT_GE(bus.count("B0/4", address), 9U) << int{address};
        EXPECT_LE(longest_gap(address, bus.asked.front().when + 1min), 4s) << int{address};
    }
}

TEST_F(ScheduleTest, SilentPacksTogetherCostOneExchangeARound) {
    add(1, 4);
    start(addresses, Duration::zero());
    time.run_for(1min);
    const auto begin = time.now();
    for (const std::uint8_t address : {std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{4}})
        bus.packs[address].silent = true;
    time.run_for(10s);
    EXPECT_LE(longest_gap(1, begin), 2s) << "three packs are lost one after the other";
    const auto later = time.now();
    time.run_for(2min);
    EXPECT_LE(longest_gap(1, later), 145ms + 600ms);
    EXPECT_GE(polls(1, later).size(), 650U) << "nearly all of the line is for the one that answers";
}

TEST_F(ScheduleTest, AReturningPackIsBackWithinOneProbe) {
    add(1, 4);
    start(addresses);
    time.run_for(30s);
    bus.packs[2].silent = true;
    time.run_for(5min);
    bus.packs[2].silent = false;
    diary.forget();
    time.run_for(11s);
    EXPECT_EQ(diary.appeared, std::vector<std::uint8_t>{2});
    EXPECT_GE(diary.count(2, "B0/3"), 1);
    time.run_for(5s);
    bus.asked.clear();
    const auto begin = time.now();
    time.run_for(5s);
    EXPECT_LE(longest_gap(2, begin), 1s + longest_exchange);
}

TEST_F(ScheduleTest, ANewPackIsFoundInIdleTime) {
    add(1, 3);
    auto plan = bus::poll_plan(dialect::daren::dialect, addresses, 1s);
    for (std::uint8_t address = 4; address <= 15; ++address) plan.candidates.push_back(address);
    start(std::move(plan));
    time.run_for(2min);
    bus.packs[9] = {};
    const auto begin = time.now();
    time.run_for(66s);
    EXPECT_EQ(diary.appeared.back(), 9);
    EXPECT_GE(diary.count(9, "42"), 1);
    for (const auto address : addresses)
        EXPECT_LE(longest_gap(address, begin), 1s + longest_exchange) << int{address};
}

TEST_F(ScheduleTest, WhereNobodyLookedForOthersTheyAreFoundSoon) {
    add(1, 1);
    auto plan = bus::poll_plan(dialect::daren::dialect, addresses, 1s);
    for (std::uint8_t address = 2; address <= 15; ++address) plan.candidates.push_back(address);
    plan.candidate_first = 1s;
    bus.packs[15] = {};
    start(std::move(plan));
    time.run_for(20s);
    EXPECT_EQ(diary.appeared.back(), 15);
}

}  // namespace
}  // namespace packwire::test
