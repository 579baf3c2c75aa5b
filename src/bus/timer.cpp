// SPDX-License-Identifier: MIT
#include "bus/timer.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <utility>

#include "bus/wait.hpp"

namespace packwire::bus {

namespace {

class LoopTimer final : public Timer {
public:
    explicit LoopTimer(const asio::any_io_executor& executor) : timer_(executor) {}

    Task<bool> wait_until(TimePoint when) override {
        timer_.expires_at(when);
        // After the wait nothing of *this is touched: it may have been destroyed meanwhile.
        const auto [error] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (error) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        co_return !error;
    }

    void cancel() override { timer_.cancel(); }

private:
    asio::steady_timer timer_;
};

/// Any instant but zero, so that a forgotten TimePoint{} shows.
constexpr TimePoint virtual_start{std::chrono::hours{24}};
constexpr WallTime virtual_wall_start = std::chrono::sys_days{std::chrono::January / 1 / 2026};

}  // namespace

std::unique_ptr<Timer> LoopTime::timer() {
    return std::make_unique<LoopTimer>(executor_);
}

/// Who sleeps until when. Equal deadlines fire in the order in which their waits began.
class VirtualTime::Queue {
public:
    /// One wait; lives in the frame of the waiting coroutine and leaves the queue with it.
    class Wait {
    public:
        Wait(std::shared_ptr<Queue> queue, TimePoint when, asio::steady_timer& timer)
            : queue_(std::move(queue)), timer_(timer), key_(when, queue_->next_++) {
            queue_->waits_.emplace(key_, this);
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() { queue_->waits_.erase(key_); }
        [[nodiscard]] bool fired() const { return fired_; }
        void fire() {
            fired_ = true;
            timer_.cancel();
        }

    private:
        std::shared_ptr<Queue> queue_;
        asio::steady_timer& timer_;
        std::pair<TimePoint, std::uint64_t> key_;
        bool fired_ = false;
    };

    [[nodiscard]] TimePoint now() const { return now_; }
    void advance(TimePoint to) { now_ = std::max(now_, to); }

    /// Jumps to the earliest deadline and wakes that one sleeper. False when none is due until `limit`.
    bool fire_next(TimePoint limit) {
        if (waits_.empty() || waits_.begin()->first.first > limit) return false;
        const auto earliest = waits_.extract(waits_.begin());
        advance(earliest.key().first);
        earliest.mapped()->fire();
        return true;
    }

private:
    TimePoint now_ = virtual_start;
    std::uint64_t next_ = 0;
    std::map<std::pair<TimePoint, std::uint64_t>, Wait*> waits_;
};

/// A timer of the loop that never expires; the queue wakes it by cancelling it. So the loop owns the waiting
/// coroutine, and cancels and destroys it as any other.
class VirtualTime::Sleeper final : public Timer {
public:
    Sleeper(asio::io_context& loop, std::shared_ptr<Queue> queue)
        : timer_(loop, TimePoint::max()), queue_(std::move(queue)) {}

    Task<bool> wait_until(TimePoint when) override {
        if (when <= queue_->now()) {
            co_await asio::post(timer_.get_executor(), asio::use_awaitable);
            co_return true;
        }
        const Queue::Wait wait(queue_, when, timer_);
        // After the wait nothing of *this is touched: it may have been destroyed meanwhile.
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!wait.fired()) throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        co_return wait.fired();
    }

    void cancel() override { timer_.cancel(); }

private:
    asio::steady_timer timer_;
    std::shared_ptr<Queue> queue_;
};

VirtualTime::VirtualTime(asio::io_context& loop) : loop_(loop), queue_(std::make_shared<Queue>()) {}
VirtualTime::~VirtualTime() = default;

TimePoint VirtualTime::now() const {
    return queue_->now();
}

WallTime VirtualTime::wall_now() const {
    return virtual_wall_start + std::chrono::duration_cast<WallTime::duration>(now() - virtual_start);
}

std::unique_ptr<Timer> VirtualTime::timer() {
    return std::make_unique<Sleeper>(loop_, queue_);
}

void VirtualTime::run_dry() {
    do {
        if (loop_.stopped()) loop_.restart();
    } while (loop_.poll() != 0);
}

void VirtualTime::run_until(TimePoint when) {
    run_dry();
    while (queue_->fire_next(when)) run_dry();
    queue_->advance(when);
}

}  // namespace packwire::bus
