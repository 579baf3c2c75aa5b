// SPDX-License-Identifier: MIT
/// Opening, appending, events and settings.
#include "store/sqlite_archive.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "store/sqlite_guard.hpp"

namespace packwire::store {

namespace {

/// Of WAL, 4 kB each, before they are brought home: 8 MB, some hours.
constexpr int wal_usual = 2000;
/// More, when somebody who reads was in the way.
constexpr int wal_step = 256;

std::int64_t ms_of(WallTime at) {
    return std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count();
}

Event event_of(SQLite::Statement& row) {
    Event event;
    event.id = row.getColumn(0).getInt64();
    event.at = WallTime(std::chrono::milliseconds(row.getColumn(1).getInt64()));
    event.device = row.getColumn(2).getString();
    event.kind = event_kind(row.getColumn(3).getString()).value_or(EventKind::daemon);
    event.name = row.getColumn(4).getString();
    event.level = row.getColumn(5).getInt();
    event.text = row.getColumn(6).getString();
    return event;
}

}  // namespace

Result<std::unique_ptr<Archive>> open_sqlite(SqliteOptions options) {
    auto opened = open_to_write(options.file);
    if (opened.fault == Fault::damaged) {
        const auto aside = move_aside(options.file);
        if (!aside) return fail(opened.why, aside.error());
        if (options.log)
            options.log(
                true, fmt::format("history: {}; kept as {}, a new one begins", opened.why, aside->string()));
        opened = open_to_write(options.file);
    }
    if (!opened.database) return fail(Errc::io, opened.why);
    return std::make_unique<SqliteArchive>(std::move(options), std::move(opened.database), true);
}

Result<std::unique_ptr<Archive>> open_sqlite_to_read(const std::filesystem::path& file) {
    auto opened = open_to_read(file);
    if (!opened.database) return fail(Errc::io, opened.why);
    return std::make_unique<SqliteArchive>(SqliteOptions{.file = file, .limits = {}, .log = {}},
                                           std::move(opened.database), false);
}

SqliteArchive::SqliteArchive(SqliteOptions options, std::unique_ptr<SQLite::Database> database, bool writable)
    : options_(std::move(options)), writable_(writable) {
    use(std::move(database));
}

SqliteArchive::~SqliteArchive() {
    statements_.clear();
}

void SqliteArchive::use(std::unique_ptr<SQLite::Database> database) {
    statements_.clear();
    cache_.clear();
    layouts_ = {};
    database_ = std::move(database);
    checkpoint_at_ = wal_usual;
    wal_restarts_ = true;
    if (!database_) return;
    const auto note = [](void* pages, sqlite3*, const char*, int now) {
        *static_cast<int*>(pages) = now;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(database_->getHandle(), note, &wal_pages_);
}

void SqliteArchive::say(bool warning, const std::string& line) const {
    if (options_.log) options_.log(warning, "history: " + line);
}

bool SqliteArchive::begin_anew(const std::string& why) {
    use(nullptr);
    const auto aside = move_aside(options_.file);
    if (!aside) return false;
    say(true,
        fmt::format("{}: {}; kept as {}, a new one begins", options_.file.string(), why, aside->string()));
    use(open_to_write(options_.file).database);
    return database_ != nullptr;
}

SQLite::Statement& SqliteArchive::prepared(const std::string& sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        found = statements_.emplace(sql, SQLite::Statement(*database_, sql)).first;
    }
    found->second.reset();
    found->second.clearBindings();
    return found->second;
}

std::int64_t SqliteArchive::number(const char* pragma) {
    return database_->execAndGet(pragma).getInt64();
}

void SqliteArchive::sync_commits(bool wanted) {
    database_->exec(wanted ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
}

Result<unsigned> SqliteArchive::append(const Batch& batch) {
    return guarded<unsigned>([&]() -> Result<unsigned> {
        sync_commits(true);
        SQLite::Transaction all(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        for (const auto& track : batch.tracks) store(track);
        for (const auto& event : batch.events) store(event);
        for (const auto& setting : batch.settings) store(setting);
        all.commit();
        const unsigned header = std::exchange(wal_restarts_, false) ? 1 : 0;
        return 1 + header + checkpoint_if_due();
    });
}

unsigned SqliteArchive::checkpoint_if_due() {
    if (wal_pages_ < checkpoint_at_) return 0;
    SQLite::Statement home(*database_, "PRAGMA wal_checkpoint(PASSIVE)");
    home.executeStep();
    const bool all = home.getColumn(1).getInt() == home.getColumn(2).getInt();
    checkpoint_at_ = all ? wal_usual : wal_pages_ + wal_step;
    wal_restarts_ = all;
    return 2;  // of the WAL, and of the file
}

void SqliteArchive::store(const Track& track) {
    const auto grid = to_grid(track);
    if (grid.at.empty()) return;
    const auto device = device_id(track.device);
    // Blocks stay within an hour, so that those of an hour can become one.
    for (auto hour = floor_to(grid.at.front(), hour_ticks); hour <= grid.at.back(); hour += hour_ticks) {
        const auto some = cut(grid, hour, hour + hour_ticks);
        if (!some.columns.empty()) store(Resolution::raw, device, some, 0);
        if (some.at.empty()) {  // a clock that jumped: on to where it goes on
            const auto next = std::ranges::lower_bound(grid.at, hour);
            hour = floor_to(*next, hour_ticks) - hour_ticks;
        }
    }
}

void SqliteArchive::store(Resolution level, Id device, const Grid& grid, int state) {
    const bool many = level != Resolution::hour || state == 1;
    const auto bytes = encode(grid, many && (level != Resolution::raw || state > 0));
    auto& into = prepared(fmt::format(
        "INSERT INTO {}(device, begin, end, layout, state, data) VALUES(?, ?, ?, ?, ?, ?)", name(level)));
    into.bind(1, device);
    into.bind(2, grid.at.front());
    into.bind(3, grid.at.back() + 1);
    into.bind(4, layout_id(device, grid));
    into.bind(5, state);
    into.bindNoCopy(6, bytes.data(), static_cast<int>(bytes.size()));
    into.exec();
    into.reset();
}

void SqliteArchive::store(const Event& event) {
    auto& into = prepared(
        "INSERT INTO event(id, at, device, kind, name, level, text) VALUES(nullif(?, 0), ?, ?, ?, ?, ?, ?)");
    into.bind(1, event.id);
    into.bind(2, ms_of(event.at));
    into.bind(3, event.device);
    into.bind(4, std::string(name(event.kind)));
    into.bind(5, event.name);
    into.bind(6, event.level);
    into.bind(7, event.text);
    into.exec();
}

void SqliteArchive::store(const Setting& setting) {
    auto& into = prepared("INSERT OR REPLACE INTO setting(device, metric, value) VALUES(?, ?, ?)");
    into.bind(1, setting.device);
    into.bind(2, std::string(setting.metric.row().name));
    into.bind(3, setting.value);
    into.exec();
}

std::optional<SqliteArchive::Id> SqliteArchive::known_device(const std::string& device) {
    if (const auto known = layouts_.devices.find(device); known != layouts_.devices.end())
        return known->second;
    auto& find = prepared("SELECT id FROM device WHERE name = ?");
    find.bind(1, device);
    if (!find.executeStep()) return std::nullopt;
    const auto id = find.getColumn(0).getInt64();
    find.reset();
    layouts_.devices.emplace(device, id);
    return id;
}

SqliteArchive::Id SqliteArchive::device_id(const std::string& device) {
    if (const auto known = known_device(device)) return *known;
    auto& into = prepared("INSERT INTO device(name) VALUES(?)");
    into.bind(1, device);
    into.exec();
    const Id id = database_->getLastInsertRowid();
    layouts_.devices.emplace(device, id);
    return id;
}

SqliteArchive::Id SqliteArchive::layout_id(Id device, const Grid& grid) {
    auto key = std::pair(device, layout_text(grid));
    if (const auto known = layouts_.ids.find(key); known != layouts_.ids.end()) return known->second;
    auto& into = prepared("INSERT OR IGNORE INTO layout(device, columns) VALUES(?, ?)");
    into.bind(1, device);
    into.bind(2, key.second);
    into.exec();
    auto& find = prepared("SELECT id FROM layout WHERE device = ? AND columns = ?");
    find.bind(1, device);
    find.bind(2, key.second);
    find.executeStep();
    const auto id = find.getColumn(0).getInt64();
    find.reset();
    layouts_.ids.emplace(std::move(key), id);
    return id;
}

const Layout& SqliteArchive::layout(Id id) {
    if (const auto known = layouts_.layouts.find(id); known != layouts_.layouts.end()) return known->second;
    auto& find = prepared("SELECT columns FROM layout WHERE id = ?");
    find.bind(1, id);
    const auto text = find.executeStep() ? find.getColumn(0).getString() : std::string();
    find.reset();
    return layouts_.layouts.emplace(id, layout_of(text)).first->second;
}

Result<std::vector<Event>> SqliteArchive::events(const EventQuery& query) {
    return guarded<std::vector<Event>>([&]() -> Result<std::vector<Event>> {
        std::string sql = "SELECT id, at, device, kind, name, level, text FROM event WHERE 1";
        if (query.from) sql += fmt::format(" AND at >= {}", ms_of(*query.from));
        if (query.to) sql += fmt::format(" AND at < {}", ms_of(*query.to));
        if (query.before != 0) sql += fmt::format(" AND id < {}", query.before);
        if (query.kind) sql += fmt::format(" AND kind = '{}'", name(*query.kind));
        if (!query.device.empty()) sql += " AND device = ?";
        sql += fmt::format(" ORDER BY id DESC LIMIT {}", query.limit);
        SQLite::Statement find(*database_, sql);
        if (!query.device.empty()) find.bind(1, query.device);
        std::vector<Event> all;
        while (find.executeStep()) all.push_back(event_of(find));
        return all;
    });
}

Result<std::vector<Series>> SqliteArchive::series() {
    return guarded<std::vector<Series>>([&]() -> Result<std::vector<Series>> {
        std::vector<Series> all;
        SQLite::Statement find(*database_,
                               "SELECT name, columns FROM layout JOIN device ON device.id = layout.device");
        while (find.executeStep()) {
            const auto device = find.getColumn(0).getString();
            for (const auto& slot : layout_of(find.getColumn(1).getString())) {
                if (slot.key.metric.exists())
                    all.push_back({.device = device, .metric = slot.key.metric, .index = slot.key.index});
            }
        }
        std::ranges::sort(all);
        all.erase(std::ranges::unique(all).begin(), all.end());
        return all;
    });
}

Result<std::vector<Setting>> SqliteArchive::settings() {
    return guarded<std::vector<Setting>>([&]() -> Result<std::vector<Setting>> {
        std::vector<Setting> all;
        SQLite::Statement find(*database_, "SELECT device, metric, value FROM setting");
        while (find.executeStep()) {
            Setting one;
            one.device = find.getColumn(0).getString();
            one.metric = model::find_metric(find.getColumn(1).getString());
            one.value = find.getColumn(2).getDouble();
            if (one.metric.exists()) all.push_back(std::move(one));
        }
        return all;
    });
}

}  // namespace packwire::store
