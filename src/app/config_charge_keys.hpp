// SPDX-License-Identifier: MIT
/// The keys of [charge]: every number that bank/charge_settings has chosen, with its reason. Included by
/// config_keys.cpp alone.
#pragma once

#include "app/config_keys.hpp"

namespace packwire::app {

template <auto member>
Result<void> set_charge(Config& config, const Value& value) {
    auto& into = config.bank.charge.*member;
    using T = std::remove_cvref_t<decltype(into)>;
    if constexpr (std::is_same_v<T, Duration>) {
        into = value.duration;
    } else if constexpr (std::is_same_v<T, bank::Curve>) {
        into = value.curve;
    } else if constexpr (std::is_same_v<T, int>) {
        into = static_cast<int>(value.integer);
    } else {
        into = value.number;
    }
    return {};
}

// clang-format off
inline constexpr auto charge_rows = std::to_array<Key>({
    {"charge", "cell_voltage_max", Type::number, "3.45", "V: the highest cell is held here. Above it LiFePO4 stores nothing, it only ages.", &set_charge<&bank::ChargeSettings::cell_voltage_max>, 3.3, 3.65},
    {"charge", "cell_voltage_float", Type::number, "3.375", "V a cell, once full. A full cell rests at 3.34 to 3.38 V.", &set_charge<&bank::ChargeSettings::cell_voltage_float>, 3.25, 3.45},
    {"charge", "charge_current_max", Type::number, "", "A, for the bank. Also what packs that tell no limit are given together.", &set_charge<&bank::ChargeSettings::charge_current_max>, 0.1, 10000},
    {"charge", "discharge_current_max", Type::number, "", "A, for the bank. Also for packs whose firmware has no service 80.", &set_charge<&bank::ChargeSettings::discharge_current_max>, 0.1, 10000},
    {"charge", "charge_voltage_max", Type::number, "", "V, of the bank.", &set_charge<&bank::ChargeSettings::charge_voltage_max>, 10, 150},
    {"charge", "overcurrent_margin", Type::number, "0.9", "Part of the overcurrent protection that is offered: it trips within 3 s.", &set_charge<&bank::ChargeSettings::overcurrent_margin>, 0.5, 1},
    {"charge", "cell_overvoltage_margin", Type::number, "0.1", "V a cell below its overvoltage alarm: a charger overshoots by 0.4 V.", &set_charge<&bank::ChargeSettings::cell_overvoltage_margin>, 0.05, 0.3},
    {"charge", "pack_overvoltage_margin", Type::number, "0.4", "V below the overvoltage alarm of the pack: that overshoot, once.", &set_charge<&bank::ChargeSettings::pack_overvoltage_margin>, 0.2, 3},
    {"charge", "cell_protection_margin", Type::number, "0.15", "V a cell below its protection, for packs that tell no alarm.", &set_charge<&bank::ChargeSettings::cell_protection_margin>, 0.05, 0.4},
    {"charge", "low_voltage_margin", Type::number, "0.2", "V a cell above undervoltage protection: BatteryLowVoltage.", &set_charge<&bank::ChargeSettings::low_voltage_margin>, 0.05, 0.6},
    {"charge", "charge_stop_margin", Type::number, "0.05", "V below the overvoltage protection of a cell: CCL is 0 before the BMS acts.", &set_charge<&bank::ChargeSettings::charge_stop_margin>, 0.02, 0.2},
    {"charge", "temperature_margin", Type::number, "2", "°C inside a temperature protection nothing is allowed.", &set_charge<&bank::ChargeSettings::temperature_margin>, 0, 20},
    {"charge", "temperature_taper", Type::number, "5", "°C further inside all is allowed.", &set_charge<&bank::ChargeSettings::temperature_taper>, 0, 20},
    {"charge", "mosfet_margin", Type::number, "5", "°C below the protection of the MOSFETs, likewise.", &set_charge<&bank::ChargeSettings::mosfet_margin>, 0, 30},
    {"charge", "undervoltage_protection", Type::number, "2.5", "V; assumed of a pack that does not tell.", &set_charge<&bank::ChargeSettings::undervoltage_protection>, 2, 3.2},
    {"charge", "undervoltage_alarm_release", Type::number, "2.9", "V; assumed of a pack that does not tell.", &set_charge<&bank::ChargeSettings::undervoltage_alarm_release>, 2.2, 3.3},
    {"charge", "overvoltage_protection", Type::number, "3.65", "V; assumed of a pack that does not tell.", &set_charge<&bank::ChargeSettings::overvoltage_protection>, 3.4, 3.8},
    {"charge", "undervoltage_protection_min", Type::number, "2.5", "V: the undervoltage protection of a cell counts as no lower, whatever a pack claims.", &set_charge<&bank::ChargeSettings::undervoltage_protection_min>, 2.3, 3.0},
    {"charge", "overvoltage_protection_max", Type::number, "3.65", "V: the overvoltage protection of a cell counts as no higher, whatever a pack claims.", &set_charge<&bank::ChargeSettings::overvoltage_protection_max>, 3.5, 3.65},
    {"charge", "charge_temperature_min", Type::number, "-2", "°C: the protection of cells that charge counts as no lower, whatever a pack claims.", &set_charge<&bank::ChargeSettings::charge_temperature_min>, -2, 15},
    {"charge", "charge_temperature_max", Type::number, "60", "°C: it counts as no higher.", &set_charge<&bank::ChargeSettings::charge_temperature_max>, 35, 60},
    {"charge", "discharge_temperature_min", Type::number, "-25", "°C: the protection of cells that discharge counts as no lower, whatever a pack claims.", &set_charge<&bank::ChargeSettings::discharge_temperature_min>, -25, 10},
    {"charge", "discharge_temperature_max", Type::number, "65", "°C: it counts as no higher.", &set_charge<&bank::ChargeSettings::discharge_temperature_max>, 40, 65},
    {"charge", "mosfet_temperature_max", Type::number, "115", "°C: the protection of the MOSFETs counts as no higher, whatever a pack claims.", &set_charge<&bank::ChargeSettings::mosfet_temperature_max>, 70, 115},
    {"charge", "absurd_current", Type::number, "600", "A a pack: what claims more counts as not set.", &set_charge<&bank::ChargeSettings::absurd_current>, 50, 1000},
    {"charge", "absurd_current_low", Type::number, "1", "A a pack: what claims less counts as not set.", &set_charge<&bank::ChargeSettings::absurd_current_low>, 0.1, 10},
    {"charge", "absurd_cell_low", Type::number, "3", "V a cell: a charge voltage below it counts as not set.", &set_charge<&bank::ChargeSettings::absurd_cell_low>, 2.5, 3.3},
    {"charge", "absurd_cell_high", Type::number, "4.5", "V a cell: one above it counts as not set.", &set_charge<&bank::ChargeSettings::absurd_cell_high>, 3.6, 4.6},
    {"charge", "absorption_time", Type::duration, "\"15min\"", "So long at the top with equal cells until float.", &set_charge<&bank::ChargeSettings::absorption_time>, 0, 86400},
    {"charge", "absorption_difference", Type::number, "0.03", "V between cells that count as equal: packs balance no further.", &set_charge<&bank::ChargeSettings::absorption_difference>, 0.002, 0.1},
    {"charge", "absorption_deviation", Type::number, "0.003", "V more begin that time anew.", &set_charge<&bank::ChargeSettings::absorption_deviation>, 0.001, 0.1},
    {"charge", "absorption_window", Type::number, "0.02", "V under its maximum the highest cell is at the top.", &set_charge<&bank::ChargeSettings::absorption_window>, 0.002, 0.1},
    {"charge", "bulk_window", Type::number, "0.05", "V under it the charge is in bulk again …", &set_charge<&bank::ChargeSettings::bulk_window>, 0.01, 0.2},
    {"charge", "bulk_after", Type::duration, "\"1min\"", "… after so long: a cloud.", &set_charge<&bank::ChargeSettings::bulk_after>, 1, 3600},
    {"charge", "absorption_longest", Type::duration, "\"6h\"", "Longest absorption: a balancer of 45 mA has done what it can.", &set_charge<&bank::ChargeSettings::absorption_longest>, 600, 172800},
    {"charge", "bulk_soc", Type::number, "80", "%: below it float ends, so that it is not left every evening.", &set_charge<&bank::ChargeSettings::bulk_soc>, 10, 99},
    {"charge", "bulk_difference", Type::number, "0.08", "V between cells: float ends, they are to be balanced.", &set_charge<&bank::ChargeSettings::bulk_difference>, 0.02, 0.3},
    {"charge", "bulk_voltage", Type::number, "3.3", "V: ends float where nobody tells the state of charge.", &set_charge<&bank::ChargeSettings::bulk_voltage>, 3, 3.4},
    {"charge", "full_charge_days", Type::integer, "0", "A full charge so often, for balancing. 0: when the state of charge asks for one.", &set_charge<&bank::ChargeSettings::full_charge_days>, 0, 365},
    {"charge", "cell_control_window", Type::number, "0.05", "V under its maximum the highest cell begins to hold CVL.", &set_charge<&bank::ChargeSettings::cell_control_window>, 0.01, 0.2},
    {"charge", "cell_charging", Type::number, "0.5", "A: below this a charge rests, and CVL does not fall further.", &set_charge<&bank::ChargeSettings::cell_charging>, 0.1, 10},
    {"charge", "charge_voltage_floor", Type::number, "3.25", "V a cell: CVL is never lower. A broken sensor must not empty a bank.", &set_charge<&bank::ChargeSettings::charge_voltage_floor>, 3.1, 3.35},
    {"charge", "charge_voltage_step", Type::number, "0.05", "V of the bank: CVL is rounded down to it.", &set_charge<&bank::ChargeSettings::charge_voltage_step>, 0.01, 0.2},
    {"charge", "charge_voltage_rate", Type::number, "0.001", "V/s of the bank, upwards, and down to float: an ESS must not export the battery.", &set_charge<&bank::ChargeSettings::charge_voltage_rate>, 0.0001, 0.01},
    {"charge", "charge_voltage_hold", Type::duration, "\"60s\"", "After a fall CVL does not rise for so long.", &set_charge<&bank::ChargeSettings::charge_voltage_hold>, 5, 600},
    {"charge", "current_rate", Type::number, "5", "A/s of the bank, upwards.", &set_charge<&bank::ChargeSettings::current_rate>, 0.5, 100},
    {"charge", "current_hold", Type::duration, "\"30s\"", "After a fall a current limit does not rise for so long.", &set_charge<&bank::ChargeSettings::current_hold>, 5, 600},
    {"charge", "current_step", Type::number, "0.1", "A: current limits are rounded down to it.", &set_charge<&bank::ChargeSettings::current_step>, 0.1, 5},
    {"charge", "charge_by_cell", Type::curve, "[[3.375, 1.0], [3.40, 0.25], [3.425, 0.05], [3.45, 0.02]]", "Part of CCL by the voltage of the highest cell, V. CVL is what ends a charge.", &set_charge<&bank::ChargeSettings::charge_by_cell>, 2, 4.5},
    {"charge", "discharge_by_cell", Type::curve, "[[3.00, 0.20], [3.10, 0.25], [3.19, 1.0]]", "Part of DCL by the voltage of the lowest cell, V.", &set_charge<&bank::ChargeSettings::discharge_by_cell>, 2, 4.5},
    {"charge", "charge_by_temperature", Type::curve, "[[0, 0], [2, 0.25], [5, 0.5], [10, 1], [40, 1], [45, 0.5], [50, 0.25], [55, 0]]", "Part of CCL by the coldest and by the hottest sensor of the cells, °C.", &set_charge<&bank::ChargeSettings::charge_by_temperature>, -60, 120},
    {"charge", "discharge_by_temperature", Type::curve, "[[-10, 0.2], [0, 0.25], [5, 0.5], [10, 1], [40, 1], [45, 0.5], [50, 0.25], [55, 0.2]]", "Part of DCL, likewise.", &set_charge<&bank::ChargeSettings::discharge_by_temperature>, -60, 120},
    {"charge", "charge_by_mosfet", Type::curve, "[[70, 1], [80, 0.25], [90, 0]]", "Part of CCL by the temperature of the MOSFETs, °C.", &set_charge<&bank::ChargeSettings::charge_by_mosfet>, -60, 150},
    {"charge", "discharge_by_mosfet", Type::curve, "[[70, 1], [80, 0.25], [90, 0.2]]", "Part of DCL, likewise.", &set_charge<&bank::ChargeSettings::discharge_by_mosfet>, -60, 150},
    {"charge", "charge_by_soc", Type::curve, "", "Part of CCL by the state of charge, %. Not set: it drifts.", &set_charge<&bank::ChargeSettings::charge_by_soc>, 0, 100},
    {"charge", "discharge_by_soc", Type::curve, "", "Part of DCL, likewise.", &set_charge<&bank::ChargeSettings::discharge_by_soc>, 0, 100},
    {"charge", "temperature_unknown", Type::number, "0.5", "Part of a limit while no sensor of a pack tells anything.", &set_charge<&bank::ChargeSettings::temperature_unknown>, 0, 1},
    {"charge", "sensor_margin", Type::number, "5", "°C that the other sensors of a pack count as worse while one of them is broken.", &set_charge<&bank::ChargeSettings::sensor_margin>, 0, 20},
    {"charge", "cell_unknown", Type::number, "0.1", "V that a cell counts as worse than its siblings while nothing tells its voltage.", &set_charge<&bank::ChargeSettings::cell_unknown>, 0.02, 0.5},
    {"charge", "cell_bounded", Type::number, "0.5", "Part of a limit while a cell of the pack is not measured.", &set_charge<&bank::ChargeSettings::cell_bounded>, 0, 1},
    {"charge", "limits_kept", Type::duration, "\"10min\"", "How long the last limits of a pack stand in for those that it no longer reports; then CCL and DCL are 0.", &set_charge<&bank::ChargeSettings::limits_kept>, 0, 3600},
    {"charge", "discharge_stop_margin", Type::number, "0.2", "V of the lowest cell above its protection, or its alarm if that is higher: DCL 0 …", &set_charge<&bank::ChargeSettings::discharge_stop_margin>, 0.05, 0.6},
    {"charge", "discharge_stop_after", Type::duration, "\"10s\"", "… after so long: a load that starts is shorter.", &set_charge<&bank::ChargeSettings::discharge_stop_after>, 1, 60},
    {"charge", "discharge_stop_now", Type::number, "0.05", "V above the protection: DCL 0 at once.", &set_charge<&bank::ChargeSettings::discharge_stop_now>, 0.01, 0.3},
    {"charge", "discharge_again", Type::number, "3.1", "V of the lowest cell, or the release of its alarm if that is higher: DCL leaves 0 …", &set_charge<&bank::ChargeSettings::discharge_again>, 2.8, 3.4},
    {"charge", "discharge_again_after", Type::duration, "\"60s\"", "… after so long, and not before DCL was 0 for as long.", &set_charge<&bank::ChargeSettings::discharge_again_after>, 10, 3600},
    {"charge", "discharge_again_most", Type::duration, "\"1h\"", "… twice as long each time, up to this, when it falls to 0 again soon …", &set_charge<&bank::ChargeSettings::discharge_again_most>, 10, 86400},
    {"charge", "discharge_steady", Type::duration, "\"2h\"", "… before it has not been 0 for so long.", &set_charge<&bank::ChargeSettings::discharge_steady>, 60, 86400},
    {"charge", "discharge_charging", Type::number, "1", "A of charge that let it leave 0 before, …", &set_charge<&bank::ChargeSettings::discharge_charging>, 0.1, 100},
    {"charge", "discharge_charging_margin", Type::number, "0.05", "… V above where it stops: charging lifts the voltage.", &set_charge<&bank::ChargeSettings::discharge_charging_margin>, 0.01, 0.3},
    {"charge", "discharge_least", Type::number, "0.2", "Part of its limit that DCL is at least, unless it is 0.", &set_charge<&bank::ChargeSettings::discharge_least>, 0.05, 1},
    {"charge", "temperature_hysteresis", Type::number, "3", "°C: what stopped the discharge must be so far away again.", &set_charge<&bank::ChargeSettings::temperature_hysteresis>, 0.5, 20},
    {"charge", "request_for", Type::duration, "\"24h\"", "A wish on D-Bus (charging off, discharging off, full charge now) ends after so long: a forgotten switch must not rule for ever.", &set_charge<&bank::ChargeSettings::request_for>, 60, 604800},
});
// clang-format on

}  // namespace packwire::app
