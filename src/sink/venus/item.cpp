// SPDX-License-Identifier: MIT
#include "sink/venus/item.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace packwire::sink::venus {

namespace {

std::string integer_text(std::int32_t value, const Format& format) {
    return format.hex ? fmt::format("0x{:X}", static_cast<std::uint32_t>(value))
                      : fmt::format("{}{}", value, format.unit);
}

std::string real_text(double value, const Format& format) {
    auto digits = fmt::format("{:.{}f}", value, format.decimals);
    if (digits.front() == '-' && digits.find_first_not_of("-0.") == std::string::npos) digits.erase(0, 1);
    return digits.append(format.unit);
}

/// Bytes of the character that begins so; 0 when none does.
std::size_t sequence_length(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    if (first < 0xE0) return 2;
    return first < 0xF0 ? 3 : 4;
}

/// One character, in no more bytes than it takes, and neither NUL nor half of a surrogate pair.
bool is_character(std::string_view bytes) {
    constexpr auto least = std::to_array<std::uint32_t>({0, 1, 0x80, 0x800, 0x10000});
    const auto first = static_cast<unsigned char>(bytes.front());
    std::uint32_t code = bytes.size() == 1 ? first : first & (0x7FU >> bytes.size());
    for (const char next : bytes.substr(1)) {
        const auto byte = static_cast<unsigned char>(next);
        if ((byte & 0xC0U) != 0x80) return false;
        code = code << 6 | (byte & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code < 0xE000;
    return code >= least[bytes.size()] && code <= 0x10FFFF && !surrogate;
}

}  // namespace

std::optional<Value> as_type(const Value& value, Type type) {
    const auto* integer = std::get_if<std::int32_t>(&value);
    const auto* real = std::get_if<double>(&value);
    if (type == Type::text) {
        return std::holds_alternative<std::string>(value) ? std::optional(value) : std::nullopt;
    }
    if (type == Type::real) {
        if (integer != nullptr) return static_cast<double>(*integer);
        return real != nullptr && std::isfinite(*real) ? std::optional(value) : std::nullopt;
    }
    if (integer != nullptr) return value;
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    if (real == nullptr || !(std::abs(*real) <= most) || std::floor(*real) != *real) return std::nullopt;
    return static_cast<std::int32_t>(*real);
}

std::string text_of(const Value& value, const Format& format) {
    if (const auto* integer = std::get_if<std::int32_t>(&value)) return integer_text(*integer, format);
    if (const auto* real = std::get_if<double>(&value)) return real_text(*real, format);
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return "---";
}

double tidy(double value) {
    constexpr double finest = 1000;  // mV, mA, Wh
    const auto rounded = std::round(value * finest) / finest;
    return rounded == 0 ? 0.0 : rounded;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const auto length = sequence_length(static_cast<unsigned char>(text.front()));
        if (length == 0 || text.size() < length || !is_character(text.substr(0, length))) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string quoted(const std::string& text) {
    constexpr std::size_t longest = 40;
    return bus_text(text.substr(0, longest));
}

std::string bus_text(std::string text) {
    std::ranges::replace_if(
        text,
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E; },
        '?');
    return text;
}

}  // namespace packwire::sink::venus
