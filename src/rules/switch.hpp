// SPDX-License-Identifier: MIT
/// One rule at work: values and time in, on or off out. Pure: no clock, no action, no log.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "rules/rule.hpp"

namespace packwire::rules {

/// The values of `when` and `until`; absent while unknown. Without an `until` the second says nothing.
struct Seen {
    std::optional<double> when;
    std::optional<double> until;
    bool stale =
        false;  ///< what is absent is so because its pack, or the bank, is not fresh: no reason to wait
};

/// Why a switch is as it is.
enum class Because : std::uint8_t {
    nothing,      ///< nothing is known yet
    when,         ///< `when` holds, or `until` does not yet
    until,        ///< `until` holds, or `when` does not yet
    window,       ///< outside `between`
    unknown,      ///< the value is unknown, for less than stale_after
    stale,        ///< for longer
    stopped,      ///< the daemon stops
    delay,        ///< it is to switch when the delay is over
    minimum_on,   ///< it is to switch off when it was on for long enough
    minimum_off,  ///< it is to switch on when it was off for long enough
};
[[nodiscard]] std::string_view words(Because because);

/// What a run of the daemon leaves to the next one.
struct Remembered {
    bool on = false;
    Duration age{};  ///< since it was switched
};

class Switch {
public:
    /// `rule` outlives it. Begins off, or as remembered; a minimum time goes on over a restart.
    Switch(const Rule& rule, TimePoint now, const std::optional<Remembered>& before = {});

    /// True when it has switched, or knows for the first time how it is to be. `time_of_day`: local.
    bool step(const Seen& seen, TimePoint now, std::chrono::minutes time_of_day);
    /// The fail-safe state, at once. False with `on_stale = "keep"`.
    bool stop(TimePoint now);

    [[nodiscard]] bool on() const { return on_; }
    /// Until then nobody needs to be told anything.
    [[nodiscard]] bool decided() const { return decided_; }
    [[nodiscard]] std::optional<TimePoint> since() const { return since_; }
    [[nodiscard]] Because because() const { return because_; }
    /// While a delay or a minimum time is waited for: its end.
    [[nodiscard]] std::optional<TimePoint> due() const { return due_; }

private:
    bool step_unknown(bool stale, TimePoint now);
    bool step_known(const Seen& seen, TimePoint now, std::chrono::minutes time_of_day);
    bool want(bool on, Because because, Duration delay, TimePoint now);
    bool become(bool on, Because because, TimePoint now);
    bool remain(Because because);
    bool wait(Because because, TimePoint due);

    const Rule* rule_;
    bool on_ = false;
    bool decided_ = false;
    Because because_ = Because::nothing;
    std::optional<TimePoint> since_;  ///< of the last switching; absent: longer ago than any minimum
    std::optional<TimePoint> wish_;   ///< since when it is to be otherwise, without a break
    std::optional<TimePoint> due_;
    TimePoint known_at_;
};

}  // namespace packwire::rules
