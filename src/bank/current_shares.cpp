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

}  // namespace

double CurrentShares::flowing(const PackView& pack) const {
    return std::max(sign_ * pack.current, 0.0);
}

/// Whoever has no weight yet gets one by its capacity, on the scale of those that have.
void CurrentShares::weigh(std::span<const PackView> packs) {
    double known = 0;
    double count = 0;
    for (const auto& pack : packs) {
        if (!pack.full || *pack.full <= 0) continue;
        known += *pack.full;
        ++count;
    }
    const auto usual = count > 0 ? known / count : 1;
    for (const auto& pack : packs) {
        if (!(pack.*takes_part_)() || weights_.contains(pack.id)) continue;
        const bool has_capacity = pack.full && *pack.full > 0;
        weights_.emplace(pack.id, has_capacity ? *pack.full : usual);
    }
}

/// Moves the weights towards the measured shares; their sum stays.
void CurrentShares::learn(std::span<const PackView> packs, double total, double elapsed,
                          double time_constant) {
    double weight = 0;
    for (const auto& pack : packs) {
        if ((pack.*takes_part_)()) weight += weights_.find(pack.id)->second;
    }
    const auto part = 1 - std::exp(-std::min(elapsed, longest_step) / time_constant);
    for (const auto& pack : packs) {
        if (!(pack.*takes_part_)()) continue;
        auto& own = weights_.find(pack.id)->second;
        const auto measured = std::max(flowing(pack) / total, least_share) * weight;
        own += (measured - own) * part;
    }
}

void CurrentShares::share_out(std::span<const PackView> packs) {
    shares_.assign(packs.size(), 0);
    double weight = 0;
    for (const auto& pack : packs) {
        if ((pack.*takes_part_)()) weight += shares_[pack.number] = weights_.find(pack.id)->second;
    }
    for (auto& share : shares_) share = weight > 0 ? share / weight : 0;
}

void CurrentShares::step(std::span<const PackView> packs, double limit, const ChargeSettings& settings,
                         TimePoint read) {
    weigh(packs);
    double total = 0;
    for (const auto& pack : packs) {
        if ((pack.*takes_part_)()) total += flowing(pack);
    }
    const auto elapsed = std::chrono::duration<double>(read - read_).count();
    const bool carries = total > settings.share_current * limit && total > 0;
    if (elapsed > 0 && read_ != TimePoint{} && carries) {
        learn(packs, total, elapsed, std::chrono::duration<double>(settings.share_time).count());
    }
    read_ = std::max(read_, read);
    share_out(packs);
}

}  // namespace packwire::bank
