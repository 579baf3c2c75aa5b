// SPDX-License-Identifier: MIT
#include "app/bus_status.hpp"

namespace packwire::app {

std::string_view name(BusState state) {
    switch (state) {
        case BusState::closed:
            return "closed";
        case BusState::looking:
            return "looking";
        case BusState::polling:
            return "polling";
        case BusState::silent:
            return "silent";
        case BusState::listening:
            return "listening";
    }
    return "";
}

std::uint32_t baud_of(Duration character_time) {
    constexpr Duration ten_bits = std::chrono::seconds(10);
    if (character_time <= Duration::zero()) return 0;
    return static_cast<std::uint32_t>((ten_bits + character_time / 2) / character_time);
}

void take_statistics(BusStatus& status, const bus::TapStatistics& heard) {
    auto& sum = status.counters;
    for (const auto& [address, pack] : heard.packs) {
        sum.exchanges += pack.counters.exchanges;
        sum.answers += pack.counters.answers;
        sum.late += pack.counters.late;
        sum.remarks += pack.counters.remarks;
        for (const auto code : {Errc::timeout, Errc::rejected, Errc::unsupported}) {
            sum.of(code) += pack.counters.of(code);
        }
    }
    for (std::size_t i = 0; i < sum.refused.size(); ++i) sum.refused[i] += heard.errors[i];
    status.packs = heard.packs;
    status.total = {
        .elapsed = heard.listened, .wire = heard.busy, .asking = heard.busy, .characters = heard.bytes};
    status.recent = status.total;
}

}  // namespace packwire::app
