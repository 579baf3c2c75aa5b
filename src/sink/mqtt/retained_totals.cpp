// SPDX-License-Identifier: MIT
#include "sink/mqtt/retained_totals.hpp"

#include <cstddef>
#include <nlohmann/json.hpp>

namespace packwire::sink::mqtt {

std::optional<bank::PublishedTotals> totals_of(std::string_view state) {
    constexpr std::size_t longest = 64 * 1024;  // ours is a few kB; what else a broker retains is not read
    if (state.size() > longest) return std::nullopt;
    const auto json = nlohmann::json::parse(state, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    bank::PublishedTotals totals;
    for (const auto metric : bank::total_metrics()) {
        const auto value = json.find(metric.row().name);
        if (value != json.end() && value->is_number())
            totals.values.push_back({.metric = metric, .value = value->get<double>()});
    }
    if (totals.values.empty()) return std::nullopt;
    const auto clears = json.find(clears_key);
    if (clears != json.end() && clears->is_number_unsigned()) totals.clears = clears->get<std::uint64_t>();
    return totals;
}

}  // namespace packwire::sink::mqtt
