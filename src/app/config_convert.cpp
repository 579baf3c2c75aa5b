// SPDX-License-Identifier: MIT
/// From what TOML says to what a key wants.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/address_list.hpp"
#include "app/config_keys.hpp"
#include "app/values.hpp"

namespace packwire::app {

namespace {

constexpr std::uint8_t highest_address = 31;  // the dialect's own bound is checked when the file is whole

std::unexpected<Error> refuse(std::string_view expected, const RawValue& got) {
    return fail(Errc::bad_config, fmt::format("expected {}, got {}", expected, kind_of(got)));
}

std::string range_text(const Key& key) {
    if (key.type != Type::duration && key.type != Type::interval)
        return fmt::format("{} to {}", key.min, key.max);
    const auto text = [](double seconds) {
        return duration_text(std::chrono::round<Duration>(std::chrono::duration<double>(seconds)));
    };
    return fmt::format("{} to {}", text(key.min), text(key.max));
}

Result<void> check_range(const Key& key, double value, const RawValue& raw) {
    if (key.min == key.max || (value >= key.min && value <= key.max)) return {};
    return refuse(range_text(key), raw);
}

Result<Value> convert_duration(const Key& key, const RawValue& raw) {
    const auto* text = std::get_if<std::string>(&raw);
    if (text == nullptr) return refuse(duration_forms.substr(std::string_view("expected ").size()), raw);
    const auto duration = parse_duration(*text);
    if (!duration) return fail(Errc::bad_config, duration.error().where);
    if (auto in_range = check_range(key, std::chrono::duration<double>(*duration).count(), raw); !in_range) {
        return std::unexpected(in_range.error());
    }
    Value value;
    value.duration = *duration;
    return value;
}

Result<Value> convert_interval(const Key& key, const RawValue& raw) {
    const auto* text = std::get_if<std::string>(&raw);
    if (text != nullptr && *text == "max") return Value{};
    auto value = convert_duration(key, raw);
    if (value) return value;
    constexpr std::string_view expected = "expected ";
    return fail(Errc::bad_config,
                fmt::format("{}\"max\" or {}", expected, value.error().where.substr(expected.size())));
}

Result<Value> convert_number(const Key& key, const RawValue& raw) {
    Value value;
    if (const auto* integer = std::get_if<std::int64_t>(&raw)) {
        value.integer = *integer;
        value.number = static_cast<double>(*integer);
    } else if (const auto* number = std::get_if<double>(&raw);
               number != nullptr && key.type == Type::number) {
        value.number = *number;
    } else {
        return refuse(key.type == Type::number ? "a number" : "a whole number", raw);
    }
    if (!std::isfinite(value.number)) return refuse("a number", raw);
    if (auto in_range = check_range(key, value.number, raw); !in_range)
        return std::unexpected(in_range.error());
    return value;
}

Result<Value> convert_baud(const RawValue& raw) {
    constexpr std::string_view expected = "\"auto\" or a baud rate such as 9600 or 19200";
    std::string text;
    if (const auto* integer = std::get_if<std::int64_t>(&raw)) text = fmt::format("{}", *integer);
    if (const auto* word = std::get_if<std::string>(&raw)) text = *word;
    const auto baud = parse_baud(text);
    if (!baud) return refuse(expected, raw);
    Value value;
    value.baud = *baud;
    return value;
}

Result<Value> convert_address_list(const std::vector<std::int64_t>& list) {
    Value value;
    if (list.empty())
        return fail(Errc::bad_config, "expected at least one address or \"auto\", got an empty list");
    for (const auto address : list) {
        if (address < 0 || address > highest_address) {
            return fail(Errc::bad_config,
                        fmt::format("expected addresses from 0 to {}, got {}", highest_address, address));
        }
        const auto byte = static_cast<std::uint8_t>(address);
        if (std::ranges::find(value.addresses, byte) != value.addresses.end()) {
            return fail(Errc::bad_config, fmt::format("expected each address once, got {} twice", address));
        }
        value.addresses.push_back(byte);
    }
    return value;
}

Result<Value> convert_addresses(const RawValue& raw) {
    if (const auto* list = std::get_if<std::vector<std::int64_t>>(&raw)) return convert_address_list(*list);
    const auto* text = std::get_if<std::string>(&raw);
    if (text == nullptr) return refuse("\"auto\", a list such as [1, 2, 3], or \"0-15\"", raw);
    Value value;
    if (*text == "auto") return value;
    const auto addresses = parse_addresses(*text, highest_address);
    if (!addresses) return fail(Errc::bad_config, addresses.error().where);
    value.addresses = *addresses;
    return value;
}

/// [[at, part], …], ascending; an empty list is no curve.
Result<Value> convert_curve(const Key& key, const RawValue& raw) {
    constexpr std::string_view expected = "a list such as [[3.40, 1], [3.45, 0.1]]";
    const auto* none = std::get_if<std::vector<std::int64_t>>(&raw);
    if (none != nullptr && none->empty()) return Value{};
    const auto* pairs = std::get_if<RawPairs>(&raw);
    if (pairs == nullptr) return refuse(expected, raw);
    Value value;
    for (const auto& [at, part] : *pairs) {
        const bool point_inside = at >= key.min && at <= key.max;  // false for NaN
        const bool part_inside = part >= 0 && part <= 1;
        if (!point_inside) {
            return fail(Errc::bad_config,
                        fmt::format("expected points from {} to {}, got {}", key.min, key.max, at));
        }
        if (!part_inside)
            return fail(Errc::bad_config, fmt::format("expected parts from 0 to 1, got {}", part));
        if (!value.curve.empty() && at <= value.curve.back().at) {
            return fail(Errc::bad_config,
                        fmt::format("expected ascending points, got {} after {}", at, value.curve.back().at));
        }
        value.curve.push_back({.at = at, .fraction = part});
    }
    return value;
}

Result<Value> convert_texts(const RawValue& raw) {
    Value value;
    const auto* none = std::get_if<std::vector<std::int64_t>>(&raw);
    if (none != nullptr && none->empty()) return value;
    const auto* texts = std::get_if<std::vector<std::string>>(&raw);
    if (texts == nullptr) return refuse("a list of texts in quotes", raw);
    value.texts = *texts;
    return value;
}

Result<Value> convert_text(const RawValue& raw) {
    const auto* text = std::get_if<std::string>(&raw);
    if (text == nullptr) return refuse("text in quotes", raw);
    Value value;
    value.text = *text;
    return value;
}

Result<Value> convert_boolean(const RawValue& raw) {
    const auto* flag = std::get_if<bool>(&raw);
    if (flag == nullptr) return refuse("true or false, without quotes", raw);
    Value value;
    value.flag = *flag;
    return value;
}

}  // namespace

Result<Value> convert(const Key& key, const RawValue& raw) {
    switch (key.type) {
        case Type::text:
            return convert_text(raw);
        case Type::curve:
            return convert_curve(key, raw);
        case Type::texts:
            return convert_texts(raw);
        case Type::integer:
        case Type::number:
            return convert_number(key, raw);
        case Type::boolean:
            return convert_boolean(raw);
        case Type::duration:
            return convert_duration(key, raw);
        case Type::interval:
            return convert_interval(key, raw);
        case Type::baud:
            return convert_baud(raw);
        case Type::addresses:
            return convert_addresses(raw);
    }
    return fail(Errc::bad_config, "");
}

}  // namespace packwire::app
