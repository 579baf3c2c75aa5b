// SPDX-License-Identifier: MIT
/// How much current a pack, and packs in parallel, may take or give now. Source: bank 5, 6.
#pragma once

#include <span>

#include "bank/pack_view.hpp"
#include "bank/rule.hpp"

namespace packwire::bank {

/// Between 0 and 1. 1 for a curve without points.
[[nodiscard]] double fraction_at(const Curve& curve, double at);

/// Of one pack that charges: 0 only for a protection, its own or close to it. The fraction
/// alone when it tells no limit.
[[nodiscard]] Held charge_limit(const PackView& pack, const ChargeSettings& settings);
/// Of one pack that discharges: never less than ChargeSettings::discharge_least of its limit; what stops
/// discharge is the affair of DischargeGate.
[[nodiscard]] Held discharge_limit(const PackView& pack, const ChargeSettings& settings);

/// The smallest of those that take part, times their number, times sharing. Packs whose MOSFET for the
/// direction is off, that do not answer, or that have no limits, count for nothing.
[[nodiscard]] Held bank_charge_limit(std::span<const PackView> packs, const ChargeSettings& settings);
[[nodiscard]] Held bank_discharge_limit(std::span<const PackView> packs, const ChargeSettings& settings);
/// The same without any curve: what the packs give when all is well.
[[nodiscard]] double bank_discharge_ceiling(std::span<const PackView> packs, const ChargeSettings& settings);

/// Is discharging too close to a temperature protection of that pack? `hysteresis`, °C: look further ahead.
[[nodiscard]] std::optional<Rule> discharge_too_hot_or_cold(const PackView& pack,
                                                            const ChargeSettings& settings,
                                                            double hysteresis);

}  // namespace packwire::bank
