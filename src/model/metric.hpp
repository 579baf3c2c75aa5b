// SPDX-License-Identifier: MIT
/// The catalogue of quantities: what each is to the world, once for all dialects and all sinks.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace packwire::model {

/// How a quantity behaves; sinks choose their own words for it (gauge, sensor, diagnostic …).
enum class Kind : std::uint8_t {
    measurement,  ///< measured now; goes stale
    total,        ///< only grows
    setting,      ///< a parameter; holds until the pack's identity changes
    status,       ///< a word of flags, or a mask of cells
    text,         ///< identity
};

/// Whose quantity it is.
enum class Scope : std::uint8_t {
    pack,  ///< read from a pack, or following from what was read
    bank,  ///< of all packs as one battery; no pack has it
    both,
};

/// How far a value may move from one reading to the next and be believed at once; what moves further waits
/// for a second reading that agrees (model/plausibility). For measurements and totals; all else may not move
/// at all. To hold a true value back costs one exchange, to believe a wrong one costs more: the limits are
/// near to what noise and load do every second, and do not have to hold for every load.
struct Swing {
    double at_once = std::numeric_limits<double>::infinity();  ///< in the unit of the row
    double per_second = 0;
    std::string_view with = "";  ///< and as far as that quantity moved …
    double per_with = 0;         ///< … times this
};

/// The rows of `swing`. Loads go up to ± 200 A; cells have 0.2 to 1.5 mΩ and packs 2 to 25 mΩ, so current and
/// voltage move together.
namespace swings {
inline constexpr Swing soc{.at_once = 0.05, .per_second = 0.06};
inline constexpr Swing charge{.at_once = 0.05, .per_second = 0.06};
inline constexpr Swing current{.at_once = 2, .with = "pack_voltage", .per_with = 500};
inline constexpr Swing pack_voltage{
    .at_once = 0.1, .per_second = 0.05, .with = "pack_current", .per_with = 0.05};
inline constexpr Swing cell{.at_once = 0.01, .per_second = 0.003, .with = "pack_current", .per_with = 0.0015};
inline constexpr Swing temperature{.at_once = 0.5, .per_second = 0.1};
inline constexpr Swing mosfet{.at_once = 2, .per_second = 1};
inline constexpr Swing energy{.at_once = 0.2, .per_second = 0.004};
inline constexpr Swing capacity{.at_once = 1, .per_second = 0.06};
inline constexpr Swing unit{.at_once = 1};
inline constexpr Swing fixed{.at_once = 0};
}  // namespace swings

/// One row. A column that does not apply is empty.
struct MetricRow {
    std::string_view name;       ///< id in JSON, TOML, topics and docs
    std::string_view unit = "";  ///< V, A, W, °C, Ah, %, mΩ, kWh, s, min
    std::uint8_t decimals = 0;   ///< what is worth showing
    Kind kind = Kind::measurement;
    std::string_view venus = "";         ///< D-Bus path; "{}" is the number of the cell or sensor, from 1
    std::string_view device_class = "";  ///< Home Assistant; of a binary sensor where there is no unit
    std::string_view prometheus = "";    ///< without the prefix packwire_
    std::string_view label = "";         ///< for people
    Swing swing{};
    Scope scope = Scope::pack;
};

// clang-format off
inline constexpr auto metric_rows = std::to_array<MetricRow>({
    // live, service 42
    {"state_of_charge", "%", 2, Kind::measurement, "/Soc", "battery", "state_of_charge_percent", "State of charge", swings::soc, Scope::both},
    {"state_of_health", "%", 0, Kind::measurement, "/Soh", "", "state_of_health_percent", "State of health", swings::fixed, Scope::both},
    {"pack_voltage", "V", 2, Kind::measurement, "/Dc/0/Voltage", "voltage", "voltage_volts", "Voltage", swings::pack_voltage, Scope::both},
    {"pack_current", "A", 2, Kind::measurement, "/Dc/0/Current", "current", "current_amperes", "Current", swings::current, Scope::both},
    {"pack_power", "W", 0, Kind::measurement, "/Dc/0/Power", "power", "power_watts", "Power", {}, Scope::both},
    {"cell_voltage", "V", 3, Kind::measurement, "/Voltages/Cell{}", "voltage", "cell_voltage_volts", "Cell voltage", swings::cell, Scope::both},
    {"cell_voltage.min", "V", 3, Kind::measurement, "/System/MinCellVoltage", "voltage", "cell_voltage_min_volts", "Lowest cell", {}, Scope::both},
    {"cell_voltage.max", "V", 3, Kind::measurement, "/System/MaxCellVoltage", "voltage", "cell_voltage_max_volts", "Highest cell", {}, Scope::both},
    {"cell_voltage.sum", "V", 3, Kind::measurement, "/Voltages/Sum", "voltage", "cell_voltage_sum_volts", "Sum of cells", {}, Scope::both},
    {"cell_voltage.difference", "V", 3, Kind::measurement, "/Voltages/Diff", "voltage", "cell_voltage_difference_volts", "Cell spread", {}, Scope::both},
    {"cell_voltage.min_id", "", 0, Kind::text, "/System/MinVoltageCellId", "", "", "Lowest cell's name", {}, Scope::both},
    {"cell_voltage.max_id", "", 0, Kind::text, "/System/MaxVoltageCellId", "", "", "Highest cell's name", {}, Scope::both},
    {"cell_temperature", "°C", 1, Kind::measurement, "/System/Temperature{}", "temperature", "cell_temperature_celsius", "Cell temperature", swings::temperature, Scope::both},
    {"cell_temperature.min", "°C", 1, Kind::measurement, "/System/MinCellTemperature", "temperature", "cell_temperature_min_celsius", "Coldest sensor", {}, Scope::both},
    {"cell_temperature.max", "°C", 1, Kind::measurement, "/System/MaxCellTemperature", "temperature", "cell_temperature_max_celsius", "Hottest sensor", {}, Scope::both},
    {"cell_temperature.min_id", "", 0, Kind::text, "/System/MinTemperatureCellId", "", "", "Coldest sensor's name", {}, Scope::both},
    {"cell_temperature.max_id", "", 0, Kind::text, "/System/MaxTemperatureCellId", "", "", "Hottest sensor's name", {}, Scope::both},
    {"pack_temperature", "°C", 1, Kind::measurement, "/Dc/0/Temperature", "temperature", "temperature_celsius", "Pack temperature", swings::temperature, Scope::both},
    {"ambient_temperature", "°C", 1, Kind::measurement, "/System/AmbientTemperature", "temperature", "ambient_temperature_celsius", "Ambient temperature", swings::temperature, Scope::both},
    {"mosfet_temperature", "°C", 1, Kind::measurement, "/System/MOSTemperature", "temperature", "mosfet_temperature_celsius", "MOSFET temperature", swings::mosfet, Scope::both},
    {"internal_resistance", "mΩ", 1, Kind::measurement, "", "", "internal_resistance_milliohms", "Internal resistance", swings::unit},
    {"full_charge_capacity", "Ah", 2, Kind::measurement, "/InstalledCapacity", "", "full_charge_capacity_ampere_hours", "Full-charge capacity", swings::charge, Scope::both},
    {"remaining_capacity", "Ah", 2, Kind::measurement, "/Capacity", "", "remaining_capacity_ampere_hours", "Remaining capacity", swings::charge, Scope::both},
    {"consumed_capacity", "Ah", 2, Kind::measurement, "/ConsumedAmphours", "", "consumed_capacity_ampere_hours", "Consumed capacity", {}, Scope::both},
    {"cycle_count", "", 0, Kind::total, "/History/ChargeCycles", "", "cycles_total", "Cycles", swings::unit, Scope::both},
    {"cell_count", "", 0, Kind::setting, "/System/NrOfCellsPerBattery", "", "", "Cells", {}, Scope::both},
    {"voltage_status", "", 0, Kind::status, "", "", "", "Voltage status"},
    {"current_status", "", 0, Kind::status, "", "", "", "Current status"},
    {"temperature_status", "", 0, Kind::status, "", "", "", "Temperature status"},
    {"alarm_status", "", 0, Kind::status, "", "", "", "Alarm status"},
    {"fet_status", "", 0, Kind::status, "", "", "", "MOSFET status"},
    {"machine_status", "", 0, Kind::status, "", "", "", "Machine status"},
    {"io_status", "", 0, Kind::status, "", "", "", "I/O status"},
    {"cell_overvoltage_protection", "", 0, Kind::status, "", "", "", "Cells in overvoltage protection"},
    {"cell_undervoltage_protection", "", 0, Kind::status, "", "", "", "Cells in undervoltage protection"},
    {"cell_overvoltage_alarm", "", 0, Kind::status, "", "", "", "Cells with overvoltage alarm"},
    {"cell_undervoltage_alarm", "", 0, Kind::status, "", "", "", "Cells with undervoltage alarm"},
    {"cell_balancing", "", 0, Kind::status, "/Balances/Cell{}", "", "", "Cells balancing", {}, Scope::both},
    {"balancing", "", 0, Kind::measurement, "/Balancing", "running", "balancing", "Balancing", {}, Scope::both},
    {"charge_allowed", "", 0, Kind::measurement, "/Io/AllowToCharge", "power", "charge_allowed", "Charge MOSFET on", {}, Scope::both},
    {"discharge_allowed", "", 0, Kind::measurement, "/Io/AllowToDischarge", "power", "discharge_allowed", "Discharge MOSFET on", {}, Scope::both},
    {"charge_blocked", "", 0, Kind::measurement, "/System/NrOfModulesBlockingCharge", "", "", "Charge blocked", {}, Scope::both},
    {"discharge_blocked", "", 0, Kind::measurement, "/System/NrOfModulesBlockingDischarge", "", "", "Discharge blocked", {}, Scope::both},
    // parameters, service 47
    {"cell_voltage_upper_limit", "V", 3, Kind::setting, "", "voltage", "", "Cell voltage upper limit"},
    {"cell_voltage_lower_limit", "V", 3, Kind::setting, "", "voltage", "", "Cell voltage lower limit"},
    {"temperature_upper_limit", "°C", 0, Kind::setting, "", "temperature", "", "Temperature upper limit"},
    {"temperature_lower_limit", "°C", 0, Kind::setting, "", "temperature", "", "Temperature lower limit"},
    {"charge_current_upper_limit", "A", 2, Kind::setting, "", "current", "", "Charge current upper limit"},
    {"pack_voltage_upper_limit", "V", 2, Kind::setting, "", "voltage", "", "Pack voltage upper limit"},
    {"pack_voltage_lower_limit", "V", 2, Kind::setting, "", "voltage", "", "Pack voltage lower limit"},
    {"47.charge_current_limit", "A", 2, Kind::setting, "", "current", "", "Charge current limit (47)"},
    {"nominal_capacity", "Ah", 2, Kind::setting, "", "", "", "Nominal capacity"},
    {"bms_barcode", "", 0, Kind::text, "", "", "", "BMS barcode"},
    {"product_barcode", "", 0, Kind::text, "", "", "", "Product barcode"},
    // identity, services 51 and B0/3
    {"hardware_type", "", 0, Kind::text, "", "", "", "Hardware type"},
    {"product_code", "", 0, Kind::text, "", "", "", "Product code"},
    {"project_code", "", 0, Kind::text, "", "", "", "Project code"},
    {"software_version", "", 0, Kind::text, "/FirmwareVersion", "", "", "Software version"},
    {"boot_version", "", 0, Kind::text, "", "", "", "Boot version"},
    {"hardware_version", "", 0, Kind::text, "/HardwareVersion", "", "", "Hardware version"},
    {"pack_serial_number", "", 0, Kind::text, "/Serial", "", "", "Pack serial number"},
    {"bms_serial_number", "", 0, Kind::text, "", "", "", "BMS serial number"},
    {"product_id", "", 0, Kind::text, "", "", "", "Product id"},
    {"manufacturer", "", 0, Kind::text, "/Manufacturer", "", "", "Manufacturer"},
    {"production_date", "", 0, Kind::text, "", "", "", "Production date"},
    // capacity, service B0/4
    {"B0/4.remaining_capacity", "Ah", 2, Kind::measurement, "", "", "", "Remaining capacity (B0/4)", swings::charge},
    {"B0/4.full_charge_capacity", "Ah", 2, Kind::measurement, "", "", "", "Full-charge capacity (B0/4)", swings::charge},
    {"design_capacity", "Ah", 2, Kind::setting, "", "", "design_capacity_ampere_hours", "Design capacity", {}, Scope::both},
    {"total_charge_capacity", "Ah", 0, Kind::total, "", "", "charged_ampere_hours_total", "Charged in total", swings::capacity},
    {"total_discharge_capacity", "Ah", 0, Kind::total, "", "", "discharged_ampere_hours_total", "Discharged in total", swings::capacity},
    {"total_charge_energy", "kWh", 1, Kind::total, "/History/ChargedEnergy", "energy", "charged_kilowatt_hours_total", "Energy charged", swings::energy},
    {"total_discharge_energy", "kWh", 1, Kind::total, "/History/DischargedEnergy", "energy", "discharged_kilowatt_hours_total", "Energy discharged", swings::energy},
    // protection counters, service 83
    {"cell_overvoltage_count", "", 0, Kind::total, "", "", "cell_overvoltage_total", "Cell overvoltage trips", swings::unit},
    {"cell_undervoltage_count", "", 0, Kind::total, "", "", "cell_undervoltage_total", "Cell undervoltage trips", swings::unit},
    {"charge_overcurrent_count", "", 0, Kind::total, "", "", "charge_overcurrent_total", "Charge overcurrent trips", swings::unit},
    {"charge_over_temperature_count", "", 0, Kind::total, "", "", "charge_over_temperature_total", "Charge over-temperature trips", swings::unit},
    {"short_circuit_count", "", 0, Kind::total, "", "", "short_circuit_total", "Short circuits", swings::unit},
    {"mosfet_over_temperature_count", "", 0, Kind::total, "", "", "mosfet_over_temperature_total", "MOSFET over-temperature trips", swings::unit},
    {"ambient_over_temperature_count", "", 0, Kind::total, "", "", "ambient_over_temperature_total", "Ambient over-temperature trips", swings::unit},
    {"ambient_under_temperature_count", "", 0, Kind::total, "", "", "ambient_under_temperature_total", "Ambient under-temperature trips", swings::unit},
    {"pack_overvoltage_count", "", 0, Kind::total, "/History/HighVoltageAlarms", "", "pack_overvoltage_total", "Pack overvoltage trips", swings::unit},
    {"pack_undervoltage_count", "", 0, Kind::total, "/History/LowVoltageAlarms", "", "pack_undervoltage_total", "Pack undervoltage trips", swings::unit},
    {"discharge_overcurrent_count", "", 0, Kind::total, "", "", "discharge_overcurrent_total", "Discharge overcurrent trips", swings::unit},
    {"charge_under_temperature_count", "", 0, Kind::total, "", "", "charge_under_temperature_total", "Charge under-temperature trips", swings::unit},
    {"discharge_over_temperature_count", "", 0, Kind::total, "", "", "discharge_over_temperature_total", "Discharge over-temperature trips", swings::unit},
    {"discharge_under_temperature_count", "", 0, Kind::total, "", "", "discharge_under_temperature_total", "Discharge under-temperature trips", swings::unit},
    // thresholds, service 80: what limits and their control are made of
    {"cell_overvoltage_protection_threshold", "V", 3, Kind::setting, "", "voltage", "", "Cell overvoltage protection"},
    {"cell_undervoltage_protection_threshold", "V", 3, Kind::setting, "", "voltage", "", "Cell undervoltage protection"},
    {"cell_overvoltage_alarm_threshold", "V", 3, Kind::setting, "", "voltage", "", "Cell overvoltage alarm"},
    {"cell_undervoltage_alarm_threshold", "V", 3, Kind::setting, "", "voltage", "", "Cell undervoltage alarm"},
    {"cell_undervoltage_alarm_release", "V", 3, Kind::setting, "", "voltage", "", "Cell undervoltage alarm release"},
    {"pack_overvoltage_alarm_threshold", "V", 2, Kind::setting, "", "voltage", "", "Pack overvoltage alarm"},
    {"charge_overcurrent_1_protection_threshold", "A", 1, Kind::setting, "", "current", "", "Charge overcurrent protection"},
    {"charge_overcurrent_1_alarm_threshold", "A", 1, Kind::setting, "", "current", "", "Charge overcurrent alarm"},
    {"discharge_overcurrent_1_protection_threshold", "A", 1, Kind::setting, "", "current", "", "Discharge overcurrent protection"},
    {"discharge_overcurrent_1_alarm_threshold", "A", 1, Kind::setting, "", "current", "", "Discharge overcurrent alarm"},
    {"charge_over_temperature_protection_threshold", "°C", 1, Kind::setting, "", "temperature", "", "Charge over-temperature protection"},
    {"charge_under_temperature_protection_threshold", "°C", 1, Kind::setting, "", "temperature", "", "Charge under-temperature protection"},
    {"discharge_over_temperature_protection_threshold", "°C", 1, Kind::setting, "", "temperature", "", "Discharge over-temperature protection"},
    {"discharge_under_temperature_protection_threshold", "°C", 1, Kind::setting, "", "temperature", "", "Discharge under-temperature protection"},
    {"mosfet_over_temperature_protection_threshold", "°C", 1, Kind::setting, "", "temperature", "", "MOSFET over-temperature protection"},
    {"80.charge_voltage_limit", "V", 2, Kind::setting, "", "voltage", "", "Charge voltage limit (80)"},
    {"80.charge_current_limit", "A", 1, Kind::setting, "", "current", "", "Charge current limit (80)"},
    // the bank: what packs in parallel are together, and what chargers and inverters are told
    {"charge_voltage_limit", "V", 2, Kind::measurement, "/Info/MaxChargeVoltage", "voltage", "charge_voltage_limit_volts", "Charge voltage limit (CVL)", {}, Scope::bank},
    {"charge_current_limit", "A", 1, Kind::measurement, "/Info/MaxChargeCurrent", "current", "charge_current_limit_amperes", "Charge current limit (CCL)", {}, Scope::bank},
    {"discharge_current_limit", "A", 1, Kind::measurement, "/Info/MaxDischargeCurrent", "current", "discharge_current_limit_amperes", "Discharge current limit (DCL)", {}, Scope::bank},
    {"battery_low_voltage", "V", 2, Kind::measurement, "/Info/BatteryLowVoltage", "voltage", "battery_low_voltage_volts", "Low voltage", {}, Scope::bank},
    {"charge_request", "", 0, Kind::measurement, "/Info/ChargeRequest", "", "charge_request", "Charge request", {}, Scope::bank},
    {"charge_mode", "", 0, Kind::text, "/Info/ChargeMode", "", "", "Charge mode", {}, Scope::bank},
    {"charge_limitation", "", 0, Kind::text, "/Info/ChargeLimitation", "", "", "What limits the charge", {}, Scope::bank},
    {"discharge_limitation", "", 0, Kind::text, "/Info/DischargeLimitation", "", "", "What limits the discharge", {}, Scope::bank},
    {"time_to_go", "s", 0, Kind::measurement, "/TimeToGo", "duration", "time_to_go_seconds", "Time to go", {}, Scope::bank},
    {"modules", "", 0, Kind::measurement, "/System/NrOfBatteries", "", "modules", "Packs", {}, Scope::bank},
    {"modules_online", "", 0, Kind::measurement, "/System/NrOfModulesOnline", "", "modules_online", "Packs online", {}, Scope::bank},
    {"modules_offline", "", 0, Kind::measurement, "/System/NrOfModulesOffline", "", "modules_offline", "Packs offline", {}, Scope::bank},
    {"charged_energy", "kWh", 3, Kind::total, "/History/ChargedEnergy", "energy", "charged_energy_kilowatt_hours_total", "Energy charged (own count)", {}, Scope::bank},
    {"discharged_energy", "kWh", 3, Kind::total, "/History/DischargedEnergy", "energy", "discharged_energy_kilowatt_hours_total", "Energy discharged (own count)", {}, Scope::bank},
    // the bank's history; discharges are negative, as Victron has them
    {"deepest_discharge", "Ah", 1, Kind::measurement, "/History/DeepestDischarge", "", "deepest_discharge_ampere_hours", "Deepest discharge", {}, Scope::bank},
    {"last_discharge", "Ah", 1, Kind::measurement, "/History/LastDischarge", "", "last_discharge_ampere_hours", "Last discharge", {}, Scope::bank},
    {"average_discharge", "Ah", 1, Kind::measurement, "/History/AverageDischarge", "", "average_discharge_ampere_hours", "Average discharge", {}, Scope::bank},
    {"drawn_charge", "Ah", 1, Kind::measurement, "/History/TotalAhDrawn", "", "drawn_ampere_hours", "Charge drawn in total", {}, Scope::bank},
    {"full_discharges", "", 0, Kind::total, "/History/FullDischarges", "", "full_discharges_total", "Full discharges", {}, Scope::bank},
    {"lowest_voltage", "V", 2, Kind::measurement, "/History/MinimumVoltage", "voltage", "lowest_voltage_volts", "Lowest voltage ever", {}, Scope::bank},
    {"highest_voltage", "V", 2, Kind::measurement, "/History/MaximumVoltage", "voltage", "highest_voltage_volts", "Highest voltage ever", {}, Scope::bank},
    {"lowest_cell_voltage", "V", 3, Kind::measurement, "/History/MinimumCellVoltage", "voltage", "lowest_cell_voltage_volts", "Lowest cell voltage ever", {}, Scope::bank},
    {"highest_cell_voltage", "V", 3, Kind::measurement, "/History/MaximumCellVoltage", "voltage", "highest_cell_voltage_volts", "Highest cell voltage ever", {}, Scope::bank},
    {"lowest_temperature", "°C", 1, Kind::measurement, "/History/MinimumTemperature", "temperature", "lowest_temperature_celsius", "Lowest temperature ever", {}, Scope::bank},
    {"highest_temperature", "°C", 1, Kind::measurement, "/History/MaximumTemperature", "temperature", "highest_temperature_celsius", "Highest temperature ever", {}, Scope::bank},
    {"time_since_full", "s", 0, Kind::measurement, "/History/TimeSinceLastFullCharge", "duration", "time_since_full_seconds", "Time since the last full charge", {}, Scope::bank},
    {"low_voltage_alarms", "", 0, Kind::total, "/History/LowVoltageAlarms", "", "low_voltage_alarms_total", "Low-voltage alarms (own count)", {}, Scope::bank},
    {"high_voltage_alarms", "", 0, Kind::total, "/History/HighVoltageAlarms", "", "high_voltage_alarms_total", "High-voltage alarms (own count)", {}, Scope::bank},
});
// clang-format on

inline constexpr std::size_t metric_count = metric_rows.size();

/// A row of the catalogue, by index. Made by metric() at compile time, so a name that does not exist
/// does not compile.
struct Metric {
    static constexpr std::uint8_t no_row = 0xFF;
    std::uint8_t index = no_row;
    [[nodiscard]] constexpr bool exists() const { return index != no_row; }
    [[nodiscard]] constexpr const MetricRow& row() const { return metric_rows[index]; }
    constexpr bool operator==(const Metric&) const = default;
};

/// The row of that name; Metric{} when there is none.
[[nodiscard]] constexpr Metric find_metric(std::string_view name) {
    for (std::size_t i = 0; i < metric_count; ++i) {
        if (metric_rows[i].name == name) return Metric{static_cast<std::uint8_t>(i)};
    }
    return {};
}

[[nodiscard]] consteval Metric metric(std::string_view name) {
    const auto found = find_metric(name);
    if (!found.exists()) throw "no such metric in the catalogue";  // NOLINT: ends the compilation
    return found;
}

namespace detail {
consteval bool names_are_unique() {
    for (std::size_t i = 0; i < metric_count; ++i) {
        if (find_metric(metric_rows[i].name).index != i) return false;
    }
    return metric_count < Metric::no_row;
}
}  // namespace detail
static_assert(detail::names_are_unique());

}  // namespace packwire::model
