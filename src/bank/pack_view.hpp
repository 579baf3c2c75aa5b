// SPDX-License-Identifier: MIT
/// What charge control reads of one pack: extremes with their places, MOSFETs, protections, and its limits.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "bank/pack.hpp"
#include "bank/pack_limits.hpp"
#include "bank/rule.hpp"

namespace packwire::bank {

/// A measured value and where.
struct Extreme {
    double value = 0;
    std::size_t place = Rule::nobody;  ///< cell or sensor, from 0; nobody: of the whole pack
};

struct PackView {
    std::size_t number = 0;  ///< from 0
    std::string_view id;     ///< lives as long as the pack that it was made of
    bool fresh = false;
    bool lost = false;  ///< or gone
    TimePoint read{};   ///< last good telemetry
    /// Its limits are still being read: it has a say by its cells, but adds no current.
    bool limits_pending = false;
    /// Its current limits are not its own of now, but the last ones that it reported.
    bool limits_remembered = false;
    PackLimits limits;
    bool measured = false;       ///< `highest` and `lowest` hold
    std::size_t unmeasured = 0;  ///< cells that the pack does not measure
    bool bounded = true;         ///< the pack voltage says what these can be
    Extreme highest;             ///< cell, V; of contradicting values the worse
    Extreme lowest;
    double voltage = 0;              ///< sum of the cells, V
    double difference = 0;           ///< between its cells, V
    std::optional<Extreme> warmest;  ///< cell sensor, °C; the pack's temperature if it has none
    std::optional<Extreme> coldest;
    std::uint32_t suspect_sensors = 0;  ///< broken cell sensors, left out of both
    std::optional<double> mosfet;       ///< °C
    double current = 0;                 ///< A, charge is positive; 0 while it is not measured
    bool current_known = true;
    std::optional<double> remaining;  ///< Ah
    std::optional<double> full;       ///< Ah
    std::optional<double> design;     ///< Ah when it was new
    bool charge_on = true;            ///< its MOSFET; on while nobody tells
    bool discharge_on = true;
    std::string_view charge_protection;  ///< the flag that says it is in one; empty: it is not
    std::string_view discharge_protection;

    /// It takes part in charging or discharging, whether or not it tells limits.
    [[nodiscard]] bool charges() const { return fresh && charge_on; }
    [[nodiscard]] bool discharges() const { return fresh && discharge_on; }
    [[nodiscard]] Rule rule(std::string_view words) const { return {.words = words, .pack = number}; }
    [[nodiscard]] Rule of_cell(std::string_view words, const Extreme& cell) const {
        return {words, number, cell.place, 'C', cell.value, "V"};
    }
    [[nodiscard]] Rule of_sensor(std::string_view words, const Extreme& sensor) const {
        return {words, number, sensor.place, 'T', sensor.value, "°C"};
    }
};

[[nodiscard]] PackView view_of(const Pack& pack, std::size_t number, const ChargeSettings& settings);

/// All that are known, in their order.
using PackViews = std::vector<PackView>;

}  // namespace packwire::bank
