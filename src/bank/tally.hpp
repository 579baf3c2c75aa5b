// SPDX-License-Identifier: MIT
/// What the bank has lived through: energy by our own integral, and the history that Venus shows. Goes on
/// over restarts. Source: bank 5, victron 1.2.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "bank/bank.hpp"

namespace packwire::bank {

/// Part of the history, by the number that a client writes to /History/Clear. Source: peer a.
enum class HistoryPart : std::uint8_t { all = 1, capacity, voltage, time, alarm, temperature, energy };
/// Absent for a number that means nothing.
[[nodiscard]] std::optional<HistoryPart> history_part(int number);

/// Everything that is remembered. Discharges are positive here; Venus shows them negative.
struct History {
    double charged = 0;                    ///< kWh, only grows
    double discharged = 0;                 ///< kWh, only grows
    double drawn = 0;                      ///< Ah, only grows
    double deepest = 0;                    ///< Ah below full, ever
    double last = 0;                       ///< Ah below full, the deepest since the last full charge
    double average_sum = 0;                ///< Ah, over `discharges`
    std::uint64_t discharges = 0;          ///< that ended with a full charge
    std::uint64_t full_discharges = 0;     ///< down to the SOC of TallySettings::empty
    std::uint64_t low_voltage_alarms = 0;  ///< times that it rang
    std::uint64_t high_voltage_alarms = 0;
    std::optional<double> voltage_min;  ///< V
    std::optional<double> voltage_max;
    std::optional<double> cell_voltage_min;  ///< V
    std::optional<double> cell_voltage_max;
    std::optional<double> temperature_min;  ///< °C
    std::optional<double> temperature_max;
    std::optional<double> since_full;  ///< s since the last full charge; absent: never seen
    WallTime written{};                ///< when it was last up to date
    std::uint64_t clears = 0;          ///< times that an owner cleared a part of it
    /// The totals of an earlier run are lost, and may still be recovered from where they were published.
    bool recovering = false;
    bool operator==(const History&) const = default;
};

/// Totals as an earlier run published them, from whoever kept them: the history file, the broker.
struct PublishedTotals {
    struct Value {
        model::Metric metric;
        double value = 0;  ///< in the unit and sign of the catalogue
    };
    std::vector<Value> values;
    std::uint64_t clears = 0;  ///< History::clears at that time
};
/// The quantities of the bank that only grow until they are cleared.
[[nodiscard]] std::span<const model::Metric> total_metrics();

struct TallySettings {
    double full = 99.5;  ///< SOC of a full battery, %
    double empty = 10;   ///< SOC of a full discharge, %
    double rearm = 20;   ///< above which the next one counts, %
    /// Discharges smaller than this part of the capacity are no cycle in the average.
    double least_depth = 0.02;
    /// Longest time between two readings that is integrated over.
    Duration gap = std::chrono::seconds(30);
    bool operator==(const TallySettings&) const = default;
};

class Tally {
public:
    explicit Tally(TallySettings settings, History history = {});

    /// After the aggregate, with the alarms of the bank: counts, and sets the bank's numbers of history.
    void step(Bank& bank);
    void clear(HistoryPart part);
    /// `history` is on the disk: from now on totals and extremes are published as far as they are there, so
    /// that a power cut takes back nothing that was published. Without such a call what is counted is
    /// published at once, for a bank whose history is not kept.
    void keep(const History& history);
    /// What is counted cannot be written: from now on it is published at once, until keep().
    void publish_as_counted();
    /// No total is published until keep() or publish_as_counted(): it is not known how far an earlier run
    /// came.
    void withhold() { withheld_ = true; }
    /// Is an earlier run's memory lost, and may its totals still be found? See History::recovering.
    void recover(bool pending) { history_.recovering = pending; }
    /// Totals that are higher than ours become ours, counted and kept, unless they are of before a clear.
    /// Values that are negative, not finite or beyond what any bank counts are ignored. Gives those that
    /// rose.
    std::vector<model::Metric> raise(const PublishedTotals& published);
    [[nodiscard]] const History& history() const { return history_; }

private:
    void integrate(const Bank& bank);
    void note_extremes(const Bank& bank);
    void note_charge(const Bank& bank);
    void note_full();
    void note_time(const Bank& bank);
    void note_alarms(const Bank& bank);
    void show(Bank& bank) const;

    TallySettings settings_;
    History history_;
    std::optional<History> kept_;  ///< on the disk; absent: nothing is
    bool withheld_ = false;
    struct Sample {
        TimePoint when{};
        double power = 0;    ///< W
        double current = 0;  ///< A
    };
    std::optional<Sample> last_;        ///< absent: a gap begins
    std::optional<TimePoint> started_;  ///< first step
    TimePoint stepped_{};               ///< last step
    /// When the last run wrote, until the time between it and this run is in since_full.
    std::optional<WallTime> away_since_;
    double capacity_ = 0;  ///< Ah
    // Absent before the first look: what is so then was counted by the run before.
    std::optional<bool> full_;
    std::optional<bool> empty_;
    std::optional<bool> low_voltage_;
    std::optional<bool> high_voltage_;
};

}  // namespace packwire::bank
