// SPDX-License-Identifier: MIT
#include "sim/incidents.hpp"

#include <algorithm>
#include <array>

namespace packwire::sim {

namespace {

// Events without a name of their own are a plain alarm. Source: protocol 4.10, codes 254 and 253.
constexpr std::string_view some = "alarm";
constexpr std::string_view over = "alarm_recovered";

// clang-format off
constexpr auto incidents = std::to_array<Incident>({
    {"cell_overvoltage_protection", "cell_overvoltage_protection", "cell_overvoltage_protection", "cell_overvoltage_released", "cell_high", 1, true},
    {"cell_undervoltage_protection", "cell_undervoltage_protection", "cell_undervoltage_protection", "cell_undervoltage_released", "cell_low", 1, true},
    {"cell_voltage_difference_protection", "voltage_difference_protection", "voltage_difference_protection", "voltage_difference_released", "voltage_difference", 1, true},
    {"pack_overvoltage_protection", "pack_overvoltage_protection", "pack_overvoltage_protection", "pack_overvoltage_released", "pack_high", 1, true},
    {"pack_undervoltage_protection", "pack_undervoltage_protection", "pack_undervoltage_protection", "pack_undervoltage_released", "pack_low", 1, true},
    {"charge_overcurrent_1_protection", "charge_overcurrent_1_protection", "charge_overcurrent_1_protection", "charge_overcurrent_1_released", "charge_overcurrent", 1, true},
    {"charge_overcurrent_2_protection", "charge_overcurrent_2_protection", "charge_overcurrent_2_protection", "charge_overcurrent_2_released", "charge_overcurrent", 2, true},
    {"discharge_overcurrent_1_protection", "discharge_overcurrent_1_protection", "discharge_overcurrent_1_protection", "discharge_overcurrent_1_released", "discharge_overcurrent", 1, true},
    {"discharge_overcurrent_2_protection", "discharge_overcurrent_2_protection", "discharge_overcurrent_2_protection", "discharge_overcurrent_2_released", "discharge_overcurrent", 2, true},
    {"charge_over_temperature_protection", "charge_over_temperature_protection", "charge_over_temperature_protection", "charge_over_temperature_released", "charge_high_temperature", 1, true},
    {"charge_under_temperature_protection", "charge_under_temperature_protection", "charge_under_temperature_protection", "charge_under_temperature_released", "charge_low_temperature", 1, true},
    {"discharge_over_temperature_protection", "discharge_over_temperature_protection", "discharge_over_temperature_protection", "discharge_over_temperature_released", "discharge_high_temperature", 1, true},
    {"discharge_under_temperature_protection", "discharge_under_temperature_protection", "discharge_under_temperature_protection", "discharge_under_temperature_released", "discharge_low_temperature", 1, true},
    {"mosfet_over_temperature_protection", "", "mosfet_over_temperature", "mosfet_over_temperature_recovered", "mosfet_high_temperature", 1, true},
    {"ambient_over_temperature_protection", "", some, over, "ambient_high", 1, true},
    {"ambient_under_temperature_protection", "", some, over, "ambient_low", 1, true},
    {"cell_overvoltage_alarm", "cell_overvoltage_alarm", some, over, "cell_high", 1, false},
    {"cell_undervoltage_alarm", "cell_undervoltage_alarm", some, over, "cell_low", 1, false},
    {"cell_voltage_difference_alarm", "voltage_difference_alarm", some, over, "voltage_difference", 1, false},
    {"pack_overvoltage_alarm", "pack_overvoltage_alarm", some, over, "pack_high", 1, false},
    {"pack_undervoltage_alarm", "pack_undervoltage_alarm", some, over, "pack_low", 1, false},
    {"charge_overcurrent_1_alarm", "charge_overcurrent_1_alarm", some, over, "charge_overcurrent", 1, false},
    {"charge_overcurrent_2_alarm", "charge_overcurrent_1_alarm", some, over, "charge_overcurrent", 2, false},
    {"discharge_overcurrent_1_alarm", "discharge_overcurrent_1_alarm", some, over, "discharge_overcurrent", 1, false},
    {"discharge_overcurrent_2_alarm", "discharge_overcurrent_1_alarm", some, over, "discharge_overcurrent", 2, false},
    {"charge_over_temperature_alarm", "charge_high_temperature_alarm", some, over, "charge_high_temperature", 1, false},
    {"charge_under_temperature_alarm", "charge_low_temperature_alarm", some, over, "charge_low_temperature", 1, false},
    {"discharge_over_temperature_alarm", "discharge_high_temperature_alarm", some, over, "discharge_high_temperature", 1, false},
    {"discharge_under_temperature_alarm", "discharge_low_temperature_alarm", some, over, "discharge_low_temperature", 1, false},
    {"mosfet_over_temperature_alarm", "mosfet_high_temperature_alarm", some, over, "mosfet_high_temperature", 1, false},
    {"ambient_over_temperature_alarm", "ambient_high_alarm", some, over, "ambient_high", 1, false},
    {"ambient_under_temperature_alarm", "ambient_low_alarm", some, over, "ambient_low", 1, false},
    {"low_soc_alarm", "low_soc_alarm", some, over, "low_soc", 1, false},
});
// clang-format on

}  // namespace

const Incident* find_incident(std::string_view limit) {
    const auto* const found = std::ranges::find(incidents, limit, &Incident::limit);
    return found == incidents.end() ? nullptr : found;
}

unsigned rank_of(const Incident& incident) {
    constexpr unsigned protections_begin = 8;
    return incident.level + (incident.protects ? protections_begin : 0);
}

}  // namespace packwire::sim
