// SPDX-License-Identifier: MIT
#include "base/clock.hpp"

namespace packwire {

TimePoint SystemClock::now() const {
    return std::chrono::steady_clock::now();
}
WallTime SystemClock::wall_now() const {
    return std::chrono::system_clock::now();
}

}  // namespace packwire
