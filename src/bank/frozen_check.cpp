// SPDX-License-Identifier: MIT
#include "bank/frozen_check.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace packwire::bank {

namespace {

using model::metric;

/// A change of any measured digit changes it; 64 bits, multiplied and mixed a value at a time.
std::uint64_t digest_of(const model::Snapshot& pack) {
    constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
    std::uint64_t digest = factor;
    constexpr auto measured = std::to_array<model::Metric>(
        {metric("cell_voltage"), metric("pack_voltage"), metric("pack_current"), metric("cell_temperature"),
         metric("pack_temperature"), metric("mosfet_temperature"), metric("ambient_temperature"),
         metric("state_of_charge"), metric("remaining_capacity")});
    for (const auto quantity : measured) {
        const auto* reading = pack.find(quantity);
        if (reading == nullptr) continue;
        for (std::size_t i = 0; i < reading->count; ++i) {
            digest = (digest ^ static_cast<std::uint32_t>(reading->raw[i])) * factor;
            digest ^= digest >> 29U;
        }
    }
    return digest;
}

}  // namespace

void FrozenCheck::note(const model::Snapshot& pack, TimePoint now) {
    const auto digest = digest_of(pack);
    last_ = now;
    if (digest == digest_ && readings_ > 0) {
        ++readings_;
        return;
    }
    digest_ = digest;
    readings_ = 1;
    since_ = now;
    current_ = pack.value(metric("pack_current")).value_or(0);
    others_least_.reset();
    others_most_.reset();
}

void FrozenCheck::note_others(double current) {
    others_least_ = std::min(others_least_.value_or(current), current);
    others_most_ = std::max(others_most_.value_or(current), current);
}

bool FrozenCheck::under_load(const FrozenSettings& settings) const {
    return std::abs(current_) >= settings.load && readings_ >= settings.readings;
}

std::optional<Duration> FrozenCheck::frozen(const FrozenSettings& settings) const {
    if (readings_ < settings.readings) return std::nullopt;
    if (under_load(settings) && same_for() >= settings.suspect_after) return same_for();
    const bool others_moved = others_most_ && *others_most_ - *others_least_ > settings.others_change;
    if (others_moved && same_for() >= settings.rest_after) return same_for();
    return std::nullopt;
}

bool FrozenCheck::is_stale(const FrozenSettings& settings) const {
    return under_load(settings) && same_for() >= settings.stale_after;
}

bool FrozenCheck::is_lost(const FrozenSettings& settings) const {
    return under_load(settings) && same_for() >= settings.lost_after;
}

}  // namespace packwire::bank
