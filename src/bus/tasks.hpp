// SPDX-License-Identifier: MIT
/// Coroutines that live as long as their owner wants.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <exception>
#include <list>

#include "bus/timer.hpp"

namespace packwire::bus {

/// Is this how asio ends a cancelled coroutine?
[[nodiscard]] bool is_cancellation(const std::exception_ptr& error);

/// Spawned coroutines must end before what they refer to: stop() them, let the loop run out, then destroy.
/// One that ends by another exception has met a defect of ours; it leaves the loop by run(), since to go on
/// half alive would be worse than to die.
class Tasks {
public:
    explicit Tasks(asio::any_io_executor executor) : executor_(std::move(executor)) {}
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;

    void spawn(Task<void> task);
    /// Cancels all of them; each ends at its next await. Nothing can be spawned any more.
    void stop();

private:
    asio::any_io_executor executor_;
    std::list<asio::cancellation_signal> signals_;
    bool stopped_ = false;
};

}  // namespace packwire::bus
