// SPDX-License-Identifier: MIT
/// Service 8A: extended parameters. Two words that make one number or address are one field here. Source:
/// protocol 3.17.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/guesses.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr Scale hundreds{.times = 100};

constexpr Field ip_address(std::string_view name) {
    return {.name = name, .wire = Wire::version, .width = 4};
}

// clang-format off
/// The word of id k is at byte 2k - 1.
constexpr auto fields = std::to_array<Field>({
    {.name = "leading_byte", .wire = Wire::u8, .framing = true},
    {.name = "start_current_limit", .unit = guesses::start_current_limit_unit},
    {.name = "short_circuit_gear"},
    {.name = "baud_rate", .scale = hundreds, .unit = "bit/s", .min = 1200, .max = 1'000'000},
    {.name = "heating_start_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -60, .max = 120, .sentinel = true},
    {.name = "heating_stop_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -60, .max = 120, .sentinel = true},
    {.name = "heating_start_voltage", .scale = thousandth, .unit = "V", .sentinel = true},
    {.name = "heating_stop_voltage", .scale = thousandth, .unit = "V", .sentinel = true},
    {.name = "temperature_difference_alarm", .scale = tenth, .unit = "°C", .sentinel = true},
    {.name = "parallel_pack_voltage_difference"},
    ip_address("snmp_trap_1"),
    ip_address("snmp_trap_2"),
    ip_address("remote_server_ip"),
    {.name = "remote_server_port"},
    {.name = "gps_longitude", .wire = Wire::u32},
    {.name = "gps_latitude", .wire = Wire::u32},
    {.name = "gyro_install_mode"},
    {.name = "gyro_x_zero", .wire = Wire::s16},
    {.name = "gyro_y_zero", .wire = Wire::s16},
    {.name = "gyro_z_zero", .wire = Wire::s16},
    {.name = "total_mileage", .wire = Wire::u32, .unit = "km"},
    {.name = "total_charge_capacity", .wire = Wire::u32, .scale = thousandth, .unit = "Ah", .sentinel = true},
    {.name = "total_discharge_capacity", .wire = Wire::u32, .scale = thousandth, .unit = "Ah", .sentinel = true},
    {.name = "report_period_moving", .unit = guesses::report_period_unit},
    {.name = "report_period_stationary", .unit = guesses::report_period_unit},
    {.name = "report_period_storage", .unit = guesses::report_period_unit},
    {.name = "estimated_discharge_time_min", .unit = guesses::estimated_discharge_time_unit},
    {.name = "charge_overcurrent_2_protection", .scale = guesses::charge_overcurrent_2, .unit = "A", .sentinel = true},
    {.name = "charge_overcurrent_2_delay", .scale = guesses::short_delay, .unit = "s"},
    {.name = "full_charge_cutoff_voltage", .scale = hundredth, .unit = "V", .sentinel = true},
    {.name = "full_charge_cutoff_current", .scale = thousandth, .unit = "A", .sentinel = true},
    {.name = "normal_sleep_delay_min", .unit = guesses::sleep_delay_unit},
    {.name = "periodic_wakeup_interval_min", .unit = guesses::sleep_delay_unit},
    {.name = "discharge_mosfet_wakeup_delay", .scale = guesses::short_delay, .unit = "s"},
    {.name = "communication_charge_enable", .max = 1},
    {.name = "cell_fail_low_voltage", .scale = thousandth, .unit = "V", .sentinel = true},
    {.name = "cell_fail_high_voltage", .scale = thousandth, .unit = "V", .sentinel = true},
    {.name = "deep_sleep_delay", .unit = "s"},
    {.name = "over_temperature_2_protection", .wire = Wire::s16, .unit = "°C", .min = -60, .max = 150, .sentinel = true},
    {.name = "low_soc_protection", .unit = "%", .max = 100, .sentinel = true},
    {.name = "current_limit_start_c_rate", .scale = tenth, .unit = "C"},
    {.name = "current_coefficient", .scale = thousandth},
    {.name = "temperature_sensor_count", .max = 20},
});
// clang-format on

constexpr auto variants = std::to_array<model::Variant>({{"extended", fields}});
static_assert(variants[0].shape.full.base == 101);

}  // namespace

constexpr model::Service extended_parameters{
    .code = "8A",
    .name = "extended parameters",
    .cid2 = 0x8A,
    .request = group_only,
    .variants = variants,
    .source = "3.17",
    .evidence = "sw, pub",
    .section = "extended",
    .title = "Extended parameters",
    .tell_tale = &all_plausible,
};
static_assert(well_formed(extended_parameters));

}  // namespace packwire::dialect::daren
