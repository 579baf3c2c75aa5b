// SPDX-License-Identifier: MIT
/// What a pack watches, and when it acts: thresholds, delays, releases.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace packwire::sim {

/// What a limit compares.
enum class Watched : std::uint8_t {
    highest_cell,         ///< V
    lowest_cell,          ///< V
    cell_difference,      ///< V
    pack_voltage,         ///< V
    charge_current,       ///< A, positive
    discharge_current,    ///< A, positive
    hottest_sensor,       ///< °C
    coldest_sensor,       ///< °C
    mosfet_temperature,   ///< °C
    ambient_temperature,  ///< °C
    state_of_charge,      ///< %
};
inline constexpr std::size_t watched_count = 11;

enum class Side : std::uint8_t { above, below };

/// What a tripped limit forbids.
enum class Stops : std::uint8_t { nothing, charge, discharge, both };

struct Limit {
    std::string_view name;  ///< of protocol 3.13, without _threshold, _delay, _release
    std::string_view flag;  ///< of the status words
    Watched watched;
    Side side;
    double threshold;  ///< 0: not set, nothing is watched; except for temperatures
    double release;
    Duration delay;
    Stops stops = Stops::nothing;
    std::string_view counter = {};  ///< of service 83, one more at every trip
    /// Since the current is then zero: released after this time instead of by `release`.
    Duration locked{};
};

/// The suggested contents of protocol 3.13; what is of a whole pack goes with the number of cells.
[[nodiscard]] std::vector<Limit> default_limits(unsigned cells);

}  // namespace packwire::sim
