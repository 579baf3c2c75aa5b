// SPDX-License-Identifier: MIT
/// What a history of 15 packs at 1 s costs: bytes a year, a share of a core, fsyncs, and how long it takes to
/// read. Packs are simulated: days of sun and household with the noise of their BMS, 5 of them for 4 days;
/// what they take is scaled to 15 packs and a year by the default retention.
#include <sqlite3.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <ctime>
#include <memory>
#include <stdexcept>

#include "harness.hpp"
#include "store/intake.hpp"
#include "store/sqlite.hpp"
#include "store/witness.hpp"
#include "support/pack_reading.hpp"
#include "support/temp_dir.hpp"

namespace {
std::atomic<unsigned> syncs{0};
}  // namespace

// SQLite comes here instead of to the library: what it wants of the disk is counted, and done.
extern "C" int fsync(int file) {
    ++syncs;
    return static_cast<int>(::syscall(SYS_fsync, file));
}
extern "C" int fdatasync(int file) {
    ++syncs;
    return static_cast<int>(::syscall(SYS_fdatasync, file));
}

namespace {

using namespace packwire;
using namespace std::chrono_literals;

constexpr std::size_t simulated = 5;
constexpr std::size_t packs = 15;
constexpr double devices = packs + 1;  ///< the bank is as one pack more
constexpr double least_minutes = 90;   ///< days
constexpr int days = 4;
constexpr double days_a_year = 365;
constexpr WallTime start{std::chrono::seconds(1'767'225'600)};
const auto voltage = model::metric("pack_voltage");
const auto cell = model::metric("cell_voltage");

double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

template <class T>
T good(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().where);
    return std::move(*result);
}

/// One number from the file, beside the archive that has it open.
double ask(const std::filesystem::path& file, const std::string& sql) {
    sqlite3* database = nullptr;
    sqlite3_stmt* row = nullptr;
    if (sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
        sqlite3_prepare_v2(database, sql.c_str(), -1, &row, nullptr) != SQLITE_OK ||
        sqlite3_step(row) != SQLITE_ROW)
        throw std::runtime_error(sql);
    const double value = sqlite3_column_double(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(database);
    return value;
}

struct Simulated {
    explicit Simulated(unsigned number) : physics(settings(number)) {
        pack.snapshot.identity.id = "PACK" + std::to_string(number);
    }
    static sim::PackSettings settings(unsigned number) {
        sim::PackSettings one;
        one.profile = sim::Profile::day;
        one.seed = number + 1;
        one.soc_percent = 60 + number;
        return one;
    }
    sim::Pack physics;
    test::PackReader reader;
    bank::Pack pack;
};

/// What the daemon does with readings, but for the hand-over between threads.
class Recording {
public:
    explicit Recording(const std::filesystem::path& file)
        : archive_(good(store::open_sqlite({.file = file, .limits = {}, .log = {}}))) {
        for (unsigned i = 0; i < simulated; ++i) packs_.push_back(std::make_unique<Simulated>(i));
    }
    void second() {
        now_ += 1s;
        for (auto& one : packs_) {
            one->physics.advance(1s);
            one->reader.read_live(one->pack.snapshot, test::live_of(one->physics), now_);
        }
        const auto before = cpu_seconds();
        for (auto& one : packs_) {
            intake_.take(one->pack, wall());
            witness_.take(one->pack, {.time = now_, .wall = wall()});
        }
        cpu_ += cpu_seconds() - before;
    }
    void minute() {
        const auto before = cpu_seconds();
        store::Batch batch;
        batch.tracks = intake_.hand_over();
        batch.events = witness_.events();
        (void)good(archive_->append(batch));
        while (good(archive_->tidy(wall(), true))) {
        }
        cpu_ += cpu_seconds() - before;
    }
    [[nodiscard]] WallTime wall() const {
        return start + std::chrono::duration_cast<WallTime::duration>(now_.time_since_epoch());
    }
    [[nodiscard]] double cpu() const { return cpu_; }
    [[nodiscard]] store::Archive& archive() { return *archive_; }

private:
    std::vector<std::unique_ptr<Simulated>> packs_;
    std::unique_ptr<store::Archive> archive_;
    store::Intake intake_;
    store::Witness witness_;
    TimePoint now_{};
    double cpu_ = 0;
};

/// By somebody who has not read before.
double milliseconds_to_read(const std::filesystem::path& file, const store::Query& query,
                            std::size_t& points) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto opened = good(store::open_sqlite_to_read(file));
        const auto begin = std::chrono::steady_clock::now();
        points = good(opened->read(query, {})).points.size();
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
    }
    return best;
}

void report_size(const std::filesystem::path& file, double recorded_days) {
    const store::Limits kept;
    const auto per_day = [&](const std::string& table, double its_days) {
        return ask(file, "SELECT total(length(data)) FROM " + table) / simulated / its_days * devices;
    };
    const auto in_days = [](Duration span) {
        return std::chrono::duration<double, std::ratio<86400>>(span).count();
    };
    const auto raw = per_day("raw WHERE state > 0", recorded_days);
    const auto minute = per_day("minute", days);
    const auto hour = per_day("hour", days);
    // Pages that are not full, indexes, and blocks that are still of a minute each.
    const auto overhead = ask(file,
                              "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
                              "pragma_freelist_count, pragma_page_size") /
                          ask(file,
                              "SELECT (SELECT total(length(data)) FROM raw) + (SELECT total(length(data)) "
                              "FROM minute) + (SELECT total(length(data)) FROM hour)");
    const auto others = overhead * (raw * in_days(kept.raw) + hour * days_a_year);
    const auto minutes_fit = (static_cast<double>(kept.bytes) - others) / (overhead * minute);
    const auto year = others + overhead * minute * least_minutes;
    const auto print = [](std::string_view name, double value, double limit, std::string_view note) {
        bench::print({.bench = name, .value = value / 1e6, .unit = "MB", .limit = limit, .note = note});
    };
    print("store_raw_a_day", raw, 0, "15 packs, readings of a second");
    print("store_minutes_a_day", minute, 0, "15 packs");
    print("store_hours_a_year", hour * days_a_year, 0, "15 packs");
    print("store_year", year, 100,
          "15 packs and the bank at 1 s after a year: 7 days, 90 days of minutes, hours");
    bench::print(
        {.bench = "store_minutes_fit",
         .value = minutes_fit,
         .unit = "days",
         .limit = 0,
         .note = "15 packs: what size_max leaves for minutes after the first year; 90 are promised"});
}

/// 10 years of a pack, four readings an hour.
void read_ten_years() {
    test::TempDir directory;
    auto archive = good(store::open_sqlite({.file = directory / "years.db", .limits = {}, .log = {}}));
    constexpr int years = 3653;
    for (int day = 0; day < years; ++day) {
        store::Batch batch;
        store::Track track{.device = "P1", .at = {}, .columns = {}};
        for (std::uint8_t i = 0; i < 20; ++i)
            track.columns.push_back({.metric = cell, .index = i, .values = {}});
        track.columns.push_back({.metric = voltage, .index = 0, .values = {}});
        for (int quarter = 0; quarter < 96; ++quarter) {
            track.at.push_back(start + day * 24h + quarter * 15min);
            const auto volts =
                static_cast<int>(5300 + 200 * std::sin(quarter / 15.0) + (day * 7 + quarter * 13) % 17);
            for (auto& column : track.columns) column.values.push_back(volts + column.index);
        }
        batch.tracks.push_back(std::move(track));
        (void)good(archive->append(batch));
        while (good(archive->tidy(start + (day + 1) * 24h + 30min, true))) {
        }
    }
    std::size_t points = 0;
    const store::Query query{.series = {.device = "P1", .metric = voltage, .index = 0},
                             .from = start,
                             .to = start + years * 24h,
                             .points = 100'000,
                             .resolution = store::Resolution::hour};
    const auto took = milliseconds_to_read(directory / "years.db", query, points);
    if (points < 87'000) throw std::runtime_error("10 years of hours are not there");
    bench::print({.bench = "store_read_10_years",
                  .value = took,
                  .unit = "ms",
                  .limit = 100,
                  .note = "every hour of one metric; best of 5"});
    auto thinned = query;
    thinned.points = 800;
    thinned.series.metric = cell;
    thinned.series.index = 15;
    thinned.resolution.reset();
    bench::print({.bench = "store_read_10_years_cell",
                  .value = milliseconds_to_read(directory / "years.db", thinned, points),
                  .unit = "ms",
                  .limit = 100,
                  .note = "a cell, as a page asks for it"});
}

void record_days() {
    test::TempDir directory;
    Recording recording(directory / "history.db");
    syncs = 0;
    const auto minutes = days * 24 * 60 + 30;  // the last day is rolled up, too
    for (int minute = 0; minute < minutes; ++minute) {
        for (int second = 0; second < 60; ++second) recording.second();
        recording.minute();
    }
    report_size(directory / "history.db", minutes / 1440.0);
    bench::print({.bench = "store_cpu",
                  .value = 100 * recording.cpu() / (minutes * 60.0) / simulated * packs,
                  .unit = "% of a core",
                  .limit = 1,
                  .note = "15 packs at 1 s, both threads"});
    bench::print({.bench = "store_fsyncs",
                  .value = static_cast<double>(syncs) / minutes,
                  .unit = "a minute",
                  .limit = 0,
                  .note = "a batch a minute without the recorder's pause; counted at fsync"});
    std::size_t points = 0;
    store::Query query{.series = {.device = "PACK1", .metric = voltage, .index = 0},
                       .from = start + 2 * 24h,
                       .to = start + 3 * 24h,
                       .points = 100'000,
                       .resolution = store::Resolution::raw};
    bench::print({.bench = "store_read_day",
                  .value = milliseconds_to_read(directory / "history.db", query, points),
                  .unit = "ms",
                  .limit = 100,
                  .note = "every reading of one metric of a day; best of 5"});
    if (points < 86'000) throw std::runtime_error("a day of readings is not there");
    query.series.metric = cell;
    query.series.index = 15;
    query.points = 800;
    query.resolution.reset();
    bench::print({.bench = "store_read_day_cell",
                  .value = milliseconds_to_read(directory / "history.db", query, points),
                  .unit = "ms",
                  .limit = 100,
                  .note = "a cell, as a page asks for it"});
}

}  // namespace

int main(int argc, char** argv) {
    if (bench::wanted(argc, argv, "store_year")) record_days();
    if (bench::wanted(argc, argv, "store_read_10_years")) read_ten_years();
    return 0;
}
