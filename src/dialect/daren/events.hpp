// SPDX-License-Identifier: MIT
/// What happened to a pack: names and bits of services 4B and 4C. Source: protocol 4.8 to 4.11.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dialect/daren/fields.hpp"
#include "model/alarm.hpp"

namespace packwire::dialect::daren {

/// An event of 4B and its end. Source: protocol 4.10.
struct Event {
    std::uint8_t code = 0;
    std::string_view name;
    std::string_view recovery;  ///< empty where reserved; its code is 127 more
};
inline constexpr std::uint8_t first_event = 1;
inline constexpr std::uint8_t first_recovery = 128;

// clang-format off
inline constexpr auto events = std::to_array<Event>({
    {1, "cell_overvoltage_protection", "cell_overvoltage_released"},
    {2, "cell_undervoltage_protection", "cell_undervoltage_released"},
    {3, "pack_overvoltage_protection", "pack_overvoltage_released"},
    {4, "pack_undervoltage_protection", "pack_undervoltage_released"},
    {5, "charge_overcurrent_1_protection", "charge_overcurrent_1_released"},
    {6, "charge_overcurrent_2_protection", "charge_overcurrent_2_released"},
    {7, "discharge_overcurrent_1_protection", "discharge_overcurrent_1_released"},
    {8, "discharge_overcurrent_2_protection", "discharge_overcurrent_2_released"},
    {9, "short_circuit_protection", "short_circuit_released"},
    {10, "charge_over_temperature_protection", "charge_over_temperature_released"},
    {11, "charge_under_temperature_protection", "charge_under_temperature_released"},
    {12, "discharge_over_temperature_protection", "discharge_over_temperature_released"},
    {13, "discharge_under_temperature_protection", "discharge_under_temperature_released"},
    {14, "enter_charge", "leave_charge"},
    {15, "enter_discharge", "leave_discharge"},
    {16, "periodic_record", ""},
    {17, "discharge_overcurrent_locked", "discharge_overcurrent_lock_released"},
    {18, "short_circuit_locked", "short_circuit_lock_released"},
    {19, "reverse_connection", "reverse_connection_released"},
    {20, "enter_sleep", ""},
    {21, "enter_current_limiting", "leave_current_limiting"},
    {22, "charge_mosfet_fault", ""},
    {23, "discharge_mosfet_fault", ""},
    {24, "system_start", ""},
    {25, "current_limit_lock", "current_limit_lock_released"},
    {26, "battery_locked", "battery_lock_released"},
    {27, "voltage_difference_protection", "voltage_difference_released"},
    {28, "afe_failure", ""},
    {29, "ntc_failure", "ntc_recovered"},
    {30, "full_charge_protection", "leave_full_charge_protection"},
    {31, "broken_wire", "broken_wire_recovered"},
    {32, "mosfet_over_temperature", "mosfet_over_temperature_recovered"},
});

/// Protocol 4.8. These are of the past: none raises an alarm now.
inline constexpr auto history_alarm_flags = [] {
    using enum model::FlagClass;
    return std::to_array<model::Flag>({
        {0, "cell_overvoltage_alarm", alarm},
        {1, "cell_undervoltage_alarm", alarm},
        {2, "cell_abnormal_alarm", alarm},
        {3, "voltage_difference_alarm", alarm},
        {4, "pack_overvoltage_alarm", alarm},
        {5, "pack_undervoltage_alarm", alarm},
        {6, "ambient_high_alarm", alarm},
        {7, "ambient_low_alarm", alarm},
        {8, "mosfet_low_temperature_alarm", alarm},
        {9, "mosfet_high_temperature_alarm", alarm},
        {10, "charge_high_temperature_alarm", alarm},
        {11, "charge_low_temperature_alarm", alarm},
        {12, "discharge_high_temperature_alarm", alarm},
        {13, "discharge_low_temperature_alarm", alarm},
        {14, "temperature_difference_alarm", alarm},
        {15, "charge_mosfet_fault", fault},
        {16, "discharge_mosfet_fault", fault},
        {17, "charge_overcurrent_1_alarm", alarm},
        {18, "discharge_overcurrent_1_alarm", alarm},
        {19, "charger_cabinet_communication_alarm", alarm},
        {20, "gprs_communication_alarm", alarm},
        {21, "fire_alarm", alarm},
        {22, "low_soc_alarm", alarm},
        {23, "short_circuit_alarm", alarm},
        {24, "current_limit_frequent_alarm", alarm},
        {25, "sampling_failure", fault},
        {26, "temperature_sensor_failure", fault},
        {27, "system_failure", fault},
    });
}();

/// Protocol 4.9.
inline constexpr auto history_protection_flags = [] {
    using enum model::FlagClass;
    return std::to_array<model::Flag>({
        {0, "cell_overvoltage_protection", protection},
        {1, "cell_undervoltage_protection", protection},
        {2, "pack_overvoltage_protection", protection},
        {3, "pack_undervoltage_protection", protection},
        {4, "charge_overcurrent_1_protection", protection},
        {5, "charge_overcurrent_2_protection", protection},
        {6, "discharge_overcurrent_1_protection", protection},
        {7, "discharge_overcurrent_2_protection", protection},
        {8, "short_circuit_protection", protection},
        {9, "charge_over_temperature_protection", protection},
        {10, "charge_under_temperature_protection", protection},
        {11, "discharge_over_temperature_protection", protection},
        {12, "discharge_under_temperature_protection", protection},
        {13, "reverse_connection_protection", protection},
        {14, "charge_mosfet_fault", fault},
        {15, "discharge_mosfet_fault", fault},
        {16, "battery_locked", fault},
        {17, "voltage_difference_protection", protection},
        {18, "afe_failure", fault},
        {19, "full_charge_protection", protection},
        {20, "broken_wire", fault},
        {21, "fuse_blown", fault},
        {22, "low_soc_protection", protection},
        {23, "short_circuit_older_protection", protection},
        {24, "current_limit_frequent_protection", protection},
        {25, "sampling_failure", fault},
        {26, "temperature_sensor_failure", fault},
        {27, "system_failure", fault},
    });
}();

/// Protocol 4.11.
inline constexpr auto event_types = sparse_names<61>(std::to_array<Named>({
    {1, "cell_high"},
    {2, "cell_low"},
    {3, "cell_abnormal"},
    {4, "voltage_difference"},
    {5, "pack_high"},
    {6, "pack_low"},
    {7, "ambient_high"},
    {8, "ambient_low"},
    {9, "mosfet_low_temperature"},
    {10, "mosfet_high_temperature"},
    {11, "charge_high_temperature"},
    {12, "charge_low_temperature"},
    {13, "discharge_high_temperature"},
    {14, "discharge_low_temperature"},
    {15, "temperature_difference"},
    {16, "charge_mosfet_fault"},
    {17, "discharge_mosfet_fault"},
    {18, "charge_overcurrent"},
    {19, "discharge_overcurrent"},
    {20, "charger_communication"},
    {21, "gprs_communication"},
    {22, "fuse"},
    {23, "low_soc"},
    {24, "short_circuit"},
    {25, "frequent_current_limiting"},
    {26, "sampling"},
    {27, "ntc"},
    {28, "system_fault"},
    {50, "wake_by_rs485"},
    {51, "wake_by_charger"},
    {52, "reset"},
    {53, "charging"},
    {54, "charging_ended"},
    {55, "factory_mode_on"},
    {56, "factory_mode_off"},
    {57, "sleep_no_wake"},
    {58, "sleep_rs485_wake"},
    {59, "sleep_charge_wake"},
    {60, "sleep_both_wake"},
}));
// clang-format on

/// Names of event_record, by code. Source: protocol 4.10.
inline constexpr auto event_names = [] {
    std::array<std::string_view, 256> names{};
    names[0] = "normal";
    for (const auto& event : events) {
        names[event.code] = event.name;
        names[event.code + first_recovery - first_event] = event.recovery;
    }
    names[253] = "alarm_recovered";
    names[254] = "alarm";
    names[255] = "several_events";
    return names;
}();

/// Bit n of event_code is event n + 1. Source: protocol 3.7.
inline constexpr auto event_code_flags = [] {
    std::array<model::Flag, events.size()> flags{};
    for (std::size_t i = 0; i < events.size(); ++i) {
        flags[i] = {static_cast<std::uint8_t>(events[i].code - first_event), events[i].name};
    }
    return flags;
}();

inline constexpr std::size_t recovery_count = [] {
    std::size_t count = 0;
    for (const auto& event : events) count += event.recovery.empty() ? 0U : 1U;
    return count;
}();
/// Bit n of event_recovery is recovery n + 128. Source: protocol 3.7.
inline constexpr auto event_recovery_flags = [] {
    std::array<model::Flag, recovery_count> flags{};
    std::size_t next = 0;
    for (const auto& event : events) {
        if (event.recovery.empty()) continue;
        flags[next++] = {static_cast<std::uint8_t>(event.code - first_event), event.recovery};
    }
    return flags;
}();

}  // namespace packwire::dialect::daren
