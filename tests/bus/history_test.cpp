// SPDX-License-Identifier: MIT
#include "bus/history.hpp"

#include <gtest/gtest.h>

#include "support/ring_pack.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bus::HistoryReader;
using bus::HistoryWish;
using dialect::daren::event_record;
using dialect::daren::history_record;
using Fate = RingPack::Fate;
using Numbers = std::vector<std::uint32_t>;

Numbers count_to(std::uint32_t end, std::uint32_t begin = 0) {
    Numbers numbers;
    for (auto i = begin; i < end; ++i) numbers.push_back(i);
    return numbers;
}

class History : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(run(loop, time, port.open(), 0s)); }
    void fill(const Numbers& numbers) {
        for (const auto number : numbers) pack.history.push(history_info(number));
    }
    Result<void> read(HistoryWish wish = {}) {
        got.clear();
        const auto take = [this](const model::Record& record) -> Result<void> {
            got.push_back(
                static_cast<std::uint32_t>(record.raw()[record.layout().find("running_mileage").first]));
            marks.push_back(bus::mark_of(record));
            if (stop_after && got.size() == *stop_after) return fail(Errc::cancelled, "enough");
            return {};
        };
        HistoryReader reader(line, history_record, 1, std::move(wish), take);
        auto done = run(loop, time, reader.read(), 20h);
        report = reader.report();
        return done;
    }
    HistoryWish kept() const { return {.kept = marks}; }
    /// The exchanges with these numbers go so.
    void lose(std::map<std::size_t, Fate> fates) {
        pack.fate = [fates](std::size_t number, std::uint8_t) {
            const auto found = fates.find(number);
            return found == fates.end() ? Fate::good : found->second;
        };
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    RingPack pack{port, time};
    bus::Line line{port, time, dialect::daren::dialect};
    Numbers got;
    std::vector<bus::RecordMark> marks;
    std::optional<std::size_t> stop_after;
    bus::HistoryReport report;
};

TEST_F(History, KnowsWhatCanBeReadSo) {
    EXPECT_TRUE(bus::is_history(history_record));
    EXPECT_TRUE(bus::is_history(event_record));
    for (const auto* service : dialect::daren::dialect.services) {
        if (service != &history_record && service != &event_record) {
            EXPECT_FALSE(bus::is_history(*service)) << service->code;
        }
    }
}

TEST_F(History, IsReadFromTheFirstRecordToTheEndMark) {
    fill(count_to(5));
    ASSERT_TRUE(read());
    EXPECT_EQ(got, count_to(5));
    EXPECT_EQ(pack.asked, "00 01 01 01 01");
    EXPECT_TRUE(report.complete);
    EXPECT_TRUE(report.end_mark);
    EXPECT_EQ(report.fresh, 5U);
    EXPECT_EQ(report.time, LocalTime(std::chrono::local_days(std::chrono::year(2026) / 1 / 1) + 4s));
}

TEST_F(History, EventsAreReadAlike) {
    for (std::uint32_t i = 0; i < 3; ++i) pack.events.push(event_info(i));
    std::size_t count = 0;
    HistoryReader reader(line, event_record, 1, {}, [&](const model::Record&) -> Result<void> {
        ++count;
        return {};
    });
    ASSERT_TRUE(run(loop, time, reader.read(), 1h));
    EXPECT_EQ(count, 3U);
}

TEST_F(History, WithoutRecordsIsCompleteAndEmpty) {
    ASSERT_TRUE(read());
    EXPECT_TRUE(report.complete);
    EXPECT_TRUE(got.empty());
    EXPECT_EQ(pack.asked, "00");
}

TEST_F(History, SaysThatTheFirmwareHasNone) {
    pack.refuse = [](std::uint8_t, std::uint8_t) { return std::uint8_t{4}; };
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::unsupported);
    EXPECT_NE(done.error().where.find("not supported by this firmware"), std::string::npos);
    EXPECT_TRUE(report.unsupported);
    EXPECT_EQ(pack.asked, "00");
}

TEST_F(History, EveryExchangeMayFailInEveryWay) {
    for (const auto fate : {Fate::question_lost, Fate::answer_lost, Fate::damaged, Fate::late}) {
        for (std::size_t lost = 0; lost < 6; ++lost) {
            pack.history = {};
            pack.questions = 0;
            fill(count_to(6));
            lose({{lost, fate}});
            ASSERT_TRUE(read()) << static_cast<int>(fate) << " at " << lost;
            EXPECT_EQ(got, count_to(6)) << static_cast<int>(fate) << " at " << lost;
            EXPECT_EQ(report.repeats, 1U);
        }
    }
}

TEST_F(History, NeverAsksForTheNextOneTwice) {
    fill(count_to(3));
    lose({{1, Fate::answer_lost}});
    ASSERT_TRUE(read());
    EXPECT_EQ(pack.asked, "00 01 4F 02 01") << "the answer was lost: the pack had gone on";
    pack.asked.clear();
    pack.questions = 0;
    lose({{1, Fate::question_lost}});
    ASSERT_TRUE(read());
    EXPECT_EQ(pack.asked, "00 01 4F 02 01 01") << "the question was lost: the pack had not";
}

TEST_F(History, ALateAnswerPassesForNoOther) {
    fill(count_to(8));
    // Very late, and again: older answers come while younger questions are on their way.
    pack.lateness = 1400ms;
    lose({{2, Fate::late}, {4, Fate::late}, {9, Fate::late}});
    ASSERT_TRUE(read({.repeats = 10}));
    EXPECT_EQ(got, count_to(8));
    EXPECT_EQ(report.doubles, 0U);
}

TEST_F(History, GivesUpOnARecordAfterItsRepeats) {
    fill(count_to(5));
    pack.fate = [](std::size_t number, std::uint8_t cid2) {
        return number >= 3 && cid2 == 0x4B ? Fate::answer_lost : Fate::good;
    };
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::timeout);
    EXPECT_EQ(got, count_to(3)) << "what was read is kept";
    EXPECT_EQ(pack.asked, "00 01 01 01 4F 02 4F 02 4F 02");
    EXPECT_FALSE(report.complete);
}

TEST_F(History, ARefusalIsRepeatedToo) {
    fill(count_to(3));
    bool once = true;
    pack.refuse = [&](std::uint8_t, std::uint8_t type) -> std::optional<std::uint8_t> {
        if (type == 1 && std::exchange(once, false)) return std::uint8_t{7};
        return std::nullopt;
    };
    ASSERT_TRUE(read());
    EXPECT_EQ(got, count_to(3));
    EXPECT_EQ(pack.asked, "00 01 02 01 01");
}

TEST_F(History, MayEndByARefusalToGoOn) {
    fill(count_to(3));
    pack.history.end_mark = false;
    ASSERT_TRUE(read());
    EXPECT_EQ(got, count_to(3));
    EXPECT_TRUE(report.complete);
    EXPECT_FALSE(report.end_mark);
    EXPECT_EQ(pack.asked, "00 01 01 01 02 01");
}

TEST_F(History, DoesNotEndByARefusalOfEverything) {
    fill(count_to(3));
    pack.refuse = [&](std::uint8_t, std::uint8_t) -> std::optional<std::uint8_t> {
        if (pack.questions > 2) return std::uint8_t{6};
        return std::nullopt;
    };
    const auto done = read();
    ASSERT_FALSE(done) << "a pack that forgot where it stood must not pass for one that has no more";
    EXPECT_EQ(done.error().code, Errc::rejected);
    EXPECT_EQ(got, count_to(2));
}

TEST_F(History, UnsupportedInTheMiddleIsAnError) {
    fill(count_to(3));
    pack.refuse = [](std::uint8_t, std::uint8_t type) -> std::optional<std::uint8_t> {
        if (type == 1) return std::uint8_t{4};
        return std::nullopt;
    };
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::rejected);
    EXPECT_FALSE(report.unsupported);
    EXPECT_EQ(got, count_to(1));
}

TEST_F(History, ThatNeverEndsIsCutOff) {
    fill(count_to(200));
    const auto done = read({.limit = 100});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::bad_history);
    EXPECT_EQ(got, count_to(100));
}

TEST_F(History, ThatEndsAtTheLimitIsComplete) {
    fill(count_to(100));
    EXPECT_TRUE(read({.limit = 100}));
    EXPECT_TRUE(report.complete);
}

TEST_F(History, ThatRepeatsOneRecordEnds) {
    fill({0, 1, 2});
    for (int i = 0; i < 40; ++i) fill({3});
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::bad_history);
    EXPECT_NE(done.error().where.find("repeats itself"), std::string::npos) << done.error().where;
    EXPECT_EQ(got, count_to(4));
}

TEST_F(History, ThatGoesRoundEnds) {
    for (const std::uint32_t size : {2U, 5U, 40U}) {
        pack.history = {};
        fill(count_to(size));
        pack.history.end_mark = false;
        pack.history.wraps = true;
        const auto done = read();
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code, Errc::bad_history);
        EXPECT_EQ(got, count_to(size));
    }
}

TEST_F(History, ThatRunsBackwardsEnds) {
    Numbers numbers;
    for (std::uint32_t i = 0; i < 100; ++i) numbers.push_back(1000 - i);
    fill(numbers);
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::bad_history);
    EXPECT_NE(done.error().where.find("runs backwards"), std::string::npos) << done.error().where;
    EXPECT_EQ(got, Numbers(numbers.begin(), numbers.begin() + HistoryReader::patience + 1));
}

TEST_F(History, MayHaveAClockThatWasSetBack) {
    const Numbers numbers{100, 101, 102, 50, 51, 101 + 300};
    fill(numbers);
    ASSERT_TRUE(read());
    EXPECT_EQ(got, numbers);
    EXPECT_EQ(report.steps_back, 1U);
}

TEST_F(History, ARecordMayStandTwiceButNotSideBySide) {
    fill({0, 1, 1, 2, 0, 3, 0});
    ASSERT_TRUE(read());
    EXPECT_EQ(got, (Numbers{0, 1, 2, 0, 3, 0}));
    EXPECT_EQ(report.doubles, 1U);
}

TEST_F(History, IsTheSameWhateverGetsLostBetweenDoubles) {
    for (const auto fate : {Fate::question_lost, Fate::answer_lost}) {
        for (std::size_t lost = 0; lost < 5; ++lost) {
            pack.history = {};
            pack.questions = 0;
            fill({0, 1, 1, 1, 2});
            lose({{lost, fate}});
            ASSERT_TRUE(read());
            EXPECT_EQ(got, count_to(3)) << lost;
        }
    }
}

TEST_F(History, GoesOnInThePackWhenItStillStandsThere) {
    fill(count_to(10));
    stop_after = 4;
    EXPECT_FALSE(read());
    stop_after.reset();
    pack.asked.clear();
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(10, 4));
    EXPECT_TRUE(report.behind_kept);
    EXPECT_EQ(pack.asked, "02 01 01 01 01 01 01");
    EXPECT_FALSE(report.gap);
}

TEST_F(History, IsStoppedBehindARecordSoThatThePackStandsThere) {
    fill(count_to(10));
    HistoryReader* reading = nullptr;
    HistoryReader reader(line, history_record, 1, {}, [&](const model::Record& record) -> Result<void> {
        marks.push_back(bus::mark_of(record));
        if (marks.size() == 4) reading->stop();
        return {};
    });
    reading = &reader;
    const auto done = run(loop, time, reader.read(), 1h);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::cancelled);
    EXPECT_EQ(reader.report().fresh, 4U);
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(10, 4));
    EXPECT_TRUE(report.behind_kept);
}

TEST_F(History, RewindsAndPassesOverWhatIsKept) {
    fill(count_to(10));
    stop_after = 4;
    EXPECT_FALSE(read());
    stop_after.reset();
    pack.history.cursor.reset();  // somebody else read it, or it was switched off
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(10, 4));
    EXPECT_FALSE(report.behind_kept);
    EXPECT_EQ(report.skipped, 4U);
    EXPECT_FALSE(report.gap);
}

TEST_F(History, OfACompleteOneOnlyTheNewRecordsCome) {
    fill(count_to(10));
    ASSERT_TRUE(read());
    ASSERT_TRUE(read(kept()));
    EXPECT_TRUE(got.empty());
    EXPECT_EQ(report.skipped, 10U);
    EXPECT_FALSE(report.behind_kept) << "an end mark may come from the pack's memory";
    fill(count_to(13, 10));
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(13, 10)) << "the record that was last is so no more, and still the same";
}

TEST_F(History, TheRingMayHaveOverwrittenOldRecordsMeanwhile) {
    fill(count_to(10));
    stop_after = 6;
    EXPECT_FALSE(read());
    stop_after.reset();
    pack.history.overwrite(3);
    fill(count_to(13, 10));
    pack.history.cursor = 4;
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(13, 6));
    EXPECT_EQ(report.skipped, 3U);
    EXPECT_FALSE(report.gap);
}

TEST_F(History, SaysSoWhenTheRingHasOverwrittenWhatWasNotRead) {
    fill(count_to(10));
    stop_after = 4;
    EXPECT_FALSE(read());
    stop_after.reset();
    pack.history.overwrite(6);
    fill(count_to(16, 10));
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(16, 6));
    EXPECT_TRUE(report.gap);
}

TEST_F(History, SaysSoWhenItWasClearedMeanwhile) {
    fill(count_to(5));
    ASSERT_TRUE(read());
    pack.history = {};
    ASSERT_TRUE(read(kept()));
    EXPECT_TRUE(report.complete);
    EXPECT_TRUE(report.gap);
}

TEST_F(History, SaysNothingOfAGapBeforeItKnows) {
    fill(count_to(20));
    ASSERT_TRUE(read());
    pack.fate = [](std::size_t number, std::uint8_t) {
        return number > 30 ? Fate::question_lost : Fate::good;
    };
    EXPECT_FALSE(read(kept()));
    EXPECT_GT(report.skipped, 0U);
    EXPECT_LT(report.skipped, 20U);
    EXPECT_FALSE(report.gap);
}

TEST_F(History, APackThatDoesNotGoOnFromThereIsRewound) {
    fill(count_to(10));
    stop_after = 6;
    EXPECT_FALSE(read());
    stop_after.reset();
    // It answers 02 from memory, yet begins anew at the next 01.
    bool once = true;
    pack.refuse = [&](std::uint8_t, std::uint8_t type) -> std::optional<std::uint8_t> {
        if (type == 1 && std::exchange(once, false)) pack.history.cursor = 0;
        return std::nullopt;
    };
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, count_to(10, 6));
    EXPECT_FALSE(report.behind_kept);
}

TEST_F(History, WhatIsKeptMayRepeatItself) {
    // Each start of a clock without a battery looks the same.
    fill({0, 7, 0, 8, 0, 9, 0});
    ASSERT_TRUE(read());
    pack.history.overwrite(4);
    fill({11, 0, 12});
    ASSERT_TRUE(read(kept()));
    EXPECT_EQ(got, (Numbers{11, 0, 12}));
    EXPECT_FALSE(report.gap);
}

TEST_F(History, AnErrorOfTheTakerEndsIt) {
    fill(count_to(10));
    stop_after = 3;
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().where, "enough");
}

TEST_F(History, NothingIsAskedOnceThePortIsGone) {
    fill(count_to(10));
    pack.fate = [this](std::size_t number, std::uint8_t) {
        if (number == 4) port.vanish();
        return number == 4 ? Fate::answer_lost : Fate::good;
    };
    const auto done = read();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::port_gone);
    EXPECT_EQ(got, count_to(4));
    EXPECT_EQ(pack.questions, 5U);
}

}  // namespace
}  // namespace packwire::test
