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

LossTimes effective(const LossTimes& wanted, Duration round) {
    LossTimes times;
    times.stale = std::max(wanted.stale, 3 * round);
    times.lost = std::max(wanted.lost, times.stale + 20s);
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
