// SPDX-License-Identifier: MIT
/// Compares each cell temperature sensor of a pack with its siblings and with its own past: a sensor that is
/// broken must neither stop a house nor stand for the temperature of the battery. Source: bank 8.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.hpp"
#include "model/snapshot.hpp"

namespace packwire::bank {

/// Temperatures in °C.
struct SensorSettings {
    /// Further than this from the median of its siblings a sensor is suspect: cells of one pack share a case
    /// and differ by a few degrees.
    double deviation = 20;
    /// A suspect sensor that comes back to within `deviation` less this counts again.
    double hysteresis = 5;
    /// How long it must stay away, or be back, for that.
    Duration after = std::chrono::minutes(1);
    /// A change of more than this, plus `jump_per_second` for each second since, is no temperature.
    double jump = 10;
    double jump_per_second = 2;
    /// At and below this an open sensor reads, at and above `shorted` a shorted one.
    double open = -38;
    double shorted = 115;
    /// A rise of more than this in a minute is a cell that burns: it counts, whatever its siblings read.
    double burning_per_minute = 3;
    bool operator==(const SensorSettings&) const = default;
};

/// The sensors of one pack. No I/O, no clock of its own. What a sensor may be:
/// - trusted; suspect when it is away from its siblings for `after`, or is away and jumped or reads open or
/// shorted;
/// - suspect; trusted when it is back among its siblings for `after`;
/// - burning, which counts: from either of them by a rise of more than `burning_per_minute` without a jump;
/// trusted
///   when it is back among its siblings.
class SensorCheck {
public:
    /// A new reading of the pack's telemetry.
    void note(const model::Snapshot& pack, const SensorSettings& settings, TimePoint now);

    /// Bit i: sensor i is not to be believed. Never half of the measured sensors or more: then nobody can say
    /// which are right, and all of them count.
    [[nodiscard]] std::uint32_t suspects() const { return suspects_; }
    /// The same, also where all of them count nevertheless.
    [[nodiscard]] std::uint32_t contradicting() const { return contradicting_; }
    /// Sensors that read what no sensor can read, or nothing any more though they did before.
    [[nodiscard]] std::uint32_t unreadable() const { return unreadable_; }

private:
    struct Sensor {
        std::optional<double> last;  ///< °C; absent: not measured yet
        TimePoint when{};
        double base = 0;  ///< lowest value of the last one to two minutes, to see a rise
        double base_next = 0;
        TimePoint base_since{};
        std::optional<TimePoint> away_since;  ///< from its siblings
        std::optional<TimePoint> back_since;  ///< among them again
        bool jumped = false;                  ///< it got away by a jump
        bool suspect = false;
        bool burning = false;
    };
    void note_unreadable(const model::Snapshot& pack);
    void note_rise(Sensor& sensor, double value, const SensorSettings& settings, TimePoint now) const;
    static void judge(Sensor& sensor, double value, double offset, const SensorSettings& settings,
                      TimePoint now);

    std::array<Sensor, model::max_values> sensors_{};
    std::uint32_t suspects_ = 0;
    std::uint32_t contradicting_ = 0;
    std::uint32_t unreadable_ = 0;
};

/// How far a value lies above (or, negative, below) the median of others. Of an even number the median is all
/// from one middle value to the other: two that disagree say nothing of a third that agrees with one of them.
/// 0 where there are none. Sorts them.
[[nodiscard]] double offset_from_median(double value, std::span<double> others);

}  // namespace packwire::bank
