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

/// How quickly readings follow each other on one bus.
struct Pace {
    /// Between two readings of a pack, as configured. Zero: as often as the line allows, or, where we only
    /// listen, as often as the other master asks.
    Duration interval{};
    Duration round{};             ///< a round over its packs, measured while the bus works; zero: not yet
    Duration longest_exchange{};  ///< for this long a pack may have to wait for one that is silent
    bool listening = false;       ///< another master asks
    bool operator==(const Pace&) const = default;
};

/// The longest times that chargers and inverters may go on with a last reading, whatever is configured or
/// measured. Where another master sets the pace, readings may be further apart. `gone` needs no bound:
/// nothing of a pack is shown any more once it is lost.
struct LossCeiling {
    Duration stale;
    Duration lost;
};
inline constexpr LossCeiling polled_ceiling{.stale = std::chrono::seconds(30),
                                            .lost = std::chrono::seconds(60)};
inline constexpr LossCeiling listening_ceiling{.stale = std::chrono::seconds(60),
                                               .lost = std::chrono::seconds(90)};
[[nodiscard]] constexpr const LossCeiling& loss_ceiling(bool listening) {
    return listening ? listening_ceiling : polled_ceiling;
}

/// The times in force on a bus of that pace. stale is at least three rounds, as far as the ceiling allows;
/// lost is at least 20 s later, gone at least another 30 s. `bounded`: what is configured obeys the ceiling,
/// too, as it must where a GX device acts on the readings.
[[nodiscard]] LossTimes effective(const LossTimes& wanted, const Pace& pace, bool bounded);

[[nodiscard]] Freshness freshness(const LossTimes& effective, Duration age);
/// Age at which the next state begins; Duration::max() when there is none.
[[nodiscard]] Duration next_change(const LossTimes& effective, Duration age);

}  // namespace packwire::bank
