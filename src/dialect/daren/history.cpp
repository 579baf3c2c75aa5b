// SPDX-License-Identifier: MIT
/// Services 4B and 4C: what the pack has recorded. Known from the vendor's program only. Source:
/// protocol 3.7, 3.8.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/events.hpp"
#include "dialect/daren/guesses.hpp"

namespace packwire::dialect::daren {

namespace {

using enum model::FlagClass;

/// 0 the first record, 1 the next, 2 the last one again.
constexpr auto request = std::to_array<Field>({
    {.name = "type", .wire = Wire::u8, .max = 2},
    {.name = "group", .wire = Wire::u8, .usual = 1},
});

/// 1: the last record; it is good, too.
constexpr auto beginning = std::to_array<Field>({
    {.name = "data_type", .wire = Wire::u8, .max = 1},
    data_flag,
    {.name = "year", .wire = Wire::u8, .scale = {.bias = 2000}, .max = 2099},
});

constexpr auto time_of_day = std::to_array<Field>({
    {.name = "day", .wire = Wire::u8, .min = 1, .max = 31},
    {.name = "hour", .wire = Wire::u8, .max = 23},
    {.name = "minute", .wire = Wire::u8, .max = 59},
    {.name = "second", .wire = Wire::u8, .max = 59},
});

constexpr auto plain_month = std::to_array<Field>({{.name = "month", .wire = Wire::u8, .min = 1, .max = 12}});
constexpr auto packed_month_bits = std::to_array<model::Flag>({
    {0, "version", state, model::Alarm::none, 2},
    {4, "month", state, model::Alarm::none, 4},
});
constexpr auto packed_month = std::to_array<Field>({
    {.name = "month_and_version", .wire = Wire::u8, .flags = packed_month_bits},
});

/// 0 normal, 1 and 2 alarms, 9 and 10 protections of level 1 and 2. Source: protocol 3.8.
constexpr auto rank_bits = std::to_array<model::Flag>({
    {0, "rank", state, model::Alarm::none, 7},
    {7, "occurred", state},
});

// clang-format off
constexpr auto measured = std::to_array<Field>({
    {.name = "pack_voltage", .wire = Wire::s16, .scale = tenth, .unit = "V", .max = 150, .sentinel = true},
    {.name = "pack_current", .wire = Wire::s16, .scale = tenth, .unit = "A", .sentinel = true},
    {.name = "charge_count", .sentinel = true},
    {.name = "discharge_count", .sentinel = true},
});

constexpr auto depths = std::to_array<Field>({
    {.name = "charge_depth", .sentinel = true},
    {.name = "discharge_depth", .sentinel = true},
    {.name = "running_mileage", .wire = Wire::u32, .unit = "km", .sentinel = true},
});
constexpr auto event_lists = std::to_array<Field>({
    {.name = "event_code", .wire = Wire::u32, .flags = event_code_flags},
    {.name = "event_recovery", .wire = Wire::u32, .flags = event_recovery_flags},
});

constexpr Field health{.name = "state_of_health", .wire = Wire::s16, .scale = tenth, .unit = "%", .max = 120, .sentinel = true};
constexpr Field charge{.name = "state_of_charge", .wire = Wire::s16, .scale = tenth, .unit = "%", .max = 120, .sentinel = true};

constexpr auto mosfet_flags = std::to_array<model::Flag>({
    {0, "charge_mosfet_on", state},
    {1, "discharge_mosfet_on", state},
});

constexpr auto rest = std::to_array<Field>({
    guesses::history_health_first ? health : charge,
    guesses::history_health_first ? charge : health,
    {.name = "mosfet_status", .wire = Wire::u8, .flags = mosfet_flags},
    {.name = "rated_capacity", .scale = guesses::history_capacity, .unit = guesses::history_capacity_unit, .sentinel = true},
    {.name = "ambient_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -60, .max = 150, .sentinel = true},
    {.name = "mosfet_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -60, .max = 150, .sentinel = true},
    {.name = "alarm_flags", .wire = Wire::u32, .flags = history_alarm_flags},
    {.name = "protection_flags", .wire = Wire::u32, .flags = history_protection_flags},
    {.name = "cell_count", .wire = Wire::u8, .min = 1, .max = 32},
    {.name = "cell_voltage", .scale = thousandth, .unit = "V", .max = 5, .repeat = "cell_count", .sentinel = true},
    {.name = "temperature_sensor_count", .wire = Wire::u8, .max = 20},
    {.name = "cell_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -60, .max = 150, .repeat = "temperature_sensor_count", .sentinel = true},
    {.name = "event_record", .wire = Wire::s16, .names = event_names},
});

constexpr auto event_fields = join(join(beginning, plain_month), join(time_of_day, std::to_array<Field>({
    {.name = "event_type", .wire = Wire::u8, .names = event_types},
    {.name = "status_and_rank", .wire = Wire::u8, .flags = rank_bits},
    {.name = "event_number", .wire = Wire::u8},
    {.name = "event_data"},
    {.name = "event_reference"},
})));
// clang-format on

constexpr auto history = join(time_of_day, measured);
constexpr auto v0 = join(join(beginning, plain_month), join(history, join(depths, rest)));
constexpr auto v0_packed = join(join(beginning, packed_month), join(history, join(depths, rest)));
constexpr auto v1 = join(join(beginning, packed_month), join(history, join(event_lists, rest)));

constexpr std::size_t month_at = 3;
constexpr std::uint8_t last_month = 12;
constexpr std::uint8_t version_mask = 3;

/// The month byte says which table it is. Source: protocol 3.7, combined rule. Its third case, an older
/// program's "version in the upper two bits", asks for a byte of D0 or more whose lower six bits are 1 to 12:
/// there is none, so it does not stand here.
constexpr bool is_plain(std::span<const std::uint8_t> info) {
    return info.size() > month_at && info[month_at] <= last_month;
}
constexpr bool is_v0(std::span<const std::uint8_t> info) {
    return info.size() > month_at && !is_plain(info) && (info[month_at] & version_mask) == 0;
}
constexpr bool is_v1(std::span<const std::uint8_t> info) {
    return info.size() > month_at && !is_plain(info) && !is_v0(info);
}

constexpr model::Variant plain_variant{"v0", v0, &is_plain};
constexpr model::Variant packed_variant{"v0_packed_month", v0_packed, &is_v0};
constexpr model::Variant event_variant{"v1", v1, &is_v1};
constexpr auto history_variants =
    std::to_array<model::Variant>({plain_variant, packed_variant, event_variant});
constexpr auto event_variants = std::to_array<model::Variant>({{"event", event_fields}});

bool is_event(const model::Record& record) {
    return all_plausible(record) && all_named(record);
}

}  // namespace

constexpr model::Service history_record{
    .code = "4B",
    .name = "history record",
    .cid2 = 0x4B,
    .request = request,
    .variants = history_variants,
    .source = "3.7",
    .evidence = "sw",
    .worth_seeing = false,
    .measures = true,
    .tell_tale = &is_event,
};

constexpr model::Service event_record{
    .code = "4C",
    .name = "event record",
    .cid2 = 0x4C,
    .request = request,
    .variants = event_variants,
    .source = "3.8",
    .evidence = "sw",
    .worth_seeing = false,
    .measures = true,
    .tell_tale = &is_event,
};
static_assert(well_formed(history_record) && well_formed(event_record));

}  // namespace packwire::dialect::daren
