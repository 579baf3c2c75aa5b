// SPDX-License-Identifier: MIT
/// The one place that asks what time it is. Awaiting lives in bus/timer over the same clock.
#pragma once

#include <chrono>

namespace packwire {

using Duration = std::chrono::nanoseconds;
/// A point on the monotonic clock. Ages and deadlines are differences of these.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;
/// Calendar time, for people and files only; never for ages.
using WallTime = std::chrono::system_clock::time_point;

/// A seam: tests replace it by a virtual clock. Nothing else asks std::chrono for the time.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    [[nodiscard]] virtual TimePoint now() const = 0;
    [[nodiscard]] virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] TimePoint now() const override;
    [[nodiscard]] WallTime wall_now() const override;
};

}  // namespace packwire
