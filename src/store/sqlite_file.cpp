// SPDX-License-Identifier: MIT
#include "store/sqlite_file.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <system_error>

#include "base/clock.hpp"

namespace packwire::store {

namespace {

/// What each version added. A step is never changed once it was released: files have it.
constexpr std::array schema{
    R"(
CREATE TABLE device(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE layout(id INTEGER PRIMARY KEY, device INTEGER NOT NULL REFERENCES device(id),
    columns TEXT NOT NULL, UNIQUE(device, columns)) STRICT;
-- Times in tenths of a second since 1970; a block has the rows from begin on and before end.
-- state of raw: 0 as it came, 1 an hour of it in one block, 2 the same, and rolled up.
CREATE TABLE raw(id INTEGER PRIMARY KEY, device INTEGER NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT NULL,
    layout INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) STRICT;
CREATE INDEX raw_time ON raw(device, begin);
CREATE INDEX raw_due ON raw(state, begin);
-- A day of a device in one block.
CREATE TABLE minute(id INTEGER PRIMARY KEY, device INTEGER NOT NULL, begin INTEGER NOT NULL,
    end INTEGER NOT NULL, layout INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) STRICT;
CREATE INDEX minute_time ON minute(device, begin);
-- A day, and when the month is over a month, of a device in one block (state 1).
CREATE TABLE hour(id INTEGER PRIMARY KEY, device INTEGER NOT NULL, begin INTEGER NOT NULL,
    end INTEGER NOT NULL, layout INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, data BLOB NOT NULL) STRICT;
CREATE INDEX hour_time ON hour(device, begin);
CREATE TABLE event(id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, device TEXT NOT NULL,
    kind TEXT NOT NULL, name TEXT NOT NULL, level INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX event_time ON event(at);
CREATE TABLE setting(device TEXT NOT NULL, metric TEXT NOT NULL, value REAL NOT NULL,
    PRIMARY KEY(device, metric)) STRICT, WITHOUT ROWID;
)"};

constexpr int busy_ms = 5000;
/// So small a file is checked at each start; a larger one when it was not closed.
constexpr std::uintmax_t checked_always = 32'000'000;

std::filesystem::path with(const std::filesystem::path& file, std::string_view end) {
    auto other = file;
    other += end;
    return other;
}

int number(SQLite::Database& database, const char* pragma) {
    return database.execAndGet(pragma).getInt();
}

void migrate(SQLite::Database& database) {
    const auto version = static_cast<std::size_t>(number(database, "PRAGMA user_version"));
    if (version == schema.size()) return;
    SQLite::Transaction all(database, SQLite::TransactionBehavior::IMMEDIATE);
    for (auto step = version; step < schema.size(); ++step) database.exec(schema[step]);
    database.exec(fmt::format("PRAGMA user_version = {}", schema.size()));
    all.commit();
}

/// False when the file's content is not what its pages say.
bool sound(SQLite::Database& database) {
    SQLite::Statement check(database, "PRAGMA quick_check(1)");
    return check.executeStep() && check.getColumn(0).getString() == "ok";
}

bool newer(SQLite::Database& database) {
    return number(database, "PRAGMA user_version") > schema_version();
}

bool was_left_open(const std::filesystem::path& file) {
    std::error_code none;
    const auto size = std::filesystem::file_size(with(file, "-wal"), none);
    return !none && size > 0;
}

Opened failed(const std::filesystem::path& file, const SQLite::Exception& error) {
    return {.database = nullptr,
            .fault = is_damage(error) ? Fault::damaged : Fault::unusable,
            .why = fmt::format("{}: {}", file.string(), error.what())};
}

Opened too_new(const std::filesystem::path& file, SQLite::Database& database) {
    return {.database = nullptr,
            .fault = Fault::newer,
            .why = fmt::format("{}: written by a newer version (schema {}, this one knows {}); left alone",
                               file.string(), number(database, "PRAGMA user_version"), schema_version())};
}

}  // namespace

int schema_version() {
    return static_cast<int>(schema.size());
}

bool is_damage(const SQLite::Exception& error) {
    return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

Opened open_to_write(const std::filesystem::path& file) try {
    const bool left_open = was_left_open(file);
    auto database = std::make_unique<SQLite::Database>(file.string(),
                                                       SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, busy_ms);
    if (newer(*database)) return too_new(file, *database);
    std::error_code none;
    const auto size = std::filesystem::file_size(file, none);
    if ((left_open || size < checked_always) && !sound(*database)) {
        return {.database = nullptr,
                .fault = Fault::damaged,
                .why = fmt::format("{}: what it says of itself does not add up", file.string())};
    }
    database->exec("PRAGMA auto_vacuum = INCREMENTAL");  // of a new file
    database->exec("PRAGMA journal_mode = WAL");
    database->exec("PRAGMA synchronous = FULL");      // one fsync a commit
    database->exec("PRAGMA wal_autocheckpoint = 0");  // when, we say
    database->exec("PRAGMA cache_size = -2000");
    migrate(*database);
    return {.database = std::move(database), .fault = Fault::none, .why = {}};
} catch (const SQLite::Exception& error) {
    return failed(file, error);
}

Opened open_to_read(const std::filesystem::path& file) try {
    std::error_code none;
    if (!std::filesystem::exists(file, none)) {
        return {.database = nullptr,
                .fault = Fault::unusable,
                .why = fmt::format("{}: there is no such file", file.string())};
    }
    auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READONLY, busy_ms);
    if (newer(*database)) return too_new(file, *database);
    if (number(*database, "PRAGMA user_version") == 0) {
        return {.database = nullptr,
                .fault = Fault::unusable,
                .why = fmt::format("{}: is no history of packwire", file.string())};
    }
    return {.database = std::move(database), .fault = Fault::none, .why = {}};
} catch (const SQLite::Exception& error) {
    return failed(file, error);
}

Result<std::filesystem::path> move_aside(const std::filesystem::path& file) {
    const auto now = std::chrono::floor<std::chrono::seconds>(SystemClock().wall_now());
    auto aside = with(file, fmt::format(".corrupt-{}", now.time_since_epoch().count()));
    std::error_code failed;
    std::filesystem::rename(file, aside, failed);
    if (failed) return fail(Errc::io, fmt::format("{}: {}", file.string(), failed.message()));
    // What is left of its WAL belongs to it, and must not be read with the new file.
    std::filesystem::rename(with(file, "-wal"), with(aside, "-wal"), failed);
    std::filesystem::remove(with(file, "-shm"), failed);
    return aside;
}

}  // namespace packwire::store
