// SPDX-License-Identifier: MIT
#include "bus/tasks.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/system/system_error.hpp>

namespace packwire::bus {

bool is_cancellation(const std::exception_ptr& error) {
    try {
        std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
        return thrown.code() == asio::error::operation_aborted;
    } catch (const asio::multiple_exceptions& thrown) {
        return is_cancellation(thrown.first_exception());  // both sides of a race that was cancelled
    } catch (...) {
        return false;
    }
}

void Tasks::spawn(Task<void> task) {
    if (stopped_) return;
    auto ended = [](const std::exception_ptr& error) {
        if (error && !is_cancellation(error)) std::rethrow_exception(error);
    };
    auto& signal = signals_.emplace_back();
    asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(signal.slot(), ended));
}

void Tasks::stop() {
    stopped_ = true;
    for (auto& signal : signals_) signal.emit(asio::cancellation_type::terminal);
}

}  // namespace packwire::bus
