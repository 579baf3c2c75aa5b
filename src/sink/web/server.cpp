// SPDX-License-Identifier: MIT
#include "sink/web/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <vector>

#include "bus/tasks.hpp"
#include "bus/wait.hpp"

namespace packwire::sink::web {

namespace {

using namespace std::chrono_literals;
using boost::system::error_code;

constexpr auto token = bus::asio::as_tuple(bus::asio::use_awaitable);
/// After a failed accept, as when there are no descriptors left.
constexpr Duration breath = 200ms;
constexpr Duration first_pause = 1s;
constexpr Duration longest_pause = 60s;

constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Type: "
    "application/json\r\n"
    "Content-Length: 75\r\n\r\n"
    "{\"error\":{\"code\":\"too_many\",\"message\":\"too many connections; try again\"}} \n";

}  // namespace

/// However run() ends.
struct Server::Closing {
    Server& server;
    explicit Closing(Server& of) : server(of) {}
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;
    ~Closing() {
        server.port_ = 0;
        for (auto* connection : server.house_.connections) connection->close();
    }
};

Server::Server(const Options& options, const Board& board, bus::Time& time,
               const bus::asio::any_io_executor& executor, QuietLog& log)
    : options_(options),
      time_(time),
      executor_(executor),
      log_(log),
      house_{.options = options,
             .board = board,
             .time = time,
             .log = log,
             .router = Router(options, board, time, executor)} {}

bus::Task<void> Server::run() {
    using bus::asio::experimental::awaitable_operators::operator&&;
    const Closing closing(*this);
    co_await (listen() && keep_watch());
}

bus::Task<void> Server::listen() {
    const auto timer = time_.timer();
    auto pause = first_pause;
    for (;;) {
        Tcp::acceptor acceptor(executor_);
        const auto opened = open(acceptor);
        if (opened) {
            pause = first_pause;
            co_await accept(acceptor);
            continue;
        }
        if (trouble_ != opened.error().where)
            log_.say(Level::warning,
                     fmt::format("web: {}; packs are read all the same, trying again", opened.error().where));
        trouble_ = opened.error().where;
        co_await timer->wait_until(time_.now() + pause);
        pause = std::min(pause * 2, longest_pause);
    }
}

Result<void> Server::open(Tcp::acceptor& acceptor) {
    const auto place = fmt::format("{}:{}", options_.host, options_.port);
    if (!options_.certificate.empty() && !tls_) {
        auto tls = Tls::load(options_);
        if (!tls) return std::unexpected(tls.error());
        tls_ = std::move(*tls);
    }
    error_code error;
    const auto host = options_.host == "localhost" ? "127.0.0.1" : options_.host;
    const Tcp::endpoint endpoint(bus::asio::ip::make_address(host, error), options_.port);
    if (!error) acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(bus::asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(Errc::port_refused, fmt::format("cannot listen on {}: {}", place, error.message()));
    trouble_.clear();
    port_ = acceptor.local_endpoint(error).port();
    log_.say(Level::info, fmt::format("web: {}://{}:{}/", tls_ ? "https" : "http", options_.host, port_));
    return {};
}

bus::Task<void> Server::accept(Tcp::acceptor& acceptor) {
    const auto timer = time_.timer();
    for (;;) {
        Tcp::socket socket(executor_);
        const auto [error] = co_await acceptor.async_accept(socket, token);
        bus::throw_if_cancelled(co_await bus::asio::this_coro::cancellation_state);
        if (!error) {
            take(std::move(socket));
            continue;
        }
        log_.warn("accept", fmt::format("a client could not be taken in: {}", error.message()));
        co_await timer->wait_until(time_.now() + breath);
    }
}

void Server::take(Tcp::socket socket) {
    if (house_.connections.size() - house_.live >= options_.limits.connections)
        return send_away(std::move(socket));
    error_code ignored;
    socket.set_option(Tcp::no_delay(true), ignored);
    auto ended = [this](const std::exception_ptr& thrown) {
        if (!thrown || bus::is_cancellation(thrown)) return;
        try {
            std::rethrow_exception(thrown);
        } catch (const std::exception& what) {
            log_.warn("connection", fmt::format("a connection ended by {}", what.what()));
        }
    };
    bus::asio::co_spawn(executor_, serve(house_, tls_.get(), std::move(socket)), ended);
}

/// As far as it goes without waiting.
void Server::send_away(Tcp::socket socket) {
    log_.warn("connections", fmt::format("more than {} connections are wanted; others are sent away",
                                         options_.limits.connections));
    error_code ignored;
    socket.non_blocking(true, ignored);
    if (!tls_) socket.write_some(bus::asio::buffer(busy), ignored);
    socket.shutdown(Tcp::socket::shutdown_send, ignored);
}

bus::Task<void> Server::keep_watch() {
    const auto timer = time_.timer();
    for (;;) {
        co_await timer->wait_until(time_.now() + options_.limits.pace);
        look();
    }
}

void Server::look() {
    const auto now = time_.now();
    const bool news = std::exchange(told_, house_.board.changes()) != house_.board.changes();
    for (auto* connection : house_.connections) {
        if (connection->deadline() <= now) {
            connection->close();
        } else if (news && connection->live()) {
            connection->wake();
        }
    }
}

}  // namespace packwire::sink::web
