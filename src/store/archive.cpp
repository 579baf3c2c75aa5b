// SPDX-License-Identifier: MIT
#include "store/archive.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace packwire::store {

namespace {

constexpr std::array<std::string_view, 3> resolution_names{"raw", "minute", "hour"};
constexpr std::array<std::string_view, 6> kind_names{"alarm", "loss",      "limits",
                                                     "rule",  "parameter", "daemon"};

}  // namespace

std::string_view name(Resolution resolution) {
    return resolution_names[static_cast<std::size_t>(resolution)];
}

std::string_view name(EventKind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> event_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kind_names, name);
    if (found == kind_names.end()) return std::nullopt;
    return static_cast<EventKind>(found - kind_names.begin());
}

std::int32_t to_raw(const model::MetricRow& row, double value) {
    const auto scaled = std::round(value * std::pow(10.0, row.decimals));
    constexpr double most = std::numeric_limits<std::int32_t>::max();
    if (!(std::abs(scaled) <= most)) return absent;  // not a number, too
    return static_cast<std::int32_t>(scaled);
}

double from_raw(const model::MetricRow& row, std::int32_t raw) {
    return raw / std::pow(10.0, row.decimals);
}

void add(Batch& batch, const Series& series, WallTime at, double value) {
    auto track = std::ranges::find(batch.tracks, series.device, &Track::device);
    if (track == batch.tracks.end()) {
        batch.tracks.push_back({.device = series.device, .at = {}, .columns = {}});
        track = batch.tracks.end() - 1;
    }
    if (track->at.empty() || track->at.back() != at) track->at.push_back(at);
    const auto is_it = [&](const Column& one) {
        return one.metric == series.metric && one.index == series.index;
    };
    auto column = std::ranges::find_if(track->columns, is_it);
    if (column == track->columns.end()) {
        track->columns.push_back({.metric = series.metric, .index = series.index, .values = {}});
        column = track->columns.end() - 1;
    }
    column->values.resize(track->at.size(), absent);
    column->values.back() = to_raw(series.metric.row(), value);
}

}  // namespace packwire::store
