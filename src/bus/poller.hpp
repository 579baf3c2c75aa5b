// SPDX-License-Identifier: MIT
/// The schedule of one bus: who is asked what, and when.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/stand_aside.hpp"
#include "model/service_states.hpp"

namespace packwire::bus {

/// Told of everything that a poller learns. Returns at once.
class PollListener {
public:
    PollListener() = default;
    PollListener(const PollListener&) = delete;
    PollListener& operator=(const PollListener&) = delete;
    virtual ~PollListener() = default;
    /// A pack answers that did not before: it may be another one than last time.
    virtual void on_appear(std::uint8_t address) = 0;
    /// A good answer. The record holds for the call only.
    virtual void on_record(std::uint8_t address, const model::Record& record) = 0;
    /// The question failed after all tries. Only a failed live-data question says anything of the pack's
    /// life. `unsupported` comes once an appearance, and never for telemetry or for what has answered.
    virtual void on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) = 0;
    /// The port was opened, or could not be; each change once.
    virtual void on_port(const Result<void>& state) = 0;
    /// Another master asks on the line (`present`), or has stopped; each change once. While Line::taken() we
    /// are silent, and whatever is heard comes by on_overheard().
    virtual void on_master(bool /*present*/) {}
    virtual void on_overheard(const TapMessage& /*message*/) {}
};

/// A question that is asked again and again.
struct Recurring {
    const dialect::Service* service = nullptr;
    Duration every{};    ///< zero: once per appearance of the pack
    bool first = false;  ///< goes before telemetry: without it nothing of the pack is published
};

struct PollPlan {
    std::vector<std::uint8_t> addresses;
    /// Where no pack is known but one might be: tried in turn, one every so often.
    std::vector<std::uint8_t> candidates;
    Duration candidate_every = std::chrono::seconds(10);
    const dialect::Service* live = nullptr;  ///< telemetry, asked every `interval`
    Duration interval = std::chrono::seconds(1);
    std::vector<Recurring> others;                    ///< in order of importance; they fill the gaps
    Duration probe_min = std::chrono::seconds(1);     ///< how soon a silent pack is tried again …
    Duration probe_max = std::chrono::seconds(10);    ///< … growing to this
    Duration retry_min = std::chrono::seconds(2);     ///< how soon anything else is asked again in vain …
    Duration retry_max = std::chrono::minutes(5);     ///< … growing to this
    Duration unsupported = std::chrono::minutes(10);  ///< how soon after RTN 04
    Duration reopen_min = std::chrono::milliseconds(200);
    Duration reopen_max = std::chrono::seconds(5);
};

/// What packs of the dialect are worth asking, and how often, as its tables say. What names a pack goes
/// first.
[[nodiscard]] PollPlan poll_plan(const dialect::Dialect& dialect, std::vector<std::uint8_t> addresses,
                                 Duration interval);

/// One coroutine per bus. Telemetry goes first and evenly over packs; anything else uses the time in between
/// and holds a pack's telemetry up by one exchange at most. After another service was silent telemetry is
/// asked before anything else: it tells whether the pack is silent, too. Where the line yields to another
/// master (Line::yield_to_masters) nothing is asked until that is gone.
class Poller {
public:
    Poller(Line& line, Time& time, PollPlan plan, PollListener& listener);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    /// Opens the port, polls, reopens with back-off; until cancelled.
    Task<void> run();

    /// Time that a round over all packs took last.
    [[nodiscard]] Duration round() const;

private:
    struct Target;
    void add(std::uint8_t address, TimePoint due, Duration probe, Duration probe_max);
    Task<void> keep_open();
    Task<void> stand_aside();
    Task<void> idle();
    void note_master();
    void begin_anew();
    Task<bool> step();
    Task<bool> ask_one_other(TimePoint now, bool first_only);
    Task<void> ask_live(Target& target);
    Task<void> ask_other(Target& target, std::size_t which);
    void failed(Target& target, std::size_t which, Error error);
    void appear(Target& target, TimePoint now);
    void report(const Target& target, const dialect::Service& service, const Error& error);
    void port_failed(const Error& error);
    [[nodiscard]] TimePoint next_other_due() const;

    Line& line_;
    Time& time_;
    PollPlan plan_;
    PollListener& listener_;
    std::unique_ptr<Timer> timer_;
    std::vector<Target> targets_;
    Duration round_{};
    Duration back_off_{};
    std::ptrdiff_t live_since_other_ = 0;
    bool master_ = false;       ///< the listener knows of one
    std::string port_trouble_;  ///< what the listener was last told, so that it is told once
};

}  // namespace packwire::bus
