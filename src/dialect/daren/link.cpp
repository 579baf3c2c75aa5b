// SPDX-License-Identifier: MIT
/// Service 84: what a slave pack tells its master, answered with 85 where RTN stands. Source: protocol 11.1.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"
#include "dialect/daren/status.hpp"
#include "dialect/dialect.hpp"

namespace packwire::dialect::daren {

namespace {

// clang-format off
/// The order of the status words is inferred from two that were not zero.
constexpr auto fields = std::to_array<Field>({
    {.name = "address", .wire = Wire::u8},
    {.name = "pack_current", .wire = Wire::s16, .scale = hundredth, .unit = "A", .sentinel = true},
    {.name = "pack_voltage", .scale = hundredth, .unit = "V", .max = 150, .sentinel = true},
    {.name = "state_of_charge", .unit = "%", .max = 100, .sentinel = true, .possible = beyond_rating},
    {.name = "state_of_health", .unit = "%", .max = 100, .sentinel = true, .possible = beyond_rating},
    {.name = "remaining_capacity", .scale = hundredth, .unit = "Ah", .sentinel = true},
    {.name = "full_charge_capacity", .scale = hundredth, .unit = "Ah", .sentinel = true},
    {.name = "design_capacity", .scale = hundredth, .unit = "Ah", .sentinel = true},
    {.name = "cycle_count"},
    {.name = "cell_voltage", .scale = thousandth, .unit = "V", .max = 5, .fixed = 16, .sentinel = true},
    {.name = "cell_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 120, .fixed = 6, .sentinel = true},
    {.name = "unknown_word", .wire = Wire::bytes, .width = 2},
    {.name = "voltage_status", .flags = voltage_flags},
    {.name = "current_status", .flags = current_flags},
    {.name = "temperature_status", .flags = temperature_flags},
    {.name = "alarm_status", .flags = alarm_flags},
    {.name = "fet_status", .flags = fet_flags},
    {.name = "unknown_tail", .wire = Wire::bytes, .width = 3},
});
// clang-format on

constexpr auto variants = std::to_array<model::Variant>({{"slave", fields}});
static_assert(variants[0].shape.full.base == link_answer_bytes);

}  // namespace

constexpr model::Service slave_data{
    .code = "84",
    .name = "slave data",
    .cid2 = 0x84,
    .request = group_only,
    .variants = variants,
    .source = "11.1",
    .evidence = "frame",
    .worth_seeing = false,
    .measures = true,
    .answer_code = link_answer_code,
};
static_assert(well_formed(slave_data));

}  // namespace packwire::dialect::daren
