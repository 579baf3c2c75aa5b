// SPDX-License-Identifier: MIT
#include "bus/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "bus/transact.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bus::Histogram;
using dialect::daren::live_data;

TEST(Histogram, KnowsNothingBeforeSomethingHappened) {
    const Histogram histogram;
    EXPECT_EQ(histogram.count(), 0U);
    EXPECT_EQ(histogram.quantile(0.5), 0s);
}

TEST(Histogram, PutsABoundIntoItsOwnBucket) {
    Histogram histogram;
    for (const Duration took : {Duration(-1ms), Duration(1ms), Duration(1ms) + 1ns, Duration(11s)}) {
        histogram.add(took);
    }
    EXPECT_EQ(histogram.buckets()[0], 2U) << "what is negative is zero";
    EXPECT_EQ(histogram.buckets()[1], 1U);
    EXPECT_EQ(histogram.buckets().back(), 1U) << "longer than the last bound";
    EXPECT_EQ(histogram.longest(), 11s);
}

TEST(Histogram, QuantilesLieInTheRightBucketAndNeverAboveTheLongest) {
    Histogram histogram;
    for (int i = 0; i < 98; ++i) histogram.add(15ms);
    histogram.add(400ms);
    histogram.add(400ms);
    EXPECT_GT(histogram.quantile(0.5), 10ms);
    EXPECT_LE(histogram.quantile(0.5), 20ms);
    EXPECT_GT(histogram.quantile(0.99), 200ms);
    EXPECT_LE(histogram.quantile(0.99), 400ms);
    EXPECT_EQ(histogram.quantile(1), 400ms);
    histogram.add(30s);
    EXPECT_EQ(histogram.quantile(1), 30s);
}

TEST(LineStatistics, RecentForgetsWhatWasLongAgo) {
    TimePoint now{1h};
    bus::LineStatistics statistics(now);
    const auto second = [&](Duration asking, std::size_t characters) {
        statistics.characters(characters, 1ms);
        statistics.ended(now, now + asking);
        now += 1s;
    };
    for (int i = 0; i < 60; ++i) second(600ms, 400);
    EXPECT_NEAR(statistics.recent(now).busy(), 0.4, 0.05);
    EXPECT_NEAR(statistics.recent(now).waiting(), 0.2, 0.05);
    EXPECT_NEAR(statistics.recent(now).idle(), 0.4, 0.05);
    for (int i = 0; i < 60; ++i) second(0ms, 0);
    EXPECT_NEAR(statistics.recent(now).busy(), 0, 0.01);
    EXPECT_NEAR(statistics.total(now).busy(), 0.2, 0.01);
    EXPECT_EQ(statistics.total(now).characters, 24'000U);
    now += 1h;
    EXPECT_LT(statistics.recent(now).busy() + statistics.recent(now).waiting(), 0.01) << "fell silent";
}

class LineStatisticsOf : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(run(loop, time, port.open(), 0s));
        bus.packs[1] = {};
        bus.packs[2] = {};
    }
    Result<model::Record> ask(std::uint8_t address) {
        return run(loop, time, line.ask(live_data, address), 10s);
    }
    /// What 42 takes on the wire.
    [[nodiscard]] Duration asking() const {
        return static_cast<Duration::rep>(question_text.size()) * port.character_time();
    }
    const bus::PackStatistics& pack(std::uint8_t address) { return line.statistics().packs().at(address); }

    std::string question_text = wire::encode(dialect::make_request(dialect::daren::dialect, live_data, 1));
    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus{port, time};
    bus::Line line{port, time, dialect::daren::dialect};
};

TEST_F(LineStatisticsOf, LatencyIsThatToTheFirstCharacterAndThatOfTheWholeExchange) {
    const auto question = asking();
    bus.tamper = [&](const std::string& answer, std::string_view, std::uint8_t) {
        port.deliver(time.now() + question + 30ms, answer.substr(0, 1));
        port.deliver(time.now() + question + 70ms, answer.substr(1));
        return std::string();
    };
    ASSERT_TRUE(ask(1));
    EXPECT_EQ(pack(1).first_character.longest(), 30ms);
    EXPECT_EQ(pack(1).exchange.longest(), question + 70ms);
    EXPECT_EQ(line.statistics().total(time.now()).asking, question + 70ms);
}

TEST_F(LineStatisticsOf, AnEchoIsNotTheFirstCharacterOfTheAnswer) {
    const auto question = asking();
    bus.tamper = [&](const std::string& answer, std::string_view, std::uint8_t) {
        port.deliver(time.now() + question + 1ms, question_text);
        port.deliver(time.now() + question + 40ms, answer);
        return std::string();
    };
    ASSERT_TRUE(ask(1));
    EXPECT_EQ(pack(1).counters.echoes, 1U);
    EXPECT_EQ(pack(1).first_character.longest(), 40ms);
}

TEST_F(LineStatisticsOf, EachPackIsCountedApartAndTheLineIsTheirSum) {
    bus.packs[2].silent = true;
    ASSERT_TRUE(ask(1));
    ASSERT_FALSE(ask(2));
    EXPECT_EQ(pack(1).counters.exchanges, 1U);
    EXPECT_EQ(pack(1).counters.answers, 1U);
    EXPECT_EQ(pack(1).counters.of(Errc::timeout), 0U);
    EXPECT_EQ(pack(1).exchange.count(), 1U);
    EXPECT_EQ(pack(2).counters.exchanges, 2U);
    EXPECT_EQ(pack(2).counters.retries, 1U);
    EXPECT_EQ(pack(2).counters.of(Errc::timeout), 2U);
    EXPECT_EQ(pack(2).exchange.count(), 0U) << "what has not answered has no latency";
    EXPECT_EQ(line.counters().exchanges, 3U);
    EXPECT_EQ(line.counters().of(Errc::timeout), 2U);
}

TEST_F(LineStatisticsOf, CharactersFillTheLineForTheirTime) {
    ASSERT_TRUE(ask(1));
    const auto total = line.statistics().total(time.now());
    const auto answer = seed_answer("42", 1);
    EXPECT_EQ(total.characters, question_text.size() + answer.size());
    EXPECT_EQ(total.wire, static_cast<Duration::rep>(total.characters) * port.character_time());
    EXPECT_EQ(total.asking, total.wire + 20ms);
    EXPECT_GT(total.busy(), total.waiting());
}

}  // namespace
}  // namespace packwire::test
