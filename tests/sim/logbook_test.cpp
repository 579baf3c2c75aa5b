// SPDX-License-Identifier: MIT
#include "sim/logbook.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "dialect/daren/daren.hpp"
#include "sim/incidents.hpp"
#include "sim/past.hpp"
#include "sim/recall.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using sim::Cursor;
using sim::Logbook;
using sim::Pack;
using sim::Ring;
using sim::Turn;
namespace daren = dialect::daren;

constexpr WallTime start{std::chrono::seconds(1'767'225'600)};  // 2026-01-01

/// A pack that is watched from the beginning.
class Watched {
public:
    explicit Watched(const sim::PackSettings& settings) : pack(settings) { book.start(pack, start); }
    void run(Duration duration) {
        elapsed += duration;
        pack.advance(duration, [this](Duration left) {
            book.observe(pack, start + std::chrono::floor<WallTime::duration>(elapsed - left));
        });
    }
    [[nodiscard]] std::vector<std::string_view> happened() const {
        std::vector<std::string_view> all;
        for (auto i = book.history().first(); i < book.history().end(); ++i) {
            const auto& events = book.history().at(i).events;
            all.insert(all.end(), events.begin(), events.end());
        }
        return all;
    }
    Pack pack;
    Logbook book;
    Duration elapsed{};
};

TEST(Ring, OverwritesTheOldest) {
    Ring<int> ring(3);
    EXPECT_TRUE(ring.empty());
    for (int i = 0; i < 5; ++i) ring.push(i);
    EXPECT_EQ(ring.size(), 3U);
    EXPECT_EQ(ring.first(), 2U);
    EXPECT_EQ(ring.end(), 5U);
    EXPECT_EQ(ring.at(2), 2);
    EXPECT_EQ(ring.at(4), 4);
}

TEST(Cursor, GoesFromTheOldestToTheNewest) {
    Ring<int> ring(3);
    Cursor cursor;
    EXPECT_FALSE(cursor.turn(ring, Turn::first));
    EXPECT_FALSE(cursor.turn(ring, Turn::repeat));
    for (int i = 0; i < 3; ++i) ring.push(i);
    EXPECT_FALSE(cursor.turn(ring, Turn::repeat)) << "nothing told yet";
    EXPECT_EQ(cursor.turn(ring, Turn::next), 0U);
    EXPECT_EQ(cursor.turn(ring, Turn::first), 0U);
    EXPECT_EQ(cursor.turn(ring, Turn::next), 1U);
    EXPECT_EQ(cursor.turn(ring, Turn::repeat), 1U);
    EXPECT_EQ(cursor.turn(ring, Turn::next), 2U);
    EXPECT_FALSE(cursor.turn(ring, Turn::next)) << "the end";
    EXPECT_EQ(cursor.turn(ring, Turn::repeat), 2U);
    ring.push(3);
    EXPECT_EQ(cursor.turn(ring, Turn::next), 3U) << "came meanwhile";
    EXPECT_EQ(cursor.turn(ring, Turn::first), 1U);
}

TEST(Cursor, PassesOverWhatWasOverwritten) {
    Ring<int> ring(3);
    Cursor cursor;
    for (int i = 0; i < 3; ++i) ring.push(i);
    EXPECT_EQ(cursor.turn(ring, Turn::first), 0U);
    for (int i = 3; i < 6; ++i) ring.push(i);
    EXPECT_EQ(cursor.turn(ring, Turn::next), 3U);
    cursor.forget();
    EXPECT_FALSE(cursor.turn(ring, Turn::repeat));
}

TEST(Incidents, KnowEveryLimitAndUseTheWordsOfTheTables) {
    std::set<std::string_view> words;
    for (const auto* service : {&daren::history_record, &daren::event_record}) {
        for (const auto& variant : service->variants) {
            for (const auto& field : variant.fields) {
                words.insert(field.names.begin(), field.names.end());
                for (const auto& flag : field.flags) words.insert(flag.name);
            }
        }
    }
    for (const auto& limit : sim::default_limits(16)) {
        const auto* incident = sim::find_incident(limit.name);
        ASSERT_NE(incident, nullptr) << limit.name;
        for (const auto word : {incident->occurred, incident->released, incident->type}) {
            EXPECT_TRUE(words.contains(word)) << limit.name << " " << word;
        }
        EXPECT_TRUE(incident->flag.empty() || words.contains(incident->flag)) << incident->flag;
        EXPECT_EQ(incident->protects, limit.stops != sim::Stops::nothing) << limit.name;
    }
}

TEST(Logbook, RecordsAProtectionThatTripsAndItsRelease) {
    Watched one({.soc_percent = 50, .current_a = -10});
    one.run(1s);
    one.pack.fix_cell_voltage(2, 2.4);
    one.run(5s);
    one.pack.fix_cell_voltage(2, std::nullopt);
    one.run(20s);
    const auto happened = one.happened();
    EXPECT_EQ(happened.front(), "system_start");
    const auto tripped = std::ranges::find(happened, "cell_undervoltage_protection");
    ASSERT_NE(tripped, happened.end());
    EXPECT_NE(std::find(tripped, happened.end(), "cell_undervoltage_released"), happened.end());
    EXPECT_NE(std::ranges::find(happened, "leave_discharge"), happened.end()) << "the MOSFET opened";

    const auto& events = one.book.events();
    int occurred = 0;
    int over = 0;
    for (auto i = events.first(); i < events.end(); ++i) {
        const auto& event = events.at(i);
        EXPECT_EQ(event.number, i + 1);
        if (event.type != "cell_low" || event.rank != 9) continue;
        (event.occurred ? occurred : over) += 1;
        EXPECT_EQ(event.reference, event.occurred ? 2500 : 2900);
        if (event.occurred) {
            EXPECT_EQ(event.data, 2400);
        }
    }
    EXPECT_EQ(occurred, 1);
    EXPECT_EQ(over, 1);
}

TEST(Logbook, KeepsWhatHeldAtThatMoment) {
    Watched one({.soc_percent = 50, .current_a = -10});
    one.pack.fix_cell_voltage(2, 2.4);
    one.run(3s);
    const auto& history = one.book.history();
    const auto& last = history.back();
    EXPECT_EQ(last.cell_millivolts[2], 2400);
    EXPECT_FALSE(last.discharge_mosfet_on);
    EXPECT_NE(std::ranges::find(last.flags, "cell_undervoltage_protection"), last.flags.end());
    EXPECT_NE(std::ranges::find(last.flags, "cell_undervoltage_alarm"), last.flags.end());
    EXPECT_TRUE(history.at(history.first()).flags.empty());
    EXPECT_EQ(history.at(history.first()).pack_current, -10);
}

TEST(Logbook, AnEmptyBookWaitsForItsFirstPeriod) {
    Pack pack({.current_a = 0});
    Logbook book;
    const auto at = [](Duration left) {
        return start + std::chrono::floor<WallTime::duration>(Duration(1s) - left);
    };
    pack.advance(1s, [&](Duration left) { book.observe(pack, at(left)); });
    EXPECT_EQ(book.history().first(), book.history().end());
}

TEST(Logbook, RecordsPeriodicallyByTheTimeOfThePack) {
    Watched one({.current_a = 0, .history_interval = 10min});
    one.run(61min);
    const auto happened = one.happened();
    EXPECT_EQ(std::ranges::count(happened, "periodic_record"), 6);
    EXPECT_EQ(one.book.history().back().time, start + 60min);
}

TEST(Logbook, GivesEachEventItsRecordWhereTheyHaveNoRoom) {
    for (const bool lists : {true, false}) {
        Watched one({.soc_percent = 50, .current_a = -10});
        one.book.set_event_lists(lists);
        one.pack.fix_cell_voltage(2, 2.4);
        one.run(3s);
        bool several = false;
        const auto& history = one.book.history();
        for (auto i = history.first(); i < history.end(); ++i) {
            several = several || history.at(i).events.size() > 1;
            if (i > history.first()) {
                EXPECT_GT(history.at(i).time, history.at(i - 1).time);
            }
        }
        EXPECT_EQ(several, lists);
    }
}

TEST(Past, HasAsManyRecordsAsAskedAndEndsNow) {
    for (const std::size_t records : {0U, 1U, 2U, 200U, 1000U}) {
        Pack pack({.soc_percent = 43, .seed = 7});
        Logbook book;
        sim::make_past(pack, book, records, start);
        const auto& history = book.history();
        ASSERT_EQ(history.size(), records);
        EXPECT_EQ(book.events().empty(), records == 0);
        if (records == 0) continue;
        EXPECT_EQ(history.back().time, start);
        EXPECT_EQ(history.back().events, std::vector<std::string_view>{"system_start"});
        for (auto i = history.first() + 1; i < history.end(); ++i) {
            EXPECT_GT(history.at(i).time, history.at(i - 1).time);
            EXPECT_LT(std::abs(history.at(i).state_of_charge - history.at(i - 1).state_of_charge), 30);
        }
    }
}

TEST(Past, LeadsToTheStateOfChargeThatThePackHas) {
    for (const double soc : {8.0, 43.0, 95.0}) {
        Pack pack({.soc_percent = soc, .seed = 3});
        Logbook book;
        sim::make_past(pack, book, 100, start);
        const auto& history = book.history();
        EXPECT_NEAR(history.at(history.end() - 2).state_of_charge, soc, 5);
        EXPECT_NEAR(history.back().state_of_charge, soc, 0.01);
    }
}

TEST(Past, TripsProtectionsAndCountsThem) {
    Pack pack({});
    Logbook book;
    sim::make_past(pack, book, 1000, start);
    std::size_t over = 0;
    std::size_t under = 0;
    const auto& history = book.history();
    for (auto i = history.first(); i < history.end(); ++i) {
        for (const auto event : history.at(i).events) {
            over += event == "cell_overvoltage_protection" ? 1U : 0U;
            under += event == "cell_undervoltage_protection" ? 1U : 0U;
        }
    }
    EXPECT_GT(over, 0U);
    EXPECT_GT(under, 0U);
    EXPECT_GE(pack.counter("cell_overvoltage_count"), over);
    EXPECT_GE(pack.counter("cell_undervoltage_count"), under);
}

TEST(Past, IsTheSameForTheSameSeed) {
    const auto times = [](std::uint64_t seed) {
        Pack pack({.seed = seed});
        Logbook book;
        sim::make_past(pack, book, 100, start);
        std::vector<int> all;
        for (auto i = book.history().first(); i < book.history().end(); ++i) {
            all.push_back(book.history().at(i).cell_millivolts[0]);
        }
        return all;
    };
    EXPECT_EQ(times(5), times(5));
    EXPECT_NE(times(5), times(6));
}

}  // namespace
