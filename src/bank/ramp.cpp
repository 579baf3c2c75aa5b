// SPDX-License-Identifier: MIT
#include "bank/ramp.hpp"

namespace packwire::bank {

namespace {

constexpr auto pace = std::chrono::seconds(1);
/// A machine that slept must not wake up to a leap.
constexpr auto longest_step = std::chrono::seconds(60);
/// What one reading may raise a limit by, however old the one before.
constexpr auto longest_rise = std::chrono::seconds(15);

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Ramp::restore(double value, TimePoint now) {
    value_ = value;
    freeze(now);
}

void Ramp::jump(double value, TimePoint now) {
    restore(value, now);
}

double Ramp::step(double goal, double cap, TimePoint now, TimePoint read, bool slowly) {
    goal = std::min(goal, cap);
    if (!value_) freeze(now);
    const auto elapsed = std::clamp<Duration>(now - last_, Duration::zero(), longest_step);
    auto value = value_.value_or(goal);
    if (value >= goal) {
        const auto slow = std::max(goal, value - rate_ * seconds(elapsed));
        value = slowly ? std::min(slow, cap) : goal;
        since_ = risen_ = now;
    } else {
        const auto until = std::min(now, read);
        const auto rising =
            std::clamp<Duration>(until - std::max(risen_, since_ + hold_), Duration::zero(), longest_rise);
        value = std::min(goal, value + rate_ * seconds(rising));
        risen_ = std::max(risen_, until);
    }
    last_ = now;
    value_ = value;
    next_ = value == goal ? TimePoint::max() : std::max(now + pace, value < goal ? since_ + hold_ : now);
    return value;
}

}  // namespace packwire::bank
