// SPDX-License-Identifier: MIT
#include "bank/pack_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace packwire::bank {

namespace {

using model::metric;
using model::Metric;
using model::Snapshot;

struct Protection {
    Metric word;
    std::string_view flag;
    std::string_view words;
};

// clang-format off
constexpr auto charge_protections = std::to_array<Protection>({
    {metric("voltage_status"), "cell_overvoltage_protection", "cell overvoltage protection"},
    {metric("voltage_status"), "pack_overvoltage_protection", "pack overvoltage protection"},
    {metric("voltage_status"), "overvoltage_lockout_protection", "overvoltage lockout"},
    {metric("voltage_status"), "cell_voltage_difference_protection", "cell difference protection"},
    {metric("current_status"), "charge_overcurrent_protection", "charge overcurrent protection"},
    {metric("current_status"), "overcurrent_lockout_protection", "overcurrent lockout"},
    {metric("current_status"), "short_circuit_protection", "short circuit protection"},
    {metric("temperature_status"), "charge_over_temperature_protection", "charge over-temperature protection"},
    {metric("temperature_status"), "charge_under_temperature_protection", "charge under-temperature protection"},
    {metric("temperature_status"), "ambient_over_temperature_protection", "ambient over-temperature protection"},
    {metric("temperature_status"), "ambient_under_temperature_protection", "ambient under-temperature protection"},
    {metric("temperature_status"), "mosfet_over_temperature_protection", "MOSFET over-temperature protection"},
});
constexpr auto discharge_protections = std::to_array<Protection>({
    {metric("voltage_status"), "cell_undervoltage_protection", "cell undervoltage protection"},
    {metric("voltage_status"), "pack_undervoltage_protection", "pack undervoltage protection"},
    {metric("voltage_status"), "undervoltage_lockout_protection", "undervoltage lockout"},
    {metric("voltage_status"), "cell_voltage_difference_protection", "cell difference protection"},
    {metric("current_status"), "discharge_overcurrent_1_protection", "discharge overcurrent protection"},
    {metric("current_status"), "discharge_overcurrent_2_protection", "discharge overcurrent protection"},
    {metric("current_status"), "overcurrent_lockout_protection", "overcurrent lockout"},
    {metric("current_status"), "short_circuit_protection", "short circuit protection"},
    {metric("temperature_status"), "discharge_over_temperature_protection", "discharge over-temperature protection"},
    {metric("temperature_status"), "discharge_under_temperature_protection", "discharge under-temperature protection"},
    {metric("temperature_status"), "ambient_over_temperature_protection", "ambient over-temperature protection"},
    {metric("temperature_status"), "ambient_under_temperature_protection", "ambient under-temperature protection"},
    {metric("temperature_status"), "mosfet_over_temperature_protection", "MOSFET over-temperature protection"},
});
// clang-format on

std::string_view protection(const Snapshot& pack, std::span<const Protection> known) {
    for (const auto& one : known) {
        if (pack.flag(one.word, one.flag)) return one.words;
    }
    return {};
}

struct Extremes {
    std::optional<Extreme> low, high;
    double sum = 0;
    bool all_known = true;
};

Extremes extremes(const Snapshot& pack, Metric metric) {
    Extremes found;
    const auto* reading = pack.find(metric);
    if (reading == nullptr) return found;
    for (std::size_t i = 0; i < reading->count; ++i) {
        if (!reading->valid[i]) found.all_known = false;
        if (!reading->valid[i]) continue;
        const auto value = reading->scale.value_of(reading->raw[i]);
        found.sum += value;
        if (!found.low || value < found.low->value) found.low = Extreme{value, i};
        if (!found.high || value > found.high->value) found.high = Extreme{value, i};
    }
    return found;
}

/// Where cells and pack voltage contradict each other, the worse of both counts. Source: bank 8.
void look_at_cells(PackView& view, const Snapshot& pack) {
    const auto cells = extremes(pack, metric("cell_voltage"));
    const auto pack_voltage = pack.value(metric("pack_voltage"));
    view.lowest = cells.low;
    view.highest = cells.high;
    view.voltage = cells.all_known && cells.high ? cells.sum : pack_voltage.value_or(0);
    if (cells.high && cells.low) view.difference = cells.high->value - cells.low->value;
    if (!pack_voltage || view.limits.cells <= 0 || (cells.high && !pack.contradicts())) return;
    const Extreme mean{*pack_voltage / view.limits.cells};
    if (!view.highest || mean.value > view.highest->value) view.highest = mean;
    if (!view.lowest || mean.value < view.lowest->value) view.lowest = mean;
}

void look_at_temperatures(PackView& view, const Snapshot& pack) {
    const auto sensors = extremes(pack, metric("cell_temperature"));
    view.warmest = sensors.high;
    view.coldest = sensors.low;
    view.mosfet = pack.value(metric("mosfet_temperature"));
    const auto whole = pack.value(metric("pack_temperature"));
    if (!view.warmest && whole) view.warmest = view.coldest = Extreme{*whole};
}

}  // namespace

PackView view_of(const Pack& pack, std::size_t number, const ChargeSettings& settings) {
    const auto& snapshot = pack.snapshot;
    PackView view;
    view.number = number;
    view.fresh = pack.freshness == Freshness::fresh;
    view.lost = pack.freshness == Freshness::lost || pack.freshness == Freshness::gone;
    view.limits = pack_limits(snapshot, settings);
    look_at_cells(view, snapshot);
    look_at_temperatures(view, snapshot);
    view.current = snapshot.value(metric("pack_current")).value_or(0);
    view.remaining = snapshot.value(metric("remaining_capacity"));
    view.full = snapshot.value(metric("full_charge_capacity"));
    view.charge_on = snapshot.value(metric("charge_allowed")).value_or(1) != 0;
    view.discharge_on = snapshot.value(metric("discharge_allowed")).value_or(1) != 0;
    view.charge_protection = protection(snapshot, charge_protections);
    view.discharge_protection = protection(snapshot, discharge_protections);
    return view;
}

}  // namespace packwire::bank
