// SPDX-License-Identifier: MIT
/// Services 43 and 44, which no tool is known to use: expect RTN 04. Source: protocol 3.2, 3.3.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/guesses.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr auto switch_fields = std::to_array<Field>({
    data_flag,
    {.name = "pack_count", .wire = Wire::u8, .max = 32},
    {.name = "charge_discharge_state",
     .wire = Wire::u8,
     .repeat = "pack_count",
     .names = guesses::charge_states},
});

constexpr Field item(std::string_view name, std::string_view repeat = "") {
    return {.name = name, .wire = Wire::u8, .repeat = repeat, .names = guesses::item_states};
}

constexpr auto alarm_fields = std::to_array<Field>({
    data_flag,
    {.name = "pack_count", .wire = Wire::u8},
    item("pack_charge_overvoltage"),
    item("charge_overcurrent"),
    item("discharge_undervoltage"),
    item("discharge_overcurrent"),
    item("reverse_polarity"),
    item("ambient_high_temperature"),
    item("ambient_low_temperature"),
    item("pack_high_temperature"),
    item("pcb_high_temperature"),
    item("low_capacity"),
    item("temperature_sensor_failure"),
    item("voltage_sensor_failure"),
    item("current_sensor_failure"),
    item("pack_failure"),
    {.name = "monitored_cell_count", .wire = Wire::u8, .min = 1, .max = 32},
    item("cell_charge_overvoltage", "monitored_cell_count"),
    item("cell_discharge_undervoltage", "monitored_cell_count"),
    item("cell_failure", "monitored_cell_count"),
    {.name = "monitored_temperature_count", .wire = Wire::u8, .max = 20},
    item("cell_high_temperature", "monitored_temperature_count"),
    item("cell_temperature_sensor_failure", "monitored_temperature_count"),
});

constexpr auto switch_variants = std::to_array<model::Variant>({{"switch_state", switch_fields}});
constexpr auto alarm_variants = std::to_array<model::Variant>({{"alarm_states", alarm_fields}});

}  // namespace

constexpr model::Service switch_state{
    .code = "43",
    .name = "switch state",
    .cid2 = 0x43,
    .request = {},
    .variants = switch_variants,
    .source = "3.2",
    .evidence = "sw, unverified",
    .worth_seeing = false,
    .tell_tale = &never,
};

constexpr model::Service alarm_states{
    .code = "44",
    .name = "alarm states",
    .cid2 = 0x44,
    .request = group_only,
    .variants = alarm_variants,
    .source = "3.3",
    .evidence = "sw, unverified",
    .worth_seeing = false,
    .tell_tale = &all_named,
};
static_assert(well_formed(switch_state) && well_formed(alarm_states));

}  // namespace packwire::dialect::daren
