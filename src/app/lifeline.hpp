// SPDX-License-Identifier: MIT
/// A daemon that hangs dies, so that its names leave the bus and its supervisor starts it again.
#pragma once

#include <functional>
#include <memory>

#include "bus/timer.hpp"

namespace packwire::app {

/// Puts off the process's SIGALRM for as long as `progresses` says so, looking once a second; when the loop
/// is blocked, or a poll loop is stuck, the signal's default action ends the process. This needs no
/// supervisor that watches. Source: bank 7.
class Lifeline {
public:
    static constexpr unsigned default_patience = 15;  ///< s
    using Progresses = std::function<bool()>;
    /// `alive` is told once a second as long as all is well.
    Lifeline(bus::Time& time, Progresses progresses, unsigned patience = default_patience,
             std::function<void()> alive = {})
        : timer_(time.timer()),
          time_(time),
          progresses_(std::move(progresses)),
          patience_(patience),
          alive_(std::move(alive)) {}
    Lifeline(const Lifeline&) = delete;
    Lifeline& operator=(const Lifeline&) = delete;
    /// The alarm is off.
    ~Lifeline();

    /// Until cancelled.
    bus::Task<void> run();

private:
    std::unique_ptr<bus::Timer> timer_;
    bus::Time& time_;
    Progresses progresses_;
    unsigned patience_;
    std::function<void()> alive_;
};

}  // namespace packwire::app
