// SPDX-License-Identifier: MIT
#include "bus/tcp_port.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>

#include "bus/try_again.hpp"
#include "bus/wait.hpp"

namespace packwire::bus {

namespace {

using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr std::chrono::seconds connect_patience{5};

std::string tcp_name(const std::string& host, std::uint16_t port) {
    const bool bracket = host.find(':') != std::string::npos;
    return fmt::format("tcp://{}{}{}:{}", bracket ? "[" : "", host, bracket ? "]" : "", port);
}

}  // namespace

TcpPort::TcpPort(std::string host, std::uint16_t port, Time& time, const asio::any_io_executor& executor,
                 PortAccess access)
    : host_(std::move(host)),
      port_(port),
      name_(tcp_name(host_, port)),
      access_(access),
      time_(time),
      socket_(executor),
      resolver_(executor),
      timer_(time.timer()) {}

Task<Result<void>> TcpPort::open() {
    close();
    const auto endpoints = co_await resolve();
    if (!endpoints) co_return std::unexpected(endpoints.error());
    auto connected = co_await connect(*endpoints);
    if (connected) {
        configure();
    } else {
        close();
    }
    co_return connected;
}

Task<Result<TcpPort::Endpoints>> TcpPort::resolve() {
    error_code failed;
    const auto address = asio::ip::make_address(host_, failed);
    if (!failed) co_return Endpoints::create(Tcp::endpoint(address, port_), host_, "");
    const auto service = std::to_string(port_);
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    auto [error, found] = co_await resolver_.async_resolve(host_, service, token);
    throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    if (error)
        co_return fail(Errc::port_missing, fmt::format("{}: no such host ({})", name_, error.message()));
    co_return std::move(found);
}

Task<Result<void>> TcpPort::connect(const Endpoints& endpoints) {
    using asio::experimental::awaitable_operators::operator||;
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    const auto deadline = time_.now() + connect_patience;
    const auto first =
        co_await (asio::async_connect(socket_, endpoints, token) || timer_->wait_until(deadline));
    throw_if_cancelled(co_await asio::this_coro::cancellation_state);
    if (first.index() == 1) {
        co_return fail(Errc::port_missing, fmt::format("{}: no answer within {} s; is the gateway on?", name_,
                                                       connect_patience.count()));
    }
    const auto error = std::get<0>(std::get<0>(first));
    if (!error) co_return Result<void>{};
    if (error == asio::error::access_denied || error == asio::error::no_permission) {
        co_return fail(Errc::port_refused, fmt::format("{}: {}", name_, error.message()));
    }
    co_return fail(
        Errc::port_missing,
        fmt::format("{}: {}; is the gateway on, in TCP server mode, at this port?", name_, error.message()));
}

void TcpPort::configure() {
    error_code ignored;
    socket_.non_blocking(true, ignored);
    socket_.set_option(Tcp::no_delay(true), ignored);
    // A gateway that lost its power says nothing; half a minute later the kernel knows.
    socket_.set_option(Tcp::socket::keep_alive(true), ignored);
    set_tcp_option(TCP_KEEPIDLE, 15);
    set_tcp_option(TCP_KEEPINTVL, 5);
    set_tcp_option(TCP_KEEPCNT, 3);
    set_tcp_option(TCP_USER_TIMEOUT, 30'000);
}

void TcpPort::set_tcp_option(int option, int value) {
    ::setsockopt(socket_.native_handle(), IPPROTO_TCP, option, &value, sizeof value);  // best effort
}

void TcpPort::close() {
    error_code ignored;
    resolver_.cancel();
    socket_.close(ignored);
}

std::unexpected<Error> TcpPort::gone(const std::string& why) {
    close();
    return fail(Errc::port_gone, fmt::format("{}: {}", name_, why));
}

Task<Result<std::size_t>> TcpPort::read(std::span<char> into, TimePoint deadline) {
    while (is_open()) {
        error_code error;
        const auto count = socket_.read_some(asio::buffer(into.data(), into.size()), error);
        if (!error) co_return count;
        if (!try_again(error)) co_return gone(error.message());
        if (time_.now() >= deadline) co_return fail(Errc::timeout, name_ + ": nothing came");
        co_await ready(socket_, Tcp::socket::wait_read, *timer_, deadline);
    }
    co_return gone("closed");
}

Task<Result<void>> TcpPort::write(std::string_view bytes) {
    if (access_ == PortAccess::listen_only) co_return listening_only(name_);
    const auto deadline = time_.now() + write_patience;
    while (is_open()) {
        if (bytes.empty()) co_return Result<void>{};
        error_code error;
        bytes.remove_prefix(socket_.write_some(asio::buffer(bytes), error));
        if (!error) continue;
        if (!try_again(error)) co_return gone(error.message());
        if (time_.now() >= deadline) co_return fail(Errc::timeout, name_ + ": the gateway takes no bytes");
        co_await ready(socket_, Tcp::socket::wait_write, *timer_, deadline);
    }
    co_return gone("closed");
}

void TcpPort::discard_input() {
    std::array<char, 512> waste;
    error_code error;
    while (is_open() && !error) socket_.read_some(asio::buffer(waste), error);
}

}  // namespace packwire::bus
