// SPDX-License-Identifier: MIT
/// Measures how long a round over the packs of a bus takes while it works.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>

#include "base/clock.hpp"

namespace packwire::bus {

/// Measures the round of a bus: the time from one good telemetry answer of a pack to its next, where every
/// exchange with that pack between them succeeded. Silence, damage, refusals, a closed port and the time of
/// another master are no part of it. Each pack counts with the median of its last rounds, so a single slow
/// one (a gateway that stalls once, a process that was stopped) says nothing, and a bus that becomes faster
/// is fast again after three rounds. The round of the bus is the longest of its packs that answer.
class RoundMeter {
public:
    /// `interval`: a round is never shorter, since no pack is asked more often.
    explicit RoundMeter(Duration interval = {}) : interval_(interval), round_(interval) {}

    void answered(std::uint8_t address, TimePoint when);
    /// The exchange in turn failed: the time to the next answer is no round.
    void failed(std::uint8_t address);
    /// The pack is silent: it takes no part in the rounds that follow.
    void left(std::uint8_t address);
    /// Nobody was asked for a while: what comes next is no round of any pack.
    void interrupted();

    /// At least the interval. While no pack has a measured round: as it was last.
    [[nodiscard]] Duration round() const { return round_; }

private:
    struct Pack {
        TimePoint last{};  ///< the last good answer, when the next may end a round
        std::array<Duration, 5> rounds{};
        std::size_t measured = 0;  ///< in all; the last of them are in `rounds`
        [[nodiscard]] Duration median() const;
    };
    void measure();

    Duration interval_;
    Duration round_;
    std::map<std::uint8_t, Pack> packs_;
};

}  // namespace packwire::bus
