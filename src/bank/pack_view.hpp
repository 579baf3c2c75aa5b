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
    bool fresh = false;
    bool lost = false;  ///< or gone
    PackLimits limits;
    bool measured = false;  ///< `highest` and `lowest` hold
    Extreme highest;        ///< cell, V; of contradicting values the worse
    Extreme lowest;
    double voltage = 0;              ///< sum of the cells, V
    double difference = 0;           ///< between its cells, V
    std::optional<Extreme> warmest;  ///< cell sensor, °C; the pack's temperature if it has none
    std::optional<Extreme> coldest;
    std::optional<double> mosfet;     ///< °C
    double current = 0;               ///< A, charge is positive
    std::optional<double> remaining;  ///< Ah
    std::optional<double> full;       ///< Ah
    bool charge_on = true;            ///< its MOSFET; on while nobody tells
    bool discharge_on = true;
    std::string_view charge_protection;  ///< the flag that says it is in one; empty: it is not
    std::string_view discharge_protection;

    /// It takes part in charging or discharging.
    [[nodiscard]] bool charges() const { return fresh && charge_on && measured; }
    [[nodiscard]] bool discharges() const { return fresh && discharge_on && measured; }
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
