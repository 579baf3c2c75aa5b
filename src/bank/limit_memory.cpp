// SPDX-License-Identifier: MIT
#include "bank/limit_memory.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

namespace {

/// The lower of both, where the pack reports one itself.
void bound(std::optional<Bound>& own, double last, std::string_view rule) {
    if (!own || last < own->value) own = Bound{last, rule};
}

bool is_limit(double value) {
    return std::isfinite(value) && value > 0;
}

}  // namespace

void LimitMemory::restore(const std::vector<RememberedLimits>& limits, TimePoint now) {
    for (const auto& one : limits) {
        if (!is_limit(one.charge_current) || !is_limit(one.discharge_current)) continue;
        kept_[one.id] = {one.charge_current, one.discharge_current,
                         now - std::max(one.age, Duration::zero())};
    }
}

void LimitMemory::apply(PackViews& packs, const ChargeSettings& settings, TimePoint now) {
    next_ = TimePoint::max();
    std::erase_if(kept_, [&](const auto& one) { return now - one.second.reported >= settings.limits_kept; });
    for (auto& pack : packs) {
        if (!pack.fresh) continue;
        auto& limits = pack.limits;
        const auto known = kept_.find(pack.id);
        if (!pack.limits_pending && limits.charge_current && limits.discharge_current) {
            auto& kept = known != kept_.end() ? known->second : kept_[std::string(pack.id)];
            kept = {limits.charge_current->value, limits.discharge_current->value, now};
            continue;
        }
        if (known != kept_.end()) {
            bound(limits.charge_current, known->second.charge_current, "last reported charge current limit");
            bound(limits.discharge_current, known->second.discharge_current,
                  "last reported discharge current limit");
            pack.limits_remembered = true;
            next_ = std::min(next_, known->second.reported + settings.limits_kept);
        }
    }
}

std::vector<RememberedLimits> LimitMemory::remembered(TimePoint now) const {
    std::vector<RememberedLimits> all;
    all.reserve(kept_.size());
    for (const auto& [id, kept] : kept_)
        all.push_back({id, kept.charge_current, kept.discharge_current, now - kept.reported});
    return all;
}

}  // namespace packwire::bank
