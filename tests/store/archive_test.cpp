// SPDX-License-Identifier: MIT
/// What goes into a history comes out again: readings, roll-ups, events, settings.
#include "store/readings.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;
using test::new_year;
using test::series;

TEST(Archive, GivesBackWhatWasRead) {
    test::HistoryFile file;
    Batch batch;
    add(batch, series("P1", test::voltage), new_year, 53.12);
    add(batch, series("P1", test::cell_voltage, 2), new_year, 3.329);
    add(batch, series("P1", test::voltage), new_year + 1s, 53.1);
    add(batch, series("P2", test::voltage), new_year, -1.5);
    const auto written = file.archive->append(batch);
    ASSERT_TRUE(written) << written.error().where;

    const auto first = file.points(series("P1", test::voltage), new_year, new_year + 1h, Resolution::raw);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[0].at, new_year);
    EXPECT_DOUBLE_EQ(first[0].last, 53.12);
    EXPECT_DOUBLE_EQ(first[1].min, 53.1);
    const auto cell =
        file.points(series("P1", test::cell_voltage, 2), new_year, new_year + 1h, Resolution::raw);
    ASSERT_EQ(cell.size(), 1U) << "a row without the value is a gap";
    EXPECT_DOUBLE_EQ(cell[0].mean, 3.329);
    EXPECT_TRUE(
        file.points(series("P1", test::cell_voltage, 3), new_year, new_year + 1h, Resolution::raw).empty());
    EXPECT_TRUE(file.points(series("P9", test::voltage), new_year, new_year + 1h, {}).empty());

    const auto all = file.archive->series();
    ASSERT_TRUE(all);
    EXPECT_EQ(*all, (std::vector{series("P1", test::voltage), series("P1", test::cell_voltage, 2),
                                 series("P2", test::voltage)}));
}

TEST(Archive, IsThereAfterARestart) {
    test::HistoryFile file;
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year, new_year + 5min, 1s)));
    file.open();
    ASSERT_TRUE(file.archive) << file.why;
    EXPECT_EQ(file.points(series("P1", test::voltage), new_year, new_year + 1h, Resolution::raw).size(),
              300U);
    EXPECT_EQ(file.log, "");
}

TEST(Archive, MinutesAndHoursAreThoseOfTheReadings) {
    test::HistoryFile file;
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year, new_year + 26h, 10s)));
    const auto minutes = [&] {
        return file.points(series("P1", test::voltage), new_year, new_year + 26h, Resolution::minute);
    };
    const auto open = minutes();  // made of readings, as they are read
    file.tidy(new_year + 30h);
    const auto kept = minutes();  // a day of them from their own blocks
    ASSERT_EQ(open.size(), 26 * 60U);
    ASSERT_EQ(kept.size(), open.size());
    for (std::size_t i = 0; i < open.size(); ++i) {
        EXPECT_EQ(open[i].at, new_year + i * 1min);
        EXPECT_EQ(open[i].at, kept[i].at);
        EXPECT_DOUBLE_EQ(open[i].min, kept[i].min);
        EXPECT_DOUBLE_EQ(open[i].mean, kept[i].mean);
        EXPECT_DOUBLE_EQ(open[i].max, kept[i].max);
        EXPECT_DOUBLE_EQ(open[i].last, kept[i].last);
    }
    const auto hours = file.points(series("P1", test::voltage), new_year, new_year + 26h, Resolution::hour);
    ASSERT_EQ(hours.size(), 26U);
    EXPECT_NEAR(hours[3].min, 51, 0.011);
    EXPECT_NEAR(hours[3].max, 55, 0.011);
    EXPECT_NEAR(hours[3].mean, 53, 0.02);
}

TEST(Archive, ReadingsSurviveBeingMerged) {
    test::HistoryFile file;
    for (int minute = 0; minute < 180; ++minute) {
        const auto from = new_year + minute * 1min;
        ASSERT_TRUE(file.archive->append(test::swing("P1", from, from + 1min, 1s)));
    }
    const auto raw = [&] {
        return file.points(series("P1", test::cell_voltage, 3), new_year, new_year + 3h, Resolution::raw);
    };
    const auto before = raw();
    file.tidy(new_year + 30h);
    const auto after = raw();
    ASSERT_EQ(before.size(), 3 * 3600U);
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        ASSERT_EQ(before[i].at, after[i].at);
        ASSERT_EQ(before[i].last, after[i].last) << i;
    }
}

TEST(Archive, RollUpsOutliveReadings) {
    test::HistoryFile file;
    file.limits = {.raw = 24h, .minute = 24h * 10, .hour = 24h * 3650, .bytes = 1'000'000'000};
    file.open();
    for (int day = 0; day < 40; ++day) {
        const auto from = new_year + day * 24h;
        ASSERT_TRUE(file.archive->append(test::swing("P1", from, from + 24h, 60s)));
        file.tidy(from + 24h + 30min);
    }
    const auto now = new_year + 40 * 24h;
    const auto count = [&](Resolution resolution) {
        return file.points(series("P1", test::voltage), new_year, now, resolution).size();
    };
    EXPECT_GE(count(Resolution::raw), 24 * 60U);
    EXPECT_LE(count(Resolution::raw), 49 * 60U);
    EXPECT_GE(count(Resolution::minute), 10 * 24 * 60U);
    EXPECT_LE(count(Resolution::minute), 12 * 24 * 60U);
    EXPECT_EQ(count(Resolution::hour), 40 * 24U);

    // By itself: hours for what has only hours, and no more than asked for.
    const auto all = file.points(series("P1", test::voltage), new_year, now, {}, 800);
    EXPECT_GE(all.size(), 300U);
    EXPECT_LE(all.size(), 800U);
    EXPECT_EQ(all.front().at, new_year);
    const auto answer = file.archive->read(
        {.series = series("P1", test::voltage), .from = now - 2h, .to = now, .points = 800, .resolution = {}},
        {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->resolution, Resolution::raw);
    EXPECT_EQ(answer->span, Duration::zero());
    EXPECT_EQ(answer->points.size(), 120U);
}

TEST(Archive, MergedSpansKeepExtremesAndGaps) {
    test::HistoryFile file;
    Batch batch;
    for (int i = 0; i < 3600; ++i) {
        if (i >= 1200 && i < 1800) continue;  // the pack was away
        add(batch, series("P1", test::voltage), new_year + i * 1s, i == 600 ? 60 : 50);
    }
    ASSERT_TRUE(file.archive->append(batch));
    const auto answer = file.archive->read({.series = series("P1", test::voltage),
                                            .from = new_year,
                                            .to = new_year + 1h,
                                            .points = 60,
                                            .resolution = Resolution::raw},
                                           {});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->span, 1min);
    ASSERT_EQ(answer->points.size(), 50U);
    EXPECT_EQ(answer->points[10].max, 60);
    EXPECT_EQ(answer->points[10].min, 50);
    EXPECT_NEAR(answer->points[10].mean, 50 + 10.0 / 60, 0.001);
    EXPECT_EQ(answer->points[20].at, new_year + 30min);
}

TEST(Archive, UnsavedSamplesAreSeen) {
    test::HistoryFile file;
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year, new_year + 1min, 1s)));
    const std::vector<Sample> unsaved{{.at = new_year + 59s, .value = 1}, {.at = new_year + 90s, .value = 2}};
    for (const auto resolution : {Resolution::raw, Resolution::minute}) {
        const auto answer = file.archive->read({.series = series("P1", test::voltage),
                                                .from = new_year,
                                                .to = new_year + 1h,
                                                .points = 800,
                                                .resolution = resolution},
                                               unsaved);
        ASSERT_TRUE(answer);
        ASSERT_EQ(answer->points.size(), resolution == Resolution::raw ? 61U : 2U);
        EXPECT_EQ(answer->points.back().last, 2);
    }
}

TEST(Archive, EventsNewestFirst) {
    test::HistoryFile file;
    Batch batch;
    for (int i = 0; i < 10; ++i) {
        Event event;
        event.at = new_year + i * 1h;
        event.device = i % 2 == 0 ? "P1" : "bank";
        event.kind = i % 2 == 0 ? EventKind::alarm : EventKind::limits;
        event.name = "low_soc";
        event.level = i;
        event.text = "it's \"low\"; DROP TABLE event";
        batch.events.push_back(event);
    }
    ASSERT_TRUE(file.archive->append(batch));
    const auto all = file.archive->events({});
    ASSERT_TRUE(all);
    ASSERT_EQ(all->size(), 10U);
    EXPECT_EQ(all->front().level, 9);
    EXPECT_EQ(all->front().text, "it's \"low\"; DROP TABLE event");
    EXPECT_EQ(all->front().at, new_year + 9h);
    EventQuery some;
    some.device = "P1";
    some.from = new_year + 1h;
    some.to = new_year + 8h;
    some.limit = 2;
    const auto page = file.archive->events(some);
    ASSERT_EQ(page->size(), 2U);
    EXPECT_EQ(page->front().level, 6);
    some.before = page->back().id;
    EXPECT_EQ(file.archive->events(some)->front().level, 2);
    some = {};
    some.kind = EventKind::limits;
    EXPECT_EQ(file.archive->events(some)->size(), 5U);
}

TEST(Archive, SettingsAreTheNewest) {
    test::HistoryFile file;
    Batch batch;
    const auto limit = model::metric("cell_voltage_upper_limit");
    batch.settings = {{.device = "P1", .metric = limit, .value = 3.65},
                      {.device = "P1", .metric = limit, .value = 3.6}};
    ASSERT_TRUE(file.archive->append(batch));
    file.open();
    const auto known = file.archive->settings();
    ASSERT_TRUE(known);
    ASSERT_EQ(known->size(), 1U);
    EXPECT_EQ(known->front().value, 3.6);
}

}  // namespace
}  // namespace packwire::store
