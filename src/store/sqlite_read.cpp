// SPDX-License-Identifier: MIT
/// Reading series.
#include <array>
#include <memory>

#include "store/sqlite_guard.hpp"

namespace packwire::store {

namespace {

constexpr std::size_t cached = 64;
/// Longest of a block: what begins earlier has ended before.
constexpr std::array longest{hour_ticks, day_ticks, 32 * day_ticks};
/// What spans may be merged to.
constexpr auto nice_spans = std::to_array<Tick>(
    {10,    20,    50,    100,    150,    300,    600,    1200,    3000,    6000,          9000,
     18000, 36000, 72000, 108000, 216000, 432000, 864000, 1728000, 6048000, 2592000 * 10LL});

Answer answer_of(const Grid& grid, Resolution level, const model::MetricRow& row) {
    Answer answer;
    answer.resolution = level;
    answer.span = std::chrono::milliseconds(span_of(level) * 1000 / ticks_a_second);
    if (grid.columns.empty()) return answer;
    const auto& parts = grid.columns.front().parts;
    for (std::size_t i = 0; i < grid.at.size(); ++i) {
        if (parts[mean][i] == absent) continue;
        const auto value = [&](Part part) { return from_raw(row, parts[grid.rolled ? part : mean][i]); };
        answer.points.push_back({.at = from_tick(grid.at[i]),
                                 .min = value(low),
                                 .mean = value(mean),
                                 .max = value(high),
                                 .last = value(last)});
    }
    return answer;
}

/// Points of the same span as one.
void join(Answer& answer, Tick span) {
    answer.span = std::chrono::milliseconds(span * 1000 / ticks_a_second);
    std::vector<Point> all;
    double count = 0;
    for (const auto& point : answer.points) {
        const auto begin = from_tick(floor_to(to_tick(point.at), span));
        if (all.empty() || all.back().at != begin) {
            all.push_back(point);
            all.back().at = begin;
            count = 1;
            continue;
        }
        auto& joined = all.back();
        ++count;
        joined.mean += (point.mean - joined.mean) / count;
        joined.min = std::min(joined.min, point.min);
        joined.max = std::max(joined.max, point.max);
        joined.last = point.last;
    }
    answer.points = std::move(all);
}

void fit(Answer& answer, const Query& query) {
    if (query.points == 0 || answer.points.size() <= query.points) return;
    const auto wanted = (to_tick(query.to) - to_tick(query.from)) / static_cast<Tick>(query.points);
    const auto finest = span_of(answer.resolution);
    const auto fits = [&](Tick span) { return span >= wanted && span > finest; };
    const auto* const found = std::ranges::find_if(nice_spans, fits);
    join(answer, found == nice_spans.end() ? nice_spans.back() : *found);
}

Grid grid_of(const std::vector<Sample>& samples, const Query& query) {
    Track track{.device = {}, .at = {}, .columns = {}};
    Column column{.metric = query.series.metric, .index = query.series.index, .values = {}};
    for (const auto& sample : samples) {
        if (sample.at < query.from - std::chrono::hours(1) || sample.at >= query.to) continue;
        track.at.push_back(sample.at);
        column.values.push_back(to_raw(query.series.metric.row(), sample.value));
    }
    track.columns.push_back(std::move(column));
    return to_grid(track);
}

}  // namespace

Result<Answer> SqliteArchive::read(const Query& query, const std::vector<Sample>& unsaved) {
    return guarded<Answer>([&]() -> Result<Answer> {
        const auto device = known_device(query.series.device);
        const auto level = query.resolution.value_or(device ? best(query, *device) : Resolution::raw);
        auto answer = answer_of(rows_of(level, device, query, unsaved), level, query.series.metric.row());
        fit(answer, query);
        return answer;
    });
}

Grid SqliteArchive::rows_of(Resolution level, std::optional<Id> device, const Query& query,
                            const std::vector<Sample>& unsaved) {
    const Key key{.metric = query.series.metric, .index = query.series.index};
    const auto span = span_of(level);
    const auto from = span == 0 ? to_tick(query.from) : floor_to(to_tick(query.from), span);
    const auto to = to_tick(query.to);
    std::vector<Grid> fresh{cut(grid_of(unsaved, query), from, to)};
    if (device)
        fresh.push_back(column(Resolution::raw, *device, key, from, to, span == 0 ? "" : "AND state < 2"));
    auto readings = merged(fresh);
    if (span == 0) return readings;
    std::vector<Grid> all;
    if (device) all.push_back(column(level, *device, key, from, to));
    all.push_back(rolled_up(readings, span));
    all.front().rolled = true;
    return merged(all);
}

Resolution SqliteArchive::best(const Query& query, Id device) {
    const auto span = to_tick(query.to) - to_tick(query.from);
    const auto from = to_tick(query.from);
    const auto points = static_cast<Tick>(std::max<std::size_t>(query.points, 1));
    auto level = span <= points * minute_ticks ? Resolution::raw
                 : span <= points * hour_ticks ? Resolution::minute
                                               : Resolution::hour;
    auto begin = oldest(Resolution::raw, device);
    const auto goes_back_further = [&](Resolution coarser) {
        const auto other = oldest(coarser, device);
        if (begin && (*begin <= from || !other || *other >= *begin)) return false;
        if (other) begin = std::min(begin.value_or(*other), *other);
        return other.has_value();
    };
    if (level == Resolution::raw && goes_back_further(Resolution::minute)) level = Resolution::minute;
    if (level == Resolution::minute) {
        const auto minutes = oldest(Resolution::minute, device);
        if (minutes) begin = std::min(begin.value_or(*minutes), *minutes);
        if (goes_back_further(Resolution::hour)) level = Resolution::hour;
    }
    return level;
}

std::optional<Tick> SqliteArchive::oldest(Resolution level, Id device) {
    auto& find = prepared(fmt::format("SELECT min(begin) FROM {} WHERE device = ?", name(level)));
    find.bind(1, device);
    std::optional<Tick> begin;
    if (find.executeStep() && !find.getColumn(0).isNull()) begin = find.getColumn(0).getInt64();
    find.reset();
    return begin;
}

std::vector<SqliteArchive::Place> SqliteArchive::places(Resolution level, Id device, Tick from, Tick to,
                                                        const char* which) {
    auto& find = prepared(fmt::format(
        "SELECT id, layout, begin FROM {} WHERE device = ? AND begin > ? AND begin < ? AND end > ? {} "
        "ORDER BY begin, id",
        name(level), which));
    find.bind(1, device);
    find.bind(2, from - longest.at(static_cast<std::size_t>(level)));
    find.bind(3, to);
    find.bind(4, from);
    std::vector<Place> all;
    while (find.executeStep()) {
        all.push_back({.id = find.getColumn(0).getInt64(),
                       .layout = find.getColumn(1).getInt64(),
                       .begin = find.getColumn(2).getInt64()});
    }
    find.reset();
    return all;
}

std::shared_ptr<Block> SqliteArchive::block(Resolution level, const Place& place) {
    const std::pair key(level, place.id);
    const auto known = std::ranges::find(cache_, key, [](const auto& one) { return one.first; });
    if (known != cache_.end()) {
        cache_.splice(cache_.begin(), cache_, known);
        return known->second;
    }
    auto& find = prepared(fmt::format("SELECT data FROM {} WHERE id = ?", name(level)));
    find.bind(1, place.id);
    if (!find.executeStep()) return nullptr;
    auto bytes = find.getColumn(0).getString();
    find.reset();
    auto opened = Block::open(std::move(bytes), layout(place.layout));
    if (!opened) {
        if (!std::exchange(told_of_damage_, true))
            say(true, fmt::format("{}: {}; it is passed over", options_.file.string(), opened.error().where));
        return nullptr;
    }
    cache_.emplace_front(key, std::make_shared<Block>(std::move(*opened)));
    if (cache_.size() > cached) cache_.pop_back();
    return cache_.front().second;
}

Grid SqliteArchive::column(Resolution level, Id device, Key key, Tick from, Tick to, const char* which) {
    std::vector<Grid> all;
    for (const auto& place : places(level, device, from, to, which)) {
        const auto found = block(level, place);
        if (!found) continue;
        auto one = found->column(key);
        if (!one) continue;
        auto& only = *one;
        if (!only) continue;
        Grid grid{.rolled = level != Resolution::raw, .at = found->at(), .columns = {}};
        grid.columns.push_back(std::move(*only));
        all.push_back(cut(grid, from, to));
    }
    return merged(all);
}

std::vector<Grid> SqliteArchive::grids(Resolution level, const std::vector<Place>& places) {
    std::vector<Grid> all;
    for (const auto& place : places) {
        const auto found = block(level, place);
        auto grid = found ? found->grid() : Result<Grid>(std::unexpected(Error{}));
        if (grid) all.push_back(std::move(*grid));
    }
    cache_.clear();  // whoever asks for whole blocks does so once
    return all;
}

}  // namespace packwire::store
