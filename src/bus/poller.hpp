// SPDX-License-Identifier: MIT
/// The schedule of one bus: who is asked what, and when.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/round_meter.hpp"
#include "bus/schedule.hpp"
#include "bus/stand_aside.hpp"

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

/// One coroutine per bus, which asks what the schedule says. Telemetry goes first and evenly over packs;
/// anything else uses the time in between and holds a pack's telemetry up by one exchange at most. After
/// another service was silent telemetry is asked before anything else: it tells whether the pack is silent,
/// too. Where the line yields to another master (Line::yield_to_masters) nothing is asked until that is gone.
class Poller {
public:
    Poller(Line& line, Time& time, PollPlan plan, PollListener& listener);
    ~Poller();
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;

    /// Opens the port, polls, reopens with back-off; until cancelled.
    Task<void> run();

    /// How long a round over all packs takes while it works.
    [[nodiscard]] Duration round() const { return rounds_.round(); }
    /// Bound of the time that a pack may wait for one exchange with another one, which is silent.
    [[nodiscard]] Duration longest_exchange() const;
    /// By then it has done something, if only waited for a pack in vain; later than that it hangs.
    [[nodiscard]] TimePoint alive_until() const { return alive_until_; }

private:
    using Turn = Schedule::Turn;
    Task<void> keep_open();
    Task<void> stand_aside();
    Task<void> idle();
    void note_master();
    [[nodiscard]] TimePoint settled(TimePoint asked) const;
    [[nodiscard]] Patience patience(const PollTarget& target) const;
    Task<void> ask_live(PollTarget& target);
    Task<void> ask_other(PollTarget& target, std::size_t which);
    void failed(PollTarget& target, std::size_t which, Error error, TimePoint asked);
    void report(const PollTarget& target, const dialect::Service& service, const Error& error);
    void port_failed(const Error& error);

    Line& line_;
    Time& time_;
    PollPlan plan_;
    Schedule schedule_;
    PollListener& listener_;
    std::unique_ptr<Timer> timer_;
    void promise(TimePoint when);
    RoundMeter rounds_;
    Duration back_off_{};
    TimePoint alive_until_ = TimePoint::max();
    bool master_ = false;       ///< the listener knows of one
    std::string port_trouble_;  ///< what the listener was last told, so that it is told once
};

}  // namespace packwire::bus
