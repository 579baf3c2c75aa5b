// SPDX-License-Identifier: MIT
/// Status words: every bit by name, with its class and the alarm it raises.
/// Source: protocol 4; alarms: bank 9.
#pragma once

#include <array>
#include <string_view>

#include "model/alarm.hpp"

namespace packwire::dialect::daren {

using model::Alarm;
using model::Flag;
using enum model::FlagClass;

// clang-format off
/// Protocol 4.1.
inline constexpr auto voltage_flags = std::to_array<Flag>({
    {0, "cell_overvoltage_protection", protection, Alarm::high_cell_voltage},
    {1, "cell_undervoltage_protection", protection, Alarm::low_cell_voltage},
    {2, "pack_overvoltage_protection", protection, Alarm::high_voltage},
    {3, "pack_undervoltage_protection", protection, Alarm::low_voltage},
    {4, "cell_overvoltage_alarm", alarm, Alarm::high_cell_voltage},
    {5, "cell_undervoltage_alarm", alarm, Alarm::low_cell_voltage},
    {6, "pack_overvoltage_alarm", alarm, Alarm::high_voltage},
    {7, "pack_undervoltage_alarm", alarm, Alarm::low_voltage},
    {8, "cell_voltage_difference_alarm", alarm, Alarm::cell_imbalance},
    {9, "overvoltage_lockout_protection", protection, Alarm::internal_failure},
    {10, "undervoltage_lockout_protection", protection, Alarm::internal_failure},
    {11, "temperature_difference_alarm", alarm},
    {12, "cell_failure", fault, Alarm::internal_failure},
    {13, "fuse_blown", fault, Alarm::fuse_blown},
    {14, "cell_voltage_difference_protection", protection, Alarm::cell_imbalance},
    {15, "system_entering_sleep", state},
});

/// Protocol 4.2.
inline constexpr auto current_flags = std::to_array<Flag>({
    {0, "charging", state},
    {1, "discharging", state},
    {2, "charge_overcurrent_protection", protection, Alarm::high_charge_current},
    {3, "short_circuit_protection", protection, Alarm::internal_failure},
    {4, "discharge_overcurrent_1_protection", protection, Alarm::high_discharge_current},
    {5, "discharge_overcurrent_2_protection", protection, Alarm::high_discharge_current},
    {6, "charge_overcurrent_alarm", alarm, Alarm::high_charge_current},
    {7, "discharge_overcurrent_alarm", alarm, Alarm::high_discharge_current},
    {8, "overcurrent_lockout_protection", protection, Alarm::internal_failure},
    {9, "reverse_connection_protection", protection, Alarm::internal_failure},
    {10, "current_multiplier", format},
    {11, "current_limiting_active", state},
    {12, "battery_state", state, Alarm::none, 3},
    {15, "no_load", state},
});

/// Protocol 4.3.
inline constexpr auto temperature_flags = std::to_array<Flag>({
    {0, "charge_over_temperature_protection", protection, Alarm::high_charge_temperature},
    {1, "charge_under_temperature_protection", protection, Alarm::low_charge_temperature},
    {2, "discharge_over_temperature_protection", protection, Alarm::high_temperature},
    {3, "discharge_under_temperature_protection", protection, Alarm::low_temperature},
    {4, "ambient_over_temperature_protection", protection, Alarm::high_temperature},
    {5, "ambient_under_temperature_protection", protection, Alarm::low_temperature},
    {6, "mosfet_over_temperature_protection", protection, Alarm::high_internal_temperature},
    {7, "mosfet_under_temperature_protection", protection},
    {8, "charge_over_temperature_alarm", alarm, Alarm::high_charge_temperature},
    {9, "charge_under_temperature_alarm", alarm, Alarm::low_charge_temperature},
    {10, "discharge_over_temperature_alarm", alarm, Alarm::high_temperature},
    {11, "discharge_under_temperature_alarm", alarm, Alarm::low_temperature},
    {12, "ambient_over_temperature_alarm", alarm, Alarm::high_temperature},
    {13, "ambient_under_temperature_alarm", alarm, Alarm::low_temperature},
    {14, "mosfet_over_temperature_alarm", alarm, Alarm::high_internal_temperature},
    {15, "mosfet_under_temperature_alarm", alarm},
});

/// Protocol 4.4. Bits 5 and 6 say that LED and buzzer are enabled, no alarm. Bit 8 means low SOC on newer
/// firmware; model/alarm decides by the MOSFET temperature.
inline constexpr auto alarm_flags = std::to_array<Flag>({
    {0, "cell_voltage_difference_alarm", alarm, Alarm::cell_imbalance},
    {1, "charge_mosfet_damaged_alarm", alarm, Alarm::internal_failure, 1, 2},
    {2, "external_sd_card_failure", fault},
    {3, "spi_failure", fault, Alarm::internal_failure},
    {4, "eeprom_failure", fault, Alarm::internal_failure},
    {5, "led_alarm", state},
    {6, "buzzer_alarm", state},
    {7, "low_battery_alarm", alarm, Alarm::low_soc},
    {8, "mosfet_over_temperature_protection", protection, Alarm::high_internal_temperature},
    {9, "heating_film_failure", fault},
    {10, "current_limiter_board_failure", fault, Alarm::internal_failure},
    {11, "sampling_failure", fault, Alarm::internal_failure},
    {12, "cell_failure", fault, Alarm::internal_failure},
    {13, "temperature_sensor_failure", fault, Alarm::battery_temperature_sensor},
    {14, "charge_mosfet_failure", fault, Alarm::internal_failure},
    {15, "discharge_mosfet_failure", fault, Alarm::internal_failure},
});

/// Protocol 4.5. current_limit_mode is a configured step, not "limiting now".
inline constexpr auto fet_flags = std::to_array<Flag>({
    {0, "charge_mosfet_on", state},
    {1, "discharge_mosfet_on", state},
    {2, "charge_mosfet_failure", fault, Alarm::internal_failure},
    {3, "discharge_mosfet_failure", fault, Alarm::internal_failure},
    {4, "current_limit_mode", state, Alarm::none, 2},
    {6, "heating_on", state},
    {7, "constant_current_mosfet_on", state},
    {8, "close_4g_module", state},
    {9, "charge_signal_present", state},
    {10, "powered_from_pack", state},
    {11, "led_alarm_enabled", state},
    {12, "buzzer_enabled", state},
    {13, "afe_chip_failure", fault, Alarm::internal_failure},
    {14, "afe_alarm_pin_failure", fault, Alarm::internal_failure},
    {15, "low_battery_protection", protection, Alarm::low_soc},
});

/// Protocol 4.7. Bit 14 is set for good on newer firmware and means nothing.
inline constexpr auto io_flags = std::to_array<Flag>({
    {0, "charger_online", state},
    {1, "acc_signal", state},
    {2, "on_signal", state},
    {3, "aerosol_detected", state},
    {4, "discharge_locked", state},
    {5, "anti_theft_locked", state},
    {6, "charge_locked", state},
    {8, "pre_discharge_mosfet_on", state},
    {9, "balancer_active", state},
    {12, "crystal_failure", fault},
    {13, "eeprom_failure", fault},
});

/// Protocol 4.6.
inline constexpr auto machine_states = std::to_array<std::string_view>({
    "initialisation", "self_check", "ready", "discharge", "charge", "fault", "power_off", "factory_mode",
});
// clang-format on

}  // namespace packwire::dialect::daren
