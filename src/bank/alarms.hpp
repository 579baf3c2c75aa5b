// SPDX-License-Identifier: MIT
/// Alarms of the bank, made of those of its packs, so that a flapping bit does not ring. Source: bank 7, 9.
#pragma once

#include <array>
#include <chrono>
#include <span>

#include "bank/pack.hpp"
#include "model/alarm.hpp"

namespace packwire::bank {

/// How long a level must last before it is told.
struct AlarmSettings {
    Duration raise_after = std::chrono::seconds(0);     ///< a protection or fault: at once
    Duration warn_after = std::chrono::seconds(3);      ///< a warning
    Duration release_after = std::chrono::seconds(10);  ///< back down, or to a lower level
    bool operator==(const AlarmSettings&) const = default;
};

class Alarms {
public:
    explicit Alarms(AlarmSettings settings) : settings_(settings) {}

    /// The levels to show now. Packs that are not fresh say nothing; what they said is held until they are
    /// heard again. `absurd`: a pack has a limit that no battery has. `seen`: a pack was seen in this run.
    [[nodiscard]] model::AlarmLevels step(std::span<const Pack* const> packs, bool absurd, bool seen,
                                          TimePoint now);
    /// When a level that waits is due; TimePoint::max() when none does.
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    struct Held {
        std::uint8_t shown = 0;
        std::uint8_t wanted = 0;
        TimePoint since{};  ///< of `wanted`
    };
    void settle(Held& held, std::uint8_t level, TimePoint now);
    [[nodiscard]] Duration wait(const Held& held) const;
    AlarmSettings settings_;
    std::array<Held, model::alarm_count> held_{};
    TimePoint next_ = TimePoint::max();
};

/// 0 while all packs are fresh or none was ever seen; 1 when some are not, or all stale; 2 when all are lost.
/// Source: bank 7.
[[nodiscard]] std::uint8_t cable_alarm(std::span<const Pack* const> packs, bool seen);

}  // namespace packwire::bank
