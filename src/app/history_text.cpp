// SPDX-License-Identifier: MIT
#include "app/history_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_text.hpp"
#include "dialect/dialect.hpp"
#include "model/calendar.hpp"
#include "model/format.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view event_prefix = "event_";
constexpr std::string_view info_column = "info";

/// How the columns of CSV begin.
constexpr auto leading = std::to_array<std::string_view>(
    {"time", "record_time", "address", "service", "variant", "events", "alarms"});

std::string record_time(const model::Record& record) {
    const auto time = model::time_of(record);
    return time ? calendar_text(*time, 'T') : "";
}

std::string name_or_number(const model::Record& record, std::size_t i) {
    const auto& names = record.slot(i).field->names;
    const auto raw = static_cast<std::size_t>(record.raw()[i]);
    if (raw < names.size() && !names[raw].empty()) return std::string(names[raw]);
    return model::number(record, i);
}

bool is_bad(model::FlagClass flag_class) {
    return flag_class == model::FlagClass::protection || flag_class == model::FlagClass::alarm ||
           flag_class == model::FlagClass::fault;
}

/// Names of flags; a group of bits with its number.
std::string flags_text(const model::Record& record, std::size_t i) {
    const auto& flags = record.slot(i).field->flags;
    const auto bits = record.bits(i);
    auto text = fmt::format("{}", fmt::join(model::active_flags(flags, bits), " "));
    for (const auto& flag : flags) {
        if (flag.width == 1) continue;
        text += fmt::format("{}{}={}", text.empty() ? "" : " ", flag.name,
                            bits >> flag.bit & ((1U << flag.width) - 1U));
    }
    return text;
}

std::string value_text(const model::Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    if (!field.flags.empty()) return flags_text(record, i);
    if (!record.valid(i)) return "";
    if (model::is_text(field)) return record.text(i);
    return field.names.empty() ? model::number(record, i) : name_or_number(record, i);
}

/// "cell_voltage.3" is the third of a list.
std::string column_text(const model::Record& record, std::string_view column) {
    const auto dot = column.find('.');
    const auto [first, count] = record.layout().find(column.substr(0, dot));
    std::size_t index = 0;
    if (dot != std::string_view::npos) {
        for (const char digit : column.substr(dot + 1)) {
            index = 10 * index + static_cast<std::size_t>(digit - '0');
        }
        --index;
    }
    return index < count && first + index < record.size() ? value_text(record, first + index) : "";
}

std::string leading_text(std::string_view column, std::string_view time, const Message& message,
                         const model::Record& record) {
    if (column == "time") return std::string(time);
    if (column == "record_time") return record_time(record);
    if (column == "address") return fmt::format("{}", message.address);
    if (column == "service") return message.service;
    if (column == "variant") return std::string(record.variant());
    if (column == "events") return fmt::format("{}", fmt::join(event_names(record), " "));
    return fmt::format("{}", fmt::join(alarm_names(record), " "));
}

/// The number of a field, or "-".
std::string shown(const model::Record& record, std::string_view field) {
    auto text = column_text(record, field);
    return text.empty() ? "-" : text;
}

/// "3.291-3.329", or "-" where nothing was measured.
std::string spread(const model::Record& record, std::string_view field, std::string_view between) {
    const auto [first, count] = record.layout().find(field);
    std::size_t low = count;
    std::size_t high = count;
    double least = 0;
    double most = 0;
    for (std::size_t i = 0; i < count && first + i < record.size(); ++i) {
        const auto value = record.value(first + i);
        if (!value) continue;
        if (low == count || *value < least) low = i;
        if (high == count || *value > most) high = i;
        least = low == i ? *value : least;
        most = high == i ? *value : most;
    }
    if (low == count) return "-";
    return fmt::format("{}{}{}", model::number(record, first + low), between,
                       model::number(record, first + high));
}

bool is_measured(const model::Record& record) {
    return record.layout().find("pack_voltage").count > 0;
}

template <class... Cells>
std::string measured_line(const Cells&... cells) {
    auto line =
        fmt::format("{:<19}  {:<37}  {:>6}  {:>7}  {:>6}  {:>11}  {:>12}  {:>12}  {}", std::string(cells)...);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

template <class... Cells>
std::string event_line(const Cells&... cells) {
    return fmt::format("{:<19}  {:<37}  {:<18}  {:>6}  {:>6}  {:>9}", std::string(cells)...);
}

std::string event_status(const model::Record& record) {
    const auto text = shown(record, "status_and_rank");
    return text.starts_with("occurred") ? text : "cleared " + text;
}

}  // namespace

std::vector<std::string> event_names(const model::Record& record) {
    std::vector<std::string> names;
    const auto add = [&](std::string name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    };
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto& field = *record.slot(i).field;
        if (!field.name.starts_with(event_prefix)) continue;
        if (!field.names.empty()) add(name_or_number(record, i));
        for (const auto name : model::active_flags(field.flags, record.bits(i))) add(std::string(name));
    }
    return names;
}

std::vector<std::string_view> alarm_names(const model::Record& record) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < record.size(); ++i) {
        for (const auto& flag : record.slot(i).field->flags) {
            const bool active = flag.width == 1 && (record.bits(i) >> flag.bit & 1U) != 0;
            if (!active || !is_bad(flag.flag_class)) continue;
            if (std::ranges::find(names, flag.name) == names.end()) names.push_back(flag.name);
        }
    }
    return names;
}

std::string history_json(std::string_view time, const Message& message) {
    if (!message.record) return {};
    const auto& record = *message.record;
    const auto when = record_time(record);
    std::string out = fmt::format("{{\"time\":\"{}\",\"record_time\":", time);
    out += when.empty() ? "null" : fmt::format("\"{}\"", when);
    out += ",\"events\":[";
    std::string_view comma;
    for (const auto& name : event_names(record)) {
        out += comma;
        append_json_text(out, name);
        comma = ",";
    }
    out += "],";
    append_members(out, message);
    out += ",\"info\":\"";
    wire::append_hex(out, record.info());
    out += "\"}\n";
    return out;
}

std::vector<std::string> history_columns(std::span<const dialect::Service* const> services,
                                         const model::Record& first) {
    std::vector<std::string> columns(leading.begin(), leading.end());
    const auto add = [&](std::string column) {
        if (std::ranges::find(columns, column) == columns.end()) columns.push_back(std::move(column));
    };
    for (const auto* service : services) {
        for (const auto& variant : service->variants) {
            for (const auto& field : variant.fields) {
                if (!model::is_list(field)) add(std::string(field.name));
                const auto count = model::is_list(field) ? first.layout().find(field.name).count : 0;
                for (int i = 1; i <= count; ++i) add(fmt::format("{}.{}", field.name, i));
            }
        }
    }
    columns.emplace_back(info_column);
    return columns;
}

std::string history_csv(const std::vector<std::string>& columns, std::string_view time,
                        const Message& message) {
    if (!message.record) return {};
    const auto& record = *message.record;
    std::vector<std::string> cells;
    cells.reserve(columns.size());
    for (const auto& column : columns) {
        if (std::ranges::find(leading, column) != leading.end()) {
            cells.push_back(leading_text(column, time, message, record));
        } else if (column == info_column) {
            cells.push_back(wire::to_hex(record.info()));
        } else {
            cells.push_back(column_text(record, column));
        }
    }
    return csv_line(cells);
}

std::string history_heading(const model::Record& record, bool colour) {
    const auto line = is_measured(record)
                          ? measured_line("time", "event", "V", "A", "SOC %", "cells V", "cells °C",
                                          "MOSFET °C", "alarms and protections")
                          : event_line("time", "event", "status", "number", "data", "reference");
    return paint(line, Style::bold, colour) + "\n";
}

std::string history_row(const model::Record& record) {
    const auto time = model::time_of(record);
    const auto when = time ? calendar_text(*time) : "no date";
    const auto events = fmt::format("{}", fmt::join(event_names(record), " "));
    if (!is_measured(record)) {
        return event_line(when, events, event_status(record), shown(record, "event_number"),
                          shown(record, "event_data"), shown(record, "event_reference")) +
               "\n";
    }
    return measured_line(when, events, shown(record, "pack_voltage"), shown(record, "pack_current"),
                         shown(record, "state_of_charge"), spread(record, "cell_voltage", "-"),
                         spread(record, "cell_temperature", ".."), shown(record, "mosfet_temperature"),
                         fmt::format("{}", fmt::join(alarm_names(record), " "))) +
           "\n";
}

}  // namespace packwire::app
