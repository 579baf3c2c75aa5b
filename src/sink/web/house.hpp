// SPDX-License-Identifier: MIT
/// What all connections share, and what the server sees of each. Without Beast: that stays in session.cpp.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "bus/timer.hpp"
#include "sink/web/board.hpp"
#include "sink/web/options.hpp"
#include "sink/web/quiet_log.hpp"
#include "sink/web/router.hpp"

namespace packwire::sink::web {

class Tls;

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

/// Of every answer. Nothing of the page comes from elsewhere, nothing of it is shown elsewhere.
inline constexpr auto fixed_headers = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"Content-Security-Policy",
     "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
});

struct House {
    const Options& options;
    const Board& board;
    bus::Time& time;
    QuietLog& log;
    Router router;
    std::set<Connection*> connections = {};
    std::size_t live = 0;  ///< how many of them are WebSockets

    void count_live(bool more);
    /// What a client did wrong, by how it was answered: the log hears of it.
    void note(unsigned status, const Request& request) const;
    /// As HTTP has it: "Sun, 22 Nov 2026 20:15:21 GMT".
    [[nodiscard]] std::string date() const;
};

/// Serves a client, encrypted with `tls` unless that is nullptr, until it goes, errs, is too slow, or is
/// closed.
bus::Task<void> serve(House& house, Tls* tls, bus::asio::ip::tcp::socket socket);

}  // namespace packwire::sink::web
