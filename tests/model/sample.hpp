// SPDX-License-Identifier: MIT
/// A made-up service with every kind of field, so that the model is tested without any dialect.
#pragma once

#include <array>
#include <cstdlib>

#include "model/record.hpp"

namespace packwire::model::sample {

inline constexpr auto flags = std::to_array<Flag>({
    {0, "hot_protection", FlagClass::protection, Alarm::high_temperature},
    {1, "hot_alarm", FlagClass::alarm, Alarm::high_temperature},
    {4, "mode", FlagClass::state, Alarm::none, 2},
    {15, "asleep", FlagClass::state},
});
inline constexpr auto names = std::to_array<std::string_view>({"off", "on"});

// clang-format off
inline constexpr auto fields = std::to_array<Field>({
    {.name = "echo", .wire = Wire::u8, .constant = 0x5A},
    {.name = "voltage", .scale = {.per = 100}, .unit = "V", .min = 10, .max = 60, .metric = metric("pack_voltage"), .sentinel = true, .proves = true},
    {.name = "sensors", .wire = Wire::u8, .min = 0, .max = 4},
    {.name = "temperature", .wire = Wire::s16, .scale = {.per = 10}, .unit = "°C", .min = -40, .max = 120, .metric = metric("cell_temperature"), .repeat = "sensors", .sentinel = true, .other_scale = Scale{.per = 1, .bias = -50}},
    {.name = "total", .wire = Wire::u32, .unit = "Ah", .metric = metric("total_charge_capacity")},
    {.name = "word", .metric = metric("voltage_status"), .flags = flags},
    {.name = "switch", .wire = Wire::u8, .names = names},
    {.name = "mask", .wire = Wire::mask_low, .metric = metric("cell_balancing")},
    {.name = "label", .wire = Wire::text, .metric = metric("product_code"), .width = 4},
    {.name = "version", .wire = Wire::version, .metric = metric("software_version"), .width = 3},
    {.name = "made", .wire = Wire::date, .metric = metric("production_date"), .width = 3},
    {.name = "mask", .wire = Wire::mask_high, .optional = true},
    {.name = "health", .wire = Wire::u8, .unit = "%", .metric = metric("state_of_health"), .sentinel = true, .optional = true},
});
// clang-format on

inline constexpr auto request =
    std::to_array<Field>({{.name = "group", .wire = Wire::u8, .constant = own_address},
                          {.name = "what", .wire = Wire::u8, .constant = 7}});
inline constexpr auto variants = std::to_array<Variant>({{"plain", fields}});

inline bool shifted(const Record& record) {
    return !record.raw(metric("pack_voltage")).empty() && record.raw(metric("pack_voltage"))[0] == 5555;
}
inline std::optional<Error> contradiction(const Record& record) {
    if (record.raw(metric("pack_voltage"))[0] != 1313) return std::nullopt;
    return Error{Errc::inconsistent, "voltage: expected no 13.13 V"};
}

inline constexpr Service service{
    .code = "5A",
    .name = "sample",
    .cid2 = 0x5A,
    .request = request,
    .variants = variants,
    .source = "made up",
    .evidence = "none",
    .measures = true,
    .other_scale = &shifted,
    .other_scale_name = "shifted",
    .contradiction = &contradiction,
};
static_assert(well_formed(service));

/// 2 sensors and every optional field.
inline constexpr auto bytes = std::to_array<std::uint8_t>({
    0x5A,                    // echo
    0x14, 0xC0,              // 53.12 V
    0x02,                    // 2 sensors
    0x01, 0x04, 0xFF, 0x9C,  // 26.0, -10.0
    0xFF, 0xFF, 0xFF, 0xFE,  // 4294967294
    0x80, 0x21,              // bits 0, 5, 15
    0x01,                    // on
    0x80, 0x01,              // cells 1, 16
    'T',  '1',  0x20, 0x00,  // T1
    0x01, 0x05, 0x0A,        // 1.5.10
    0x19, 0x09, 0x18,        // 2025-09-24
    0x80, 0x02,              // cells 18, 32
    0x50,                    // 80 %
});

}  // namespace packwire::model::sample
