// SPDX-License-Identifier: MIT
#include "sim/values.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace packwire::sim {

namespace {

struct Quantity {
    std::string_view name;
    double (*of)(const Pack& pack, std::size_t i);
};

/// A u16 in 0.1 kWh that wraps. Source: protocol 3.22.
double wrapped(double kwh) {
    return std::fmod(kwh, 6553.6);
}

double cells(const Pack& pack) {
    return pack.settings().cells;
}

/// Ah that went through before the simulation began.
double earlier_ah(const Pack& pack) {
    return pack.settings().cycle_count * pack.full_charge_ah();
}

double earlier_kwh(const Pack& pack) {
    return earlier_ah(pack) * cells(pack) * 3.3 / 1000;
}

double limit(const Pack& pack, std::string_view name) {
    const auto found = std::ranges::find(pack.limits(), name, &Limit::name);
    return found == pack.limits().end() ? 0 : found->threshold;
}

// clang-format off
constexpr auto quantities = std::to_array<Quantity>({
    {"state_of_charge", [](const Pack& pack, std::size_t) { return pack.soc_percent(); }},
    {"pack_voltage", [](const Pack& pack, std::size_t) { return pack.total_millivolts() / 1000.0; }},
    {"cell_count", [](const Pack& pack, std::size_t) { return cells(pack); }},
    {"cell_voltage", [](const Pack& pack, std::size_t i) { return pack.cell_millivolts(i) / 1000.0; }},
    {"ambient_temperature", [](const Pack& pack, std::size_t) { return pack.ambient_temperature(); }},
    {"pack_temperature", [](const Pack& pack, std::size_t) { return pack.pack_temperature(); }},
    {"mosfet_temperature", [](const Pack& pack, std::size_t) { return pack.mosfet_temperature(); }},
    {"temperature_sensor_count", [](const Pack& pack, std::size_t) { return double{1} * pack.settings().sensors; }},
    {"cell_temperature", [](const Pack& pack, std::size_t i) { return pack.sensor_temperature(i); }},
    {"pack_current", [](const Pack& pack, std::size_t) { return pack.current(); }},
    {"state_of_health", [](const Pack& pack, std::size_t) { return std::floor(pack.settings().health_percent); }},
    {"user_defined", [](const Pack&, std::size_t) { return 1.0; }},
    {"full_charge_capacity", [](const Pack& pack, std::size_t) { return pack.full_charge_ah(); }},
    {"remaining_capacity", [](const Pack& pack, std::size_t) { return pack.remaining_ah(); }},
    {"cycle_count", [](const Pack& pack, std::size_t) { return double{1} * pack.cycle_count(); }},
    {"cell_voltage_upper_limit", [](const Pack& pack, std::size_t) { return limit(pack, "cell_overvoltage_protection"); }},
    {"cell_voltage_lower_limit", [](const Pack& pack, std::size_t) { return limit(pack, "cell_undervoltage_protection"); }},
    {"temperature_upper_limit", [](const Pack& pack, std::size_t) { return limit(pack, "charge_over_temperature_protection"); }},
    {"temperature_lower_limit", [](const Pack& pack, std::size_t) { return limit(pack, "charge_under_temperature_protection"); }},
    {"charge_current_upper_limit", [](const Pack& pack, std::size_t) { return limit(pack, "charge_overcurrent_1_protection"); }},
    {"pack_voltage_upper_limit_per_cell", [](const Pack& pack, std::size_t) { return limit(pack, "pack_overvoltage_protection") / cells(pack); }},
    {"pack_voltage_lower_limit_per_cell", [](const Pack& pack, std::size_t) { return limit(pack, "pack_undervoltage_protection") / cells(pack); }},
    {"charge_current_limit", [](const Pack& pack, std::size_t) { return limit(pack, "charge_overcurrent_1_protection"); }},
    {"nominal_capacity", [](const Pack& pack, std::size_t) { return pack.full_charge_ah(); }},
    {"history_interval_min", [](const Pack&, std::size_t) { return 1440.0; }},
    {"protocol_version", [](const Pack&, std::size_t) { return 200.0; }},
    {"design_capacity", [](const Pack& pack, std::size_t) { return pack.settings().capacity_ah; }},
    {"total_charge_capacity", [](const Pack& pack, std::size_t) { return std::floor(earlier_ah(pack) + pack.totals().charge_ah); }},
    {"total_discharge_capacity", [](const Pack& pack, std::size_t) { return std::floor(earlier_ah(pack) + pack.totals().discharge_ah); }},
    {"total_charge_energy", [](const Pack& pack, std::size_t) { return wrapped(1.04 * earlier_kwh(pack) + pack.totals().charge_kwh); }},
    {"total_discharge_energy", [](const Pack& pack, std::size_t) { return wrapped(earlier_kwh(pack) + pack.totals().discharge_kwh); }},
    {"cell_sleep_voltage", [](const Pack&, std::size_t) { return 3.15; }},
    {"balance_start_voltage", [](const Pack&, std::size_t) { return 3.45; }},
    {"balance_start_voltage_difference", [](const Pack&, std::size_t) { return 0.03; }},
});
// clang-format on

std::optional<double> parameter(const Limit& limit, std::string_view field) {
    if (!field.starts_with(limit.name)) return std::nullopt;
    const auto rest = field.substr(limit.name.size());
    if (rest.empty() || rest == "_threshold") return limit.threshold;
    if (rest == "_release") return limit.release;
    if (rest == "_delay") return std::chrono::duration<double>(limit.delay).count();
    return std::nullopt;
}

}  // namespace

std::optional<double> value_of(const Pack& pack, std::string_view field, std::size_t i) {
    const auto* const found = std::ranges::find(quantities, field, &Quantity::name);
    if (found != quantities.end()) return found->of(pack, i);
    if (field.ends_with("_count")) return pack.counter(field);
    for (const auto& one : pack.limits()) {
        if (const auto value = parameter(one, field)) return value;
    }
    return std::nullopt;
}

std::int32_t status_of(const Pack& pack, std::span<const model::Flag> flags) {
    // A configured step that idle packs of five firmware lines show. Source: protocol 4.5.
    constexpr std::uint32_t current_limit_mode = 2;
    std::uint32_t word = 0;
    for (const auto& flag : flags) {
        if (flag.name == "current_limit_mode") word |= current_limit_mode << flag.bit;
        if (flag.width == 1 && pack.flag(flag.name)) word |= std::uint32_t{1} << flag.bit;
    }
    return static_cast<std::int32_t>(word);
}

}  // namespace packwire::sim
