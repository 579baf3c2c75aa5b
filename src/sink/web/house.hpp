// SPDX-License-Identifier: MIT
/// What all connections share, and what the server sees of each. Without Beast: that stays in session.hpp.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <set>

#include "bus/timer.hpp"
#include "sink/web/board.hpp"
#include "sink/web/options.hpp"
#include "sink/web/quiet_log.hpp"
#include "sink/web/router.hpp"

namespace packwire::sink::web {

/// One client. It is looked at several times a second: one whose deadline has passed is closed.
class Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    virtual ~Connection() = default;

    /// Ends whatever is under way on it.
    virtual void close() = 0;
    /// There is news on the board.
    virtual void wake() = 0;
    [[nodiscard]] TimePoint deadline() const { return deadline_; }
    [[nodiscard]] bool live() const { return live_; }

protected:
    TimePoint deadline_ = TimePoint::max();
    bool live_ = false;
};

struct House {
    const Options& options;
    const Board& board;
    bus::Time& time;
    QuietLog& log;
    Router router;
    std::set<Connection*> connections = {};
    std::size_t live = 0;  ///< how many of them are WebSockets

    void count_live(bool more) {
        live += more ? 1U : static_cast<std::size_t>(-1);
        router.set_live(live);
    }
};

/// Serves a client until it goes, errs, is too slow, or is closed.
bus::Task<void> serve_plain(House& house, bus::asio::ip::tcp::socket socket);

/// Certificate and key.
class Tls {
public:
    /// Errors: bad_config, "file: what".
    [[nodiscard]] static Result<std::unique_ptr<Tls>> load(const Options& options);
    virtual ~Tls() = default;
    /// The same, encrypted.
    virtual bus::Task<void> serve(House& house, bus::asio::ip::tcp::socket socket) = 0;
};

}  // namespace packwire::sink::web
