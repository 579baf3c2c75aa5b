// SPDX-License-Identifier: MIT
/// Lets a D-Bus connection live in our loop: no thread of its own.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "bus/timer.hpp"

namespace packwire::sink::venus {

namespace asio = boost::asio;

/// Waits for what sd-bus wants and gives it turns. The connection must outlive it.
/// A connection that has failed cannot be revived: destroy what stands on it, and make a new one.
/// Source: libraries, "sdbus-c++ 1.2 in one io_context".
class BusPump {
public:
    /// `on_broken` is called once, with the reason, from the loop or from poke(); it must not destroy the
    /// pump. Throws sdbus::Error or boost::system::system_error when there is no descriptor to wait for.
    BusPump(sdbus::IConnection& connection, const asio::any_io_executor& executor,
            std::function<void(const std::string&)> on_broken);
    BusPump(const BusPump&) = delete;
    BusPump& operator=(const BusPump&) = delete;
    ~BusPump();

    /// After anything was sent, or asked synchronously, from outside: what waits inside sd-bus gets a turn.
    void poke();
    [[nodiscard]] bool broken() const;

private:
    class Works;
    std::shared_ptr<Works> works_;  ///< waits hold it weakly: one may be due when the pump is destroyed
};

}  // namespace packwire::sink::venus
