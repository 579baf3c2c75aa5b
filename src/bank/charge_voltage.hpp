// SPDX-License-Identifier: MIT
/// CVL: which voltage the charge may reach now. Source: bank 4, 6.
#pragma once

#include <optional>
#include <span>

#include "bank/charge_control.hpp"
#include "bank/pack_view.hpp"
#include "bank/ramp.hpp"
#include "bank/rule.hpp"

namespace packwire::bank {

/// Of all packs that are known, also those that do not answer: they hang on the same wires. Absent when none
/// has cells.
struct VoltageBounds {
    Held most;                 ///< V
    double float_voltage = 0;  ///< V
    double low_voltage = 0;    ///< V
};
[[nodiscard]] std::optional<VoltageBounds> voltage_bounds(std::span<const PackView> packs);

/// Holds the highest cell at its maximum: the voltage at which it would be there if all rose together. Only
/// near the top. Absent: no cell is.
///
/// That sum ignores what is common to all cells, so a load or a cloud does not move it; a charger that is
/// 0.4 V above CVL brings the highest of 16 cells 25 mV above its maximum.
[[nodiscard]] std::optional<Held> cell_control(std::span<const PackView> packs,
                                               const ChargeSettings& settings);

class ChargeVoltage {
public:
    explicit ChargeVoltage(const ChargeSettings& settings)
        : settings_(settings), ramp_(settings.charge_voltage_rate, settings.charge_voltage_hold) {}

    void restore(double volts, TimePoint now) { ramp_.restore(volts, now); }
    /// As of Ramp.
    void skip_to(TimePoint read) { ramp_.skip_to(read); }
    /// `to_float`: why it may be no higher than that. `no_rise`: and stays where it is. `read`: as of Ramp.
    void step(std::span<const PackView> packs, const VoltageBounds& bounds, ChargeMode mode,
              const std::optional<Rule>& to_float, bool no_rise, TimePoint now, TimePoint read);

    [[nodiscard]] double told() const;  ///< V, rounded down
    [[nodiscard]] double exact() const { return ramp_.value(); }
    [[nodiscard]] const Rule& rule() const { return rule_; }
    [[nodiscard]] TimePoint next() const { return ramp_.next(); }

private:
    const ChargeSettings& settings_;
    Ramp ramp_;
    Rule rule_;
    LastRule fall_;
};

/// `value` cut to a multiple of `step`.
[[nodiscard]] double round_down(double value, double step);

}  // namespace packwire::bank
