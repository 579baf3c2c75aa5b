// SPDX-License-Identifier: MIT
#include "bank/charge_voltage.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

double round_down(double value, double step) {
    if (step <= 0) return value;
    constexpr double just_short = 1e-6;  // 55.2 / 0.05 is 1103.9999…
    constexpr double decimals = 1e4;
    return std::round(std::floor(value / step + just_short) * step * decimals) / decimals;
}

std::optional<VoltageBounds> voltage_bounds(std::span<const PackView> packs) {
    std::optional<VoltageBounds> bounds;
    for (const auto& pack : packs) {
        const auto& most = pack.limits.charge_voltage;
        if (!most) continue;
        const Held own{most->value, pack.rule(most->rule)};
        auto all =
            bounds.value_or(VoltageBounds{own, pack.limits.float_voltage.value, pack.limits.low_voltage});
        if (own.value < all.most.value) all.most = own;
        all.float_voltage = std::min(all.float_voltage, pack.limits.float_voltage.value);
        all.low_voltage = std::max(all.low_voltage, pack.limits.low_voltage);
        bounds = all;
    }
    return bounds;
}

std::optional<Held> cell_control(std::span<const PackView> packs, const ChargeSettings& settings) {
    std::optional<Held> least;
    for (const auto& pack : packs) {
        const auto& limits = pack.limits;
        if (!pack.charges() || !pack.measured || limits.cells <= 0) continue;
        const auto headroom = limits.cell_voltage_max - pack.highest.value;
        if (headroom > settings.cell_control_window) continue;
        auto volts = pack.voltage + limits.cells * headroom;
        // Nothing is charged any more: lower still would only make an ESS feed the battery into the grid.
        if (pack.current < settings.cell_charging) volts = std::max(volts, pack.voltage);
        volts = std::max(volts, limits.cells * settings.charge_voltage_floor);
        if (!least || volts < least->value) least = Held{volts, pack.of_cell("cell voltage", pack.highest)};
    }
    return least;
}

void ChargeVoltage::step(std::span<const PackView> packs, const VoltageBounds& bounds, ChargeMode mode,
                         const std::optional<Rule>& to_float, bool no_rise, TimePoint now, TimePoint read) {
    Held cap = bounds.most;
    if (const auto control = cell_control(packs, settings_)) lower(cap, control->value, control->rule);
    if (to_float) lower(cap, bounds.float_voltage, *to_float);
    Held goal = cap;
    if (mode == ChargeMode::float_) lower(goal, bounds.float_voltage, {.words = "float voltage"});
    const bool rises = ramp_.known() && ramp_.value() < goal.value;
    if (rises && no_rise) {
        ramp_.freeze(now);
    } else {
        ramp_.step(goal.value, cap.value, now, read, true);
    }
    const bool rising = !to_float && told() < round_down(goal.value, settings_.charge_voltage_step);
    rule_ = fall_.rule(rising, to_float ? *to_float : goal.rule);
}

double ChargeVoltage::told() const {
    return round_down(ramp_.value(), settings_.charge_voltage_step);
}

}  // namespace packwire::bank
