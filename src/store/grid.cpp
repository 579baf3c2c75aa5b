// SPDX-License-Identifier: MIT
#include "store/grid.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace packwire::store {

namespace {

using Milliseconds = std::chrono::milliseconds;
constexpr std::int64_t ms_a_tick = 1000 / ticks_a_second;

/// Places of the rows in the order of time; equal times stay as they came.
std::vector<std::size_t> in_order(const std::vector<Tick>& at) {
    std::vector<std::size_t> order(at.size());
    std::iota(order.begin(), order.end(), 0U);  // NOLINT(modernize-use-ranges): not in GCC 12
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return at[i]; });
    return order;
}

/// One row of a column taken over into another.
void take(GridColumn& into, std::size_t row, const GridColumn& from, std::size_t source, std::size_t parts) {
    if (from.parts[mean][source] == absent) return;
    auto& there = into.parts;
    const bool first = there[mean][row] == absent;
    if (first || parts == 1) {
        for (std::size_t part = 0; part < parts; ++part) there[part][row] = from.parts[part][source];
        return;
    }
    const auto both = std::int64_t{there[mean][row]} + from.parts[mean][source];
    there[mean][row] = static_cast<std::int32_t>(both / 2);
    there[low][row] = std::min(there[low][row], from.parts[low][source]);
    there[high][row] = std::max(there[high][row], from.parts[high][source]);
    there[last][row] = from.parts[last][source];
}

/// What readings of a span come to.
struct Sum {
    std::int64_t total = 0;
    std::int64_t count = 0;
    std::int32_t low = 0;
    std::int32_t high = 0;
    std::int32_t last = 0;
    void take(std::int32_t value) {
        low = count == 0 ? value : std::min(low, value);
        high = count == 0 ? value : std::max(high, value);
        last = value;
        total += value;
        ++count;
    }
};

void append(GridColumn& column, const Sum& sum) {
    const bool none = sum.count == 0;
    const auto average = none ? 0.0 : static_cast<double>(sum.total) / static_cast<double>(sum.count);
    column.parts[mean].push_back(none ? absent : static_cast<std::int32_t>(std::lround(average)));
    column.parts[low].push_back(none ? absent : sum.low);
    column.parts[high].push_back(none ? absent : sum.high);
    column.parts[last].push_back(none ? absent : sum.last);
}

}  // namespace

Tick to_tick(WallTime at) {
    return std::chrono::floor<Milliseconds>(at).time_since_epoch().count() / ms_a_tick;
}

WallTime from_tick(Tick at) {
    return WallTime(Milliseconds(at * ms_a_tick));
}

Grid to_grid(const Track& track) {
    Grid as_came;
    as_came.at.resize(track.at.size());
    std::ranges::transform(track.at, as_came.at.begin(), &to_tick);
    for (const auto& column : track.columns) {
        GridColumn one{.key = {.metric = column.metric, .index = column.index}, .parts = {}};
        one.parts[mean] = column.values;
        one.parts[mean].resize(track.at.size(), absent);
        as_came.columns.push_back(std::move(one));
    }
    std::ranges::sort(as_came.columns, {}, &GridColumn::key);
    return merged({as_came});
}

Grid merged(const std::vector<Grid>& grids) {
    Grid all;
    if (grids.empty()) return all;
    all.rolled = grids.front().rolled;
    std::vector<Tick> at;
    std::map<Key, std::size_t> keys;
    for (const auto& grid : grids) {
        at.insert(at.end(), grid.at.begin(), grid.at.end());
        for (const auto& column : grid.columns) keys.emplace(column.key, 0);
    }
    // Where each row goes: rows of the same time are one.
    std::vector<std::size_t> places(at.size());
    for (const auto i : in_order(at)) {
        if (all.at.empty() || all.at.back() != at[i]) all.at.push_back(at[i]);
        places[i] = all.at.size() - 1;
    }
    for (auto& [key, place] : keys) {
        place = all.columns.size();
        auto& column = all.columns.emplace_back(GridColumn{.key = key, .parts = {}});
        for (std::size_t part = 0; part < all.parts(); ++part)
            column.parts[part].assign(all.at.size(), absent);
    }
    std::size_t begin = 0;
    for (const auto& grid : grids) {
        for (const auto& column : grid.columns) {
            auto& into = all.columns[keys.at(column.key)];
            for (std::size_t row = 0; row < grid.at.size(); ++row)
                take(into, places[begin + row], column, row, all.parts());
        }
        begin += grid.at.size();
    }
    return all;
}

Grid cut(const Grid& grid, Tick from, Tick to) {
    const auto begin = std::ranges::lower_bound(grid.at, from) - grid.at.begin();
    const auto end = std::ranges::lower_bound(grid.at, to) - grid.at.begin();
    Grid some{.rolled = grid.rolled, .at = {grid.at.begin() + begin, grid.at.begin() + end}, .columns = {}};
    for (const auto& column : grid.columns) {
        GridColumn one{.key = column.key, .parts = {}};
        for (std::size_t part = 0; part < grid.parts(); ++part)
            one.parts[part].assign(column.parts[part].begin() + begin, column.parts[part].begin() + end);
        const bool any = std::ranges::any_of(one.parts[mean], [](auto value) { return value != absent; });
        if (any) some.columns.push_back(std::move(one));
    }
    return some;
}

Grid rolled_up(const Grid& readings, Tick span) {
    Grid all{.rolled = true, .at = {}, .columns = {}};
    std::vector<std::size_t> ends;  // of the rows of each span
    for (std::size_t row = 0; row < readings.at.size(); ++row) {
        const auto begin = floor_to(readings.at[row], span);
        if (all.at.empty() || all.at.back() != begin) {
            all.at.push_back(begin);
            ends.push_back(row);
        }
        ends.back() = row + 1;
    }
    for (const auto& column : readings.columns) {
        auto& into = all.columns.emplace_back(GridColumn{.key = column.key, .parts = {}});
        std::size_t row = 0;
        for (const auto end : ends) {
            Sum sum;
            for (; row < end; ++row) {
                if (column.parts[mean][row] != absent) sum.take(column.parts[mean][row]);
            }
            append(into, sum);
        }
    }
    return all;
}

}  // namespace packwire::store
