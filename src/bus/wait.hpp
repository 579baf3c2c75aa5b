// SPDX-License-Identifier: MIT
/// Waiting for a descriptor or a deadline, whichever comes first.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "bus/timer.hpp"

namespace packwire::bus {

/// Throws what asio throws, if the coroutine whose state this is has been cancelled:
/// `throw_if_cancelled(co_await asio::this_coro::cancellation_state)`.
inline void throw_if_cancelled(const asio::cancellation_state& state) {
    if (state.cancelled() != asio::cancellation_type::none) {
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

/// True when `stream` (a socket or a descriptor) is ready for `what`, has failed or was closed: the next
/// operation on it tells which. False when `deadline` came first. Both waits have ended on return, so neither
/// can disturb a later one.
template <class Stream>
Task<bool> ready(Stream& stream, typename Stream::wait_type what, Timer& timer, TimePoint deadline) {
    using asio::experimental::awaitable_operators::operator||;
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto first = co_await (stream.async_wait(what, token) || timer.wait_until(deadline));
    throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    co_return first.index() == 0;
}

}  // namespace packwire::bus
