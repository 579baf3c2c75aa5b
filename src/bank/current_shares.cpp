// SPDX-License-Identifier: MIT
#include "bank/current_shares.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

namespace {

/// A pack that carries nothing at the moment may carry something again.
constexpr double least_share = 0.01;
/// Readings further apart tell one moment each.
constexpr double longest_step = 10;  // s
/// Readings that are further apart may be of another load.
constexpr auto of_one_time = std::chrono::seconds(5);
/// A capacity is corrected by less than this factor.
constexpr double most_corrected = 1.25;

/// Ah; of a pack that does not know it, that which it was made for.
std::optional<double> capacity_of(const PackView& pack) {
    for (const auto& claim : {pack.full, pack.design}) {
        if (claim && *claim > 0) return claim;
    }
    return std::nullopt;
}

}  // namespace

double CurrentShares::flowing(const PackView& pack) const {
    return std::max(sign_ * pack.current, 0.0);
}

/// Of the packs that know theirs.
double CurrentShares::usual_capacity(std::span<const PackView> packs) {
    double known = 0;
    double count = 0;
    for (const auto& pack : packs) {
        const auto capacity = capacity_of(pack);
        if (!capacity) continue;
        known += *capacity;
        ++count;
    }
    return count > 0 ? known / count : 1;
}

/// A pack without a weight gets one by its capacity.
void CurrentShares::weigh(std::span<const PackView> packs) {
    const auto usual = usual_capacity(packs);
    for (const auto& pack : packs) {
        if (!(pack.*takes_part_)()) continue;
        const auto capacity = capacity_of(pack);
        const auto known = weights_.find(pack.id);
        if (known == weights_.end()) {
            const auto begun = capacity.value_or(usual);
            weights_.emplace(pack.id,
                             Weight{.value = begun, .capacity = begun, .told = capacity.has_value()});
        } else if (capacity) {
            correct(known->second, *capacity, pack.design);
        }
    }
}

/// A weight that was begun without a capacity is scaled to it. One that has been learnt knows better than
/// what a BMS corrects. A capacity that has become quite another is no correction, unless the design speaks
/// for it: then it was the first that could not be.
void CurrentShares::correct(Weight& weight, double capacity, std::optional<double> design) {
    const auto by = capacity / weight.capacity;
    const auto is_corrected = by > 1 / most_corrected && by < most_corrected;
    const auto is_designed =
        design && *design > 0 &&
        std::abs(std::log(capacity / *design)) < std::abs(std::log(weight.capacity / *design));
    if (weight.told && (weight.learnt || !(is_corrected || is_designed))) return;
    weight.value *= by;
    weight.capacity = capacity;
    weight.told = true;
}

/// Moves the weights towards the measured shares; their sum stays.
void CurrentShares::learn(std::span<const PackView> packs, double total, double elapsed,
                          double time_constant) {
    double weight = 0;
    for (const auto& pack : packs) {
        if ((pack.*takes_part_)()) weight += weights_.find(pack.id)->second.value;
    }
    const auto part = 1 - std::exp(-std::min(elapsed, longest_step) / time_constant);
    for (const auto& pack : packs) {
        if (!(pack.*takes_part_)()) continue;
        auto& own = weights_.find(pack.id)->second;
        const auto measured = std::max(flowing(pack) / total, least_share) * weight;
        own.value += (measured - own.value) * part;
        own.learnt = true;
    }
}

void CurrentShares::share_out(std::span<const PackView> packs) {
    shares_.assign(packs.size(), 0);
    double weight = 0;
    for (const auto& pack : packs) {
        if ((pack.*takes_part_)()) weight += shares_[pack.number] = weights_.find(pack.id)->second.value;
    }
    for (auto& share : shares_) share = weight > 0 ? share / weight : 0;
}

void CurrentShares::step(std::span<const PackView> packs, double limit, const ChargeSettings& settings) {
    weigh(packs);
    double total = 0;
    bool known = true;
    auto oldest = TimePoint::max();
    auto newest = TimePoint{};
    for (const auto& pack : packs) {
        if (!(pack.*takes_part_)()) continue;
        total += flowing(pack);
        known = known && pack.current_known;
        oldest = std::min(oldest, pack.read);
        newest = std::max(newest, pack.read);
    }
    const auto elapsed = std::chrono::duration<double>(newest - read_).count();
    const bool carries = total > settings.share_current * limit && total > 0;
    const bool together = known && newest - oldest <= of_one_time;
    if (elapsed > 0 && read_ != TimePoint{} && carries && together)
        learn(packs, total, elapsed, std::chrono::duration<double>(settings.share_time).count());
    read_ = std::max(read_, newest);
    share_out(packs);
}

}  // namespace packwire::bank
