// SPDX-License-Identifier: MIT
/// A sum that tells texts apart. Not to keep out forgers.
#pragma once

#include <cstdint>

namespace packwire {

/// FNV-1a, 64 bits, of characters or bytes.
[[nodiscard]] constexpr std::uint64_t fnv1a(const auto& bytes) {
    constexpr std::uint64_t prime = 0x100000001B3;
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const auto byte : bytes) sum = (sum ^ static_cast<unsigned char>(byte)) * prime;
    return sum;
}

}  // namespace packwire
