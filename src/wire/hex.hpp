// SPDX-License-Identifier: MIT
/// Hexadecimal digits, written so that the compiler turns the loops into vector code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace packwire::wire {

/// Value of a digit in the low nibble; bit 7 set when `c` is no digit. Both cases are read.
[[nodiscard]] constexpr std::uint8_t nibble(char c) {
    const auto digit = static_cast<std::uint8_t>(static_cast<std::uint8_t>(c) - '0');
    const auto letter = static_cast<std::uint8_t>((static_cast<std::uint8_t>(c) | 0x20U) - 'a');
    const auto as_letter = static_cast<std::uint8_t>(letter < 6 ? letter + 10 : 0x80);
    return digit < 10 ? digit : as_letter;
}

/// `bytes` pairs of digits at `text` into `out`. False when one of them is no digit; `out` is then rubbish.
[[nodiscard]] bool from_hex(const char* text, std::size_t bytes, std::uint8_t* out);

/// Upper-case digits of `bytes`, appended.
void append_hex(std::string& out, std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string to_hex(std::span<const std::uint8_t> bytes);

/// Sum of the character codes.
[[nodiscard]] std::uint32_t sum_of(std::string_view characters);

}  // namespace packwire::wire
