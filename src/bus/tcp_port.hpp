// SPDX-License-Identifier: MIT
/// An RS485 gateway in raw TCP mode.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "bus/port.hpp"

namespace packwire::bus {

/// close() ends a read or write under way with port_gone; destroying the port during one is an error.
class TcpPort final : public Port {
public:
    TcpPort(std::string host, std::uint16_t port, Time& time, const asio::any_io_executor& executor,
            PortAccess access = PortAccess::talk);

    /// Connects within 5 s. A name is looked up by libc, with the timeouts of resolv.conf in addition.
    /// Errors: port_missing (no such host, refused, no answer), port_refused (not allowed).
    Task<Result<void>> open() override;
    [[nodiscard]] bool is_open() const override { return socket_.is_open(); }
    void close() override;
    Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) override;
    /// Gives up after 2 s.
    Task<Result<void>> write(std::string_view bytes) override;
    void discard_input() override;
    /// Zero: only the gateway knows its baud rate.
    [[nodiscard]] Duration character_time() const override { return Duration::zero(); }
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    using Endpoints = asio::ip::tcp::resolver::results_type;
    Task<Result<Endpoints>> resolve();
    Task<Result<void>> connect(const Endpoints& endpoints);
    void configure();
    void set_tcp_option(int option, int value);
    std::unexpected<Error> gone(const std::string& why);

    std::string host_;
    std::uint16_t port_;
    std::string name_;
    PortAccess access_;
    Time& time_;
    asio::ip::tcp::socket socket_;
    asio::ip::tcp::resolver resolver_;
    std::unique_ptr<Timer> timer_;
};

}  // namespace packwire::bus
