// SPDX-License-Identifier: MIT
#include "bus/round_meter.hpp"

#include <algorithm>

namespace packwire::bus {

/// Of two in the middle the shorter: a round that is thought too short only makes packs stale earlier.
Duration RoundMeter::Pack::median() const {
    auto sorted = rounds;
    const auto count = std::min(measured, sorted.size());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((count - 1) / 2);
    std::nth_element(sorted.begin(), middle, sorted.begin() + static_cast<std::ptrdiff_t>(count));
    return *middle;
}

void RoundMeter::answered(std::uint8_t address, TimePoint when) {
    auto& pack = packs_[address];
    if (pack.last != TimePoint{}) pack.rounds[pack.measured++ % pack.rounds.size()] = when - pack.last;
    pack.last = when;
    measure();
}

void RoundMeter::failed(std::uint8_t address) {
    packs_[address].last = {};
}

void RoundMeter::left(std::uint8_t address) {
    packs_.erase(address);
    measure();
}

void RoundMeter::interrupted() {
    for (auto& [address, pack] : packs_) pack.last = {};
}

void RoundMeter::measure() {
    Duration longest{};
    for (const auto& [address, pack] : packs_) {
        if (pack.measured > 0) longest = std::max(longest, pack.median());
    }
    if (longest > Duration::zero()) round_ = std::max(longest, interval_);
}

}  // namespace packwire::bus
