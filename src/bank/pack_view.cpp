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
    std::string_view flag;
    std::string_view words;
};
/// Of one status word.
struct Protections {
    Metric word;
    std::span<const Protection> flags;
};

// clang-format off
constexpr auto charge_by_voltage = std::to_array<Protection>({
    {"cell_overvoltage_protection", "cell overvoltage protection"},
    {"pack_overvoltage_protection", "pack overvoltage protection"},
    {"overvoltage_lockout_protection", "overvoltage lockout"},
    {"cell_voltage_difference_protection", "cell difference protection"},
});
constexpr auto charge_by_current = std::to_array<Protection>({
    {"charge_overcurrent_protection", "charge overcurrent protection"},
    {"overcurrent_lockout_protection", "overcurrent lockout"},
    {"short_circuit_protection", "short circuit protection"},
});
constexpr auto charge_by_temperature = std::to_array<Protection>({
    {"charge_over_temperature_protection", "charge over-temperature protection"},
    {"charge_under_temperature_protection", "charge under-temperature protection"},
    {"ambient_over_temperature_protection", "ambient over-temperature protection"},
    {"ambient_under_temperature_protection", "ambient under-temperature protection"},
    {"mosfet_over_temperature_protection", "MOSFET over-temperature protection"},
});
constexpr auto discharge_by_voltage = std::to_array<Protection>({
    {"cell_undervoltage_protection", "cell undervoltage protection"},
    {"pack_undervoltage_protection", "pack undervoltage protection"},
    {"undervoltage_lockout_protection", "undervoltage lockout"},
    {"cell_voltage_difference_protection", "cell difference protection"},
});
constexpr auto discharge_by_current = std::to_array<Protection>({
    {"discharge_overcurrent_1_protection", "discharge overcurrent protection"},
    {"discharge_overcurrent_2_protection", "discharge overcurrent protection"},
    {"overcurrent_lockout_protection", "overcurrent lockout"},
    {"short_circuit_protection", "short circuit protection"},
});
constexpr auto discharge_by_temperature = std::to_array<Protection>({
    {"discharge_over_temperature_protection", "discharge over-temperature protection"},
    {"discharge_under_temperature_protection", "discharge under-temperature protection"},
    {"ambient_over_temperature_protection", "ambient over-temperature protection"},
    {"ambient_under_temperature_protection", "ambient under-temperature protection"},
    {"mosfet_over_temperature_protection", "MOSFET over-temperature protection"},
});
constexpr auto charge_protections = std::to_array<Protections>({
    {metric("voltage_status"), charge_by_voltage},
    {metric("current_status"), charge_by_current},
    {metric("temperature_status"), charge_by_temperature},
});
constexpr auto discharge_protections = std::to_array<Protections>({
    {metric("voltage_status"), discharge_by_voltage},
    {metric("current_status"), discharge_by_current},
    {metric("temperature_status"), discharge_by_temperature},
});
// clang-format on

std::string_view protection(const Snapshot& pack, std::span<const Protections> known) {
    for (const auto& [word, flags] : known) {
        if (pack.bits(word).value_or(0) == 0) continue;
        for (const auto& [flag, words] : flags) {
            if (pack.flag(word, flag)) return words;
        }
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
        if (!reading->valid(i)) found.all_known = false;
        if (!reading->valid(i)) continue;
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
    if (cells.high && cells.low) {
        view.measured = true;
        view.lowest = *cells.low;
        view.highest = *cells.high;
        view.difference = view.highest.value - view.lowest.value;
    }
    view.voltage = cells.all_known && view.measured ? cells.sum : pack_voltage.value_or(0);
    if (!pack_voltage || view.limits.cells <= 0 || (view.measured && !pack.contradicts())) return;
    const Extreme mean{*pack_voltage / view.limits.cells};
    if (!view.measured || mean.value > view.highest.value) view.highest = mean;
    if (!view.measured || mean.value < view.lowest.value) view.lowest = mean;
    view.measured = true;
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
