// SPDX-License-Identifier: MIT
/// Random numbers that are the same everywhere: std distributions differ between libraries.
#pragma once

#include <cstdint>

namespace packwire::sim {

/// SplitMix64 of `state`, as a hash.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t state) {
    state += 0x9E3779B97F4A7C15U;
    state = (state ^ (state >> 30U)) * 0xBF58476D1CE4E5B9U;
    state = (state ^ (state >> 27U)) * 0x94D049BB133111EBU;
    return state ^ (state >> 31U);
}

/// 0 to 1, without 1.
[[nodiscard]] constexpr double to_unit(std::uint64_t bits) {
    return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

class Random {
public:
    explicit constexpr Random(std::uint64_t seed) : state_(seed) {}
    constexpr std::uint64_t next() { return mix(state_++); }
    constexpr double unit() { return to_unit(next()); }
    /// 0 to `end`, without it; `end` > 0.
    constexpr std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(next() % end); }
    /// Within ± `half`.
    constexpr double spread(double half) { return (2 * unit() - 1) * half; }
    constexpr bool chance(double probability) { return probability > 0 && unit() < probability; }

private:
    std::uint64_t state_;
};

}  // namespace packwire::sim
