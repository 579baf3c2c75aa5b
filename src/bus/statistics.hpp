// SPDX-License-Identifier: MIT
/// What happened on a line and with each pack on it: counts, latencies, and what filled its time. Counting
/// allocates nothing but a pack's place, once.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "bus/field_remarks.hpp"

namespace packwire::bus {

/// How many of something took how long, in buckets of 1-2-5 milliseconds.
class Histogram {
public:
    /// Upper bounds of the buckets; one more bucket has what took longer than the last.
    static constexpr std::array<std::chrono::milliseconds, 13> bounds{
        std::chrono::milliseconds(1),    std::chrono::milliseconds(2),    std::chrono::milliseconds(5),
        std::chrono::milliseconds(10),   std::chrono::milliseconds(20),   std::chrono::milliseconds(50),
        std::chrono::milliseconds(100),  std::chrono::milliseconds(200),  std::chrono::milliseconds(500),
        std::chrono::milliseconds(1000), std::chrono::milliseconds(2000), std::chrono::milliseconds(5000),
        std::chrono::milliseconds(10000)};

    /// What is negative, since the end of a question is computed and not seen, counts as zero.
    void add(Duration took);
    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] Duration longest() const { return longest_; }
    /// One more than there are bounds.
    [[nodiscard]] std::span<const std::uint64_t> buckets() const { return buckets_; }
    /// `part` of all took no longer than this, 0.5 being the median: as exact as the buckets are, evenly
    /// spread within one. Zero when there is nothing.
    [[nodiscard]] Duration quantile(double part) const;

private:
    std::array<std::uint64_t, bounds.size() + 1> buckets_{};
    std::uint64_t count_ = 0;
    Duration longest_{};
};

/// Of a line, or of one pack on it, for people and for /metrics. Every refusal is counted by its kind.
struct LineCounters {
    std::uint64_t exchanges = 0;  ///< questions sent
    std::uint64_t answers = 0;    ///< good answers
    std::uint64_t retries = 0;
    std::uint64_t confirmed = 0;              ///< readings that were held, and that another one confirmed
    std::uint64_t echoes = 0;                 ///< our own question heard again
    std::uint64_t late = 0;                   ///< answers to an earlier question
    std::uint64_t foreign = 0;                ///< frames of or to somebody else
    std::uint64_t remarks = 0;                ///< fields that were odd in an answer that was believed
    std::array<std::uint64_t, 32> refused{};  ///< by Errc
    [[nodiscard]] std::uint64_t of(Errc code) const { return refused[static_cast<std::size_t>(code)]; }
    [[nodiscard]] std::uint64_t& of(Errc code) { return refused[static_cast<std::size_t>(code)]; }
};

/// Of good answers: from the end of the question to the first character, and from the first character of the
/// question to the last of the answer.
struct PackStatistics {
    LineCounters counters;
    Histogram first_character;
    Histogram exchange;
    FieldRemarks remarks;
};

/// What filled the time of a line: characters on the wire, waiting for an answer, and nothing.
struct LineTime {
    Duration elapsed{};
    Duration wire{};    ///< characters × character time; zero where that is not known (a gateway)
    Duration asking{};  ///< from the begin of each question to the end of its answer, or of the wait for it
    std::uint64_t characters = 0;
    /// Parts of the time, 0 to 1; of asking, what is not `wire`.
    [[nodiscard]] double busy() const;
    [[nodiscard]] double waiting() const;
    [[nodiscard]] double idle() const;
};

/// Of one line that asks. Fed by Line alone.
class LineStatistics {
public:
    explicit LineStatistics(TimePoint now) : start_(now), before_{.at = now}, last_{.at = now} {}

    using Count = std::uint64_t LineCounters::*;
    void count(Count what) { ++(line_.*what); }
    void count(std::uint8_t address, Count what);
    void refused(std::uint8_t address, Errc code);
    /// The record goes out to whoever asked for it.
    void believed(std::uint8_t address, const model::Record& record);
    /// So many characters went over the line, of `each` one's time.
    void characters(std::size_t count, Duration each);
    /// The exchange that began at `began` is over, well or not.
    void ended(TimePoint began, TimePoint now);
    void answered(std::uint8_t address, Duration first_character, Duration exchange);

    [[nodiscard]] const LineCounters& line() const { return line_; }
    /// By address: whoever was asked, also those who never answered.
    [[nodiscard]] const std::map<std::uint8_t, PackStatistics>& packs() const { return packs_; }
    [[nodiscard]] LineTime total(TimePoint now) const;
    /// Of the last 10 to 20 s; of a line that has fallen silent, a bit more.
    [[nodiscard]] LineTime recent(TimePoint now) const;

private:
    struct Mark {
        TimePoint at{};
        LineTime time{};
    };
    void mark(TimePoint now);

    TimePoint start_;
    LineCounters line_;
    std::map<std::uint8_t, PackStatistics> packs_;
    LineTime time_;
    Mark before_;
    Mark last_;
};

}  // namespace packwire::bus
