// SPDX-License-Identifier: MIT
#include "wire/hex.hpp"

#include <array>

namespace packwire::wire {

bool from_hex(const char* text, std::size_t bytes, std::uint8_t* out) {
    std::uint8_t seen = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        const auto high = nibble(text[2 * i]);
        const auto low = nibble(text[2 * i + 1]);
        seen = static_cast<std::uint8_t>(seen | high | low);
        out[i] = static_cast<std::uint8_t>(high << 4U | low);
    }
    return (seen & 0x80U) == 0;
}

void append_hex(std::string& out, std::span<const std::uint8_t> bytes) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const auto byte : bytes) {
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 0xFU]);
    }
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string out;
    out.reserve(2 * bytes.size());
    append_hex(out, bytes);
    return out;
}

std::uint32_t sum_of(std::string_view characters) {
    std::uint32_t sum = 0;
    for (const char c : characters) sum += static_cast<std::uint8_t>(c);
    return sum;
}

}  // namespace packwire::wire
