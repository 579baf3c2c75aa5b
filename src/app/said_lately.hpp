// SPDX-License-Identifier: MIT
/// Noise comes again and again; the log hears of it once in a while, the counters of each.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::app {

class SaidLately {
public:
    /// That long nothing is said again of one kind of error of one pack.
    static constexpr Duration pause = std::chrono::minutes(10);

    /// Is it worth a line? Once each `pause`.
    [[nodiscard]] bool worth_saying(std::uint8_t address, Errc code, TimePoint now) {
        const auto [known, is_new] = said_.try_emplace(std::pair{address, code}, now);
        if (!is_new && now - known->second < pause) return false;
        known->second = now;
        return true;
    }

private:
    std::map<std::pair<std::uint8_t, Errc>, TimePoint> said_;
};

}  // namespace packwire::app
