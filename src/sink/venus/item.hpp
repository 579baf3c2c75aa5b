// SPDX-License-Identifier: MIT
/// One value as com.victronenergy.BusItem knows it. Source: victron 1.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace packwire::sink::venus {

constexpr auto bus_item = "com.victronenergy.BusItem";

/// The first is "invalid": an empty `ai` on the wire.
using Value = std::variant<std::monostate, std::int32_t, double, std::string>;

/// The type of a path for as long as its service lives; its value is of that type or invalid.
enum class Type : std::uint8_t { integer, real, text };

[[nodiscard]] inline bool valid(const Value& value) {
    return !std::holds_alternative<std::monostate>(value);
}

/// The same value in the type of a path; absent when it is none of it. A whole number may come as a real one:
/// MQTT clients send what their JSON library makes.
[[nodiscard]] std::optional<Value> as_type(const Value& value, Type type);

/// How GetText writes a number.
struct Format {
    std::string_view unit = "";
    std::uint8_t decimals = 0;
    bool hex = false;  ///< 0xBFFE
};

/// "53.12V", "0xBFFE"; "---" when invalid.
[[nodiscard]] std::string text_of(const Value& value, const Format& format);

/// The number without the noise that arithmetic leaves behind its last wire digit, never -0.
[[nodiscard]] double tidy(double value);

/// What a D-Bus string may hold: bytes that are not UTF-8 and control characters become '?'.
/// One bad byte in one string would make the bus close the connection.
[[nodiscard]] std::string bus_text(std::string text);
/// What somebody else sent, short and printable, for a message.
[[nodiscard]] std::string quoted(const std::string& text);
/// Is it UTF-8, as D-Bus has it?
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace packwire::sink::venus
