// SPDX-License-Identifier: MIT
#include "sink/line.hpp"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <vector>

#include "base/json_text.hpp"
#include "base/time_text.hpp"
#include "model/derived.hpp"
#include "model/format.hpp"

namespace packwire::sink {

namespace {

using model::Kind;
using model::Metric;
using model::Reading;

/// `from` is a pack's snapshot or a bank.
void append_number(std::string& out, const auto& from, Metric metric, std::size_t i) {
    const std::optional<double> value = from.value(metric, i);
    if (!value) {
        out += "null";
        return;
    }
    const auto digits = fmt::format("{:.{}f}", *value, metric.row().decimals);
    const bool negative_zero = digits.front() == '-' && digits.find_first_not_of("-0.") == std::string::npos;
    out += negative_zero ? digits.substr(1) : digits;
}

void append_list(std::string& out, const auto& from, Metric metric, std::size_t count) {
    out += '[';
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out += ',';
        append_number(out, from, metric, i);
    }
    out += ']';
}

void append_quoted(std::string& out, const std::vector<std::string_view>& names) {
    out += '[';
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) out += ',';
        model::append_json_string(out, names[i]);
    }
    out += ']';
}

void append_bits(std::string& out, const Reading& reading, std::uint32_t bits) {
    fmt::format_to(std::back_inserter(out), "{{\"raw\":{},", bits);
    if (reading.field->wire == model::Wire::mask_low) {
        std::vector<std::size_t> cells;
        for (std::size_t i = 0; i < model::max_values; ++i) {
            if ((bits >> i & 1U) != 0) cells.push_back(i + 1);
        }
        fmt::format_to(std::back_inserter(out), "\"cells\":[{}]", fmt::join(cells, ","));
    } else {
        out += "\"flags\":";
        append_quoted(out, model::active_flags(reading.field->flags, bits));
    }
    out += '}';
}

/// False, and nothing appended, when there is nothing to say of the quantity.
bool append_value(std::string& out, const model::Snapshot& pack, Metric metric) {
    const auto* reading = pack.find(metric);
    if (metric.row().kind == Kind::text) {
        const auto text = pack.text(metric);
        if (text.empty()) return false;
        model::append_json_string(out, text);
    } else if (metric.row().kind == Kind::status) {
        if (reading == nullptr || reading->count == 0) return false;
        append_bits(out, *reading, *pack.bits(metric));
    } else if (reading != nullptr && !reading->field->repeat.empty()) {
        append_list(out, pack, metric, reading->count);
    } else {
        if (!pack.value(metric)) return false;
        append_number(out, pack, metric, 0);
    }
    return true;
}

std::string values_of(const bank::Pack& pack) {
    std::string out;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (pack.freshness != bank::Freshness::fresh && model::goes_stale(metric)) continue;
        std::string value;
        if (!append_value(value, pack.snapshot, metric)) continue;
        fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", out.empty() ? "" : ",", metric.row().name,
                       value);
    }
    return out;
}

std::string text_of(const model::AlarmLevels& levels) {
    std::string out;
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        if (levels[i] == 0) continue;
        fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", out.empty() ? "" : ",",
                       model::alarm_rows[i].name, levels[i]);
    }
    return out;
}

std::string alarms_of(const bank::Pack& pack) {
    if (pack.freshness != bank::Freshness::fresh) return {};
    return text_of(model::alarms_of(pack.snapshot));
}

/// The bank says itself what is absent while it is not fresh.
bool append_value(std::string& out, const bank::Bank& bank, Metric metric) {
    const auto text = bank.text(metric);
    if (metric.row().kind == Kind::text) {
        if (text.empty()) return false;
        append_json_text(out, text);
    } else if (metric.row().venus.find("{}") != std::string_view::npos) {
        if (bank.count(metric) == 0) return false;
        append_list(out, bank, metric, bank.count(metric));
    } else {
        if (!bank.value(metric)) return false;
        append_number(out, bank, metric, 0);
    }
    return true;
}

std::string values_of(const bank::Bank& bank) {
    std::string out;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (metric.row().scope == model::Scope::pack) continue;
        std::string value;
        if (!append_value(value, bank, metric)) continue;
        fmt::format_to(std::back_inserter(out), "{}\"{}\":{}", out.empty() ? "" : ",", metric.row().name,
                       value);
    }
    return out;
}

}  // namespace

std::string line_of(const bank::Pack& pack, WallTime now) {
    const auto& identity = pack.snapshot.identity;
    auto out = fmt::format("{{\"time\":\"{}\",\"id\":", rfc3339(now));
    model::append_json_string(out, identity.id);
    out += ",\"bus\":";
    append_json_text(out, identity.bus);
    fmt::format_to(std::back_inserter(out), ",\"address\":{},\"freshness\":\"{}\",\"last_good\":\"{}\"",
                   identity.address, bank::name(pack.freshness), rfc3339(pack.last_good_at));
    fmt::format_to(std::back_inserter(out), ",\"values\":{{{}}},\"alarms\":{{{}}}}}", values_of(pack),
                   alarms_of(pack));
    return out;
}

std::string line_of(const bank::Bank& bank, WallTime now) {
    auto out = fmt::format("{{\"time\":\"{}\",\"bank\":", rfc3339(now));
    append_json_text(out, bank.site);
    fmt::format_to(std::back_inserter(out), ",\"freshness\":\"{}\",\"values\":{{{}}},\"alarms\":{{{}}}}}",
                   bank::name(bank.freshness), values_of(bank), text_of(bank.alarms));
    return out;
}

}  // namespace packwire::sink
