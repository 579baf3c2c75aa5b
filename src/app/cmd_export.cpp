// SPDX-License-Identifier: MIT
/// packwire export and packwire history --local: what the daemon has recorded, read beside it. Exit 1 when
/// the file cannot be read, 2 for a pack that it does not know.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <ostream>

#include "app/commands.hpp"
#include "app/export_text.hpp"
#include "app/session.hpp"
#include "app/store_wiring.hpp"
#include "app/values.hpp"
#include "app/when.hpp"
#include "store/sqlite.hpp"

namespace packwire::app {

namespace {

using store::Resolution;
using Days = std::chrono::duration<std::int64_t, std::ratio<86400>>;

/// So much at once: a bounded memory, and a bar that moves.
Duration window_of(ExportOptions::Resolution resolution) {
    switch (resolution) {
        case ExportOptions::Resolution::raw:
            return std::chrono::hours(1);
        case ExportOptions::Resolution::hour:
            return Days(32);
        default:
            return Days(1);
    }
}

std::optional<Resolution> wanted(ExportOptions::Resolution resolution) {
    if (resolution == ExportOptions::Resolution::automatic) return std::nullopt;
    return static_cast<Resolution>(static_cast<int>(resolution) - 1);
}

std::filesystem::path file_of(const ExportOptions& options) {
    if (options.file) return *options.file;
    auto file = history_file({});
    std::error_code none;
    std::filesystem::path of_service = "/var/lib/packwire/history.db";
    if ((file.empty() || !std::filesystem::exists(file, none)) && std::filesystem::exists(of_service, none))
        return of_service;
    return file;
}

class Export {
public:
    Export(const ExportOptions& options, Streams io) : options_(options), io_(io), progress_(io) {}

    int run() {
        const auto now = SystemClock().wall_now();
        from_ = *parse_when(options_.from, now);
        to_ = *parse_when(options_.to, now);
        if (from_ >= to_) return complain(fail(Errc::usage, "--from must be before --to").error());
        auto archive = store::open_sqlite_to_read(file_of(options_));
        if (!archive) return complain(archive.error());
        archive_ = std::move(*archive);
        if (options_.output) {
            file_.open(*options_.output);
            if (!file_) return complain({Errc::io, *options_.output + ": cannot be written"});
        }
        const auto done = options_.events ? events() : readings();
        progress_.clear();
        if (!done) return complain(done.error());
        out().flush();
        if (!out()) return complain({Errc::io, "the output could not be written"});
        return Exit::done;
    }

private:
    std::ostream& out() { return options_.output ? file_ : io_.out; }

    int complain(const Error& error) {
        io_.err << fmt::format("packwire {}: {}\n", options_.command, to_string(error));
        return error.code == Errc::usage ? Exit::wrong_use : Exit::failed;
    }

    Result<std::vector<store::Series>> chosen() {
        auto all = archive_->series();
        if (!all) return all;
        for (const auto& device : options_.devices) {
            if (std::ranges::find(*all, device, &store::Series::device) != all->end()) continue;
            return fail(Errc::usage, fmt::format("--pack: nothing is recorded of \"{}\"; there is {}", device,
                                                 devices(*all)));
        }
        std::erase_if(*all, [&](const store::Series& one) {
            const auto is_in = [](const auto& list, const auto& what) {
                return list.empty() || std::ranges::find(list, what) != list.end();
            };
            return !is_in(options_.devices, one.device) || !is_in(options_.metrics, one.metric.row().name);
        });
        return all;
    }

    static std::string devices(const std::vector<store::Series>& all) {
        std::string names;
        std::string_view last;
        for (const auto& one : all) {
            if (one.device == last) continue;
            names += (names.empty() ? "" : ", ") + one.device;
            last = one.device;
        }
        return names.empty() ? "nothing yet" : names;
    }

    Result<void> readings() {
        const auto all = chosen();
        if (!all) return std::unexpected(all.error());
        if (options_.format == Format::csv) out() << readings_heading();
        const auto window = std::chrono::duration_cast<WallTime::duration>(window_of(options_.resolution));
        // Whole windows from the first on: spans do not fall apart at their edges.
        for (auto begin = from_; begin < to_;) {
            const auto end = std::min(to_, WallTime(begin.time_since_epoch() / window * window + window));
            for (const auto& series : *all) {
                const auto written = one(series, begin, end);
                if (!written) return written;
            }
            begin = end;
            show(begin);
        }
        return {};
    }

    Result<void> one(const store::Series& series, WallTime begin, WallTime end) {
        constexpr std::size_t all = 1'000'000;
        const auto answer = archive_->read({.series = series,
                                            .from = begin,
                                            .to = end,
                                            .points = all,
                                            .resolution = wanted(options_.resolution)},
                                           {});
        if (!answer) return std::unexpected(answer.error());
        for (const auto& point : answer->points) {
            if (point.at < begin) continue;  // its span begins in the window before
            out() << (options_.format == Format::csv ? reading_csv(series, answer->resolution, point)
                                                     : reading_json(series, answer->resolution, point));
        }
        return {};
    }

    void show(WallTime reached) {
        constexpr int width = 30;
        const auto part = std::chrono::duration<double>(reached - from_) / (to_ - from_);
        const auto full = static_cast<std::size_t>(part * width);
        progress_.show(fmt::format("[{}{}] {:3.0f} %", std::string(full, '#'), std::string(width - full, '.'),
                                   part * 100));
    }

    /// Oldest first.
    Result<void> events() {
        store::EventQuery query;
        query.from = from_;
        query.to = to_;
        query.limit = 1'000'000;
        auto all = archive_->events(query);
        if (!all) return std::unexpected(all.error());
        std::erase_if(*all, [&](const store::Event& event) {
            return !options_.devices.empty() &&
                   std::ranges::find(options_.devices, event.device) == options_.devices.end();
        });
        std::ranges::reverse(*all);
        if (options_.format == Format::table) {
            out() << events_table(*all, io_.colour && !options_.output);
            return {};
        }
        if (options_.format == Format::csv) out() << events_heading();
        for (const auto& event : *all)
            out() << (options_.format == Format::csv ? event_csv(event) : event_json(event));
        return {};
    }

    const ExportOptions& options_;
    Streams io_;
    Progress progress_;
    std::ofstream file_;
    std::unique_ptr<store::Archive> archive_;
    WallTime from_;
    WallTime to_;
};

}  // namespace

int run(const ExportOptions& options, Streams io) {
    return Export(options, io).run();
}

}  // namespace packwire::app
