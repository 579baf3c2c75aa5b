// SPDX-License-Identifier: MIT
/// What one pack allows, of what it says of itself in services 47 and 80 and of what the owner tightened.
/// Source: bank 4.
#pragma once

#include <optional>
#include <string_view>

#include "bank/charge_settings.hpp"
#include "model/snapshot.hpp"

namespace packwire::bank {

/// A limit, and which rule holds it, for people.
struct Bound {
    double value = 0;
    std::string_view rule;
};

/// Where the pack itself acts, as control needs it. Set: always a usable number; V of a cell, °C.
struct Thresholds {
    double overvoltage_protection = 0;
    double charge_stop = 0;  ///< the highest cell there: CCL 0
    double undervoltage_protection = 0;
    double discharge_stop = 0;      ///< the lowest cell there for a while: DCL 0
    double discharge_stop_now = 0;  ///< at once
    double discharge_again = 0;     ///< above it DCL may leave 0
    double charge_over_temperature = 0;
    double charge_under_temperature = 0;
    double discharge_over_temperature = 0;
    double discharge_under_temperature = 0;
    double mosfet_over_temperature = 0;
};

struct PackLimits {
    std::optional<Bound> charge_current;     ///< CCL, A; absent: neither the pack nor the owner says one
    std::optional<Bound> discharge_current;  ///< DCL, A, positive; where the pack tells none, its CCL
    std::optional<Bound> charge_voltage;     ///< CVL, V; absent: its number of cells is unknown
    Bound float_voltage;                     ///< V, never above charge_voltage
    double cell_voltage_max = 0;             ///< V: charge_voltage of one cell
    double low_voltage = 0;                  ///< BatteryLowVoltage, V
    double cells = 0;
    Thresholds thresholds;
    /// Something that it claims cannot be: not believed, and InternalFailure 1.
    bool absurd = false;

    /// Can a bank be controlled by it? False: monitor only.
    [[nodiscard]] bool usable() const { return charge_current && charge_voltage; }
};

/// 0, 7FFF, absent and absurd mean "not set", never 0 A.
[[nodiscard]] PackLimits pack_limits(const model::Snapshot& pack, const ChargeSettings& settings);

}  // namespace packwire::bank
