// SPDX-License-Identifier: MIT
/// How much current a pack, and packs in parallel, may take or give now. Source: bank 5, 6.
#pragma once

#include <span>

#include "bank/pack_view.hpp"
#include "bank/rule.hpp"

namespace packwire::bank {

/// Between 0 and 1. 1 for a curve without points.
[[nodiscard]] double fraction_at(const Curve& curve, double at);

/// The part of its limit that one pack may use, 0 to 1, and which rule says so. Charge: 0 for a protection,
/// its own or close to it. Discharge: never less than ChargeSettings::discharge_least; what stops discharge
/// is the affair of DischargeGate.
[[nodiscard]] Held charge_fraction(const PackView& pack, const ChargeSettings& settings);
[[nodiscard]] Held discharge_fraction(const PackView& pack, const ChargeSettings& settings);

/// What the bank may carry, A: each conducting pack's limit divided by its share of the current, the least of
/// these times `sharing`; never above the sum of the limits; lowered in proportion while a pack carries more
/// than its own. A pack that tells no limit adds nothing, and its fraction holds for all. 0 when no pack that
/// conducts tells a limit. `shares`: by number of the pack (CurrentShares).
[[nodiscard]] Held bank_charge_limit(std::span<const PackView> packs, std::span<const double> shares,
                                     const ChargeSettings& settings);
[[nodiscard]] Held bank_discharge_limit(std::span<const PackView> packs, std::span<const double> shares,
                                        const ChargeSettings& settings);
/// The same without any curve: what the packs give when all is well.
[[nodiscard]] double bank_discharge_ceiling(std::span<const PackView> packs, std::span<const double> shares,
                                            const ChargeSettings& settings);

/// Is discharging too close to a temperature protection of that pack? `hysteresis`, °C: look further ahead.
[[nodiscard]] std::optional<Rule> discharge_too_hot_or_cold(const PackView& pack,
                                                            const ChargeSettings& settings,
                                                            double hysteresis);

}  // namespace packwire::bank
