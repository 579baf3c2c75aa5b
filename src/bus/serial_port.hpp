// SPDX-License-Identifier: MIT
/// A tty of the kernel: an RS485 adapter, a native UART, or a pseudo-terminal.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>

#include "bus/port.hpp"

namespace packwire::bus {

/// 8N1, raw, for us alone: locked with flock and TIOCEXCL while open. RTS and DTR are low.
/// With PortAccess::listen_only the descriptor is read-only: the kernel itself refuses to transmit. RTS and
/// DTR, which the kernel raises in opening, go low at once, so an adapter that takes RTS for "transmit" lets
/// the line go.
/// close() ends a read or write under way with port_gone; destroying the port during one is an error.
class SerialPort final : public Port {
public:
    SerialPort(std::string path, std::uint32_t baud, Time& time, const asio::any_io_executor& executor,
               PortAccess access = PortAccess::talk);
    ~SerialPort() override;

    Task<Result<void>> open() override;
    [[nodiscard]] bool is_open() const override { return stream_.is_open(); }
    void close() override;
    Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) override;
    /// Gives up 2 s after the time the bytes take on the wire.
    Task<Result<void>> write(std::string_view bytes) override;
    void discard_input() override;
    Result<void> set_baud(std::uint32_t baud) override;
    [[nodiscard]] Duration character_time() const override;
    [[nodiscard]] const std::string& name() const override { return path_; }

private:
    Result<void> open_now();
    Result<void> lock();
    Result<void> configure();
    Result<void> apply_baud();
    std::unexpected<Error> gone(const std::string& why);

    std::string path_;
    std::uint32_t baud_;
    PortAccess access_;
    Time& time_;
    asio::posix::stream_descriptor stream_;
    std::unique_ptr<Timer> timer_;
    bool exclusive_ = false;
};

}  // namespace packwire::bus
