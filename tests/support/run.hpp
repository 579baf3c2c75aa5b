// SPDX-License-Identifier: MIT
/// Runs one coroutine on a loop of a test, with a deadline instead of a hang.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <utility>

#include "bus/timer.hpp"

namespace packwire::test {

/// What a test may take at most; no test waits that long unless it fails.
inline constexpr std::chrono::seconds patience{20};

/// Runs what is ready on the loop, and waits for nothing.
inline void settle(bus::asio::io_context& loop) {
    do {
        if (loop.stopped()) loop.restart();
    } while (loop.poll() != 0);
}

/// Runs the loop until `done()`.
template <class Done>
void run_until(bus::asio::io_context& loop, Done done) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!done()) {
        if (std::chrono::steady_clock::now() >= end)
            throw std::runtime_error("what the test waits for did not happen");
        if (loop.stopped()) loop.restart();
        loop.run_one_until(end);
    }
}

/// Runs the loop until `task` has ended, and gives what it gave.
template <class T>
T run(bus::asio::io_context& loop, bus::Task<T> task) {
    auto result = bus::asio::co_spawn(loop, std::move(task), bus::asio::use_future);
    run_until(loop, [&] { return result.wait_for(std::chrono::seconds{0}) == std::future_status::ready; });
    return result.get();
}

/// The same on virtual time: lives until `task` has ended, at most `limit`.
template <class T>
T run(bus::asio::io_context& loop, bus::VirtualTime& time, bus::Task<T> task,
      Duration limit = std::chrono::hours{48}) {
    auto result = bus::asio::co_spawn(loop, std::move(task), bus::asio::use_future);
    time.run_for(limit);
    if (result.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
        throw std::runtime_error("the coroutine did not end");
    }
    return result.get();
}

}  // namespace packwire::test
