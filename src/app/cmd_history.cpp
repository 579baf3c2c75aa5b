// SPDX-License-Identifier: MIT
/// packwire history: what a pack has recorded, to a screen or a file that the next run goes on with. Exit 1
/// when not all came; what came stays.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "app/commands.hpp"
#include "app/history_file.hpp"
#include "app/history_text.hpp"
#include "app/session.hpp"
#include "base/time_text.hpp"
#include "model/calendar.hpp"

namespace packwire::app {

using bus::Task;

namespace {

/// One service of a download, and how far it is.
struct Part {
    const dialect::Service* service;
    KeptHistory records;  ///< of the file and of this run
    bus::HistoryReport report;
    TimePoint begun{};
    bool asked = false;
};

class Download {
public:
    Download(const HistoryOptions& options, Streams io, Session& session)
        : options_(options), io_(io), session_(session), progress_(io) {
        for (const auto& code : codes()) {
            for (const auto* service : dialect::find_services(session_.dialect(), code)) {
                if (!session_.dialect().bare && bus::is_history(*service))
                    parts_.push_back({.service = service, .records = {}, .report = {}});
            }
        }
    }

    Task<int> all() {
        if (parts_.empty()) co_return complain(no_history());
        const auto prepared = open_file();
        if (!prepared) co_return complain(prepared.error());
        const auto opened = co_await session_.open(std::vector<std::uint8_t>(1, options_.address));
        if (!opened) co_return complain(opened.error());
        co_await ask_clock();
        for (auto& part : parts_) {
            const bool goes_on = co_await read(part);
            if (!goes_on) break;
        }
        const bool none =
            std::ranges::all_of(parts_, [](const Part& part) { return part.report.unsupported; });
        if (none) code_ = Exit::failed;
        finished_ = true;
        co_return code_;
    }

    /// Ends behind the record that is under way.
    void finish() {
        stopping_ = true;
        if (reader_) reader_->stop();
    }

    /// The last line of all, also of a download that was interrupted.
    int conclude(int code) {
        progress_.clear();
        io_.out.flush();
        const bool began = std::ranges::any_of(parts_, &Part::asked);
        if ((!finished_ || stopping_) && began) io_.err << "packwire history: interrupted\n";
        if (began) io_.err << summary();
        return code;
    }

private:
    [[nodiscard]] std::vector<std::string_view> codes() const {
        switch (options_.what) {
            case HistoryOptions::What::records:
                return {"4B"};
            case HistoryOptions::What::events:
                return {"4C"};
            case HistoryOptions::What::all:
                break;
        }
        return {"4B", "4C"};
    }

    [[nodiscard]] Error no_history() const {
        return {Errc::unknown_service, fmt::format("packs of the {} dialect cannot be asked record by record",
                                                   session_.dialect().name)};
    }

    int complain(const Error& error) {
        progress_.clear();
        io_.out.flush();
        io_.err << fmt::format("packwire history: {}\n", to_string(error));
        return code_ = error.code == Errc::usage ? Exit::wrong_use : Exit::failed;
    }

    Result<void> open_file() {
        if (!options_.output) return {};
        auto file =
            HistoryFile::open(*options_.output, options_.format, session_.dialect(), options_.address);
        if (!file) return std::unexpected(file.error());
        file_ = std::move(*file);
        columns_ = file_->columns;
        for (auto& part : parts_) {
            const auto kept = file_->kept.find(part.service->code);
            if (kept != file_->kept.end()) part.records = kept->second;
        }
        return {};
    }

    /// Record times are those of this clock. Without an answer the history comes all the same.
    Task<void> ask_clock() {
        const auto services = session_.dialect().services;
        const auto clock =
            std::ranges::find_if(services, [](const auto* one) { return model::is_clock(*one); });
        if (clock == services.end()) co_return;
        const auto record = co_await session_.line().ask(**clock, options_.address);
        const auto time = record ? model::time_of(*record) : std::nullopt;
        if (time) clock_ = model::clock_text(*time, local_time(session_.time().wall_now()));
    }

    /// False when the pack is not worth asking anything more.
    Task<bool> read(Part& part) {
        bus::HistoryWish wish;
        wish.limit = options_.limit.value_or(wish.limit);
        wish.kept = part.records.marks;
        part.asked = true;
        part.begun = session_.time().now();
        reader_.emplace(session_.line(), *part.service, options_.address, std::move(wish),
                        [&](const model::Record& record) { return keep(part, record); });
        reader_->on_progress = [&](const bus::HistoryReport& report) { note(part, report); };
        note(part, reader_->report());
        if (stopping_) co_return false;
        const auto done = co_await reader_->read();
        part.report = reader_->report();
        if (stopping_) {
            code_ = Exit::failed;
            co_return false;
        }
        if (done || (part.report.limited && options_.limit)) co_return true;
        // One of two histories that the firmware does not have is no failure, unless it was asked for.
        if (part.report.unsupported && options_.what == HistoryOptions::What::all) co_return true;
        auto error = done.error();
        error.where.insert(0, fmt::format("pack {}, {}: ", options_.address, part.service->name));
        complain(error);
        co_return error.code == Errc::bad_history || is_refusal(error.code);
    }

    Result<void> keep(Part& part, const model::Record& record) {
        const auto message = answer(session_.dialect().name, options_.address, record);
        const auto time = rfc3339(session_.time().wall_now());
        std::string out;
        switch (options_.format) {
            case Format::json:
                out = history_json(time, message);
                break;
            case Format::csv:
                out = csv(time, message, record);
                break;
            default:
                if (std::exchange(headed_, part.service) != part.service) {
                    out = history_heading(record, io_.colour);
                }
                out += history_row(record);
        }
        if (file_) {
            auto written = file_->append(out);
            if (!written) return written;
        } else {
            progress_.clear();
            io_.out << out << std::flush;
        }
        part.records.note(record);
        return {};
    }

    std::string csv(const std::string& time, const Message& message, const model::Record& record) {
        std::string out;
        if (columns_.empty()) {
            std::vector<const dialect::Service*> services(parts_.size());
            std::ranges::transform(parts_, services.begin(), &Part::service);
            columns_ = history_columns(services, record);
            out = csv_line(columns_);
        }
        return out + history_csv(columns_, time, message);
    }

    void note(Part& part, const bus::HistoryReport& report) {
        part.report = report;
        const auto heard = report.fresh + report.skipped + report.doubles;
        const std::chrono::duration<double> took = session_.time().now() - part.begun;
        auto text = fmt::format("pack {}, {}: {} read", options_.address, part.service->name, report.fresh);
        if (report.skipped > 0) text += fmt::format(", {} passed over", report.skipped);
        if (report.time) text += fmt::format(", {}", calendar_text(*report.time));
        if (took.count() > 0 && heard > 1) {
            text += fmt::format(", {:.1f} a second", static_cast<double>(heard) / took.count());
        }
        progress_.show(text);
    }

    [[nodiscard]] std::string summary() const {
        auto text = fmt::format("packwire history: pack {}: ", options_.address);
        std::string_view between;
        bool complete = true;
        for (const auto& part : parts_) {
            text += between;
            text += about(part);
            between = "; ";
            complete = complete && (part.report.complete || part.report.unsupported || part.report.limited);
        }
        if (!clock_.empty()) text += fmt::format("; clock: {}", clock_);
        if (!complete && file_) text += "; the same command goes on where the file ends";
        if (!complete && !file_) text += "; with --output FILE the same command would go on from here";
        return text + "\n";
    }

    [[nodiscard]] std::string about(const Part& part) const {
        const auto& report = part.report;
        const auto& name = part.service->name;
        if (!part.asked) return fmt::format("{}s not asked for", name);
        if (report.unsupported) return fmt::format("{}s not supported by this firmware", name);
        const auto count = part.records.marks.size();
        if (count == 0 && report.complete) return fmt::format("no {}s", name);
        auto text = fmt::format("{} {}{}", count, name, count == 1 ? "" : "s");
        if (part.records.first && part.records.last) {
            text += fmt::format(", {} to {}", calendar_text(*part.records.first),
                                calendar_text(*part.records.last));
        }
        if (file_) text += fmt::format(", {} new", report.fresh);
        const auto* unfinished = report.limited ? ", more follow" : ", not complete";
        text += report.complete ? ", complete" : unfinished;
        if (report.steps_back > 0) {
            text += fmt::format(", times step back {}: the clock was set", report.steps_back);
        }
        if (report.doubles > 0) text += fmt::format(", {} stood twice", report.doubles);
        if (report.gap)
            text += ", the last one kept is no longer in the pack: some may be missing before the new";
        return text;
    }

    const HistoryOptions& options_;
    Streams io_;
    Session& session_;
    Progress progress_;
    std::vector<Part> parts_;
    std::optional<bus::HistoryReader> reader_;
    std::optional<HistoryFile> file_;
    std::vector<std::string> columns_;
    std::string clock_;
    const dialect::Service* headed_ = nullptr;
    bool finished_ = false;
    bool stopping_ = false;  ///< a signal came
    int code_ = Exit::done;
};

}  // namespace

int run(const HistoryOptions& options, Streams io) {
    Session session(options.line, Unsaid::usual);
    Download download(options, io, session);
    const auto finish = [&download] { download.finish(); };
    return download.conclude(run_to_end(session.loop(), download.all(), Exit::failed, finish));
}

}  // namespace packwire::app
