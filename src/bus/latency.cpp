// SPDX-License-Identifier: MIT
#include "bus/latency.hpp"

#include <algorithm>
#include <ranges>

namespace packwire::bus {

namespace {

using namespace std::chrono_literals;

/// Over so many answers a slow one is forgotten, to about a third of what it was slower.
constexpr int memory = 256;
/// What the timers of adapters and a busy pack may add to twice the slowest.
constexpr Duration margin = 80ms;

Duration with_margin(Duration slowest, Duration most) {
    return std::min(2 * slowest + margin, most);
}

}  // namespace

void Latencies::answered(std::uint8_t address, const dialect::Service& service, Duration latency) {
    latency = std::max(latency, Duration::zero());
    auto& slowest = slowest_.try_emplace({&service, address}, latency).first->second;
    slowest = std::max(latency, slowest - (slowest - latency) / memory);
}

std::optional<Duration> Latencies::slowest(std::uint8_t address, const dialect::Service& service) const {
    const auto found = slowest_.find({&service, address});
    return found == slowest_.end() ? std::nullopt : std::optional(found->second);
}

Duration Latencies::deadline(std::uint8_t address, const dialect::Service& service, Duration most) const {
    if (const auto own = slowest(address, service)) {
        const auto is_live = [&](const auto& entry) {
            return entry.first.second == address && entry.first.first->cadence == model::Cadence::telemetry;
        };
        const auto live = std::ranges::find_if(slowest_, is_live);
        return with_margin(live == slowest_.end() ? *own : std::max(*own, live->second), most);
    }
    const auto of_service = [&](const auto& entry) { return entry.first.first == &service; };
    auto others = slowest_ | std::views::filter(of_service) | std::views::values;
    const auto slowest = std::ranges::max_element(others);
    return slowest == others.end() ? most : with_margin(*slowest, most);
}

}  // namespace packwire::bus
