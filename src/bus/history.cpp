// SPDX-License-Identifier: MIT
#include "bus/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/fnv.hpp"
#include "model/calendar.hpp"

namespace packwire::bus {

namespace {

constexpr std::string_view type_field = "type";
constexpr std::string_view end_field = "data_type";
constexpr std::int32_t last_record = 1;

// Source: protocol 2.5.
constexpr std::uint8_t rtn_no_data = 0x06;

bool has(std::span<const model::Field> fields, std::string_view name) {
    return std::ranges::find(fields, name, &model::Field::name) != fields.end();
}

bool is_last(const model::Record& record) {
    const auto [first, count] = record.layout().find(end_field);
    return count > 0 && record.raw()[first] == last_record;
}

/// Would asking again change anything? A refusal may be of the place in the history.
bool may_help(Errc code) {
    return is_refusal(code) || is_worth_a_retry(code);
}

std::optional<Error> bad_history(std::string what) {
    return Error{Errc::bad_history, std::move(what)};
}

}  // namespace

bool is_history(const dialect::Service& service) {
    return has(service.request, type_field) && !service.variants.empty() &&
           std::ranges::all_of(service.variants,
                               [](const auto& variant) { return has(variant.fields, end_field); });
}

RecordMark mark_of(const model::Record& record) {
    // Of 5000 records two get the same mark once in 10^12 histories.
    return fnv1a(record.info().subspan(model::time_offset(record)));
}

HistoryReader::HistoryReader(Line& line, const dialect::Service& service, std::uint8_t address,
                             HistoryWish wish, OnRecord on_record)
    : line_(line),
      service_(service),
      address_(address),
      wish_(std::move(wish)),
      on_record_(std::move(on_record)),
      said_{model::RequestValue{.field = type_field, .value = 0}} {}

Task<Result<void>> HistoryReader::read() {
    report_ = {};
    auto answer = co_await begin();
    bool at_first = !report_.behind_kept;
    while (answer) {
        auto taken = take(*answer);
        if (!taken) co_return taken;
        if (report_.complete) co_return Result<void>{};
        if (stopping_) break;
        if (report_.fresh >= wish_.limit) {
            report_.limited = true;
            co_return fail(Errc::bad_history,
                           fmt::format("no end within {} records; a greater limit reads on", wish_.limit));
        }
        at_first = false;
        answer = co_await ask_next();
    }
    if (stopping_) co_return fail(Errc::cancelled, "interrupted");
    co_return end(answer.error(), at_first);
}

Task<Result<model::Record>> HistoryReader::begin() {
    if (!wish_.kept.empty()) report_.behind_kept = co_await stands_behind_kept();
    if (report_.behind_kept) {
        last_ = wish_.kept.back();
        heard_.insert(wish_.kept.begin(), wish_.kept.end());
        auto answer = co_await ask_next();
        if (answer && !heard_.contains(mark_of(*answer))) co_return answer;
        // It did not go on from there after all.
        heard_.clear();
        report_.behind_kept = false;
    }
    last_.reset();
    skipping_ = !wish_.kept.empty();
    auto answer = co_await ask_first();
    co_return answer;
}

Task<bool> HistoryReader::stands_behind_kept() {
    const auto answer = co_await ask(Type::repeat);
    // With an end mark it may be an old answer from the pack's memory: only a rewind tells what is new.
    co_return answer&& mark_of(*answer) == wish_.kept.back() && !is_last(*answer);
}

Task<Result<model::Record>> HistoryReader::ask(Type type) {
    said_[0].value = static_cast<std::uint8_t>(type);
    auto answer = co_await line_.ask(service_, address_, 1, said_);
    const bool refused = !answer && is_refusal(answer.error().code);
    rtn_ = refused ? line_.frame().code : std::uint8_t{0};
    if (!answer && !refused) {
        line_.distrust(service_, address_);
        ++report_.repeats;
    }
    co_return answer;
}

/// Is the exchange to be made up for once more?
bool HistoryReader::goes_on(const Result<model::Record>& answer, int again) const {
    return !answer && again < wish_.repeats && !stopping_ && may_help(answer.error().code);
}

Task<Result<model::Record>> HistoryReader::ask_first() {
    no_more_ = false;
    // To rewind twice does no harm.
    auto answer = co_await ask(Type::first);
    for (int again = 0; goes_on(answer, again); ++again) {
        if (rtn_ == dialect::unsupported_code || rtn_ == rtn_no_data) break;
        answer = co_await ask(Type::first);
    }
    co_return answer;
}

Task<Result<model::Record>> HistoryReader::ask_next() {
    no_more_ = false;
    auto answer = co_await ask(Type::next);
    for (int again = 0; goes_on(answer, again); ++again) {
        const bool no_data = rtn_ == rtn_no_data;
        answer = co_await ask(Type::repeat);
        if (!answer) continue;
        if (mark_of(*answer) != last_) break;  // the one that was missed
        answer = co_await ask(Type::next);
        no_more_ = no_data && rtn_ == rtn_no_data;
        if (no_more_) break;
    }
    co_return answer;
}

Result<void> HistoryReader::end(const Error& error, bool at_first) {
    // These came before, but they are no endless round.
    auto released = release();
    if (!released) return released;
    const bool empty = at_first && rtn_ == rtn_no_data;
    report_.complete = empty || no_more_;
    report_.gap = report_.gap || (report_.complete && skipping_ && !reached_);
    if (report_.complete) return {};
    report_.unsupported = at_first && error.code == Errc::unsupported;
    // What has answered is supported.
    const bool late_refusal = error.code == Errc::unsupported && !at_first;
    return late_refusal ? fail(Errc::rejected, dialect::rtn_text(rtn_)) : std::unexpected(error);
}

Result<void> HistoryReader::take(const model::Record& record) {
    const auto mark = mark_of(record);
    const bool doubled = last_ == mark;
    last_ = mark;
    const bool known = !heard_.insert(mark).second;
    known_ = known ? known_ + 1 : 0;
    if (known_ > patience) {
        return fail(Errc::bad_history,
                    fmt::format("it repeats itself: {} records in a row were read before", known_));
    }
    if (auto error = watch_time(record)) return std::unexpected(*error);
    Result<void> done;
    if (doubled) {
        ++report_.doubles;
    } else if (is_kept(mark)) {
        ++report_.skipped;
    } else if (known) {
        held_.emplace_back(record.info().begin(), record.info().end());
    } else {
        done = release();
        if (done) done = hand_over(record);
    }
    report_.end_mark = report_.complete = is_last(record);
    if (report_.complete) report_.gap = report_.gap || (skipping_ && !reached_);
    if (done && report_.complete) done = release();
    if (on_progress) on_progress(report_);
    return done;
}

bool HistoryReader::is_kept(RecordMark mark) {
    if (!skipping_) return false;
    const auto& kept = wish_.kept;
    std::vector<std::size_t> next;
    if (report_.skipped == 0) {
        for (std::size_t i = 0; i < kept.size(); ++i) {
            if (kept[i] == mark) next.push_back(i + 1);
        }
    } else {
        for (const auto place : places_) {
            if (place < kept.size() && kept[place] == mark) next.push_back(place + 1);
        }
    }
    places_ = std::move(next);
    reached_ = reached_ || std::ranges::find(places_, kept.size()) != places_.end();
    skipping_ = !places_.empty() && places_.front() < kept.size();
    report_.gap = !skipping_ && !reached_;
    return !places_.empty();
}

std::optional<Error> HistoryReader::watch_time(const model::Record& record) {
    const auto time = model::time_of(record);
    if (!time) return std::nullopt;
    const auto before = std::exchange(report_.time, time);
    if (!before || *time == *before) return std::nullopt;
    if (*time > *before) {
        back_ = 0;
        return std::nullopt;
    }
    ++report_.steps_back;
    if (++back_ <= patience) return std::nullopt;
    return bad_history(
        fmt::format("it runs backwards: {} records in a row are older than the one before, the last of {}",
                    back_, calendar_text(*time)));
}

Result<void> HistoryReader::release() {
    for (const auto& info : std::exchange(held_, {})) {
        const auto record = decoder_.decode(service_, info);
        auto done = record ? hand_over(*record) : std::unexpected(record.error());
        if (!done) return done;
    }
    return {};
}

Result<void> HistoryReader::hand_over(const model::Record& record) {
    auto done = on_record_(record);
    if (done) ++report_.fresh;
    return done;
}

}  // namespace packwire::bus
