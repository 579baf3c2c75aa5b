// SPDX-License-Identifier: MIT
/// The alarms that the world knows, and the flags of a status word that raise them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace packwire::model {

/// What a set flag means.
enum class FlagClass : std::uint8_t {
    protection,  ///< the BMS acted: a MOSFET is off or will be
    alarm,       ///< the BMS warns
    fault,       ///< something is broken
    state,       ///< neither good nor bad
    format,      ///< says how to read another field
};
[[nodiscard]] std::string_view name(FlagClass flag_class);

/// Order is that of alarm_rows.
enum class Alarm : std::uint8_t {
    low_voltage,
    high_voltage,
    low_cell_voltage,
    high_cell_voltage,
    low_soc,
    high_charge_current,
    high_discharge_current,
    cell_imbalance,
    internal_failure,
    high_charge_temperature,
    low_charge_temperature,
    high_temperature,
    low_temperature,
    high_internal_temperature,
    bms_cable,
    fuse_blown,
    battery_temperature_sensor,
    none,
};

struct AlarmRow {
    std::string_view name;
    std::string_view venus;  ///< D-Bus path; only these become notifications. Source: victron 1.2
};

inline constexpr auto alarm_rows = std::to_array<AlarmRow>({
    {"low_voltage", "/Alarms/LowVoltage"},
    {"high_voltage", "/Alarms/HighVoltage"},
    {"low_cell_voltage", "/Alarms/LowCellVoltage"},
    {"high_cell_voltage", "/Alarms/HighCellVoltage"},
    {"low_soc", "/Alarms/LowSoc"},
    {"high_charge_current", "/Alarms/HighChargeCurrent"},
    {"high_discharge_current", "/Alarms/HighDischargeCurrent"},
    {"cell_imbalance", "/Alarms/CellImbalance"},
    {"internal_failure", "/Alarms/InternalFailure"},
    {"high_charge_temperature", "/Alarms/HighChargeTemperature"},
    {"low_charge_temperature", "/Alarms/LowChargeTemperature"},
    {"high_temperature", "/Alarms/HighTemperature"},
    {"low_temperature", "/Alarms/LowTemperature"},
    {"high_internal_temperature", "/Alarms/HighInternalTemperature"},
    {"bms_cable", "/Alarms/BmsCable"},
    {"fuse_blown", "/Alarms/FuseBlown"},
    {"battery_temperature_sensor", "/Alarms/BatteryTemperatureSensor"},
});
inline constexpr std::size_t alarm_count = alarm_rows.size();
static_assert(alarm_count == static_cast<std::size_t>(Alarm::none));

/// 0 fine, 1 warning, 2 alarm.
using AlarmLevels = std::array<std::uint8_t, alarm_count>;

/// A bit, or a short group of bits, of a status word.
struct Flag {
    std::uint8_t bit = 0;
    std::string_view name;
    FlagClass flag_class = FlagClass::state;
    Alarm alarm = Alarm::none;
    std::uint8_t width = 1;  ///< more than one bit: a number, not a flag
    std::uint8_t level = 0;  ///< at which it raises the alarm; 0: 2 for protections and faults, 1 for alarms
};

/// 2 or 1, 0 for a flag that raises nothing.
[[nodiscard]] std::uint8_t alarm_level(const Flag& flag);

class Snapshot;

/// The alarms that the status words of a snapshot raise, and internal_failure 1 while its values contradict
/// each other (bank 8). Two readings need more than their bit: overvoltage protection that is only the normal
/// end of charge, and bit 8 of alarm_status, which newer firmware uses for low SOC. Source: bank 9.
[[nodiscard]] AlarmLevels alarms_of(const Snapshot& pack);

}  // namespace packwire::model
