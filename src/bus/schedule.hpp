// SPDX-License-Identifier: MIT
/// The schedule of one bus, without the bus: who is asked what, and when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "dialect/dialect.hpp"
#include "model/service_states.hpp"

namespace packwire::bus {

/// A question that is asked again and again.
struct Recurring {
    const dialect::Service* service = nullptr;
    Duration every{};     ///< zero: once per appearance of the pack
    bool first = false;   ///< without it nothing of the pack is published
    bool limits = false;  ///< without it the bank does not know what the pack can bear
};

struct PollPlan {
    std::vector<std::uint8_t> addresses;
    /// Where no pack is known but one might be: tried in turn, one every so often.
    std::vector<std::uint8_t> candidates;
    Duration candidate_every = std::chrono::seconds(5);
    Duration candidate_first = std::chrono::seconds(5);  ///< the same, the first time
    const dialect::Service* live = nullptr;              ///< telemetry, asked every `interval`
    Duration interval = std::chrono::seconds(1);         ///< zero: as often as the line allows
    std::vector<Recurring> others;                       ///< in order of importance; they fill the gaps
    Duration probe_min = std::chrono::seconds(1);        ///< how soon a silent pack is tried again …
    Duration probe_max = std::chrono::seconds(10);       ///< … growing to this
    Duration retry_min = std::chrono::seconds(2);        ///< how soon anything else is asked again in vain …
    Duration retry_max = std::chrono::minutes(5);        ///< … growing to this
    Duration unsupported = std::chrono::minutes(10);     ///< how soon after RTN 04
    Duration reopen_min = std::chrono::milliseconds(200);
    Duration reopen_max = std::chrono::seconds(5);
};

/// What packs of the dialect are worth asking, and how often, as its tables say. What names a pack goes
/// first.
[[nodiscard]] PollPlan poll_plan(const dialect::Dialect& dialect, std::vector<std::uint8_t> addresses,
                                 Duration interval);

/// An address, and what is to be asked there.
struct PollTarget {
    enum class State : std::uint8_t { unknown, answering, silent };
    std::uint8_t address = 0;
    State state = State::unknown;
    TimePoint live_due{};
    Duration probe{};  ///< how long after a silence it is tried again
    Duration probe_max{};
    unsigned probes = 0;    ///< in vain since it last answered
    bool missed = false;    ///< telemetry was not answered in the time that was learnt
    bool doubtful = false;  ///< another service was silent: is the pack, too?
    model::ServiceStates services;

    struct Other {
        TimePoint due = TimePoint::max();  ///< never while the pack is silent
        Duration pause{};                  ///< after the last failure
    };
    std::vector<Other> others;  ///< as PollPlan::others
};

/// Decides what is asked next, and learns what came of it. Telemetry of packs that answer goes first, spread
/// evenly over the interval. Anything else fills the gaps: where there are none, one question about a pack
/// that nobody knows yet after each telemetry exchange, and one of all else, probes of silent packs among it,
/// a round, at least after each fourth (docs/adr/0019).

class Schedule {
public:
    Schedule(const PollPlan& plan, TimePoint now);

    struct Turn {
        PollTarget* target = nullptr;
        std::optional<std::size_t> other;  ///< of PollPlan::others; telemetry without
    };
    /// What is due; nothing when nothing is. Whoever takes a turn says what came of it.
    [[nodiscard]] std::optional<Turn> next(TimePoint now);
    /// When something is due.
    [[nodiscard]] TimePoint next_due() const;
    /// Until telemetry of a pack that answers is due; TimePoint::max() less now where none does.
    [[nodiscard]] Duration spare(TimePoint now) const;

    /// Telemetry was answered. True when the pack did not answer before.
    bool answered(PollTarget& target, TimePoint now);
    /// The pack said nothing. True when it counts as silent: one that answers is asked once more before, at
    /// `again`.
    bool silent(PollTarget& target, TimePoint again, TimePoint now);
    /// Telemetry failed otherwise.
    void failed(PollTarget& target, TimePoint now) const;
    /// Another service was answered.
    void answered(PollTarget& target, std::size_t other, TimePoint now);
    /// Another service failed so. After silence telemetry tells at `again` whether the pack is silent, too.
    void failed(PollTarget& target, std::size_t which, Errc code, TimePoint again, TimePoint now);
    /// After a long silence of our own each pack may be another one. Those that had answered go first.
    void begin_anew(TimePoint now);

private:
    void add(std::uint8_t address, PollTarget::State state, TimePoint due, Duration probe,
             Duration probe_max);
    [[nodiscard]] PollTarget* live(PollTarget::State state);
    enum class Kind : std::uint8_t { naming, limits, rest };
    [[nodiscard]] static Kind kind_of(const Recurring& recurring);
    [[nodiscard]] Turn best_other(Kind kind);
    [[nodiscard]] std::optional<Turn> gap(TimePoint now, bool live_due, std::ptrdiff_t answering);
    [[nodiscard]] std::optional<Turn> greeting(TimePoint now);
    [[nodiscard]] std::optional<Turn> filler(TimePoint now);
    [[nodiscard]] static TimePoint due(const Turn& turn);
    void spread(TimePoint now);

    const PollPlan& plan_;
    std::vector<PollTarget> targets_;
    std::ptrdiff_t live_since_gap_ = 0;  ///< telemetry exchanges since anything else
    std::ptrdiff_t live_since_filler_ = 0;
    bool uneven_ = false;  ///< telemetry may have come to stand in bursts
};

}  // namespace packwire::bus
