// SPDX-License-Identifier: MIT
/// Service 42: live data. Source: protocol 3.1.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"
#include "dialect/daren/status.hpp"
#include "model/record.hpp"

namespace packwire::dialect::daren {

namespace {

using model::Record;

// clang-format off
constexpr auto without_data_flag = std::to_array<Field>({
    {.name = "state_of_charge", .scale = hundredth, .unit = "%", .min = 0, .max = 100, .metric = metric("state_of_charge"), .sentinel = true, .possible = beyond_rating},
    {.name = "pack_voltage", .scale = hundredth, .unit = "V", .min = 1, .max = 150, .metric = metric("pack_voltage"), .sentinel = true, .proves = true},
    {.name = "cell_count", .wire = Wire::u8, .min = 1, .max = 32, .metric = metric("cell_count")},
    {.name = "cell_voltage", .scale = thousandth, .unit = "V", .min = cell_plausible.min, .max = cell_plausible.max, .metric = metric("cell_voltage"), .repeat = "cell_count", .sentinel = true, .proves = true, .possible = cell_possible},
    {.name = "ambient_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 120, .metric = metric("ambient_temperature"), .sentinel = true},
    {.name = "pack_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 120, .metric = metric("pack_temperature"), .sentinel = true},
    {.name = "mosfet_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 150, .metric = metric("mosfet_temperature"), .sentinel = true},
    {.name = "temperature_sensor_count", .wire = Wire::u8, .min = 0, .max = 20},
    {.name = "cell_temperature", .wire = Wire::s16, .scale = tenth, .unit = "°C", .min = -40, .max = 120, .metric = metric("cell_temperature"), .repeat = "temperature_sensor_count", .sentinel = true},
    {.name = "pack_current", .wire = Wire::s16, .scale = hundredth, .unit = "A", .min = -327, .max = 327, .metric = metric("pack_current"), .sentinel = true, .other_scale = tenth},
    {.name = "internal_resistance", .scale = tenth, .unit = "mΩ", .min = 0, .max = 1000, .metric = metric("internal_resistance")},
    {.name = "state_of_health", .unit = "%", .min = 0, .max = 100, .metric = metric("state_of_health"), .sentinel = true, .possible = beyond_rating},
    {.name = "user_defined", .wire = Wire::u8},
    {.name = "full_charge_capacity", .scale = hundredth, .unit = "Ah", .min = 1, .max = 655.35, .metric = metric("full_charge_capacity"), .sentinel = true},
    {.name = "remaining_capacity", .scale = hundredth, .unit = "Ah", .min = 0, .max = 655.35, .metric = metric("remaining_capacity"), .sentinel = true},
    {.name = "cycle_count", .min = 0, .max = 20000, .metric = metric("cycle_count")},
    {.name = "voltage_status", .metric = metric("voltage_status"), .flags = voltage_flags},
    {.name = "current_status", .metric = metric("current_status"), .flags = current_flags},
    {.name = "temperature_status", .metric = metric("temperature_status"), .flags = temperature_flags},
    {.name = "alarm_status", .metric = metric("alarm_status"), .flags = alarm_flags},
    {.name = "fet_status", .metric = metric("fet_status"), .flags = fet_flags},
    {.name = "cell_overvoltage_protection", .wire = Wire::mask_low, .metric = metric("cell_overvoltage_protection")},
    {.name = "cell_undervoltage_protection", .wire = Wire::mask_low, .metric = metric("cell_undervoltage_protection")},
    {.name = "cell_overvoltage_alarm", .wire = Wire::mask_low, .metric = metric("cell_overvoltage_alarm")},
    {.name = "cell_undervoltage_alarm", .wire = Wire::mask_low, .metric = metric("cell_undervoltage_alarm")},
    {.name = "cell_balancing", .wire = Wire::mask_low, .metric = metric("cell_balancing")},
    // The specification's table ends here; firmware may too.
    {.name = "cell_balancing", .wire = Wire::mask_high, .optional = true},
    {.name = "cell_overvoltage_protection", .wire = Wire::mask_high, .optional = true},
    {.name = "cell_undervoltage_protection", .wire = Wire::mask_high, .optional = true},
    {.name = "cell_overvoltage_alarm", .wire = Wire::mask_high, .optional = true},
    {.name = "cell_undervoltage_alarm", .wire = Wire::mask_high, .optional = true},
    {.name = "machine_status", .wire = Wire::u8, .metric = metric("machine_status"), .optional = true, .names = machine_states},
    {.name = "io_status", .metric = metric("io_status"), .optional = true, .flags = io_flags},
});
// clang-format on

constexpr auto with_data_flag = join(std::array<Field, 1>{data_flag}, without_data_flag);

constexpr auto variants = std::to_array<model::Variant>({
    {"with_data_flag", with_data_flag},
    {"without_data_flag", without_data_flag},
});

constexpr std::int32_t not_measured = 0x7FFF;

constexpr auto least_cell_mv = static_cast<std::int64_t>(1000 * cell_plausible.min);
constexpr auto most_cell_mv = static_cast<std::int64_t>(1000 * cell_plausible.max);
constexpr auto highest_possible_cell_mv = static_cast<std::int32_t>(1000 * cell_possible.max);

/// How far pack voltage and cells are from fitting each other, in mV; absent when nothing says. Cells that
/// were not measured, or say more than `most_mv`, share what the others leave of the pack voltage: that fits
/// as long as each can have its part. Source: bank 8.
std::optional<std::int64_t> difference(const Record& record, std::int32_t most_mv) {
    const auto pack = record.raw(metric("pack_voltage"));
    std::int64_t sum = 0;
    std::int64_t unknown = 0;
    for (const auto cell : record.raw(metric("cell_voltage"))) {
        const bool known = cell <= most_mv && cell != not_measured;
        sum += known ? cell : 0;
        unknown += known ? 0 : 1;
    }
    if (pack.empty() || pack[0] == not_measured) return std::nullopt;
    const auto left = std::int64_t{pack[0]} * 10 - sum;
    return left - std::clamp(left, unknown * least_cell_mv, unknown * most_cell_mv);
}

/// What no cell has counts in full: it shows that the table is the wrong one.
std::int64_t deviation(const Record& record) {
    constexpr std::int64_t unknown = 1'000'000;
    constexpr std::int32_t any = 0xFFFF;
    const auto found = difference(record, any);
    return found ? std::abs(*found) : unknown;
}

/// Currents in 0.1 A. Source: protocol 3.1, current unit.
bool in_tenths(const Record& record) {
    const auto status = record.raw(metric("current_status"));
    if (status.empty() || (status[0] >> 10 & 1) == 0) return false;
    const auto slot = record.layout().find("user_defined").first;
    return slot < record.size() && (record.raw()[slot] & 1) == 0;
}

/// The cells must add up to the pack voltage, less what the conductors drop. Source: bank 8.
std::optional<Error> cells_off(const Record& record) {
    constexpr std::int64_t tolerance_mv = 500;
    constexpr double resistance_mohm = 5;
    const auto found = difference(record, highest_possible_cell_mv);
    if (!found || std::abs(*found) <= tolerance_mv) return std::nullopt;
    const auto current = std::abs(record.value(metric("pack_current")).value_or(0));
    const auto allowed = (static_cast<double>(tolerance_mv) + current * resistance_mohm) / 1000;
    const auto off = std::abs(static_cast<double>(*found)) / 1000;
    if (off <= allowed) return std::nullopt;
    return Error{Errc::inconsistent,
                 fmt::format("pack_voltage: expected the sum of the cells within {:.2f} V, got {:.2f} V "
                             "and cells that are {:.3f} V off",
                             allowed, record.raw(metric("pack_voltage"))[0] / 100.0, off)};
}

/// Older Tian/Revov firmware fits the short tail but gives SOC in whole percent. Source: protocol 11.3.
std::optional<Error> is_revov(const Record& record) {
    const bool short_tail = record.raw(metric("io_status")).empty() && record.surplus().empty();
    if (!short_tail) return std::nullopt;  // before the dear part: nearly all frames end here
    const auto soc = record.raw(metric("state_of_charge"));
    const auto full = record.value(metric("full_charge_capacity"));
    const auto remaining = record.value(metric("remaining_capacity"));
    if (soc.empty() || soc[0] == not_measured || !full || !remaining || *full <= 0) return std::nullopt;
    const auto by_capacity = 100 * *remaining / *full;
    const bool in_hundredths = std::abs(soc[0] / 100.0 - by_capacity) <= 2;
    const bool in_whole = std::abs(soc[0] - by_capacity) <= 2;
    if (in_hundredths || !in_whole) return std::nullopt;
    return Error{Errc::look_alike, "Tian/Revov: SOC in whole percent; this firmware is not supported"};
}

std::optional<Error> contradiction(const Record& record) {
    if (auto error = cells_off(record)) return error;
    return is_revov(record);
}

/// SOC and capacities are counted apart on some firmware, and set right at the ends of a charge only. Source:
/// protocol 3.1.
std::optional<Error> soc_off(const Record& record) {
    constexpr double tolerance_percent = 10;
    const auto soc = record.value(metric("state_of_charge"));
    const auto full = record.value(metric("full_charge_capacity"));
    const auto remaining = record.value(metric("remaining_capacity"));
    if (!soc || !full || !remaining || *full <= 0) return std::nullopt;
    const auto by_capacity = 100 * *remaining / *full;
    if (std::abs(*soc - by_capacity) <= tolerance_percent) return std::nullopt;
    return Error{Errc::inconsistent,
                 fmt::format("state_of_charge: expected {:.0f} % by remaining and full-charge "
                             "capacity, got {:.0f} %",
                             by_capacity, *soc)};
}

/// Asked for all packs at once (INFO FF) they put a block about the whole system first. Source:
/// protocol 11.3.
std::optional<Error> is_antra(std::span<const std::uint8_t> info) {
    constexpr std::size_t system_block = 33;
    if (info.size() <= system_block) return std::nullopt;
    model::Decoder decoder;
    model::Record record;
    const auto rest = info.subspan(system_block);
    const bool live = decoder.read(live_data, rest, record) && record.surplus().empty() && !check(record);
    if (!live) return std::nullopt;
    return Error{Errc::look_alike,
                 fmt::format("Antra: {} bytes about the whole system before the live data; not supported",
                             system_block)};
}

}  // namespace

constexpr model::Service live_data{
    .code = "42",
    .name = "live data",
    .cid2 = 0x42,
    .request = group_only,
    .variants = variants,
    .source = "3.1",
    .evidence = "frame",
    .cadence = model::Cadence::telemetry,
    .measures = true,
    .other_scale = &in_tenths,
    .deviation = &deviation,
    .contradiction = &contradiction,
    .disagreement = &soc_off,
    .stranger = &is_antra,
};
static_assert(well_formed(live_data));

}  // namespace packwire::dialect::daren
