// SPDX-License-Identifier: MIT
/// Files that are damaged, from a newer version, not readable or full; clocks that jump.
#include <sqlite3.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "store/readings.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;
using test::new_year;
using test::series;

const Series voltage = series("P1", test::voltage);

std::string bytes_of(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void overwrite(const std::filesystem::path& file, std::size_t at, std::size_t count) {
    std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(static_cast<std::streamoff>(at));
    out << std::string(count, '\x5A');
}

void execute(const std::filesystem::path& file, const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
}

std::size_t moved_aside(const std::filesystem::path& file) {
    std::size_t count = 0;
    for (const auto& other : std::filesystem::directory_iterator(file.parent_path())) {
        const auto name = other.path().filename().string();
        if (name.starts_with(file.filename().string() + ".corrupt-") && !name.ends_with("-wal")) ++count;
    }
    return count;
}

class Trouble : public testing::Test {
protected:
    Trouble() { EXPECT_TRUE(file.archive->append(test::swing("P1", new_year, new_year + 30min, 1s))); }
    void close() { file.archive.reset(); }
    [[nodiscard]] std::size_t count() const {
        return file.points(voltage, new_year - 24h * 365, new_year + 24h * 3650, Resolution::raw).size();
    }
    test::HistoryFile file;
};

TEST_F(Trouble, ANewerFileIsLeftAlone) {
    close();
    execute(file.path(), "PRAGMA user_version = 999");
    const auto before = bytes_of(file.path());
    file.open();
    EXPECT_FALSE(file.archive);
    EXPECT_NE(file.why.find("written by a newer version (schema 999"), std::string::npos) << file.why;
    EXPECT_TRUE(bytes_of(file.path()) == before);
    EXPECT_FALSE(open_sqlite_to_read(file.path()));
}

TEST_F(Trouble, AFileThatIsNoneIsMovedAside) {
    close();
    std::ofstream(file.path(), std::ios::binary) << std::string(50'000, 'x');
    file.open();
    ASSERT_TRUE(file.archive) << file.why;
    EXPECT_NE(file.log.find("kept as"), std::string::npos) << file.log;
    EXPECT_EQ(moved_aside(file.path()), 1U);
    EXPECT_EQ(count(), 0U);
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year, new_year + 1min, 1s)));
    EXPECT_EQ(count(), 60U);
}

TEST_F(Trouble, DamageAnywhereIsSurvived) {
    close();
    const auto good = bytes_of(file.path());
    for (std::size_t at = 0; at + 200 < good.size(); at += 4096) {
        SCOPED_TRACE(at);
        {
            std::ofstream out(file.path(), std::ios::binary | std::ios::trunc);
            out << good;
        }
        overwrite(file.path(), at, 200);
        file.open();
        ASSERT_TRUE(file.archive) << file.why;
        EXPECT_LE(count(), 1800U);
        ASSERT_TRUE(file.archive->append(test::swing("P1", new_year + 1h, new_year + 61min, 1s)));
        file.tidy(new_year + 50h);
        EXPECT_GE(count(), 60U);
        close();
    }
    EXPECT_GT(moved_aside(file.path()), 0U);
}

TEST_F(Trouble, ABlockOfRubbishDoesNotTakeTheOthersWithIt) {
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year + 1h, new_year + 90min, 1s)));
    close();
    execute(file.path(), "UPDATE raw SET data = x'0102030405060708' WHERE id = 1");
    file.open();
    EXPECT_EQ(count(), 1800U);
    EXPECT_NE(file.log.find("a block of history"), std::string::npos) << file.log;
    file.tidy(new_year + 50h);
    EXPECT_EQ(file.points(voltage, new_year, new_year + 24h, Resolution::minute).size(), 30U);
}

TEST_F(Trouble, DamageThatShowsLaterBeginsAnew) {
    const auto size = bytes_of(file.path()).size();
    // Behind the back of the archive that has it open; its cache is small, so it will look.
    close();
    file.open();
    overwrite(file.path(), 0, std::min<std::size_t>(size, 8192));
    bool written = false;
    for (int i = 0; i < 3 && !written; ++i)
        written = file.archive->append(test::swing("P2", new_year + i * 1h, new_year + i * 1h + 1min, 1s))
                      .has_value();
    EXPECT_TRUE(written);
}

TEST_F(Trouble, APlaceThatCannotBeWritten) {
    const auto opened = open_sqlite({.file = "/proc/no-such-place/history.db", .limits = {}, .log = {}});
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().where.find("/proc/no-such-place/history.db"), std::string::npos);
    EXPECT_EQ(opened.error().where.find('\n'), std::string::npos);
    EXPECT_FALSE(open_sqlite_to_read(file.directory / "nothing.db"));
    EXPECT_FALSE(std::filesystem::exists(file.directory / "nothing.db")) << "reading makes no file";
}

TEST_F(Trouble, AFullDiskIsAnErrorAndThenNone) {
    // No file of this process may grow beyond what this one has.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    auto tight = before;
    tight.rlim_cur = std::filesystem::file_size(file.path().string() + "-wal") + 1000;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &tight), 0);
    const auto batch = test::swing("P1", new_year + 1h, new_year + 3h, 1s);
    const auto full = file.archive->append(batch);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(full);
    EXPECT_EQ(count(), 1800U) << "all of a batch or nothing";
    ASSERT_TRUE(file.archive->append(batch));
    EXPECT_EQ(count(), 1800U + 7200U);
    close();
    file.open();
    EXPECT_EQ(count(), 1800U + 7200U);
    EXPECT_EQ(moved_aside(file.path()), 0U);
}

TEST_F(Trouble, AClockThatIsSetBackLosesNothing) {
    file.tidy(new_year + 30h);  // the day is rolled up already
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year + 10min + 500ms, new_year + 20min, 1s)));
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year - 10h, new_year - 10h + 5min, 1s)));
    EXPECT_EQ(count(), 1800U + 600U + 300U);
    file.tidy(new_year + 30h);
    EXPECT_EQ(count(), 1800U + 600U + 300U);
    const auto minutes = file.points(voltage, new_year - 24h, new_year + 24h, Resolution::minute);
    ASSERT_EQ(minutes.size(), 35U) << "a minute that was read twice is one";
    for (std::size_t i = 1; i < minutes.size(); ++i) EXPECT_LT(minutes[i - 1].at, minutes[i].at);
}

TEST_F(Trouble, AClockThatWasYearsAheadLosesNothing) {
    const auto ahead = new_year + 24h * 3000;
    ASSERT_TRUE(file.archive->append(test::swing("P1", ahead, ahead + 5min, 1s)));
    file.tidy(ahead + 10min, false);  // the recorder does not trust a clock that has just jumped
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year + 1h, new_year + 2h, 1s)));
    file.tidy(new_year + 30h, true);
    EXPECT_EQ(count(), 1800U + 300U + 3600U);
    EXPECT_EQ(file.points(voltage, new_year, new_year + 24h, Resolution::hour).size(), 2U);
    // One batch over the jump.
    auto batch = test::swing("P2", new_year, new_year + 1min, 1s);
    const auto later = test::swing("P2", ahead, ahead + 1min, 1s);
    batch.tracks.push_back(later.tracks.front());
    ASSERT_TRUE(file.archive->append(batch));
    Batch jumping;
    for (const auto at : {ahead, new_year + 5min, new_year - 24h * 20000, new_year + 5min})
        add(jumping, series("P3", test::voltage), at, 50);
    ASSERT_TRUE(file.archive->append(jumping));
    EXPECT_EQ(
        file.points(series("P3", test::voltage), new_year - 24h * 30000, ahead + 1h, Resolution::raw).size(),
        3U);
}

TEST_F(Trouble, TheFileStaysBelowItsSize) {
    file.limits.bytes = 200'000;
    file.open();
    Event event;
    event.text = "for ever";
    Batch events;
    events.events.push_back(event);
    ASSERT_TRUE(file.archive->append(events));
    for (int hour = 0; hour < 24 * 20; hour += 4) {
        const auto from = new_year + (24 + hour) * 1h;
        ASSERT_TRUE(file.archive->append(test::swing("P1", from, from + 4h, 20s)));
        file.tidy(from + 4h + 30min);
    }
    EXPECT_LT(std::filesystem::file_size(file.path()), 400'000U);
    const auto now = new_year + 24h * 21;
    EXPECT_GT(file.points(voltage, now - 24h, now, Resolution::raw).size(), 300U) << "the newest stays";
    EXPECT_GT(file.points(voltage, new_year, now, Resolution::hour).size(), 24U * 18) << "hours go last";
    EXPECT_EQ(file.archive->events({})->size(), 1U);
}

TEST_F(Trouble, ReadersDoNotDisturb) {
    const auto reader = open_sqlite_to_read(file.path());
    ASSERT_TRUE(reader) << reader.error().where;
    const Query query{
        .series = voltage, .from = new_year, .to = new_year + 24h, .points = 100'000, .resolution = {}};
    EXPECT_EQ((*reader)->read(query, {})->points.size(), 1800U);
    ASSERT_TRUE(file.archive->append(test::swing("P1", new_year + 1h, new_year + 61min, 1s)));
    EXPECT_EQ((*reader)->read(query, {})->points.size(), 1860U);
    EXPECT_FALSE((*reader)->append(test::swing("P1", new_year, new_year + 1min, 1s)));
}

}  // namespace
}  // namespace packwire::store
