// SPDX-License-Identifier: MIT
/// Everything that protocol.md tags [guess], in one place: what a capture may still correct, and where it is
/// said.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren::guesses {

/// charge_discharge_state of 43. Source: protocol 3.2.
inline constexpr auto charge_states = std::to_array<std::string_view>({"idle", "charge", "discharge"});
/// Items of 44, after the habit of YD/T 1363. Source: protocol 3.3.
inline constexpr auto item_states = sparse_names<0xF1>(
    std::to_array<Named>({{0x00, "normal"}, {0x01, "below_limit"}, {0x02, "above_limit"}, {0xF0, "other"}}));
/// rated_capacity of 4B. Source: protocol 3.7.
inline constexpr Scale history_capacity{};
inline constexpr std::string_view history_capacity_unit = "Ah";
/// SOH before SOC in 4B is the order of the vendor's program; its display has them the other way round.
/// Source: protocol 3.7, erratum 34.
inline constexpr bool history_health_first = true;
/// Beyond it (either sign) a balance temperature inhibit of 80 is in 0.1 °C, else in 1 °C. Source: protocol
/// 3.13, words 98 and 99.
inline constexpr std::int32_t most_whole_degrees = 150;
/// Units of 8A. Source: protocol 3.17.
inline constexpr std::string_view start_current_limit_unit = "A";
inline constexpr std::string_view report_period_unit = "s";
inline constexpr std::string_view estimated_discharge_time_unit = "min";
inline constexpr Scale charge_overcurrent_2 = tenth;
inline constexpr Scale short_delay = thousandth;  ///< ms
inline constexpr std::string_view sleep_delay_unit = "min";
/// Units of B0/1. Source: protocol 3.22.
inline constexpr std::string_view zero_current_offset_unit = "mA";
inline constexpr std::string_view shunt_resistance_unit = "µΩ";

}  // namespace packwire::dialect::daren::guesses
