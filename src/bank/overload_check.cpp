// SPDX-License-Identifier: MIT
#include "bank/overload_check.hpp"

#include <algorithm>

namespace packwire::bank {

namespace {

/// What a BMS and a charger may differ by.
constexpr double tolerance = 1.02;
constexpr double tolerance_amperes = 0.5;

}  // namespace

bool OverloadCheck::is_over(const PackView& pack) const {
    const auto& limit = pack.limits.*limit_;
    return pack.fresh && limit && carried(pack) > limit->value * tolerance + tolerance_amperes;
}

void OverloadCheck::step(std::span<const PackView> packs, Duration hold, TimePoint now) {
    overloaded_ = nullptr;
    next_ = TimePoint::max();
    for (const auto& pack : packs) {
        const auto known = since_.find(pack.id);
        if (!is_over(pack)) {
            if (known != since_.end()) since_.erase(known);
            continue;
        }
        const auto since = known != since_.end() ? known->second : since_.emplace(pack.id, now).first->second;
        if (now - since >= hold) {
            overloaded_ = &pack;
        } else {
            next_ = std::min(next_, since + hold);
        }
    }
}

}  // namespace packwire::bank
