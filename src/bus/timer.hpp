// SPDX-License-Identifier: MIT
/// Awaiting over a Clock, so that tests run a day in a second.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/clock.hpp"

namespace packwire::bus {

namespace asio = boost::asio;
template <class T>
using Task = asio::awaitable<T>;

/// One sleeper. One wait at a time; reused, so that a loop allocates once.
class Timer {
public:
    Timer() = default;
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    virtual ~Timer() = default;
    /// True when `when` has come (at once if it has passed), false when cancelled before.
    /// Ends early, by exception of asio, when the awaiting coroutine itself is cancelled.
    virtual Task<bool> wait_until(TimePoint when) = 0;
    /// Ends a wait that is under way; wait_until then gives false. No effect on a later wait.
    virtual void cancel() = 0;
};

/// The clock of a loop, with sleepers.
class Time : public Clock {
public:
    [[nodiscard]] virtual std::unique_ptr<Timer> timer() = 0;
};

/// Real time on a real loop.
class LoopTime final : public Time {
public:
    explicit LoopTime(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    [[nodiscard]] TimePoint now() const override { return clock_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return clock_.wall_now(); }
    [[nodiscard]] std::unique_ptr<Timer> timer() override;

private:
    asio::any_io_executor executor_;
    SystemClock clock_;
};

/// Virtual time: runs the loop until nothing is ready, then jumps to the earliest sleeper.
class VirtualTime final : public Time {
public:
    explicit VirtualTime(asio::io_context& loop);
    ~VirtualTime() override;
    [[nodiscard]] TimePoint now() const override;
    /// Wall time starts at 2026-01-01T00:00:00Z and goes with now().
    [[nodiscard]] WallTime wall_now() const override;
    [[nodiscard]] std::unique_ptr<Timer> timer() override;
    /// Lets the loop live until `when`; then now() == when.
    void run_until(TimePoint when);
    void run_for(Duration duration) { run_until(now() + duration); }

private:
    class Sleeper;
    class Queue;
    void run_dry();
    asio::io_context& loop_;
    std::shared_ptr<Queue> queue_;  ///< shared with waits: a coroutine may outlive this clock in the loop
};

}  // namespace packwire::bus
