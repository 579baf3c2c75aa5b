// SPDX-License-Identifier: MIT
/// One pack as the sinks see it: each quantity with its value and the time it was read.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "model/metric.hpp"
#include "model/record.hpp"

namespace packwire::model {

inline constexpr std::size_t max_values = 32;  ///< cells of a pack; sensors are fewer

/// What was read of one quantity. Absent, stale and zero are three things: absent has no reading, stale has
/// an old `when`, zero is a value.
struct Reading {
    TimePoint when{};
    std::uint8_t count = 0;  ///< 0: absent
    Scale scale{};
    std::vector<std::int32_t> raw;  ///< at least `count`; not of text
    std::uint32_t valid_mask = 0;
    std::uint32_t out_of_range_mask = 0;  ///< what came is outside of the plausible range, valid or not
    std::string text;
    const Field* field = nullptr;
    [[nodiscard]] bool valid(std::size_t i) const { return (valid_mask >> i & 1U) != 0; }
    [[nodiscard]] bool out_of_range(std::size_t i) const { return (out_of_range_mask >> i & 1U) != 0; }
};

/// Where a pack is reached, and what it is called for ever.
struct PackIdentity {
    std::string id;   ///< made of what cannot change: the serial number, else bus and address
    std::string bus;  ///< the port, as the user named it
    std::uint8_t address = 0;
    bool operator==(const PackIdentity&) const = default;
};

/// Readings of one pack, and what follows from them. Values are copies, so a snapshot outlives its frames.
class Snapshot {
public:
    PackIdentity identity;

    /// Takes over every quantity of the record. One that the service has and the record has not becomes
    /// absent.
    void update(const Record& record, TimePoint when);
    void clear();
    /// Takes over what it has no reading of itself and what does not age: settings, totals and texts. For a
    /// pack that was away and turns out to be the same. Source: bank 7.
    void keep_standing(const Snapshot& before);

    /// The reading itself; null when absent.
    [[nodiscard]] const Reading* find(Metric metric) const;
    /// In the unit of the catalogue; also for quantities that follow from others, such as power.
    /// Absent when it was never read or is invalid.
    [[nodiscard]] std::optional<double> value(Metric metric, std::size_t i = 0) const;
    /// Of a text quantity, or one that names a cell ("C3"); empty when absent.
    [[nodiscard]] std::string text(Metric metric) const;
    /// Bits of a status word or mask of cells.
    [[nodiscard]] std::optional<std::uint32_t> bits(Metric metric) const;
    /// Is that flag of that status word set? False when the word is absent.
    [[nodiscard]] bool flag(Metric word, std::string_view name) const;
    /// How many values a repeated quantity has; 0 when absent.
    [[nodiscard]] std::size_t count(Metric metric) const;
    /// Did the pack say what is not plausible? Then the value is absent, but for a cell that said so again
    /// and again and can have it (a dead one). False when it was never read or not measured, and where the
    /// nearest plausible value was taken (SOC 101 %). Source: bank 8.
    [[nodiscard]] bool out_of_range(Metric metric, std::size_t i = 0) const;
    /// Do the values of its telemetry contradict each other, again and again? They were believed all the
    /// same. Source: bank 8.
    [[nodiscard]] bool contradicts() const { return contradicts_; }
    /// When the quantity, or what it follows from, was read.
    [[nodiscard]] std::optional<TimePoint> when(Metric metric) const;

private:
    void take(const Record& record, std::size_t slot, TimePoint when);
    [[nodiscard]] Reading* kept(Metric metric);
    Reading& place_for(Metric metric);
    /// Most packs have half of the catalogue's quantities; a fleet should not pay for the others.
    std::vector<Reading> readings_;
    std::array<std::uint8_t, metric_count> places_{};  ///< in readings_, from 1; 0: never read
    bool contradicts_ = false;
};

}  // namespace packwire::model
