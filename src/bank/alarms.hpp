// SPDX-License-Identifier: MIT
/// Alarms of the bank, made of those of its packs, so that a flapping bit does not ring. Source: bank 7, 9.
#pragma once

#include <array>
#include <chrono>
#include <span>

#include "bank/finding.hpp"
#include "bank/pack.hpp"
#include "model/alarm.hpp"

namespace packwire::bank {

/// How long a level must last before it is told, and be over before it is taken back.
struct AlarmSettings {
    Duration alarm_after = std::chrono::seconds(2);     ///< level 2: longer than a reading or two
    Duration warning_after = std::chrono::seconds(5);   ///< level 1
    Duration release_after = std::chrono::seconds(30);  ///< either of them; a bit that flaps rings once
    bool operator==(const AlarmSettings&) const = default;
};

class Alarms {
public:
    explicit Alarms(AlarmSettings settings) : settings_(settings) {}

    /// The levels to show now. Lost packs say nothing but by the cable; what a stale one said last holds.
    /// `cable` is told as it is: loss has waited long enough. `findings`: of the bank itself.
    [[nodiscard]] model::AlarmLevels step(std::span<const Pack* const> packs, std::uint8_t cable,
                                          std::span<const Finding> findings, TimePoint now);
    /// When a level that waits is due; TimePoint::max() when none does.
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    /// Is a level reached? Told when it was so, or not so, for long enough.
    struct Gate {
        bool shown = false;
        bool reached = false;
        TimePoint since{};  ///< of `reached`
    };
    void settle(Gate& gate, bool reached, Duration raise_after, TimePoint now);

    AlarmSettings settings_;
    std::array<Gate, model::alarm_count> warnings_{};
    std::array<Gate, model::alarm_count> alarms_{};
    TimePoint next_ = TimePoint::max();
};

/// 0 while a pack is fresh and none is lost, 1 when some are lost or all that are left are stale, 2 when all
/// are lost. Source: bank 7.
[[nodiscard]] std::uint8_t cable_alarm(std::span<const Pack* const> packs);

}  // namespace packwire::bank
