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
    constexpr auto least = std::to_array<std::uint32_t>({0, 0x80, 0x800, 0x10000});  // shorter ones would do
    while (!text.empty()) {
        const auto first = static_cast<unsigned char>(text.front());
        const std::size_t more = first < 0x80   ? 0
                                 : first < 0xC0 ? 4
                                 : first < 0xE0 ? 1
                                 : first < 0xF0 ? 2
                                                : 3;
        if (more > 3 || first > 0xF4 || text.size() <= more) return false;
        std::uint32_t code = more == 0 ? first : first & (0x3FU >> more);
        for (const char next : text.substr(1, more)) {
            if ((static_cast<unsigned char>(next) & 0xC0U) != 0x80) return false;
            code = code << 6 | (static_cast<unsigned char>(next) & 0x3FU);
        }
        if (code == 0 || code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            return false;
        text.remove_prefix(more + 1);
    }
    return true;
}

std::string bus_text(std::string text) {
    std::ranges::replace_if(
        text,
        [](char c) { return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E; },
        '?');
    return text;
}

}  // namespace packwire::sink::venus
