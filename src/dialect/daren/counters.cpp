// SPDX-License-Identifier: MIT
/// Service 83: protection counters. Source: protocol 3.16.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr auto request = std::to_array<Field>({group, read_operation});

// clang-format off
constexpr auto fields = std::to_array<Field>({
    {.name = "service_echo", .wire = Wire::u8, .constant = 0x83, .framing = true},
    read_operation,
    {.name = "cell_overvoltage_count", .metric = metric("cell_overvoltage_count")},
    {.name = "cell_undervoltage_count", .metric = metric("cell_undervoltage_count")},
    {.name = "charge_overcurrent_count", .metric = metric("charge_overcurrent_count")},
    {.name = "charge_over_temperature_count", .metric = metric("charge_over_temperature_count")},
    {.name = "short_circuit_count", .metric = metric("short_circuit_count")},
    {.name = "mosfet_over_temperature_count", .metric = metric("mosfet_over_temperature_count")},
    {.name = "ambient_over_temperature_count", .metric = metric("ambient_over_temperature_count")},
    {.name = "ambient_under_temperature_count", .metric = metric("ambient_under_temperature_count")},
    // Packs send 8 to 14 counters.
    {.name = "pack_overvoltage_count", .metric = metric("pack_overvoltage_count"), .optional = true},
    {.name = "pack_undervoltage_count", .metric = metric("pack_undervoltage_count"), .optional = true},
    {.name = "discharge_overcurrent_count", .metric = metric("discharge_overcurrent_count"), .optional = true},
    {.name = "charge_under_temperature_count", .metric = metric("charge_under_temperature_count"), .optional = true},
    {.name = "discharge_over_temperature_count", .metric = metric("discharge_over_temperature_count"), .optional = true},
    {.name = "discharge_under_temperature_count", .metric = metric("discharge_under_temperature_count"), .optional = true},
});
// clang-format on

constexpr auto variants = std::to_array<model::Variant>({{"counters", fields}});

}  // namespace

constexpr model::Service protection_counters{
    .code = "83",
    .name = "protection counters",
    .cid2 = 0x83,
    .request = request,
    .variants = variants,
    .source = "3.16",
    .evidence = "frame",
    .cadence = model::Cadence::minutely,
};
static_assert(well_formed(protection_counters));

}  // namespace packwire::dialect::daren
