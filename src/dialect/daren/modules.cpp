// SPDX-License-Identifier: MIT
/// Service B0: parameter modules 3 (manufacturing) and 4 (capacity). Source: protocol 3.22.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr std::int64_t all_functions = 0xFF;

/// Read all of a module.
template <std::int64_t module>
constexpr auto request = std::to_array<Field>({
    group,
    {.name = "operation", .wire = Wire::u8, .constant = 1},
    {.name = "module", .wire = Wire::u8, .constant = module},
    {.name = "function", .wire = Wire::u8, .constant = all_functions},
    {.name = "length", .wire = Wire::u8, .constant = 0},
});

/// `length` is not to be relied on: one firmware sends 0 before 18 bytes. Source: protocol 3.22.
template <std::int64_t module>
constexpr auto header = std::to_array<Field>({
    {.name = "service_echo", .wire = Wire::u8, .constant = 0xB0},
    {.name = "group", .wire = Wire::u8},
    {.name = "operation", .wire = Wire::u8, .constant = 1},
    {.name = "module", .wire = Wire::u8, .constant = module},
    {.name = "function", .wire = Wire::u8, .constant = all_functions},
    {.name = "length", .wire = Wire::u8},
});

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

constexpr auto manufacturing_variants =
    std::to_array<model::Variant>({{"manufacturing", manufacturing_fields}});
constexpr auto capacity_variants = std::to_array<model::Variant>({{"capacity", capacity_fields}});

}  // namespace

constexpr model::Service manufacturing{
    .code = "B0/3",
    .name = "manufacturing",
    .cid2 = 0xB0,
    .request = request<3>,
    .variants = manufacturing_variants,
    .source = "3.22",
    .evidence = "frame",
};

constexpr model::Service capacity{
    .code = "B0/4",
    .name = "capacity",
    .cid2 = 0xB0,
    .request = request<4>,
    .variants = capacity_variants,
    .source = "3.22",
    .evidence = "frame",
};
static_assert(well_formed(manufacturing) && well_formed(capacity));

}  // namespace packwire::dialect::daren
