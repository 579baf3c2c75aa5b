// SPDX-License-Identifier: MIT
/// How one bus of the daemon is doing, as plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bus/statistics.hpp"
#include "bus/tap.hpp"

namespace packwire::app {

enum class BusState : std::uint8_t {
    closed,   ///< the port is not open; `reason` says why
    looking,  ///< no pack has answered yet
    polling,
    silent,     ///< another master asks, so we do not; `reason` names it
    listening,  ///< mode = "listen"
};
[[nodiscard]] std::string_view name(BusState state);

struct BusStatus {
    std::string port;  ///< as the user wrote it
    BusState state = BusState::closed;
    std::string reason;
    const dialect::Dialect* dialect = nullptr;
    std::uint32_t baud = 0;              ///< bits a second, now; zero where nobody knows (a gateway)
    Duration interval{};                 ///< zero where another master asks
    std::vector<std::uint8_t> expected;  ///< addresses: configured, or found
    bus::LineCounters counters;
    bus::LineTime total;
    bus::LineTime recent;
    std::map<std::uint8_t, bus::PackStatistics> packs;  ///< by address: asked, or heard
};

/// Bits a second of a port with that character time; zero for zero.
[[nodiscard]] std::uint32_t baud_of(Duration character_time);
/// What was heard as counters and time of a bus: nobody asked, so nothing is known of waiting.
void take_statistics(BusStatus& status, const bus::TapStatistics& heard);

}  // namespace packwire::app
