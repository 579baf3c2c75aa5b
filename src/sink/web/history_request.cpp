// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "sink/web/catalogue.hpp"
#include "sink/web/history.hpp"

namespace packwire::sink::web {

namespace {

constexpr auto usual_span = std::chrono::hours(24);
constexpr std::size_t usual_points = 800;
constexpr std::size_t longest_id = 128;

std::unexpected<Error> refuse(std::string_view parameter, std::string_view expected, std::string_view got) {
    return fail(Errc::usage,
                fmt::format("{}: expected {}, got \"{}\"", parameter, expected, got.substr(0, 80)));
}

Result<WallTime> time_of(const Url& url, std::string_view name, WallTime otherwise) {
    const auto text = url.find(name);
    if (!text) return otherwise;
    const auto time = parse_time(*text);
    if (!time) return refuse(name, "seconds since 1970 or RFC 3339 such as 2026-07-01T00:00:00Z", *text);
    return *time;
}

Result<model::Metric> metric_of(const Url& url) {
    const auto text = url.find("metric").value_or("");
    const auto metric = model::find_metric(text);
    const bool recorded = metric.exists() && (metric.row().kind == model::Kind::measurement ||
                                              metric.row().kind == model::Kind::total);
    if (!recorded) return refuse("metric", "a measurement or total of /api/v1/metrics", text);
    return metric;
}

Result<std::vector<std::string>> devices_of(const Url& url) {
    std::vector<std::string> devices;
    for (const auto one : url.all("device")) {
        if (one.empty() || one.size() > longest_id) return refuse("device", "the id of a pack, or bank", one);
        if (std::ranges::find(devices, one) == devices.end()) devices.emplace_back(one);
    }
    if (devices.empty()) return refuse("device", "the id of a pack, or bank", "");
    if (devices.size() > most_devices)
        return refuse("device", fmt::format("at most {}", most_devices), fmt::format("{}", devices.size()));
    return devices;
}

Result<std::vector<std::uint8_t>> indices_of(const Url& url, model::Metric metric) {
    std::vector<std::uint8_t> indices;
    for (const auto one : url.all("index")) {
        const auto most = repeats(metric) ? static_cast<std::int64_t>(most_indices) - 1 : 0;
        const auto index = parse_whole(one, 0, most);
        if (!index) return refuse("index", fmt::format("0 to {} with this metric", most), one);
        const auto small = static_cast<std::uint8_t>(*index);
        if (std::ranges::find(indices, small) == indices.end()) indices.push_back(small);
    }
    if (!indices.empty()) return indices;
    indices.resize(repeats(metric) ? most_indices : 1);
    // NOLINTNEXTLINE(modernize-use-ranges): GCC 12 has none
    std::iota(indices.begin(), indices.end(), std::uint8_t{0});
    return indices;
}

Result<std::optional<store::Resolution>> resolution_of(const Url& url) {
    using store::Resolution;
    const auto text = url.find("resolution").value_or("auto");
    if (text == "auto") return std::nullopt;
    for (const auto one : {Resolution::raw, Resolution::minute, Resolution::hour}) {
        if (text == store::name(one)) return one;
    }
    return refuse("resolution", "auto, raw, minute or hour", text);
}

Result<std::size_t> points_of(const Url& url, std::size_t series) {
    auto points = usual_points;
    if (const auto text = url.find("points")) {
        const auto whole = parse_whole(*text, 1, static_cast<std::int64_t>(most_points));
        if (!whole) return refuse("points", fmt::format("1 to {}", most_points), *text);
        points = static_cast<std::size_t>(*whole);
    }
    return std::max<std::size_t>(std::min(points, most_points / series), 1);
}

}  // namespace

Result<HistoryRequest> parse_history(const Url& url, WallTime now) {
    const auto metric = metric_of(url);
    if (!metric) return std::unexpected(metric.error());
    const auto devices = devices_of(url);
    if (!devices) return std::unexpected(devices.error());
    const auto indices = indices_of(url, *metric);
    if (!indices) return std::unexpected(indices.error());
    const auto to = time_of(url, "to", now);
    if (!to) return std::unexpected(to.error());
    const auto from = time_of(url, "from", std::max(*to - usual_span, WallTime{}));
    if (!from) return std::unexpected(from.error());
    if (*from >= *to) return refuse("from", "a time before `to`", url.find("from").value_or(""));
    const auto resolution = resolution_of(url);
    if (!resolution) return std::unexpected(resolution.error());
    const auto points = points_of(url, devices->size() * indices->size());
    if (!points) return std::unexpected(points.error());

    HistoryRequest request;
    request.metric = *metric;
    request.from = *from;
    request.to = *to;
    request.indexed = url.find("index").has_value();
    for (const auto& device : *devices) {
        for (const auto index : *indices) {
            request.queries.push_back({.series = {.device = device, .metric = *metric, .index = index},
                                       .from = *from,
                                       .to = *to,
                                       .points = *points,
                                       .resolution = *resolution});
        }
    }
    return request;
}

Result<store::EventQuery> parse_events(const Url& url) {
    constexpr std::int64_t most_events = 1000;
    store::EventQuery query;
    for (const auto* name : {"from", "to"}) {
        if (!url.find(name)) continue;
        const auto time = time_of(url, name, {});
        if (!time) return std::unexpected(time.error());
        (name == std::string_view("from") ? query.from : query.to) = *time;
    }
    query.device = url.find("device").value_or("");
    if (query.device.size() > longest_id) return refuse("device", "the id of a pack, or bank", query.device);
    if (const auto kind = url.find("kind")) {
        query.kind = store::event_kind(*kind);
        if (!query.kind) return refuse("kind", "one of event_kinds of /api/v1/metrics", *kind);
    }
    if (const auto text = url.find("before")) {
        const auto before = parse_whole(*text, 1, std::numeric_limits<std::int64_t>::max());
        if (!before) return refuse("before", "the id of an event", *text);
        query.before = *before;
    }
    if (const auto text = url.find("limit")) {
        const auto limit = parse_whole(*text, 1, most_events);
        if (!limit) return refuse("limit", fmt::format("1 to {}", most_events), *text);
        query.limit = static_cast<std::size_t>(*limit);
    }
    return query;
}

}  // namespace packwire::sink::web
