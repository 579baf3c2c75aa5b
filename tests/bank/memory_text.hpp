// SPDX-License-Identifier: MIT
/// What other versions would have written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace packwire::test {

/// The text of bank::save() with another line in it, and a checksum that is right.
inline std::string with_line(std::string text, std::string_view line) {
    text.resize(text.rfind("checksum "));
    text.append(line).append("\n");
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const auto c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    constexpr std::string_view digits = "0123456789ABCDEF";
    text += "checksum ";
    for (int shift = 60; shift >= 0; shift -= 4) text += digits[sum >> shift & 15];
    return text + "\n";
}

}  // namespace packwire::test
