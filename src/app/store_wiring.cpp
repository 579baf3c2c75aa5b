// SPDX-License-Identifier: MIT
#include "app/store_wiring.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/post.hpp>
#include <utility>

#include "app/places.hpp"
#include "store/sqlite.hpp"

namespace packwire::app {

namespace {

void log(bool warning, const std::string& line) {
    spdlog::log(warning ? spdlog::level::warn : spdlog::level::info, "{}", line);
}

store::Event daemon_event(std::string text) {
    store::Event event;
    event.kind = store::EventKind::daemon;
    event.text = "packwire " PACKWIRE_VERSION " " + text;
    event.name = std::move(text);
    return event;
}

store::RecorderOptions recorder_options(const StoreConfig& config, std::filesystem::path file,
                                        const bus::asio::any_io_executor& executor) {
    store::SqliteOptions sqlite;
    sqlite.file = std::move(file);
    sqlite.limits = {.raw = config.raw_for,
                     .minute = config.minute_for,
                     .hour = config.hour_for,
                     .bytes = config.size_max};
    // It speaks from another thread, and the log belongs to the loop.
    sqlite.log = [executor](bool warning, const std::string& line) {
        bus::asio::post(executor, [warning, line] { log(warning, line); });
    };
    store::RecorderOptions options;
    options.open = [sqlite] { return store::open_sqlite(sqlite); };
    options.interval = config.interval;
    options.log = &log;
    options.last = daemon_event("stopped");
    return options;
}

}  // namespace

StoreSink::StoreSink(const StoreConfig& config, std::filesystem::path file, bus::Time& time,
                     const bus::asio::any_io_executor& executor)
    : recorder_(recorder_options(config, std::move(file), executor), time, executor) {}

bus::Task<void> StoreSink::run() {
    recorder_.note(daemon_event("started"));
    co_await recorder_.run();
}

void StoreSink::rule_happened(const std::string& rule, int level, const std::string& text) {
    store::Event event;
    event.kind = store::EventKind::rule;
    event.name = rule;
    event.level = level;
    event.text = text;
    recorder_.note(std::move(event));
}

std::filesystem::path history_file(const StoreConfig& config) {
    if (!config.path.empty()) return config.path;
    const auto directory = state_directory();
    return directory.empty() ? directory : directory / "history.db";
}

}  // namespace packwire::app
