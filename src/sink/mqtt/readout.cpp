// SPDX-License-Identifier: MIT
#include "sink/mqtt/readout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "base/json_text.hpp"
#include "model/deadband.hpp"
#include "model/format.hpp"

namespace packwire::sink::mqtt {

namespace {

using model::Kind;
using model::Metric;

std::string digits_of(double value, std::uint8_t decimals) {
    auto digits = fmt::format("{:.{}f}", value, decimals);
    const bool negative_zero = digits.front() == '-' && digits.find_first_not_of("-0.") == std::string::npos;
    return negative_zero ? digits.substr(1) : digits;
}

/// How many values the source has of it now; 0: none.
std::size_t present(const Source& source, Metric metric, bool repeated) {
    if (repeated) return source.count(metric);
    const bool text = metric.row().kind == Kind::text;
    const bool has = text ? !source.text(metric).empty() : source.value(metric).has_value();
    return has ? 1 : 0;
}

}  // namespace

bool grow(Shape& shape, const Source& source) {
    bool grown = false;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (!source.has(metric)) continue;
        const bool repeated = !source.is_single(metric);
        if (repeated && source.is_bank()) continue;  // the pack has them
        if (topic_of(metric, repeated) == Topic::none) continue;
        const auto count = present(source, metric, repeated);
        if (count == 0) continue;
        auto [place, fresh] = shape.try_emplace(metric.index);
        if (!fresh && place->second.count >= count) continue;
        place->second = {.repeated = repeated, .count = count};
        grown = true;
    }
    return grown;
}

std::vector<Shown> read(const Shape& shape, const Source& source, Topic topic) {
    std::vector<Shown> values;
    for (const auto& [index, slot] : shape) {
        const Metric metric{index};
        if (topic_of(metric, slot.repeated) != topic) continue;
        for (std::size_t place = 0; place < slot.count; ++place) {
            Shown shown;
            shown.metric = metric;
            shown.repeated = slot.repeated;
            shown.place = place;
            if (metric.row().kind == Kind::text) {
                shown.text = source.text(metric);
            } else {
                shown.number = source.value(metric, place);
            }
            values.push_back(std::move(shown));
        }
    }
    return values;
}

bool is_news(const Shown& told, const Shown& now) {
    if (told.metric != now.metric || told.place != now.place) return true;
    if (told.number.has_value() != now.number.has_value() || told.text != now.text) return true;
    if (!now.number) return false;
    const auto band = model::deadband(now.metric.row());
    const auto moved = std::abs(*told.number - *now.number);
    constexpr double hair = 1e-9;  // 3.292 - 3.290 is a bit less than 0.002
    return band > 0 ? moved > band - hair : moved > 0;
}

bool are_news(const std::vector<Shown>& told, const std::vector<Shown>& now) {
    return !std::ranges::equal(told, now, [](const auto& a, const auto& b) { return !is_news(a, b); });
}

void append_json(std::string& out, const Shown& shown) {
    if (!shown.present()) {
        out += "null";
    } else if (shown.number) {
        out += digits_of(*shown.number, shown.metric.row().decimals);
    } else {
        append_json_text(out, shown.text);
    }
}

std::string plain(const Shown& shown) {
    return shown.number ? digits_of(*shown.number, shown.metric.row().decimals) : shown.text;
}

void append_members(std::string& out, const std::vector<Shown>& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& shown = values[i];
        if (!shown.repeated || shown.place == 0)
            fmt::format_to(std::back_inserter(out), "\"{}\":", shown.metric.row().name);
        if (shown.repeated && shown.place == 0) out += '[';
        append_json(out, shown);
        const bool last = i + 1 == values.size() || values[i + 1].metric != shown.metric;
        if (shown.repeated && last) out += ']';
        out += ',';
    }
}

}  // namespace packwire::sink::mqtt
