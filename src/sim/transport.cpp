// SPDX-License-Identifier: MIT
#include "sim/transport.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <charconv>

#include "bus/pty.hpp"
#include "bus/wait.hpp"

namespace packwire::sim {

namespace {

namespace asio = bus::asio;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using bus::Task;

constexpr auto token = asio::as_tuple(asio::use_awaitable);

class PtyTransport final : public Transport {
public:
    PtyTransport(std::unique_ptr<bus::Pty> pty, bus::Time& time) : pty_(std::move(pty)), time_(time) {}
    Task<Result<std::size_t>> read(std::span<char> into) override { return pty_->read(into); }
    Task<Result<void>> write(std::string_view bytes) override { return pty_->write(bytes); }
    Task<Result<void>> run() override { return wait_forever(time_); }
    [[nodiscard]] std::uint32_t baud() const override { return pty_->baud(); }
    [[nodiscard]] std::string url() const override { return pty_->path(); }
    [[nodiscard]] std::uint16_t tcp_port() const override { return 0; }

private:
    std::unique_ptr<bus::Pty> pty_;
    bus::Time& time_;
};

class TcpTransport final : public Transport {
public:
    TcpTransport(const asio::any_io_executor& executor, bus::Time& time)
        : acceptor_(executor), client_(executor), time_(time), arrival_(time.timer()) {}

    Result<void> listen(const Tcp::endpoint& endpoint);
    Task<Result<std::size_t>> read(std::span<char> into) override;
    Task<Result<void>> write(std::string_view bytes) override;
    Task<Result<void>> run() override;
    [[nodiscard]] std::uint32_t baud() const override { return 0; }
    [[nodiscard]] std::string url() const override;
    [[nodiscard]] std::uint16_t tcp_port() const override { return endpoint_.port(); }

private:
    Tcp::acceptor acceptor_;
    Tcp::socket client_;
    Tcp::endpoint endpoint_;
    bus::Time& time_;
    std::unique_ptr<bus::Timer> arrival_;
    std::uint64_t client_number_ = 0;
};

std::string TcpTransport::url() const {
    const auto host = endpoint_.address().to_string();
    const bool bracket = endpoint_.address().is_v6();
    return fmt::format("tcp://{}{}{}:{}", bracket ? "[" : "", host, bracket ? "]" : "", endpoint_.port());
}

Result<void> TcpTransport::listen(const Tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(Tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) endpoint_ = acceptor_.local_endpoint(error);
    if (!error) return {};
    const auto code = error == asio::error::address_in_use ? Errc::port_busy : Errc::port_refused;
    return fail(code,
                fmt::format("{}:{}: {}", endpoint.address().to_string(), endpoint.port(), error.message()));
}

Task<Result<void>> TcpTransport::run() {
    while (true) {
        Tcp::socket next(acceptor_.get_executor());
        const auto [error] = co_await acceptor_.async_accept(next, token);
        bus::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (error == asio::error::bad_descriptor || error == asio::error::operation_aborted) {
            co_return fail(Errc::port_gone, url() + ": closed");
        }
        if (error) continue;
        error_code ignored;
        client_.close(ignored);
        client_ = std::move(next);
        client_.set_option(Tcp::no_delay(true), ignored);
        client_.non_blocking(true, ignored);
        ++client_number_;
        arrival_->cancel();
    }
}

Task<Result<std::size_t>> TcpTransport::read(std::span<char> into) {
    while (true) {
        if (!client_.is_open()) {
            co_await arrival_->wait_until(time_.now() + std::chrono::hours(1));
            continue;
        }
        const auto number = client_number_;
        const auto [wait_error] = co_await client_.async_wait(Tcp::socket::wait_read, token);
        bus::throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (number != client_number_) continue;
        error_code error = wait_error;
        std::size_t count = 0;
        if (!error) count = client_.read_some(asio::buffer(into.data(), into.size()), error);
        if (!error) co_return count;
        if (error == asio::error::would_block || error == asio::error::interrupted) continue;
        client_.close(error);
    }
}

/// A master that reads nothing loses what it does not take: a line does not wait.
Task<Result<void>> TcpTransport::write(std::string_view bytes) {
    error_code ignored;
    if (client_.is_open()) client_.write_some(asio::buffer(bytes.data(), bytes.size()), ignored);
    co_return Result<void>{};
}

Result<Tcp::endpoint> parse_listen(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto port_text = colon == std::string_view::npos ? text : text.substr(colon + 1);
    auto host = colon == std::string_view::npos ? std::string_view("127.0.0.1") : text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host == "localhost") host = "127.0.0.1";
    if (host.empty()) host = "0.0.0.0";
    std::uint16_t port = 0;
    const auto [end, bad] = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    error_code error;
    const auto address = asio::ip::make_address(std::string(host), error);
    if (bad != std::errc{} || end != port_text.data() + port_text.size() || error) {
        return fail(Errc::usage,
                    fmt::format("expected ADDRESS:PORT such as 127.0.0.1:4196, got \"{}\"", text));
    }
    return Tcp::endpoint(address, port);
}

}  // namespace

Task<Result<void>> wait_forever(bus::Time& time) {
    const auto timer = time.timer();
    while (true) co_await timer->wait_until(time.now() + std::chrono::hours(1));
}

Result<std::unique_ptr<Transport>> make_pty(const asio::any_io_executor& executor, bus::Time& time,
                                            std::optional<std::filesystem::path> link) {
    auto pty = bus::Pty::open(executor, std::move(link));
    if (!pty) return std::unexpected(pty.error());
    return std::make_unique<PtyTransport>(std::move(*pty), time);
}

Result<std::unique_ptr<Transport>> make_tcp(const asio::any_io_executor& executor, bus::Time& time,
                                            std::string_view listen) {
    const auto endpoint = parse_listen(listen);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto transport = std::make_unique<TcpTransport>(executor, time);
    const auto listening = transport->listen(*endpoint);
    if (!listening) return std::unexpected(listening.error());
    return transport;
}

}  // namespace packwire::sim
