// SPDX-License-Identifier: MIT
/// One counter of a battery (state of charge, remaining capacity) against the current that was integrated
/// meanwhile. Source: bank 8.
#pragma once

#include <chrono>
#include <deque>
#include <optional>

#include "base/clock.hpp"

namespace packwire::bank {

struct CounterDriftSettings {
    /// % of capacity by which a counter may part from the integrated current within `window`. A BMS that
    /// corrects itself in small steps, or for self-discharge, stays far below.
    double allowance = 5;
    /// The same for each % of capacity that was charged or discharged in that time: two current sensors agree
    /// within 2 to 3 %, and a load that pulses is sampled.
    double throughput_error = 0.05;
    Duration window = std::chrono::hours(1);
    /// A deviation that the counter does not take back is reported for this long after it last grew.
    Duration report_for = std::chrono::hours(24);
    // V of a cell. At the ends a BMS corrects its counter, and is right to.
    double top = 3.40;     ///< highest cell; a charge is nearly complete: the counter may jump upward
    double bottom = 3.10;  ///< lowest cell; the battery is nearly empty: the counter may jump downward
    double bottom_counted = 3.20;  ///< lowest cell; a counter that is at 0 already may stay there
    Duration end_for = std::chrono::minutes(10);  ///< the voltage may have left the end by then
    double ceiling = 98;                          ///< %; a counter stays here until the charge is complete
    double floor = 2;                             ///< %; likewise downward
    bool operator==(const CounterDriftSettings&) const = default;
};

/// A counter that has parted from the current.
struct CounterDeviation {
    double moved = 0;    ///< %, of the counter
    double counted = 0;  ///< %, by the current; charge is positive
    Duration span{};     ///< in which
    [[nodiscard]] double size() const { return moved - counted; }
};

/// Honest movement, which is none of the deviation: corrections at both ends, a capacity that is learnt
/// again, and whatever happens in a gap without a current.
class CounterDrift {
public:
    struct Reading {
        TimePoint when{};
        double counter = 0;     ///< %
        double counted = 0;     ///< %, sum of charge and discharge since whenever
        double throughput = 0;  ///< %, sum of both without their sign
        double highest = 0;     ///< cell, V
        double lowest = 0;
        double capacity = 0;  ///< Ah, by which the counter is a percentage
    };

    explicit CounterDrift(const CounterDriftSettings& settings) : settings_(settings) {}

    void step(const Reading& reading);
    /// The current is not known for a time: what came before explains nothing of what comes after.
    void begin_anew() { samples_.clear(); }
    /// Absent while the counter agrees with the current.
    [[nodiscard]] const std::optional<CounterDeviation>& deviation() const { return deviation_; }

private:
    void note_ends(const Reading& reading);
    [[nodiscard]] double honest(const Reading& before, const Reading& now);
    void compare(const Reading& now);
    void end_report(const Reading& now, double corrected);

    CounterDriftSettings settings_;
    std::deque<Reading> samples_;  ///< about 60, the oldest first
    std::optional<Reading> last_;
    std::optional<CounterDeviation> deviation_;
    double agreed_ = 0;        ///< counter - counted, before it parted
    TimePoint deviated_at_{};  ///< it last grew
    TimePoint top_until_ = TimePoint::min();
    TimePoint bottom_until_ = TimePoint::min();
    TimePoint capacity_again_ = TimePoint::min();  ///< a capacity that is learnt again before is not honest
};

}  // namespace packwire::bank
