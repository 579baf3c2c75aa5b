// SPDX-License-Identifier: MIT
/// A limit over time: down at once, up slowly and late. Source: bank 6.
#pragma once

#include <algorithm>
#include <optional>

#include "base/clock.hpp"

namespace packwire::bank {

class Ramp {
public:
    /// `rate` per second, after `hold` without a fall.
    Ramp(double rate, Duration hold) : rate_(rate), hold_(hold) {}

    /// Goes on from there as if it had just fallen.
    void restore(double value, TimePoint now);
    [[nodiscard]] bool known() const { return value_.has_value(); }
    [[nodiscard]] double value() const { return value_.value_or(0); }

    /// Never above `cap`, and on its way to `goal`. The first time it is there at once. It rises only for the
    /// time that readings cover: up to `read`, the age of the oldest reading that has a say. `slowly`: down
    /// to the goal it falls at the rate, too; to the cap at once all the same.
    double step(double goal, double cap, TimePoint now, TimePoint read, bool slowly = false);
    /// In one step, up as well.
    void jump(double value, TimePoint now);
    /// Nothing rises, and a rise begins anew.
    void freeze(TimePoint now) {
        since_ = last_ = risen_ = now;
        next_ = TimePoint::max();
    }
    /// Time before that raises nothing any more: others have a say since then.
    void skip_to(TimePoint read) { risen_ = std::max(risen_, read); }
    /// When the next step is worth taking; max() when it rests.
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    double rate_;
    Duration hold_;
    std::optional<double> value_;
    TimePoint since_{};  ///< nothing to rise to, until then
    TimePoint last_{};
    TimePoint risen_{};  ///< time that is used up for a rise
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
