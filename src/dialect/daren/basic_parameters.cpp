// SPDX-License-Identifier: MIT
/// Service 80: thresholds, delays and releases of every protection and alarm. Source: protocol 3.13.
#include <cstdlib>

#include "dialect/daren/daren.hpp"
#include "dialect/daren/guesses.hpp"

namespace packwire::dialect::daren {

namespace {

// clang-format off
/// A word each. Below its threshold 0 in a current or release means not set.
constexpr auto words = std::to_array<Field>({
    {.name = "cell_overvoltage_protection_threshold", .scale = thousandth, .unit = "V", .min = 3, .max = 4.5, .metric = model::metric("cell_overvoltage_protection_threshold"), .sentinel = true},
    {.name = "cell_overvoltage_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_overvoltage_protection_release", .scale = thousandth, .unit = "V", .min = 3, .max = 4.5, .sentinel = true},
    {.name = "cell_undervoltage_protection_threshold", .scale = thousandth, .unit = "V", .min = 1.5, .max = 3.3, .metric = model::metric("cell_undervoltage_protection_threshold"), .sentinel = true},
    {.name = "cell_undervoltage_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_undervoltage_protection_release", .scale = thousandth, .unit = "V", .min = 1.5, .max = 3.3, .sentinel = true},
    {.name = "cell_voltage_difference_protection_threshold", .scale = thousandth, .unit = "V", .min = 0.05, .max = 2, .sentinel = true},
    {.name = "cell_voltage_difference_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_voltage_difference_protection_release", .scale = thousandth, .unit = "V", .min = 0.05, .max = 2, .sentinel = true},
    {.name = "pack_overvoltage_protection_threshold", .scale = hundredth, .unit = "V", .min = 40, .max = 75, .sentinel = true},
    {.name = "pack_overvoltage_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "pack_overvoltage_protection_release", .scale = hundredth, .unit = "V", .min = 40, .max = 75, .sentinel = true},
    {.name = "pack_undervoltage_protection_threshold", .scale = hundredth, .unit = "V", .min = 30, .max = 55, .sentinel = true},
    {.name = "pack_undervoltage_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "pack_undervoltage_protection_release", .scale = hundredth, .unit = "V", .min = 30, .max = 55, .sentinel = true},
    {.name = "charge_overcurrent_1_protection_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .metric = model::metric("charge_overcurrent_1_protection_threshold"), .sentinel = true},
    {.name = "charge_overcurrent_1_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_overcurrent_1_protection_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "charge_overcurrent_2_protection_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "charge_overcurrent_2_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_overcurrent_2_protection_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "discharge_overcurrent_1_protection_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .metric = model::metric("discharge_overcurrent_1_protection_threshold"), .sentinel = true},
    {.name = "discharge_overcurrent_1_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_overcurrent_1_protection_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "discharge_overcurrent_2_protection_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 1000, .sentinel = true},
    {.name = "discharge_overcurrent_2_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_overcurrent_2_protection_release", .scale = tenth, .unit = "A", .min = 1, .max = 1000, .sentinel = true},
    {.name = "charge_over_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .metric = model::metric("charge_over_temperature_protection_threshold"), .sentinel = true},
    {.name = "charge_over_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_over_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "charge_under_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .metric = model::metric("charge_under_temperature_protection_threshold"), .sentinel = true},
    {.name = "charge_under_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_under_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "discharge_over_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .metric = model::metric("discharge_over_temperature_protection_threshold"), .sentinel = true},
    {.name = "discharge_over_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_over_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "discharge_under_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .metric = model::metric("discharge_under_temperature_protection_threshold"), .sentinel = true},
    {.name = "discharge_under_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_under_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "mosfet_over_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 50, .max = 130, .metric = model::metric("mosfet_over_temperature_protection_threshold"), .sentinel = true},
    {.name = "mosfet_over_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "mosfet_over_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 50, .max = 130, .sentinel = true},
    {.name = "ambient_over_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 100, .sentinel = true},
    {.name = "ambient_over_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "ambient_over_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 100, .sentinel = true},
    {.name = "ambient_under_temperature_protection_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "ambient_under_temperature_protection_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "ambient_under_temperature_protection_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "cell_overvoltage_alarm_threshold", .scale = thousandth, .unit = "V", .min = 3, .max = 4.5, .metric = model::metric("cell_overvoltage_alarm_threshold"), .sentinel = true},
    {.name = "cell_overvoltage_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_overvoltage_alarm_release", .scale = thousandth, .unit = "V", .min = 3, .max = 4.5, .sentinel = true},
    {.name = "cell_undervoltage_alarm_threshold", .scale = thousandth, .unit = "V", .min = 1.5, .max = 3.3, .metric = model::metric("cell_undervoltage_alarm_threshold"), .sentinel = true},
    {.name = "cell_undervoltage_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_undervoltage_alarm_release", .scale = thousandth, .unit = "V", .min = 1.5, .max = 3.3, .metric = model::metric("cell_undervoltage_alarm_release"), .sentinel = true},
    {.name = "cell_voltage_difference_alarm_threshold", .scale = thousandth, .unit = "V", .min = 0.02, .max = 2, .sentinel = true},
    {.name = "cell_voltage_difference_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "cell_voltage_difference_alarm_release", .scale = thousandth, .unit = "V", .min = 0.02, .max = 2, .sentinel = true},
    {.name = "pack_overvoltage_alarm_threshold", .scale = hundredth, .unit = "V", .min = 40, .max = 75, .metric = model::metric("pack_overvoltage_alarm_threshold"), .sentinel = true},
    {.name = "pack_overvoltage_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "pack_overvoltage_alarm_release", .scale = hundredth, .unit = "V", .min = 40, .max = 75, .sentinel = true},
    {.name = "pack_undervoltage_alarm_threshold", .scale = hundredth, .unit = "V", .min = 30, .max = 55, .sentinel = true},
    {.name = "pack_undervoltage_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "pack_undervoltage_alarm_release", .scale = hundredth, .unit = "V", .min = 30, .max = 55, .sentinel = true},
    {.name = "charge_overcurrent_1_alarm_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .metric = model::metric("charge_overcurrent_1_alarm_threshold"), .sentinel = true},
    {.name = "charge_overcurrent_1_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_overcurrent_1_alarm_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "charge_overcurrent_2_alarm_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "charge_overcurrent_2_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_overcurrent_2_alarm_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "discharge_overcurrent_1_alarm_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 600, .metric = model::metric("discharge_overcurrent_1_alarm_threshold"), .sentinel = true},
    {.name = "discharge_overcurrent_1_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_overcurrent_1_alarm_release", .scale = tenth, .unit = "A", .min = 1, .max = 600, .sentinel = true},
    {.name = "discharge_overcurrent_2_alarm_threshold", .scale = tenth, .unit = "A", .min = 1, .max = 1000, .sentinel = true},
    {.name = "discharge_overcurrent_2_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_overcurrent_2_alarm_release", .scale = tenth, .unit = "A", .min = 1, .max = 1000, .sentinel = true},
    {.name = "charge_over_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "charge_over_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_over_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "charge_under_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "charge_under_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "charge_under_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "discharge_over_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "discharge_over_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_over_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 90, .sentinel = true},
    {.name = "discharge_under_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "discharge_under_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "discharge_under_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "mosfet_over_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 50, .max = 130, .sentinel = true},
    {.name = "mosfet_over_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "mosfet_over_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 50, .max = 130, .sentinel = true},
    {.name = "ambient_over_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 100, .sentinel = true},
    {.name = "ambient_over_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "ambient_over_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = 30, .max = 100, .sentinel = true},
    {.name = "ambient_under_temperature_alarm_threshold", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    {.name = "ambient_under_temperature_alarm_delay", .scale = thousandth, .unit = "s", .max = 65.535},
    {.name = "ambient_under_temperature_alarm_release", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 20, .sentinel = true},
    // Ids 96 and 97 are unused: from here on the id of 81 is the word + 2.
    {.name = "cell_sleep_voltage", .scale = thousandth, .unit = "V", .min = 2, .max = 3.4, .sentinel = true},
    {.name = "cell_sleep_delay", .unit = "min", .max = 65535},
    {.name = "balance_high_temperature_inhibit", .unit = "°C", .min = 30, .max = 90, .sentinel = true, .other_scale = tenth},
    {.name = "balance_low_temperature_inhibit", .wire = Wire::s16, .unit = "°C", .min = -40, .max = 20, .sentinel = true, .other_scale = tenth},
    {.name = "balance_start_voltage", .scale = thousandth, .unit = "V", .min = 2.7, .max = 3.6, .sentinel = true},
    {.name = "balance_start_voltage_difference", .scale = thousandth, .unit = "V", .min = 0.005, .max = 0.2, .sentinel = true},
    {.name = "low_soc_alarm", .unit = "%", .max = 50, .sentinel = true},
    {.name = "low_soc_alarm_release", .unit = "%", .max = 60, .sentinel = true},
    {.name = "charge_voltage_limit", .scale = hundredth, .unit = "V", .min = 40, .max = 60, .metric = model::metric("80.charge_voltage_limit"), .sentinel = true, .optional = true},
    {.name = "charge_current_limit", .scale = tenth, .unit = "A", .max = 300, .metric = model::metric("80.charge_current_limit"), .sentinel = true, .optional = true},
});
// clang-format on

constexpr std::size_t least_voltage = 3000;
constexpr std::size_t most_voltage = 4500;

/// Word 0 as a cell voltage, with `lead` bytes before it.
constexpr bool begins_with_voltage(std::span<const std::uint8_t> info, std::size_t lead) {
    if (info.size() < lead + 2) return false;
    const std::size_t word = std::size_t{info[lead]} << 8U | info[lead + 1];
    return word >= least_voltage && word <= most_voltage;
}

/// A tolerant parser skips one or two bytes when word 0 is implausible. Source: protocol 3.13.
template <std::size_t lead>
constexpr bool led_by(std::span<const std::uint8_t> info) {
    for (std::size_t fewer = 0; fewer < lead; ++fewer) {
        if (begins_with_voltage(info, fewer)) return false;
    }
    return begins_with_voltage(info, lead);
}
constexpr bool led_by_none(std::span<const std::uint8_t> info) {
    return !led_by<1>(info) && !led_by<2>(info);
}

constexpr auto one_byte =
    std::to_array<Field>({{.name = "leading_byte", .wire = Wire::bytes, .width = 1, .framing = true}});
constexpr auto two_bytes =
    std::to_array<Field>({{.name = "leading_bytes", .wire = Wire::bytes, .width = 2, .framing = true}});
constexpr auto words_after_one = join(one_byte, words);
constexpr auto words_after_two = join(two_bytes, words);

// One by one: compilers limit what one constant may cost.
constexpr model::Variant plain{"words", words, &led_by_none};
constexpr model::Variant after_one{"after_one_byte", words_after_one, &led_by<1>};
constexpr model::Variant after_two{"after_two_bytes", words_after_two, &led_by<2>};
constexpr auto variants = std::to_array<model::Variant>({plain, after_one, after_two});

/// Both balance temperatures are in 0.1 °C if either cannot be whole degrees.
bool balance_in_tenths(const model::Record& record) {
    for (const auto* name : {"balance_high_temperature_inhibit", "balance_low_temperature_inhibit"}) {
        const auto raw = raw_of(record, name);
        if (raw != 0x7FFF && std::abs(raw) > guesses::most_whole_degrees) return true;
    }
    return false;
}

/// The words that every pack has set.
bool looks_like_thresholds(const model::Record& record) {
    for (const auto* name : {"cell_overvoltage_protection_threshold", "cell_overvoltage_protection_release",
                             "cell_undervoltage_protection_threshold", "cell_undervoltage_protection_release",
                             "cell_overvoltage_alarm_threshold", "cell_undervoltage_alarm_threshold"}) {
        const auto slot = record.layout().find(name).first;
        const auto& field = *record.slot(slot).field;
        const auto value = record.value(slot);
        if (!value || *value < field.min || *value > field.max) return false;
    }
    return true;
}

}  // namespace

constexpr model::Service basic_parameters{
    .code = "80",
    .name = "basic parameters",
    .cid2 = 0x80,
    .request = group_only,
    .variants = variants,
    .source = "3.13",
    .evidence = "sw, pub",
    .cadence = model::Cadence::ten_minutely,
    .section = "parameters",
    .title = "Protection and alarm thresholds",
    .other_scale = &balance_in_tenths,
    .tell_tale = &looks_like_thresholds,
};
static_assert(well_formed(basic_parameters));

}  // namespace packwire::dialect::daren
