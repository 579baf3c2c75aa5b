// SPDX-License-Identifier: MIT
/// How old is too old: from the age of the last good reading to what sinks may still show.
/// Source: bank 7.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"

namespace packwire::bank {

enum class Freshness : std::uint8_t {
    fresh,  ///< values are true
    stale,  ///< measurements are shown as invalid
    lost,   ///< the pack counts as disconnected
    gone,   ///< its own service leaves
};
[[nodiscard]] std::string_view name(Freshness freshness);

/// `[loss]` of the configuration.
struct LossTimes {
    Duration stale = std::chrono::seconds(10);
    Duration lost = std::chrono::seconds(30);
    Duration gone = std::chrono::seconds(60);
    bool operator==(const LossTimes&) const = default;
};

/// The times in force for a pack whose round takes `round`: stale is at least three rounds, lost 20 s later,
/// gone another 30 s.
[[nodiscard]] LossTimes effective(const LossTimes& wanted, Duration round);

[[nodiscard]] Freshness freshness(const LossTimes& effective, Duration age);
/// Age at which the next state begins; Duration::max() when there is none.
[[nodiscard]] Duration next_change(const LossTimes& effective, Duration age);

}  // namespace packwire::bank
