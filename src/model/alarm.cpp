// SPDX-License-Identifier: MIT
#include "model/alarm.hpp"

#include <algorithm>

#include "model/snapshot.hpp"

namespace packwire::model {

namespace {

constexpr auto voltage_status = metric("voltage_status");
constexpr auto alarm_status = metric("alarm_status");
constexpr auto status_words =
    std::to_array<Metric>({voltage_status, metric("current_status"), metric("temperature_status"),
                           alarm_status, metric("fet_status")});

/// Overvoltage protection that is the normal end of a charge: the charge MOSFET is open, hardly any current
/// flows, and no cell is beyond its protection by more than 20 mV. Where 80 does not tell the protection, the
/// limit of 47 is the same. Source: bank 9.
bool end_of_charge(const Snapshot& pack) {
    constexpr double idle_current = 1.0;
    constexpr double margin = 0.020;
    const auto current = pack.value(metric("pack_current"));
    const auto highest = pack.value(metric("cell_voltage.max"));
    auto limit = pack.value(metric("cell_overvoltage_protection_threshold"));
    if (!limit) limit = pack.value(metric("cell_voltage_upper_limit"));
    if (!current || !highest || !limit || pack.flag(metric("fet_status"), "charge_mosfet_on")) return false;
    return *current > -idle_current && *current < idle_current && *highest < *limit + margin;
}

/// Bit 8 of alarm_status: MOSFET over-temperature, or low SOC on newer firmware. The temperature tells,
/// within 10 °C of the threshold; that packs are delivered with, where 80 does not tell it.
/// Source: protocol 4.4, bank 9.
Alarm bit_8(const Snapshot& pack) {
    constexpr double delivered = 100.0;
    constexpr double margin = 10.0;
    const auto threshold =
        pack.value(metric("mosfet_over_temperature_protection_threshold")).value_or(delivered);
    const auto temperature = pack.value(metric("mosfet_temperature"));
    return temperature && *temperature >= threshold - margin ? Alarm::high_internal_temperature
                                                             : Alarm::low_soc;
}

Alarm alarm_of(const Snapshot& pack, Metric word, const Flag& flag) {
    if (word == alarm_status && flag.bit == 8) return bit_8(pack);
    if (word == voltage_status && flag.bit == 0 && end_of_charge(pack)) return Alarm::none;
    return flag.alarm;
}

}  // namespace

std::string_view name(FlagClass flag_class) {
    switch (flag_class) {
        case FlagClass::protection:
            return "protection";
        case FlagClass::alarm:
            return "alarm";
        case FlagClass::fault:
            return "fault";
        case FlagClass::state:
            return "state";
        case FlagClass::format:
            return "format";
    }
    return "";
}

std::uint8_t alarm_level(const Flag& flag) {
    if (flag.level != 0) return flag.level;
    if (flag.flag_class == FlagClass::protection || flag.flag_class == FlagClass::fault) return 2;
    return flag.flag_class == FlagClass::alarm ? 1 : 0;
}

AlarmLevels alarms_of(const Snapshot& pack) {
    AlarmLevels levels{};
    if (pack.contradicts()) levels[static_cast<std::size_t>(Alarm::internal_failure)] = 1;
    for (const auto word : status_words) {
        const auto* reading = pack.find(word);
        if (reading == nullptr) continue;
        const auto bits = static_cast<std::uint32_t>(reading->raw[0]);
        for (const auto& flag : reading->field->flags) {
            if (flag.width != 1 || (bits >> flag.bit & 1U) == 0) continue;
            const auto alarm = alarm_of(pack, word, flag);
            if (alarm == Alarm::none) continue;
            auto& level = levels[static_cast<std::size_t>(alarm)];
            level = std::max(level, alarm_level(flag));
        }
    }
    return levels;
}

}  // namespace packwire::model
