// SPDX-License-Identifier: MIT
/// How long a pack is waited for, and that nobody is lost by waiting less.
#include <gtest/gtest.h>

#include "bus/latency.hpp"
#include "support/polled_line.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bus::Patience;
using dialect::daren::capacity;
using dialect::daren::live_data;

TEST(Latencies, NothingIsKnownAtFirst) {
    const bus::Latencies latencies;
    EXPECT_EQ(latencies.deadline(1, live_data, 500ms), 500ms);
    EXPECT_FALSE(latencies.slowest(1, live_data));
}

TEST(Latencies, AreTwiceTheSlowestAndAMargin) {
    bus::Latencies latencies;
    latencies.answered(1, live_data, 20ms);
    EXPECT_EQ(latencies.deadline(1, live_data, 500ms), 120ms);
    latencies.answered(1, live_data, 60ms);
    EXPECT_EQ(latencies.deadline(1, live_data, 500ms), 200ms) << "a slow answer counts at once";
    EXPECT_EQ(latencies.deadline(1, live_data, 150ms), 150ms) << "never more than the timing says";
    EXPECT_EQ(latencies.deadline(1, capacity, 500ms), 500ms) << "of another service nothing is known";
}

TEST(Latencies, SlowAnswersAreForgottenSlowly) {
    bus::Latencies latencies;
    latencies.answered(1, live_data, 200ms);
    for (int i = 0; i < 100; ++i) latencies.answered(1, live_data, 20ms);
    EXPECT_GE(latencies.deadline(1, live_data, 500ms), 200ms) << "one in a hundred is still waited for";
    for (int i = 0; i < 1500; ++i) latencies.answered(1, live_data, 20ms);
    EXPECT_LE(latencies.deadline(1, live_data, 500ms), 125ms);
}

TEST(Latencies, ForAnUnknownPackTheOthersSpeak) {
    bus::Latencies latencies;
    latencies.answered(1, live_data, 20ms);
    latencies.answered(2, live_data, 50ms);
    EXPECT_EQ(latencies.deadline(3, live_data, 500ms), 180ms);
}

class DeadlineTest : public PolledLine {
protected:
    void SetUp() override {
        bus.packs[1] = {};
        bus.packs[2] = {};
        ASSERT_TRUE(run(loop, time, port.open(), 0s));
    }
    Result<model::Record> ask(const model::Service& service, Patience patience, int tries = 1) {
        return run(loop, time, measured(service, patience, tries), 10s);
    }
    bus::Task<Result<model::Record>> measured(const model::Service& service, Patience patience, int tries) {
        const auto began = time.now();
        auto answer = co_await line.ask(service, 1, tries, patience);
        took = time.now() - began;
        co_return answer;
    }
    static std::vector<std::uint8_t> live_info(std::uint8_t cycles) {
        auto info = seed_info("42");
        info[65] = cycles;
        return info;
    }
    Duration took{};
};

TEST_F(DeadlineTest, ASilentPackThatIsKnownCostsLittle) {
    ASSERT_TRUE(ask(live_data, Patience::learnt));
    bus.packs[1].silent = true;
    EXPECT_FALSE(ask(live_data, Patience::learnt));
    EXPECT_LE(took, 160ms);
    EXPECT_GE(took, 110ms);
}

TEST_F(DeadlineTest, OneThatIsNotKnownHasTheFullDeadline) {
    bus.packs[1].latency = 450ms;
    EXPECT_TRUE(ask(live_data, Patience::learnt));
    EXPECT_EQ(line.counters().retries, 0U);
}

TEST_F(DeadlineTest, ALateAnswerIsNeverThatToTheNextQuestion) {
    for (auto latency = 110ms; latency < 600ms; latency += 7ms) {
        bus::Line fresh(port, time, dialect::daren::dialect);
        const auto next = [&](int tries) {
            return run(loop, time, fresh.ask(live_data, 1, tries, Patience::learnt), 5s);
        };
        bus.packs[1].latency = 20ms;
        bus.packs[1].info["42"] = live_info(1);
        ASSERT_TRUE(next(2));
        // Slower all of a sudden, by too much for the deadline that was learnt; then something changes.
        bus.packs[1].latency = latency;
        auto both = [&]() -> bus::Task<Result<model::Record>> {
            auto first = co_await fresh.ask(live_data, 1, 1, Patience::learnt);
            EXPECT_EQ(first.has_value(), latency <= 125ms) << latency;
            bus.packs[1].info["42"] = live_info(2);
            bus.packs[1].latency = 20ms;
            auto second = co_await fresh.ask(live_data, 1, 2, Patience::full);
            if (!second) second = co_await fresh.ask(live_data, 1, 2, Patience::full);
            co_return second;
        };
        const auto second = run(loop, time, both(), 5s);
        ASSERT_TRUE(second) << latency << ": " << second.error().where;
        EXPECT_EQ(second->value(model::metric("cycle_count")), 2) << latency;
    }
}

TEST_F(DeadlineTest, APackThatBecomesSlowerIsNotLost) {
    for (std::uint8_t address = 1; address <= 4; ++address) bus.packs[address] = {};
    start({1, 2, 3, 4});
    time.run_for(30s);
    diary.forget();
    diary.failures.clear();
    for (auto& [address, pack] : bus.packs) pack.latency = 300ms;
    time.run_for(1min);
    EXPECT_TRUE(diary.appeared.empty()) << "nobody was lost meanwhile";
    EXPECT_EQ(diary.failed("42", Errc::timeout), 0);
    for (std::uint8_t address = 1; address <= 4; ++address) EXPECT_GE(diary.count(address, "42"), 25);
}

TEST_F(DeadlineTest, APackThatComesBackSlowerIsFoundEvenOnAFullLine) {
    for (const bool knows_4f : {true, false}) {
        bus.packs[2].latency = 20ms;
        if (!poller) start({1, 2}, Duration::zero());
        time.run_for(30s);
        bus.packs[2].silent = true;
        time.run_for(1min);
        if (!knows_4f) ignore({"4F"});
        bus.packs[2].latency = 400ms;
        bus.packs[2].silent = false;
        diary.forget();
        time.run_for(45s);  // four probes
        EXPECT_EQ(diary.appeared, std::vector<std::uint8_t>{2}) << knows_4f;
        EXPECT_GE(diary.count(2, "42"), 5) << knows_4f;
    }
}

TEST_F(DeadlineTest, AServiceThatIsSlowOnceIsAskedAgainInFull) {
    start({1});
    time.run_for(50s);
    ASSERT_EQ(diary.count(1, "B0/4"), 1);
    // Only that service: 42 is as quick as ever.
    bool slow = true;
    bus.tamper = [&](const std::string& answer, std::string_view service, std::uint8_t) {
        if (service != "B0/4" || !slow) return answer;
        port.deliver(time.now() + 400ms, answer);
        return std::string();
    };
    time.run_for(30s);
    slow = false;
    EXPECT_GE(diary.count(1, "B0/4"), 2) << "the second try waits longer";
    EXPECT_EQ(diary.appeared.size(), 1U);
    EXPECT_EQ(diary.failed("42", Errc::timeout), 0);
}

}  // namespace
}  // namespace packwire::test
