// SPDX-License-Identifier: MIT
#include "bank/loss.hpp"

#include <algorithm>

namespace packwire::bank {

using namespace std::chrono_literals;

std::string_view name(Freshness freshness) {
    switch (freshness) {
        case Freshness::fresh:
            return "fresh";
        case Freshness::stale:
            return "stale";
        case Freshness::lost:
            return "lost";
        case Freshness::gone:
            return "gone";
    }
    return "";
}

LossTimes effective(const LossTimes& wanted, const Pace& pace, bool bounded) {
    constexpr int rounds = 3;
    const auto& most = loss_ceiling(pace.listening);
    LossTimes times;
    times.stale =
        std::max(wanted.stale, std::min(rounds * pace.round, std::max(most.stale, rounds * pace.interval)));
    if (bounded) times.stale = std::min(times.stale, most.stale);
    times.lost = std::max(wanted.lost, times.stale + 20s);
    if (bounded) times.lost = std::min(times.lost, most.lost);
    times.gone = std::max(wanted.gone, times.lost + 30s);
    return times;
}

Freshness freshness(const LossTimes& effective, Duration age) {
    if (age >= effective.gone) return Freshness::gone;
    if (age >= effective.lost) return Freshness::lost;
    if (age >= effective.stale) return Freshness::stale;
    return Freshness::fresh;
}

Duration next_change(const LossTimes& effective, Duration age) {
    for (const auto limit : {effective.stale, effective.lost, effective.gone}) {
        if (age < limit) return limit;
    }
    return Duration::max();
}

}  // namespace packwire::bank
