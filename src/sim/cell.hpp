// SPDX-License-Identifier: MIT
/// One LiFePO4 cell: charge in, voltage out.
#pragma once

#include <optional>

namespace packwire::sim {

/// Rested voltage at `soc` (0 to 1; a little beyond either end is a cell about to be ruined).
[[nodiscard]] double open_circuit_voltage(double soc);

struct Cell {
    double capacity_ah = 100;
    double charge_ah = 50;
    double resistance_ohm = 0.0005;
    double polarisation_v = 0;      ///< what a current leaves behind for a minute or so
    bool bleeding = false;          ///< the balancer discharges it
    std::optional<double> fixed_v;  ///< told from outside; physics goes on underneath

    [[nodiscard]] double soc() const { return charge_ah / capacity_ah; }
    /// At the terminals, in V; charge current is positive.
    [[nodiscard]] double voltage(double current_a) const;
    /// One short step of time.
    void step(double current_a, double seconds);
};

}  // namespace packwire::sim
