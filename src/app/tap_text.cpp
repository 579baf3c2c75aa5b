// SPDX-License-Identifier: MIT
#include "app/tap_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/time_text.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "model/remark.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

namespace {

using Kind = bus::TapMessage::Kind;

constexpr std::size_t shown_bytes = 32;
/// What people look for first, in this order.
constexpr auto key_fields = std::to_array<std::string_view>(
    {"state_of_charge", "pack_voltage", "pack_current", "remaining_capacity", "pack_serial_number"});
/// When a record has none of them: its first fields that are short.
constexpr std::size_t other_fields = 4;
constexpr std::size_t short_value = 24;

void add_field(std::string& line, const model::FieldText& field) {
    if (!line.empty()) line += ", ";
    line += fmt::format("{} {}", field.name, field.value);
}

std::string key_values(const model::Record& record) {
    const auto fields = model::field_texts(record);
    std::string line;
    for (const auto name : key_fields) {
        const auto found = std::ranges::find(fields, name, &model::FieldText::name);
        if (found != fields.end()) add_field(line, *found);
    }
    if (!line.empty()) return line;
    std::size_t count = 0;
    for (const auto& field : fields) {
        if (count == other_fields) break;
        const bool dull = field.name == "data_flag" || field.value.empty();
        if (dull || field.value.size() > short_value) continue;
        add_field(line, field);
        ++count;
    }
    return line;
}

/// "; remark: state_of_health: expected 0 to 100 %, got 128"
std::string remark_text(const model::Record& record) {
    std::string text;
    for (const auto& remark : model::remarks(record)) text += "; remark: " + remark.where;
    return text;
}

std::string hex_of(std::string_view bytes) {
    const auto shown = bytes.substr(0, shown_bytes);
    const std::vector<std::uint8_t> raw(shown.begin(), shown.end());
    return wire::to_hex(raw) + (shown.size() < bytes.size() ? "…" : "");
}

std::string service_text(const bus::TapMessage& heard) {
    const auto code = heard.code.empty() ? std::string_view("?") : heard.code;
    return fmt::format("{:<6}{}", code, heard.service != nullptr ? heard.service->name : "");
}

/// What stands behind the service.
std::string rest_of(const bus::TapMessage& heard, const Message* message) {
    if (heard.error) return to_string(*heard.error);
    if (heard.kind == Kind::request) return "";
    if (heard.record != nullptr) return key_values(*heard.record) + remark_text(*heard.record);
    if (heard.rtn != 0 && (message == nullptr || message->info.empty())) return dialect::rtn_text(heard.rtn);
    return message == nullptr ? "" : fmt::format("info {}", wire::to_hex(message->info));
}

std::string per_cent(Duration part, Duration whole) {
    const auto share = std::chrono::duration<double>(part) / std::chrono::duration<double>(whole);
    return fmt::format("{:.1f} %", 100 * share);
}

std::string errors_text(const bus::TapStatistics& statistics) {
    std::string text;
    for (std::size_t i = 0; i < statistics.errors.size(); ++i) {
        if (statistics.errors[i] == 0) continue;
        if (!text.empty()) text += ", ";
        text += fmt::format("{} {}", name(static_cast<Errc>(i)), statistics.errors[i]);
    }
    return text;
}

}  // namespace

std::string tap_line(const bus::TapMessage& heard, const Message* message, bool colour) {
    const auto clock = rfc3339(heard.time).substr(11);
    if (heard.kind == Kind::unknown) {
        const auto why = heard.error.value_or(Error{});
        const auto text = fmt::format("{}  ?  {}: {}", clock, why.where, hex_of(heard.text));
        return paint(text, Style::dim, colour);
    }
    if (heard.kind == Kind::bad_frame) {
        const auto text = fmt::format("{}  !  {}", clock, to_string(heard.error.value_or(Error{})));
        return paint(text, Style::red, colour);
    }
    auto text = fmt::format("{}  {}  {:>2}  {}", clock, heard.kind == Kind::request ? '>' : '<',
                            heard.address, service_text(heard));
    if (const auto rest = rest_of(heard, message); !rest.empty()) text += fmt::format("  {}", rest);
    text.erase(text.find_last_not_of(' ') + 1);
    const bool refused = heard.kind == Kind::answer && heard.rtn != 0 && heard.record == nullptr;
    if (heard.error) return paint(text, Style::red, colour);
    return paint(text, refused ? Style::yellow : Style::plain, colour);
}

std::string tap_statistics_text(const bus::TapStatistics& statistics, bool colour) {
    using enum Table::Align;
    Table table({right, left, right, right, right, right, right, right, right});
    table.header(
        {"address", "service", "requests", "answers", "unasked", "unanswered", "refused", "bad", "bytes"});
    for (const auto& [key, counters] : statistics.services) {
        std::vector<std::string> cells{fmt::format("{}", key.first), key.second.empty() ? "?" : key.second};
        for (const auto count : {counters.requests, counters.answers, counters.unasked, counters.unanswered,
                                 counters.refused, counters.bad, counters.bytes}) {
            cells.push_back(fmt::format("{}", count));
        }
        table.row(std::move(cells));
    }
    auto text = statistics.services.empty() ? std::string() : table.text(colour);
    fmt::format_to(std::back_inserter(text), "{} frames, {} bytes in {:.1f} s", statistics.frames,
                   statistics.bytes, std::chrono::duration<double>(statistics.listened).count());
    if (statistics.busy > Duration::zero() && statistics.listened > Duration::zero()) {
        fmt::format_to(std::back_inserter(text), ", line busy {}",
                       per_cent(statistics.busy, statistics.listened));
    }
    if (const auto errors = errors_text(statistics); !errors.empty()) {
        fmt::format_to(std::back_inserter(text), "; bad: {}", errors);
    }
    if (statistics.unknown_bytes > 0) {
        fmt::format_to(std::back_inserter(text), "; {} bytes of no frame", statistics.unknown_bytes);
    }
    text += '\n';
    return text;
}

}  // namespace packwire::app
