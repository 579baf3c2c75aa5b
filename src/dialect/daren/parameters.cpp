// SPDX-License-Identifier: MIT
/// Service 47: system parameters. Source: protocol 3.5.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"
#include "model/record.hpp"

namespace packwire::dialect::daren {

namespace {

/// Firmware 1.0.2 adds 50 to both temperatures; newer firmware sends them signed. Source: protocol 3.5,
/// erratum 6.
constexpr Scale plus_50{.per = 1, .bias = -50};

// clang-format off
constexpr auto fields = std::to_array<Field>({
    data_flag,
    {.name = "cell_voltage_upper_limit", .scale = thousandth, .unit = "V", .metric = metric("cell_voltage_upper_limit"), .sentinel = true},
    {.name = "cell_voltage_lower_limit", .scale = thousandth, .unit = "V", .metric = metric("cell_voltage_lower_limit"), .sentinel = true},
    {.name = "temperature_upper_limit", .wire = Wire::s16, .unit = "°C", .metric = metric("temperature_upper_limit"), .sentinel = true, .other_scale = plus_50},
    {.name = "temperature_lower_limit", .wire = Wire::s16, .unit = "°C", .metric = metric("temperature_lower_limit"), .sentinel = true, .other_scale = plus_50},
    {.name = "charge_current_upper_limit", .scale = hundredth, .unit = "A", .metric = metric("charge_current_upper_limit"), .sentinel = true},
    {.name = "pack_voltage_upper_limit_per_cell", .scale = thousandth, .unit = "V", .metric = metric("pack_voltage_upper_limit"), .sentinel = true},
    {.name = "pack_voltage_lower_limit_per_cell", .scale = thousandth, .unit = "V", .metric = metric("pack_voltage_lower_limit"), .sentinel = true},
    {.name = "cell_count"},
    {.name = "charge_current_limit", .scale = hundredth, .unit = "A", .metric = metric("47.charge_current_limit"), .sentinel = true},
    {.name = "nominal_capacity", .scale = hundredth, .unit = "Ah", .metric = metric("nominal_capacity"), .sentinel = true},
    {.name = "history_interval_min", .unit = "min"},
    {.name = "balance_mode"},
    {.name = "product_barcode", .wire = Wire::text, .metric = metric("product_barcode"), .width = 20},
    {.name = "bms_barcode", .wire = Wire::text, .metric = metric("bms_barcode"), .width = 20},
});
// clang-format on

constexpr auto variants = std::to_array<model::Variant>({{"signed_temperatures", fields}});

/// The upper limit decides for both. Source: protocol 3.5.
bool adds_50(const model::Record& record) {
    constexpr std::int32_t hottest = 90;
    const auto upper = record.raw(metric("temperature_upper_limit"));
    return !upper.empty() && upper[0] > hottest && upper[0] != 0x7FFF;
}

}  // namespace

constexpr model::Service system_parameters{
    .code = "47",
    .name = "system parameters",
    .cid2 = 0x47,
    .request = group_only,
    .variants = variants,
    .source = "3.5",
    .evidence = "frame",
    .cadence = model::Cadence::minutely,
    .section = "system",
    .title = "System parameters",
    .other_scale = &adds_50,
    .other_scale_name = "temperatures_plus_50",
};
static_assert(well_formed(system_parameters));

}  // namespace packwire::dialect::daren
