// SPDX-License-Identifier: MIT
#include "sim/values.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>
#include <utility>

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

/// 1 charge, 2 discharge. Source: protocol 3.2.
double charge_state(const Pack& pack) {
    if (pack.current() == 0) return 0;
    return pack.current() > 0 ? 1 : 2;
}

double limit(const Pack& pack, std::string_view name) {
    const auto found = std::ranges::find(pack.limits(), name, &Limit::name);
    return found == pack.limits().end() ? 0 : found->threshold;
}

/// Six temperatures, whatever the pack has: its sensors, the MOSFET, the surroundings. Source: protocol 11.1.
double link_temperature(const Pack& pack, std::size_t i) {
    const std::size_t sensors = pack.settings().sensors;
    if (i < sensors) return pack.sensor_temperature(i);
    if (i == sensors) return pack.mosfet_temperature();
    return i == sensors + 1 ? pack.ambient_temperature() : 0;
}

// clang-format off
/// Where a name occurs in two services with two meanings, the service stands before it.
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
    {"history_interval_min", [](const Pack& pack, std::size_t) { return std::chrono::duration<double, std::ratio<60>>(pack.settings().history_interval).count(); }},
    {"protocol_version", [](const Pack&, std::size_t) { return 200.0; }},
    {"design_capacity", [](const Pack& pack, std::size_t) { return pack.settings().capacity_ah; }},
    {"total_charge_capacity", [](const Pack& pack, std::size_t) { return std::floor(earlier_ah(pack) + pack.totals().charge_ah); }},
    {"total_discharge_capacity", [](const Pack& pack, std::size_t) { return std::floor(earlier_ah(pack) + pack.totals().discharge_ah); }},
    {"total_charge_energy", [](const Pack& pack, std::size_t) { return wrapped(1.04 * earlier_kwh(pack) + pack.totals().charge_kwh); }},
    {"total_discharge_energy", [](const Pack& pack, std::size_t) { return wrapped(earlier_kwh(pack) + pack.totals().discharge_kwh); }},
    {"charge_voltage_limit", [](const Pack& pack, std::size_t) { return 3.5 * cells(pack); }},
    {"full_charge_cutoff_voltage", [](const Pack& pack, std::size_t) { return 3.5 * cells(pack); }},
    {"charge_discharge_state", [](const Pack& pack, std::size_t) { return charge_state(pack); }},
    {"84.state_of_charge", [](const Pack& pack, std::size_t) { return std::floor(pack.soc_percent()); }},
    {"84.cell_voltage", [](const Pack& pack, std::size_t i) { return i < pack.settings().cells ? pack.cell_millivolts(i) / 1000.0 : 0; }},
    {"84.cell_temperature", link_temperature},
    {"monitored_cell_count", [](const Pack& pack, std::size_t) { return cells(pack); }},
    {"monitored_temperature_count", [](const Pack& pack, std::size_t) { return double{1} * pack.settings().sensors; }},
});

/// What nothing in the simulation depends on.
using Setting = std::pair<std::string_view, double>;
constexpr auto settings = std::to_array<Setting>({
    {"pack_count", 1},
    {"communication_timeout_min", 60},
    // as one pack has them; source: protocol 5.2
    {"baud_code", 6}, {"port RS485 A.protocol_code", 0xCA}, {"port CAN 1.protocol_code", 7},
    // 80; source: protocol 3.13
    {"80.charge_current_limit", 100},
    {"cell_sleep_voltage", 3.15}, {"cell_sleep_delay", 1440},
    {"balance_high_temperature_inhibit", 60}, {"balance_low_temperature_inhibit", -10},
    {"balance_start_voltage", 3.45}, {"balance_start_voltage_difference", 0.03},
    // 8A
    {"start_current_limit", 100}, {"short_circuit_gear", 3}, {"baud_rate", 19200},
    {"heating_start_temperature", 0}, {"heating_stop_temperature", 10},
    {"heating_start_voltage", 3}, {"heating_stop_voltage", 2.8}, {"temperature_difference_alarm", 15},
    {"report_period_moving", 60}, {"report_period_stationary", 300}, {"report_period_storage", 3600},
    {"charge_overcurrent_2_delay", 1}, {"full_charge_cutoff_current", 2},
    {"normal_sleep_delay_min", 1440}, {"periodic_wakeup_interval_min", 60}, {"discharge_mosfet_wakeup_delay", 1},
    {"cell_fail_low_voltage", 1.5}, {"cell_fail_high_voltage", 4.2}, {"deep_sleep_delay", 60},
    {"over_temperature_2_protection", 75}, {"low_soc_protection", 5},
    {"current_limit_start_c_rate", 1}, {"current_coefficient", 1},
    // B0/1
    {"charge_current_coefficient", 1}, {"discharge_current_coefficient", 1}, {"self_discharge_rate", 0.0003},
    {"ocv_voltage_soc_0", 2.8}, {"ocv_voltage_soc_20", 3.2}, {"ocv_voltage_soc_40", 3.28},
    {"ocv_voltage_soc_80", 3.33}, {"ocv_voltage_soc_100", 3.45}, {"cycle_capacity_ratio", 80},
    {"cell_full_charge_voltage", 3.5}, {"cell_full_discharge_voltage", 2.5}, {"shunt_resistance", 250},
    // B0/2
    {"hw_overcurrent_protection", 250}, {"hw_overcurrent_delay", 0.1},
    {"hw_short_circuit_protection", 500}, {"hw_short_circuit_delay", 0.0003}, {"hw_short_circuit_release_delay", 60},
    {"hw_overvoltage_protection", 3.8}, {"hw_overvoltage_delay", 1},
    {"hw_undervoltage_protection", 2.2}, {"hw_undervoltage_delay", 1},
});

/// An item of 44 and what the status words call it, without _alarm and _protection.
struct Item {
    std::string_view name, flag;
    double state;  ///< 1 below, 2 above its limit. Source: protocol 3.3
};
constexpr auto items = std::to_array<Item>({
    {"pack_charge_overvoltage", "pack_overvoltage", 2},
    {"charge_overcurrent", "charge_overcurrent", 2},
    {"discharge_undervoltage", "pack_undervoltage", 1},
    {"discharge_overcurrent", "discharge_overcurrent", 2},
    {"ambient_high_temperature", "ambient_over_temperature", 2},
    {"ambient_low_temperature", "ambient_under_temperature", 1},
    {"pack_high_temperature", "discharge_over_temperature", 2},
    {"pcb_high_temperature", "mosfet_over_temperature", 2},
    {"low_capacity", "low_battery", 1},
});
constexpr auto cell_items = std::to_array<Item>({
    {"cell_charge_overvoltage", "cell_overvoltage", 2},
    {"cell_discharge_undervoltage", "cell_undervoltage", 1},
});
// clang-format on

std::optional<double> item(const Pack& pack, std::string_view field, std::size_t i) {
    const auto alarm = [](const Item& item) { return std::string(item.flag) + "_alarm"; };
    const auto protection = [](const Item& item) { return std::string(item.flag) + "_protection"; };
    const auto* one = std::ranges::find(items, field, &Item::name);
    if (one != items.end()) return pack.flag(alarm(*one)) || pack.flag(protection(*one)) ? one->state : 0;
    one = std::ranges::find(cell_items, field, &Item::name);
    if (one == cell_items.end()) return std::nullopt;
    const auto mask = pack.cell_mask(alarm(*one)) | pack.cell_mask(protection(*one));
    return (mask >> i & 1U) != 0 ? one->state : 0;
}

std::optional<double> listed(const Pack& pack, std::string_view name, std::size_t i) {
    const auto* const found = std::ranges::find(quantities, name, &Quantity::name);
    if (found != quantities.end()) return found->of(pack, i);
    const auto* const setting = std::ranges::find(settings, name, &Setting::first);
    return setting == settings.end() ? std::nullopt : std::optional(setting->second);
}

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
    if (const auto value = listed(pack, field, i)) return value;
    if (const auto state = item(pack, field, i)) return state;
    if (field.ends_with("_count")) return pack.counter(field);
    for (const auto& one : pack.limits()) {
        if (const auto value = parameter(one, field)) return value;
    }
    return std::nullopt;
}

std::optional<double> value_of(const Pack& pack, const model::Service& service, std::string_view field,
                               std::size_t i) {
    for (const auto owner : {service.code, service.name}) {
        std::string name(owner);
        name.append(".").append(field);
        if (const auto own = listed(pack, name, i)) return own;
    }
    return value_of(pack, field, i);
}

std::optional<std::int32_t> clock_of(WallTime then, std::string_view field, WallTime now) {
    constexpr auto parts =
        std::to_array<std::string_view>({"year", "month", "day", "hour", "minute", "second"});
    if (std::ranges::find(parts, field) == parts.end()) return std::nullopt;
    const auto clock = std::chrono::system_clock::to_time_t(now);
    std::tm local{};
    if (localtime_r(&clock, &local) == nullptr) return std::nullopt;
    const auto seconds = std::chrono::system_clock::to_time_t(then) + local.tm_gmtoff;
    if (gmtime_r(&seconds, &local) == nullptr) return std::nullopt;
    if (field == "year") return 1900 + local.tm_year;
    if (field == "month") return 1 + local.tm_mon;
    if (field == "day") return local.tm_mday;
    if (field == "hour") return local.tm_hour;
    if (field == "minute") return local.tm_min;
    if (field == "second") return std::min(local.tm_sec, 59);  // packs know no leap second
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
