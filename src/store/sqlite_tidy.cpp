// SPDX-License-Identifier: MIT
/// Merging, rolling up and dropping, in small steps.
#include "store/sqlite_guard.hpp"

namespace packwire::store {

namespace {

/// After its end an hour or a day is left open for so long: a batch may be late.
constexpr Tick grace = 10 * minute_ticks;
constexpr Tick month_ticks = 32 * day_ticks;
/// Blocks dropped in one step.
constexpr int handful = 40;
/// Free pages, that are given back to the file system when they are more than this and a quarter of all.
constexpr std::int64_t spare_pages = 2000;

Tick ticks(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count() * ticks_a_second / 1000;
}

}  // namespace

Result<bool> SqliteArchive::tidy(WallTime wall, bool may_drop) {
    return guarded<bool>([&]() -> Result<bool> {
        const auto now = to_tick(wall);
        // Losing such a step to a power cut loses nothing; the next batch brings it to the disk.
        sync_commits(false);
        SQLite::Transaction all(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        const bool more = merge_hour(now) || roll_up_day(now) || merge_month(now) ||
                          (may_drop && (drop_old(now) || drop_surplus())) || give_back();
        all.commit();
        return more;
    });
}

void SqliteArchive::erase(Resolution level, const std::vector<Place>& places) {
    for (const auto& place : places) {
        auto& gone = prepared(fmt::format("DELETE FROM {} WHERE id = ?", name(level)));
        gone.bind(1, place.id);
        gone.exec();
    }
    cache_.clear();
}

/// Batches of an hour of one device into one block: half the size, and an hour is one to read.
bool SqliteArchive::merge_hour(Tick now) {
    auto& find =
        prepared("SELECT device, begin FROM raw WHERE state = 0 AND begin < ? ORDER BY begin LIMIT 1");
    find.bind(1, floor_to(now - grace, hour_ticks));
    if (!find.executeStep()) return false;
    const auto device = find.getColumn(0).getInt64();
    const auto hour = floor_to(find.getColumn(1).getInt64(), hour_ticks);
    find.reset();
    const auto parts = places(Resolution::raw, device, hour, hour + hour_ticks, "AND state < 2");
    const auto all = merged(grids(Resolution::raw, parts));
    erase(Resolution::raw, parts);
    if (!all.columns.empty()) store(Resolution::raw, device, all, 1);
    return true;
}

/// A day that is over as minutes and as hours.
bool SqliteArchive::roll_up_day(Tick now) {
    auto& find =
        prepared("SELECT device, begin FROM raw WHERE state = 1 AND begin < ? ORDER BY begin LIMIT 1");
    find.bind(1, floor_to(now - grace, day_ticks));
    if (!find.executeStep()) return false;
    const auto device = find.getColumn(0).getInt64();
    const auto day = floor_to(find.getColumn(1).getInt64(), day_ticks);
    find.reset();
    std::vector<Grid> minutes;
    std::vector<Grid> hours;
    // Hour by hour: a day of readings would be tens of MB.
    for (const auto& place : places(Resolution::raw, device, day, day + day_ticks, "AND state = 1")) {
        for (const auto& readings : grids(Resolution::raw, {place})) {
            minutes.push_back(rolled_up(readings, minute_ticks));
            hours.push_back(rolled_up(readings, hour_ticks));
        }
        auto& done = prepared("UPDATE raw SET state = 2 WHERE id = ?");
        done.bind(1, place.id);
        done.exec();
    }
    if (minutes.empty()) return true;
    store(Resolution::minute, device, merged(minutes), 0);
    store(Resolution::hour, device, merged(hours), 0);
    return true;
}

bool SqliteArchive::merge_month(Tick now) {
    auto& find =
        prepared("SELECT device, begin FROM hour WHERE state = 0 AND begin < ? ORDER BY begin LIMIT 1");
    find.bind(1, floor_to(now - day_ticks, month_ticks));
    if (!find.executeStep()) return false;
    const auto device = find.getColumn(0).getInt64();
    const auto month = floor_to(find.getColumn(1).getInt64(), month_ticks);
    find.reset();
    const auto parts = places(Resolution::hour, device, month, month + month_ticks);
    const auto all = merged(grids(Resolution::hour, parts));
    erase(Resolution::hour, parts);
    if (!all.columns.empty()) store(Resolution::hour, device, all, 1);
    return true;
}

bool SqliteArchive::drop_old(Tick now) {
    const auto drop = [&](Resolution level, Duration kept, const char* which) {
        auto& gone = prepared(
            fmt::format("DELETE FROM {0} WHERE id IN (SELECT id FROM {0} WHERE end < ? {1} LIMIT {2})",
                        name(level), which, handful));
        gone.bind(1, now - ticks(kept));
        return gone.exec() > 0;
    };
    const bool dropped = drop(Resolution::raw, options_.limits.raw, "AND state = 2") ||
                         drop(Resolution::minute, options_.limits.minute, "") ||
                         drop(Resolution::hour, options_.limits.hour, "");
    if (dropped) cache_.clear();
    return dropped;
}

/// The oldest readings first, then minutes, then hours; events stay.
bool SqliteArchive::drop_surplus() {
    const auto used =
        (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
    if (static_cast<std::uint64_t>(used) <= options_.limits.bytes) return false;
    const auto drop = [&](Resolution level, const char* which) {
        auto& gone = prepared(
            fmt::format("DELETE FROM {0} WHERE id IN (SELECT id FROM {0} {1} ORDER BY begin LIMIT {2})",
                        name(level), which, handful / 4));
        return gone.exec() > 0;
    };
    const bool dropped = drop(Resolution::raw, "WHERE state = 2") || drop(Resolution::minute, "") ||
                         drop(Resolution::raw, "") || drop(Resolution::hour, "");
    if (dropped) cache_.clear();
    return dropped;
}

bool SqliteArchive::give_back() {
    const auto free = number("PRAGMA freelist_count");
    if (free < spare_pages || free * 4 < number("PRAGMA page_count")) return false;
    SQLite::Statement some(*database_, fmt::format("PRAGMA incremental_vacuum({})", spare_pages / 4));
    while (some.executeStep()) {
    }
    return true;
}

}  // namespace packwire::store
