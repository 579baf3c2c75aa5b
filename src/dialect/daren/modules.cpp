// SPDX-License-Identifier: MIT
/// Service B0: parameter modules 1 to 4, and 7 of newer firmware. Source: protocol 3.22.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/guesses.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr std::int64_t all_functions = 0xFF;
template <std::int64_t module>
constexpr auto request = module_request<module, all_functions>;
template <std::int64_t module>
constexpr auto header = module_header<0xB0, module, all_functions>;

constexpr Scale ten_thousandth{.per = 10000};
constexpr Scale microseconds{.per = 1'000'000};

constexpr auto ocv_flags = std::to_array<model::Flag>({
    {0, "ocv_enabled", model::FlagClass::state},
    {1, "ocv_run_once", model::FlagClass::state},
});

// clang-format off
/// The vendor's program writes some of these with another scale than it reads; this is what it reads.
constexpr auto ocv_fields = join(header<1>, std::to_array<Field>({
    {.name = "ocv_config", .flags = ocv_flags},
    {.name = "zero_current_offset", .wire = Wire::s16, .scale = tenth, .unit = guesses::zero_current_offset_unit},
    {.name = "charge_current_coefficient", .scale = ten_thousandth},
    {.name = "discharge_current_coefficient", .scale = ten_thousandth},
    {.name = "self_discharge_rate", .scale = ten_thousandth},
    {.name = "ocv_voltage_soc_0", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "ocv_voltage_soc_20", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "ocv_voltage_soc_40", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "ocv_voltage_soc_80", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "ocv_voltage_soc_100", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "cycle_capacity_ratio", .unit = "%", .max = 100},
    {.name = "cell_full_charge_voltage", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "cell_full_discharge_voltage", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "shunt_resistance", .unit = guesses::shunt_resistance_unit},
}));

constexpr auto hardware_fields = join(header<2>, std::to_array<Field>({
    {.name = "hw_overcurrent_protection", .unit = "A", .sentinel = true},
    {.name = "hw_overcurrent_delay", .scale = thousandth, .unit = "s"},
    {.name = "hw_short_circuit_protection", .unit = "A", .sentinel = true},
    {.name = "hw_short_circuit_delay", .scale = microseconds, .unit = "s"},
    {.name = "hw_short_circuit_release_delay", .unit = "s"},
    {.name = "hw_overvoltage_protection", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "hw_overvoltage_delay", .unit = "s"},
    {.name = "hw_undervoltage_protection", .scale = thousandth, .unit = "V", .max = 5, .sentinel = true},
    {.name = "hw_undervoltage_delay", .unit = "s"},
}));
// clang-format on

constexpr auto manufacturing_fields = join(
    header<3>,
    std::to_array<Field>({
        {.name = "pack_serial_number",
         .wire = Wire::text,
         .metric = metric("pack_serial_number"),
         .width = 30},
        {.name = "product_id", .wire = Wire::text, .metric = metric("product_id"), .width = 30},
        {.name = "bms_serial_number", .wire = Wire::text, .metric = metric("bms_serial_number"), .width = 30},
        {.name = "production_date", .wire = Wire::date, .metric = metric("production_date"), .width = 3},
        {.name = "manufacturer", .wire = Wire::text, .metric = metric("manufacturer"), .width = 20},
    }));

// clang-format off
constexpr auto capacity_fields = join(header<4>, std::to_array<Field>({
    {.name = "remaining_capacity", .scale = hundredth, .unit = "Ah", .metric = metric("B0/4.remaining_capacity"), .sentinel = true},
    {.name = "full_charge_capacity", .scale = hundredth, .unit = "Ah", .metric = metric("B0/4.full_charge_capacity"), .sentinel = true},
    {.name = "design_capacity", .scale = hundredth, .unit = "Ah", .metric = metric("design_capacity"), .sentinel = true},
    {.name = "total_charge_capacity", .wire = Wire::u32, .unit = "Ah", .metric = metric("total_charge_capacity"), .sentinel = true},
    {.name = "total_discharge_capacity", .wire = Wire::u32, .unit = "Ah", .metric = metric("total_discharge_capacity"), .sentinel = true},
    {.name = "total_charge_energy", .scale = tenth, .unit = "kWh", .metric = metric("total_charge_energy")},
    {.name = "total_discharge_energy", .scale = tenth, .unit = "kWh", .metric = metric("total_discharge_energy")},
}));
// clang-format on

/// baud_code 06 has been seen; 0E is written for 115200. Source: protocol 3.22.
constexpr auto port_fields = std::to_array<Field>({
    {.name = "baud_code", .wire = Wire::u8},
    {.name = "protocol_code"},
    {.name = "reserved", .wire = Wire::u8},
});
constexpr std::int64_t rs485_a = 0x01;
constexpr std::int64_t can_1 = 0x0C;
template <std::int64_t port>
constexpr auto port_table = join(module_header<0xB0, 7, port>, port_fields);
template <std::int64_t port>
constexpr auto port_variants = std::to_array<model::Variant>({{"port", port_table<port>}});

constexpr auto ocv_variants = std::to_array<model::Variant>({{"ocv", ocv_fields}});
constexpr auto hardware_variants = std::to_array<model::Variant>({{"hardware_protection", hardware_fields}});
constexpr auto manufacturing_variants =
    std::to_array<model::Variant>({{"manufacturing", manufacturing_fields}});
constexpr auto capacity_variants = std::to_array<model::Variant>({{"capacity", capacity_fields}});

}  // namespace

constexpr model::Service ocv_parameters{
    .code = "B0/1",
    .name = "OCV parameters",
    .cid2 = 0xB0,
    .request = request<1>,
    .variants = ocv_variants,
    .source = "3.22",
    .evidence = "sw",
    .section = "open_circuit",
    .title = "Open-circuit voltage and calibration",
};

constexpr model::Service hardware_protection{
    .code = "B0/2",
    .name = "hardware protection",
    .cid2 = 0xB0,
    .request = request<2>,
    .variants = hardware_variants,
    .source = "3.22",
    .evidence = "sw",
    .section = "hardware_protection",
    .title = "Protection in hardware",
};

constexpr model::Service manufacturing{
    .code = "B0/3",
    .name = "manufacturing",
    .cid2 = 0xB0,
    .request = request<3>,
    .variants = manufacturing_variants,
    .source = "3.22",
    .evidence = "frame",
    .cadence = model::Cadence::once,
};

constexpr model::Service capacity{
    .code = "B0/4",
    .name = "capacity",
    .cid2 = 0xB0,
    .request = request<4>,
    .variants = capacity_variants,
    .source = "3.22",
    .evidence = "frame",
    .cadence = model::Cadence::minutely,
};

constexpr model::Service rs485_port{
    .code = "B0/7",
    .name = "port RS485 A",
    .cid2 = 0xB0,
    .request = module_request<7, rs485_a>,
    .variants = port_variants<rs485_a>,
    .source = "3.22",
    .evidence = "pub",
    .worth_seeing = false,
};

constexpr model::Service can_port{
    .code = "B0/7",
    .name = "port CAN 1",
    .cid2 = 0xB0,
    .request = module_request<7, can_1>,
    .variants = port_variants<can_1>,
    .source = "3.22",
    .evidence = "pub",
    .worth_seeing = false,
};
static_assert(well_formed(ocv_parameters) && well_formed(hardware_protection) && well_formed(manufacturing) &&
              well_formed(capacity) && well_formed(rs485_port) && well_formed(can_port));

}  // namespace packwire::dialect::daren
