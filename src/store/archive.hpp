// SPDX-License-Identifier: MIT
/// What a history is to those who fill and read it; SQLite is the first to be one.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/metric.hpp"

namespace packwire::store {

/// The bank's place among the ids of packs.
inline constexpr std::string_view bank_device = "bank";

/// One quantity of one device over time.
struct Series {
    std::string device;      ///< id of a pack, or bank_device
    model::Metric metric;    ///< a measurement or a total
    std::uint8_t index = 0;  ///< of the cell or sensor, from 0; 0 for what does not repeat
    auto operator<=>(const Series& other) const {
        if (const auto order = device <=> other.device; order != 0) return order;
        if (const auto order = metric.index <=> other.metric.index; order != 0) return order;
        return index <=> other.index;
    }
    bool operator==(const Series&) const = default;
};

/// In place of a value that was not read.
inline constexpr std::int32_t absent = std::numeric_limits<std::int32_t>::min();

/// Values of one quantity, one for each row of its track, in units of the last decimal of the catalogue
/// (3.329 V is 3329).
struct Column {
    model::Metric metric;
    std::uint8_t index = 0;  ///< of the cell or sensor
    std::vector<std::int32_t> values;
};

/// What one device said over some time: a row for each reading.
struct Track {
    std::string device;
    std::vector<WallTime> at;
    std::vector<Column> columns;
};

/// 3.329 V as 3329; `absent` for what is no number, or too large to be one of ours.
[[nodiscard]] std::int32_t to_raw(const model::MetricRow& row, double value);
[[nodiscard]] double from_raw(const model::MetricRow& row, std::int32_t raw);

/// A value as it was read.
struct Sample {
    WallTime at{};
    double value = 0;  ///< in the unit of the catalogue
};

/// From the finest: each reading, a minute, an hour.
enum class Resolution : std::uint8_t { raw, minute, hour };
[[nodiscard]] std::string_view name(Resolution resolution);

/// What a span of time held. Of a raw sample all four are the value.
struct Point {
    WallTime at{};  ///< begin of the span
    double min = 0;
    double mean = 0;
    double max = 0;
    double last = 0;
};

struct Query {
    Series series;
    WallTime from{};
    WallTime to{};             ///< not included
    std::size_t points = 800;  ///< at most about so many; spans are merged until they fit
    /// Absent: the finest that still exists for the span and that does not have to be merged more than
    /// needed.
    std::optional<Resolution> resolution;
};

/// Points in the order of time. Spans without a reading have no point: a gap is not a value.
struct Answer {
    Resolution resolution = Resolution::raw;
    Duration span{};  ///< of each point; zero for raw samples
    std::vector<Point> points;
};

/// Something that happened.
enum class EventKind : std::uint8_t {
    alarm,      ///< an alarm of a pack or of the bank began, changed or ended
    loss,       ///< a pack became stale, lost or gone, or returned
    limits,     ///< another rule holds CVL, CCL or DCL
    rule,       ///< a rule switched, or could not
    parameter,  ///< a setting of a pack is another
    daemon,     ///< packwire started or stopped
};
[[nodiscard]] std::string_view name(EventKind kind);
/// Absent for a word that is none.
[[nodiscard]] std::optional<EventKind> event_kind(std::string_view name);

struct Event {
    std::int64_t id = 0;  ///< grows with time of recording; 0: not recorded yet
    WallTime at{};
    std::string device;  ///< id of a pack, bank_device, or empty
    EventKind kind = EventKind::daemon;
    std::string name;  ///< of the alarm, the rule, the metric: "cell_imbalance"
    int level = 0;     ///< of an alarm: 0 ended, 1 warning, 2 alarm; of a loss as Freshness counts
    std::string text;  ///< for people, one line
};

struct EventQuery {
    std::optional<WallTime> from = {};
    std::optional<WallTime> to = {};  ///< not included
    std::string device = {};          ///< empty: all
    std::optional<EventKind> kind = {};
    std::int64_t before = 0;  ///< only ids below; 0: from the newest
    std::size_t limit = 200;
};

/// A setting of a pack as it was last known, to notice a change over a restart.
struct Setting {
    std::string device;
    model::Metric metric;
    double value = 0;
};

/// What is to be recorded at once: all of it or nothing.
struct Batch {
    std::vector<Track> tracks;
    std::vector<Event> events;
    std::vector<Setting> settings;  ///< the newest of each
    [[nodiscard]] bool empty() const { return tracks.empty() && events.empty() && settings.empty(); }
};
/// One value into the batch; rows come in the order of time, those of one device and time make one.
void add(Batch& batch, const Series& series, WallTime at, double value);

/// How long what is kept, and how much of it.
struct Limits {
    Duration raw = std::chrono::hours(24 * 3);
    Duration minute = std::chrono::hours(24 * 35);
    Duration hour = std::chrono::hours(24 * 3653);
    std::uint64_t bytes = 1'000'000'000;
};

/// Blocks: the loop asks by a Desk.
class Archive {
public:
    Archive() = default;
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;
    virtual ~Archive() = default;

    /// When this has returned, the batch outlives a power cut. Gives how often the disk was made to write
    /// (fsync): 1, and more when a file is tidied up.
    [[nodiscard]] virtual Result<unsigned> append(const Batch& batch) = 0;
    /// `unsaved`: samples of the series that were not appended yet, in the order of time.
    [[nodiscard]] virtual Result<Answer> read(const Query& query, const std::vector<Sample>& unsaved) = 0;
    /// The newest first.
    [[nodiscard]] virtual Result<std::vector<Event>> events(const EventQuery& query) = 0;
    /// Every series that was ever recorded, in their order.
    [[nodiscard]] virtual Result<std::vector<Series>> series() = 0;
    [[nodiscard]] virtual Result<std::vector<Setting>> settings() = 0;
    /// One small step of what is due: roll-ups of days that are over, and, if `may_drop`, an end for what is
    /// too old or too much. True when more is due.
    [[nodiscard]] virtual Result<bool> tidy(WallTime now, bool may_drop) = 0;
};

}  // namespace packwire::store
