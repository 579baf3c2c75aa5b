// SPDX-License-Identifier: MIT
#include "sink/web/session.hpp"

namespace packwire::sink::web {

bus::Task<void> serve_plain(House& house, bus::asio::ip::tcp::socket socket) {
    Session<bus::asio::ip::tcp::socket> session(house, std::move(socket));
    co_await session.run();
}

}  // namespace packwire::sink::web
