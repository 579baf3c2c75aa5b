// SPDX-License-Identifier: MIT
#include "model/format.hpp"

#include <fmt/format.h>

#include <iterator>

namespace packwire::model {

namespace {

int decimals_of(std::int32_t per) {
    int decimals = 0;
    for (auto rest = per; rest > 1; rest /= 10) ++decimals;
    return decimals;
}

bool is_mask(const Field& field) {
    return field.wire == Wire::mask_low;
}

std::uint32_t group(const Flag& flag, std::uint32_t bits) {
    return bits >> flag.bit & ((1U << flag.width) - 1U);
}

void append_status(std::string& out, const Field& field, std::uint32_t bits) {
    fmt::format_to(std::back_inserter(out), "{{\"raw\":{},\"flags\":[", bits);
    std::string_view comma;
    for (const auto flag : active_flags(field.flags, bits)) {
        fmt::format_to(std::back_inserter(out), "{}\"{}\"", comma, flag);
        comma = ",";
    }
    out += ']';
    for (const auto& flag : field.flags) {
        if (flag.width > 1)
            fmt::format_to(std::back_inserter(out), ",\"{}\":{}", flag.name, group(flag, bits));
    }
    out += '}';
}

std::vector<int> cells_of(std::uint32_t bits) {
    std::vector<int> cells;
    for (int i = 0; i < 32; ++i) {
        if ((bits >> static_cast<unsigned>(i) & 1U) != 0) cells.push_back(i + 1);
    }
    return cells;
}

void append_value(std::string& out, const Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    if (is_mask(field)) {
        fmt::format_to(std::back_inserter(out), "{{\"raw\":{},\"cells\":[{}]}}", record.bits(i),
                       fmt::join(cells_of(record.bits(i)), ","));
    } else if (!field.flags.empty()) {
        append_status(out, field, record.bits(i));
    } else if (!record.valid(i)) {
        out += "null";
    } else if (is_text(field)) {
        append_json_string(out, record.text(i));
    } else {
        append_number(out, record, i);
    }
}

/// Slots from `i` on that belong to one field.
std::size_t run_of(const Record& record, std::size_t i) {
    std::size_t end = i;
    while (end < record.size() && record.slot(end).field == record.slot(i).field) ++end;
    return end - i;
}

void append_list(std::string& out, const Record& record, std::size_t first, std::size_t count) {
    out += '[';
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) out += ',';
        append_value(out, record, first + i);
    }
    out += ']';
}

/// The place of a repeated field that has no values must still show, as an empty list.
void append_empty_lists(std::string& out, const Record& record) {
    for (const auto& field : record.layout().variant().fields) {
        if (field.repeat.empty() || record.layout().find(field.name).count > 0) continue;
        fmt::format_to(std::back_inserter(out), ",\"{}\":[]", field.name);
    }
}

std::string status_text(const Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    const auto bits = record.bits(i);
    auto text = fmt::format("{}", fmt::join(active_flags(field.flags, bits), ", "));
    for (const auto& flag : field.flags) {
        if (flag.width > 1 && group(flag, bits) != 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", flag.name, group(flag, bits));
        }
    }
    return text.empty() ? fmt::format("{:04X}", bits) : fmt::format("{:04X} {}", bits, text);
}

std::string value_text(const Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    if (is_mask(field)) {
        const auto cells = cells_of(record.bits(i));
        return cells.empty() ? "none" : fmt::format("{}", fmt::join(cells, " "));
    }
    if (!field.flags.empty()) return status_text(record, i);
    if (is_text(field)) {
        auto text = record.text(i);
        return text.empty() ? "not set" : text;
    }
    if (record.standing(i) == Standing::out_of_range) return "unknown";
    if (!record.valid(i)) return "not measured";
    const auto raw = static_cast<std::size_t>(record.raw()[i]);
    if (raw < field.names.size() && !field.names[raw].empty())
        return fmt::format("{} {}", raw, field.names[raw]);
    return number(record, i);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        const auto code = static_cast<std::uint8_t>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (code < 0x20 || code > 0x7E) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
        } else {
            out += c;
        }
    }
    out += '"';
}

std::string number(const Record& record, std::size_t i) {
    std::string text;
    append_number(text, record, i);
    return text;
}

void append_number(std::string& out, const Record& record, std::size_t i) {
    const auto raw = record.taken(i);
    const bool wide = record.slot(i).field->wire == Wire::u32;
    append_number(out, wide ? std::int64_t{static_cast<std::uint32_t>(raw)} : std::int64_t{raw},
                  record.scale(i));
}

std::string number(std::int64_t raw, Scale scale) {
    std::string text;
    append_number(text, raw, scale);
    return text;
}

/// By hand, since a general formatter would take most of the time of decoding a capture.
void append_number(std::string& out, std::int64_t raw, Scale scale) {
    const auto value = (raw + scale.bias) * scale.times;
    auto size = static_cast<std::uint64_t>(value < 0 ? -value : value);
    std::array<char, 24> digits;
    auto begin = digits.size();
    auto decimals = decimals_of(scale.per);
    const bool fraction = decimals > 0;
    for (bool more = true; more; more = size > 0 || decimals >= 0) {
        if (fraction && decimals == 0) digits[--begin] = '.';
        digits[--begin] = static_cast<char>('0' + size % 10);
        size /= 10;
        --decimals;
    }
    if (value < 0) out += '-';
    out.append(digits.data() + begin, digits.size() - begin);
}

std::vector<std::string_view> active_flags(std::span<const Flag> flags, std::uint32_t bits) {
    std::vector<std::string_view> names;
    for (const auto& flag : flags) {
        if (flag.width == 1 && (bits >> flag.bit & 1U) != 0) names.push_back(flag.name);
    }
    return names;
}

void append_fields_json(std::string& out, const Record& record) {
    out += '{';
    bool first = true;
    for (std::size_t i = 0; i < record.size();) {
        const auto& field = *record.slot(i).field;
        const auto count = run_of(record, i);
        if (field.wire == Wire::mask_high) {  // printed with its other half
            i += count;
            continue;
        }
        if (!first) out += ',';
        first = false;
        append_json_string(out, field.name);
        out += ':';
        if (!is_list(field)) {
            append_value(out, record, i);
        } else {
            append_list(out, record, i, count);
        }
        i += count;
    }
    append_empty_lists(out, record);
    out += '}';
}

std::vector<FieldText> field_texts(const Record& record) {
    std::vector<FieldText> rows;
    for (std::size_t i = 0; i < record.size();) {
        const auto& field = *record.slot(i).field;
        const auto count = run_of(record, i);
        if (field.wire != Wire::mask_high) {
            std::string value;
            for (std::size_t j = 0; j < count; ++j) value += (j > 0 ? " " : "") + value_text(record, i + j);
            if (!field.unit.empty()) value += fmt::format(" {}", field.unit);
            rows.push_back({std::string(field.name), std::move(value)});
        }
        i += count;
    }
    return rows;
}

}  // namespace packwire::model
