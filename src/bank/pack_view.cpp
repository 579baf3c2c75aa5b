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
    std::size_t count_unmeasured = 0;
    std::size_t unmeasured = Rule::nobody;  ///< place of the first of them
};

/// Of the values that are measured, but for those in `left_out` (a mask).
Extremes extremes(const Snapshot& pack, Metric metric, std::uint32_t left_out = 0) {
    Extremes found;
    const auto* reading = pack.find(metric);
    if (reading == nullptr) return found;
    for (std::size_t i = 0; i < reading->count; ++i) {
        if (!reading->valid(i)) {
            if (found.count_unmeasured++ == 0) found.unmeasured = i;
            continue;
        }
        if ((left_out >> i & 1U) != 0) continue;
        const auto value = reading->scale.value_of(reading->raw[i]);
        found.sum += value;
        if (!found.low || value < found.low->value) found.low = Extreme{value, i};
        if (!found.high || value > found.high->value) found.high = Extreme{value, i};
    }
    return found;
}

/// What the cells that are not measured can be: what the pack voltage leaves for them, if one of them may be
/// odd and the others are like their measured siblings. Where it leaves what no cell can have, they are taken
/// for somewhat worse than any that is measured. Source: bank 8.
void bound_unmeasured(PackView& view, const Extremes& cells, std::optional<double> pack_voltage,
                      const ChargeSettings& settings) {
    constexpr double least_cell = 1.0;
    constexpr double most_cell = 5.0;
    const auto missing = static_cast<double>(view.unmeasured);
    if (pack_voltage && cells.low && cells.high) {
        const auto left = *pack_voltage - cells.sum;
        const auto high = left - (missing - 1) * cells.low->value;
        const auto low = left - (missing - 1) * cells.high->value;
        view.bounded = low >= least_cell && high <= most_cell;
        if (view.bounded) {
            if (high > view.highest.value) view.highest = Extreme{high, cells.unmeasured};
            if (low < view.lowest.value) view.lowest = Extreme{low, cells.unmeasured};
            return;
        }
    }
    view.bounded = false;
    view.highest = Extreme{view.highest.value + settings.cell_unknown, cells.unmeasured};
    view.lowest = Extreme{view.lowest.value - settings.cell_unknown, cells.unmeasured};
}

/// A cell that stands apart by about what is missing in the sum is what the pack voltage leaves for it, too.
void mend_odd_cell(PackView& view, double sum, double pack_voltage) {
    const auto missing = pack_voltage - sum;
    const auto odd = missing > 0 ? view.lowest : view.highest;
    const auto others = (sum - odd.value) / (view.limits.cells - 1);
    const auto mended = odd.value + missing;
    if (std::abs(mended - others) >= std::abs(odd.value - others)) return;
    if (mended > view.highest.value) view.highest = Extreme{mended, odd.place};
    if (mended < view.lowest.value) view.lowest = Extreme{mended, odd.place};
}

/// Where cells and pack voltage contradict each other, the worse of both counts. Source: bank 8.
void look_at_cells(PackView& view, const Snapshot& pack, const ChargeSettings& settings) {
    const auto cells = extremes(pack, metric("cell_voltage"));
    const auto pack_voltage = pack.value(metric("pack_voltage"));
    if (cells.high && cells.low) {
        view.measured = true;
        view.lowest = *cells.low;
        view.highest = *cells.high;
    }
    view.unmeasured = cells.count_unmeasured;
    if (view.measured && view.unmeasured > 0) bound_unmeasured(view, cells, pack_voltage, settings);
    view.difference = view.highest.value - view.lowest.value;
    view.voltage = view.unmeasured == 0 && view.measured ? cells.sum : pack_voltage.value_or(0);
    if (!pack_voltage || view.limits.cells <= 0 || (view.measured && !pack.contradicts())) return;
    if (view.measured && view.unmeasured == 0 && view.limits.cells > 1)
        mend_odd_cell(view, cells.sum, *pack_voltage);
    const Extreme mean{*pack_voltage / view.limits.cells};
    if (!view.measured || mean.value > view.highest.value) view.highest = mean;
    if (!view.measured || mean.value < view.lowest.value) view.lowest = mean;
    view.measured = true;
}

void look_at_temperatures(PackView& view, const Pack& pack) {
    const auto& snapshot = pack.snapshot;
    view.suspect_sensors = pack.suspect_sensors;
    const auto sensors = extremes(snapshot, metric("cell_temperature"), pack.suspect_sensors);
    view.warmest = sensors.high;
    view.coldest = sensors.low;
    view.mosfet = snapshot.value(metric("mosfet_temperature"));
    const auto whole = snapshot.value(metric("pack_temperature"));
    if (!view.warmest && whole) view.warmest = view.coldest = Extreme{*whole};
}

}  // namespace

PackView view_of(const Pack& pack, std::size_t number, const ChargeSettings& settings) {
    const auto& snapshot = pack.snapshot;
    PackView view;
    view.number = number;
    view.id = snapshot.identity.id;
    view.read = pack.last_good;
    view.limits_pending = pack.limits_pending;
    view.fresh = pack.freshness == Freshness::fresh;
    view.lost = pack.freshness == Freshness::lost || pack.freshness == Freshness::gone;
    view.limits = pack_limits(snapshot, settings);
    look_at_cells(view, snapshot, settings);
    look_at_temperatures(view, pack);
    const auto current = snapshot.value(metric("pack_current"));
    view.current = current.value_or(0);
    view.current_known = current.has_value();
    view.remaining = snapshot.value(metric("remaining_capacity"));
    view.full = snapshot.value(metric("full_charge_capacity"));
    view.design = snapshot.value(metric("design_capacity"));
    view.charge_on = snapshot.value(metric("charge_allowed")).value_or(1) != 0;
    view.discharge_on = snapshot.value(metric("discharge_allowed")).value_or(1) != 0;
    view.charge_protection = protection(snapshot, charge_protections);
    view.discharge_protection = protection(snapshot, discharge_protections);
    return view;
}

}  // namespace packwire::bank
