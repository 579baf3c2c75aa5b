// SPDX-License-Identifier: MIT
/// Rows of readings, or of roll-ups, of one device; the form in which history is worked on.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "store/archive.hpp"

namespace packwire::store {

/// Time as it is kept: tenths of a second since 1970. Readings are a second apart.
using Tick = std::int64_t;
inline constexpr Tick ticks_a_second = 10;
inline constexpr Tick minute_ticks = 60 * ticks_a_second;
inline constexpr Tick hour_ticks = 60 * minute_ticks;
inline constexpr Tick day_ticks = 24 * hour_ticks;
[[nodiscard]] Tick to_tick(WallTime at);
[[nodiscard]] WallTime from_tick(Tick at);
/// Begin of the span that `at` is in; also before 1970.
[[nodiscard]] constexpr Tick floor_to(Tick at, Tick span) {
    const auto rest = at % span;
    return at - (rest < 0 ? rest + span : rest);
}
/// Of a minute or an hour; 0 for raw samples.
[[nodiscard]] constexpr Tick span_of(Resolution resolution) {
    if (resolution == Resolution::raw) return 0;
    return resolution == Resolution::minute ? minute_ticks : hour_ticks;
}

/// Which quantity a column has.
struct Key {
    model::Metric metric;
    std::uint8_t index = 0;
    auto operator<=>(const Key& other) const {
        if (const auto order = metric.index <=> other.metric.index; order != 0) return order;
        return index <=> other.index;
    }
    bool operator==(const Key&) const = default;
};

/// What a roll-up has of each span. Readings have `mean` alone.
enum Part : std::uint8_t { mean, low, high, last };
inline constexpr std::size_t part_count = 4;

/// A value, or `absent`, for each row; the parts of a row are absent together.
using Values = std::vector<std::int32_t>;
struct GridColumn {
    Key key;
    std::array<Values, part_count> parts;
};

struct Grid {
    bool rolled = false;
    std::vector<Tick> at;             ///< rises
    std::vector<GridColumn> columns;  ///< in the order of their keys
    [[nodiscard]] std::size_t parts() const { return rolled ? part_count : 1; }
};

/// The rows of a track, in the order of time; of two with the same time the later one counts.
[[nodiscard]] Grid to_grid(const Track& track);
/// Rows of several grids of the same kind as one, in the order of time. Readings of the same time are one;
/// roll-ups of the same span are joined.
[[nodiscard]] Grid merged(const std::vector<Grid>& grids);
/// Rows from `from` on and before `to`.
[[nodiscard]] Grid cut(const Grid& grid, Tick from, Tick to);
/// Of readings.
[[nodiscard]] Grid rolled_up(const Grid& readings, Tick span);

}  // namespace packwire::store
