// SPDX-License-Identifier: MIT
#include "app/kept_totals.hpp"

#include <algorithm>
#include <string>

namespace packwire::app {

std::vector<store::Query> queries_for_totals() {
    std::vector<store::Query> queries;
    for (const auto metric : bank::total_metrics()) {
        store::Query query;
        query.series = {.device = std::string(store::bank_device), .metric = metric, .index = 0};
        query.from = WallTime{};
        query.to = std::chrono::sys_days{std::chrono::January / 1 / 2200};  // whatever the clock says today
        query.points = 1;
        // Of all days, the current one included: it is rolled up for the answer.
        query.resolution = store::Resolution::hour;
        queries.push_back(std::move(query));
    }
    return queries;
}

bank::PublishedTotals newest_totals(const std::vector<store::Answer>& answers, std::uint64_t clears) {
    bank::PublishedTotals totals;
    totals.clears = clears;
    const auto metrics = bank::total_metrics();
    for (std::size_t i = 0; i < std::min(answers.size(), metrics.size()); ++i) {
        if (!answers[i].points.empty())
            totals.values.push_back({.metric = metrics[i], .value = answers[i].points.back().last});
    }
    return totals;
}

}  // namespace packwire::app
