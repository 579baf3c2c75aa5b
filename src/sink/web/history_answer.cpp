// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <iterator>

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "model/format.hpp"
#include "sink/web/history.hpp"
#include "sink/web/message.hpp"

namespace packwire::sink::web {

namespace {

constexpr std::array<double, 6> scales{1, 10, 100, 1000, 10'000, 100'000};
constexpr std::array<std::uint64_t, 6> whole_scales{1, 10, 100, 1000, 10'000, 100'000};
constexpr double exact = 9e15;  // up to here a double has every whole number

/// `value` with so many decimals. By whole numbers: ten times as fast as floating-point formatting.
void append_fixed(std::string& out, double value, std::size_t decimals) {
    const double scaled = std::round(value * scales[decimals]);
    if (!(std::abs(scaled) < exact)) {
        out += std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : "null";
        return;
    }
    const bool negative = scaled < 0;
    const auto whole = static_cast<std::uint64_t>(negative ? -scaled : scaled);
    if (negative) out += '-';
    const fmt::format_int integer(whole / whole_scales[decimals]);
    out.append(integer.data(), integer.size());
    if (decimals == 0) return;
    out += '.';
    const fmt::format_int rest(whole % whole_scales[decimals]);
    out.append(decimals - rest.size(), '0');
    out.append(rest.data(), rest.size());
}

/// Seconds since 1970; milliseconds where there are some.
void append_time(std::string& out, WallTime at) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
    append_fixed(out, static_cast<double>(ms) / 1000, ms % 1000 == 0 ? 0 : 3);
}

}  // namespace

HistoryWriter::HistoryWriter(HistoryRequest request, std::vector<store::Answer> answers)
    : request_(std::move(request)), answers_(std::move(answers)) {
    answers_.resize(request_.queries.size());
    std::size_t points = 0;
    for (const auto& answer : answers_) points += answer.points.size();
    out_.reserve(256 + points * 48);
    const auto& row = request_.metric.row();
    out_ += "{\"from\":";
    append_time(out_, request_.from);
    out_ += ",\"to\":";
    append_time(out_, request_.to);
    fmt::format_to(std::back_inserter(out_),
                   ",\"metric\":\"{}\",\"unit\":\"{}\",\"decimals\":{},\"series\":[", row.name, row.unit,
                   row.decimals);
}

void HistoryWriter::begin_series() {
    const auto& series = request_.queries[series_].series;
    const auto& answer = answers_[series_];
    out_ += first_ ? "{\"device\":" : ",{\"device\":";
    first_ = false;
    model::append_json_string(out_, series.device);
    fmt::format_to(std::back_inserter(out_), ",\"index\":{},\"resolution\":\"{}\",\"span\":", series.index,
                   store::name(answer.resolution));
    append_fixed(out_, std::chrono::duration<double>(answer.span).count(), 0);
    out_ += ",\"points\":[";
}

bool HistoryWriter::write(std::size_t points) {
    const std::size_t decimals = request_.metric.row().decimals;
    for (; series_ < answers_.size(); ++series_, point_ = 0) {
        const auto& answer = answers_[series_];
        if (answer.points.empty() && !request_.indexed && request_.queries[series_].series.index > 0)
            continue;
        if (point_ == 0 && points == 0) return false;  // what is begun has at least one
        if (point_ == 0) begin_series();
        const bool raw = answer.span == Duration::zero();
        for (; point_ < answer.points.size(); ++point_) {
            if (points-- == 0) return false;
            const auto& point = answer.points[point_];
            out_ += point_ == 0 ? "[" : ",[";
            append_time(out_, point.at);
            if (!raw) {
                out_ += ',';
                append_fixed(out_, point.min, decimals);
                out_ += ',';
                append_fixed(out_, point.mean, decimals + 1);  // a mean knows more than its parts
                out_ += ',';
                append_fixed(out_, point.max, decimals);
            }
            out_ += ',';
            append_fixed(out_, point.last, decimals);
            out_ += ']';
        }
        out_ += "]}";
    }
    out_ += "]}\n";
    return true;
}

std::string event_json(const store::Event& event, std::string_view type) {
    std::string out = "{";
    if (!type.empty()) fmt::format_to(std::back_inserter(out), "\"type\":\"{}\",", type);
    fmt::format_to(std::back_inserter(out), "\"id\":{},\"time\":\"{}\",\"device\":", event.id,
                   rfc3339(event.at));
    append_json_text(out, event.device);
    fmt::format_to(std::back_inserter(out), ",\"kind\":\"{}\",\"name\":", store::name(event.kind));
    append_json_text(out, event.name);
    fmt::format_to(std::back_inserter(out), ",\"level\":{},\"text\":", event.level);
    append_json_text(out, event.text);
    return out += '}';
}

std::string events_json(const std::vector<store::Event>& events, std::size_t limit) {
    std::string out = "{\"events\":[";
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (i > 0) out += ',';
        out += event_json(events[i]);
    }
    const bool more = events.size() >= limit && !events.empty();
    fmt::format_to(std::back_inserter(out), "],\"next\":{}}}\n",
                   more ? fmt::to_string(events.back().id) : "null");
    return out;
}

}  // namespace packwire::sink::web
