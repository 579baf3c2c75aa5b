// SPDX-License-Identifier: MIT
/// Noise comes again and again; the log hears of it once in a while, the counters of each.
#pragma once

#include <cstdint>
#include <utility>

#include "base/repeat_limit.hpp"
#include "base/result.hpp"

namespace packwire::app {

class SaidLately {
public:
    /// That long nothing is said again of one kind of error of one pack.
    static constexpr Duration pause = std::chrono::minutes(10);

    /// Is it worth a line? Once each `pause`.
    [[nodiscard]] bool worth_saying(std::uint8_t address, Errc code, TimePoint now) {
        return limit_.admit({address, code}, now).has_value();
    }

private:
    RepeatLimit<std::pair<std::uint8_t, Errc>> limit_{RepeatRate{.burst = 1, .pause = pause}};
};

}  // namespace packwire::app
