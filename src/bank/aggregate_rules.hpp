// SPDX-License-Identifier: MIT
/// The part of the aggregate that needs no past: one rule a quantity. Source: bank 5.
#pragma once

#include <span>
#include <vector>

#include "bank/aggregate.hpp"

namespace packwire::bank {

/// What packs are together at this moment, of those that are fresh; nothing of currents or charge.
void fill_measurements(Bank& bank, std::span<const Part> fresh);
/// Capacities, health and cycles. They move slowly, so a pack has its share in them until it is lost.
void fill_capacities(Bank& bank, std::span<const Part> held);
/// What does not go stale: counts of packs, cells a pack, and the texts that all packs agree in.
void fill_standing(Bank& bank, std::span<const Part> parts);
/// A single pack's cells and sensors, one by one.
void fill_single(Bank& bank, const Pack& pack);

/// Parts whose pack is at most as old as that.
[[nodiscard]] std::vector<Part> parts_until(std::span<const Part> parts, Freshness oldest);
/// Is one of its MOSFETs on? True where it does not say.
[[nodiscard]] bool conducts(const Pack& pack);

}  // namespace packwire::bank
