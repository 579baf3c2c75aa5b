// SPDX-License-Identifier: MIT
/// Errors of a port that say "not now", not "no more".
#pragma once

#include <boost/asio/error.hpp>
#include <cerrno>
#include <chrono>

namespace packwire::bus {

[[nodiscard]] inline bool try_again(int error) {
    return error == EAGAIN || error == EINTR;
}

[[nodiscard]] inline bool try_again(const boost::system::error_code& error) {
    namespace asio = boost::asio;
    return error == asio::error::would_block || error == asio::error::try_again ||
           error == asio::error::interrupted;
}

/// A port that takes nothing for so long is broken.
constexpr std::chrono::seconds write_patience{2};

}  // namespace packwire::bus
