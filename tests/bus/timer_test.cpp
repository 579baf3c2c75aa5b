// SPDX-License-Identifier: MIT
#include "bus/timer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <optional>
#include <string>
#include <vector>

#include "support/run.hpp"

namespace packwire::bus {
namespace {

using namespace std::chrono_literals;

/// What a sleeping coroutine came to: nothing yet, woken, cancelled by the timer, ended by exception.
struct Wake {
    std::optional<bool> woken;
    bool thrown = false;
    TimePoint when;
};

Task<void> sleep(Timer& timer, Time& time, TimePoint when, Wake& outcome) {
    try {
        outcome.woken = co_await timer.wait_until(when);
    } catch (const boost::system::system_error& error) {
        outcome.thrown = error.code() == asio::error::operation_aborted;
    }
    outcome.when = time.now();
}

Task<void> note(Time& time, TimePoint when, std::string name, std::string& notes) {
    const auto timer = time.timer();
    co_await timer->wait_until(when);
    notes += name;
}

Task<void> count_every(Time& time, Duration interval, int& count) {
    const auto timer = time.timer();
    auto next = time.now();
    while (true) {
        co_await timer->wait_until(next += interval);
        ++count;
    }
}

class VirtualTimeTest : public testing::Test {
protected:
    void start(Task<void> task) { asio::co_spawn(loop, std::move(task), asio::detached); }

    asio::io_context loop;
    VirtualTime time{loop};
    std::unique_ptr<Timer> timer = time.timer();
    TimePoint start_time = time.now();
    Wake outcome;
};

TEST_F(VirtualTimeTest, StandsStillUntilTold) {
    start(sleep(*timer, time, start_time + 1s, outcome));
    time.run_until(start_time + 1s - 1ns);
    EXPECT_FALSE(outcome.woken);
    EXPECT_EQ(time.now(), start_time + 1s - 1ns);
    time.run_for(1ns);
    EXPECT_EQ(outcome.woken, true);
    EXPECT_EQ(outcome.when, start_time + 1s);
}

TEST_F(VirtualTimeTest, NeverGoesBack) {
    time.run_until(start_time - 1h);
    EXPECT_EQ(time.now(), start_time);
}

TEST_F(VirtualTimeTest, WallTimeStartsWithTheYear2026) {
    EXPECT_EQ(time.wall_now(), WallTime{std::chrono::sys_days{std::chrono::January / 1 / 2026}});
    time.run_for(36h);
    EXPECT_EQ(time.wall_now(), WallTime{std::chrono::sys_days{std::chrono::January / 2 / 2026}} + 12h);
}

TEST_F(VirtualTimeTest, WakesInOrderOfDeadlinesThenOfCalls) {
    std::string notes;
    start(note(time, start_time + 2s, "d", notes));
    start(note(time, start_time + 1s, "a", notes));
    start(note(time, start_time + 1s, "b", notes));
    start(note(time, start_time + 1s, "c", notes));
    time.run_for(1min);
    EXPECT_EQ(notes, "abcd");
}

TEST_F(VirtualTimeTest, PastDeadlineCompletesAtOnceAndInOrder) {
    start(sleep(*timer, time, start_time - 1h, outcome));
    time.run_until(start_time);
    EXPECT_EQ(outcome.woken, true);
    EXPECT_EQ(outcome.when, start_time);
}

TEST_F(VirtualTimeTest, CancelEndsTheWaitAndNoLaterOne) {
    timer->cancel();
    start(sleep(*timer, time, start_time + 1h, outcome));
    time.run_for(1s);
    timer->cancel();
    time.run_for(1s);
    EXPECT_EQ(outcome.woken, false);
    EXPECT_EQ(outcome.when, start_time + 1s);
    timer->cancel();
    Wake later;
    start(sleep(*timer, time, start_time + 2h, later));
    time.run_for(2h);
    EXPECT_EQ(later.woken, true);
    EXPECT_EQ(later.when, start_time + 2h);
}

TEST_F(VirtualTimeTest, CoroutineCancelledWhileAsleepThrows) {
    asio::cancellation_signal signal;
    asio::co_spawn(loop, sleep(*timer, time, start_time + 1h, outcome),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    time.run_for(1s);
    signal.emit(asio::cancellation_type::terminal);
    time.run_for(1s);
    EXPECT_TRUE(outcome.thrown);
    EXPECT_FALSE(outcome.woken);
    EXPECT_EQ(outcome.when, start_time + 1s);
}

TEST_F(VirtualTimeTest, TimerMayBeDestroyedDuringItsWait) {
    start(sleep(*timer, time, start_time + 1h, outcome));
    time.run_for(1s);
    timer.reset();
    time.run_for(2h);
    EXPECT_EQ(outcome.woken, false);
    EXPECT_EQ(outcome.when, start_time + 1s);
}

TEST_F(VirtualTimeTest, OneSleeperMayCancelAnotherOfTheSameInstant) {
    Wake second;
    const auto other = time.timer();
    start([](Timer& own, Timer& victim, TimePoint when) -> Task<void> {
        co_await own.wait_until(when);
        victim.cancel();
    }(*timer, *other, start_time + 1s));
    start(sleep(*other, time, start_time + 1s, second));
    time.run_for(1h);
    EXPECT_EQ(second.woken, false);
}

TEST_F(VirtualTimeTest, LoopsThatStoppedAreRestarted) {
    bool ran = false;
    time.run_for(1s);
    loop.stop();
    asio::post(loop, [&ran] { ran = true; });
    time.run_for(1s);
    EXPECT_TRUE(ran);
}

TEST_F(VirtualTimeTest, ADayOfFourPollersIsExact) {
    int count = 0;
    for (int i = 0; i < 4; ++i) start(count_every(time, 5s, count));
    time.run_for(24h);
    EXPECT_EQ(count, 4 * 24 * 3600 / 5);
}

TEST(VirtualTime, MayEndBeforeTheCoroutinesThatSleepOnIt) {
    asio::io_context loop;
    int count = 0;
    std::string notes;
    {
        VirtualTime time(loop);
        asio::co_spawn(loop, note(time, time.now() + 1h, "a", notes), asio::detached);
        asio::co_spawn(loop, count_every(time, 5min, count), asio::detached);
        time.run_for(7min);
    }
    EXPECT_EQ(count, 1);
}

class LoopTimeTest : public testing::Test {
protected:
    asio::io_context loop;
    LoopTime time{loop.get_executor()};
    std::unique_ptr<Timer> timer = time.timer();
    Wake outcome;
};

TEST_F(LoopTimeTest, WakesNotBeforeTheDeadline) {
    const auto when = time.now() + 2ms;
    EXPECT_TRUE(test::run(loop, timer->wait_until(when)));
    EXPECT_GE(time.now(), when);
}

TEST_F(LoopTimeTest, PastDeadlineCompletes) {
    EXPECT_TRUE(test::run(loop, timer->wait_until(time.now() - 1h)));
}

TEST_F(LoopTimeTest, CancelEndsTheWaitAndNoLaterOne) {
    asio::post(loop, [this] { timer->cancel(); });
    asio::co_spawn(loop, sleep(*timer, time, time.now() + 24h, outcome), asio::detached);
    test::settle(loop);
    EXPECT_FALSE(outcome.woken) << "cancelled before the wait began";
    timer->cancel();
    test::settle(loop);
    EXPECT_EQ(outcome.woken, false);
    EXPECT_TRUE(test::run(loop, timer->wait_until(time.now() + 1ms)));
}

TEST_F(LoopTimeTest, CoroutineCancelledWhileAsleepThrows) {
    asio::cancellation_signal signal;
    asio::co_spawn(loop, sleep(*timer, time, time.now() + 24h, outcome),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    test::settle(loop);
    signal.emit(asio::cancellation_type::terminal);
    test::settle(loop);
    EXPECT_TRUE(outcome.thrown);
}

TEST_F(LoopTimeTest, TimerMayBeDestroyedDuringItsWait) {
    asio::co_spawn(loop, sleep(*timer, time, time.now() + 24h, outcome), asio::detached);
    test::settle(loop);
    timer.reset();
    test::settle(loop);
    EXPECT_EQ(outcome.woken, false);
}

}  // namespace
}  // namespace packwire::bus
