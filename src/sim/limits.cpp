// SPDX-License-Identifier: MIT
#include "sim/limits.hpp"

#include <array>

namespace packwire::sim {

namespace {

using namespace std::chrono_literals;
using enum Watched;
using enum Side;
using enum Stops;

constexpr auto locked = std::chrono::seconds{30};

// clang-format off
constexpr auto sixteen_cells = std::to_array<Limit>({
    {"cell_overvoltage_protection", "cell_overvoltage_protection", highest_cell, above, 3.650, 3.380, 1s, charge, "cell_overvoltage_count"},
    {"cell_undervoltage_protection", "cell_undervoltage_protection", lowest_cell, below, 2.500, 2.900, 1s, discharge, "cell_undervoltage_count"},
    {"cell_voltage_difference_protection", "cell_voltage_difference_protection", cell_difference, above, 0.800, 0.500, 3s, both},
    {"pack_overvoltage_protection", "pack_overvoltage_protection", pack_voltage, above, 58.40, 54.00, 1s, charge, "pack_overvoltage_count"},
    {"pack_undervoltage_protection", "pack_undervoltage_protection", pack_voltage, below, 40.00, 46.40, 1s, discharge, "pack_undervoltage_count"},
    {"charge_overcurrent_1_protection", "charge_overcurrent_protection", charge_current, above, 120, 0, 3s, charge, "charge_overcurrent_count", locked},
    {"charge_overcurrent_2_protection", "charge_overcurrent_protection", charge_current, above, 150, 0, 1s, charge, "charge_overcurrent_count", locked},
    {"discharge_overcurrent_1_protection", "discharge_overcurrent_1_protection", discharge_current, above, 120, 0, 3s, discharge, "discharge_overcurrent_count", locked},
    {"discharge_overcurrent_2_protection", "discharge_overcurrent_2_protection", discharge_current, above, 150, 0, 300ms, discharge, "discharge_overcurrent_count", locked},
    {"charge_over_temperature_protection", "charge_over_temperature_protection", hottest_sensor, above, 60, 55, 3s, charge, "charge_over_temperature_count"},
    {"charge_under_temperature_protection", "charge_under_temperature_protection", coldest_sensor, below, -5, 0, 3s, charge, "charge_under_temperature_count"},
    {"discharge_over_temperature_protection", "discharge_over_temperature_protection", hottest_sensor, above, 65, 60, 3s, discharge, "discharge_over_temperature_count"},
    {"discharge_under_temperature_protection", "discharge_under_temperature_protection", coldest_sensor, below, -20, -15, 3s, discharge, "discharge_under_temperature_count"},
    {"mosfet_over_temperature_protection", "mosfet_over_temperature_protection", mosfet_temperature, above, 100, 85, 3s, both, "mosfet_over_temperature_count"},
    {"ambient_over_temperature_protection", "ambient_over_temperature_protection", ambient_temperature, above, 70, 65, 3s, both, "ambient_over_temperature_count"},
    {"ambient_under_temperature_protection", "ambient_under_temperature_protection", ambient_temperature, below, -25, -20, 3s, both, "ambient_under_temperature_count"},
    {"cell_overvoltage_alarm", "cell_overvoltage_alarm", highest_cell, above, 3.580, 3.450, 1s},
    {"cell_undervoltage_alarm", "cell_undervoltage_alarm", lowest_cell, below, 2.700, 2.900, 1s},
    {"cell_voltage_difference_alarm", "cell_voltage_difference_alarm", cell_difference, above, 0.500, 0.300, 3s},
    {"pack_overvoltage_alarm", "pack_overvoltage_alarm", pack_voltage, above, 57.28, 55.20, 1s},
    {"pack_undervoltage_alarm", "pack_undervoltage_alarm", pack_voltage, below, 43.20, 46.40, 1s},
    {"charge_overcurrent_1_alarm", "charge_overcurrent_alarm", charge_current, above, 110, 105, 3s},
    {"charge_overcurrent_2_alarm", "charge_overcurrent_alarm", charge_current, above, 140, 130, 3s},
    {"discharge_overcurrent_1_alarm", "discharge_overcurrent_alarm", discharge_current, above, 110, 105, 3s},
    {"discharge_overcurrent_2_alarm", "discharge_overcurrent_alarm", discharge_current, above, 140, 130, 3s},
    {"charge_over_temperature_alarm", "charge_over_temperature_alarm", hottest_sensor, above, 55, 50, 3s},
    {"charge_under_temperature_alarm", "charge_under_temperature_alarm", coldest_sensor, below, 0, 3, 3s},
    {"discharge_over_temperature_alarm", "discharge_over_temperature_alarm", hottest_sensor, above, 60, 55, 3s},
    {"discharge_under_temperature_alarm", "discharge_under_temperature_alarm", coldest_sensor, below, -15, -10, 3s},
    {"mosfet_over_temperature_alarm", "mosfet_over_temperature_alarm", mosfet_temperature, above, 90, 80, 3s},
    {"ambient_over_temperature_alarm", "ambient_over_temperature_alarm", ambient_temperature, above, 65, 60, 3s},
    {"ambient_under_temperature_alarm", "ambient_under_temperature_alarm", ambient_temperature, below, -20, -15, 3s},
    {"low_soc_alarm", "low_battery_alarm", state_of_charge, below, 15, 20, 1s},
});
// clang-format on

}  // namespace

std::vector<Limit> default_limits(unsigned cells) {
    std::vector<Limit> limits(sixteen_cells.begin(), sixteen_cells.end());
    for (auto& limit : limits) {
        if (limit.watched != pack_voltage) continue;
        limit.threshold *= cells / 16.0;
        limit.release *= cells / 16.0;
    }
    return limits;
}

}  // namespace packwire::sim
