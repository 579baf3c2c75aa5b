// SPDX-License-Identifier: MIT
/// The far end of a line that others open: a pseudo-terminal or a listening TCP port.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "bus/timer.hpp"

namespace packwire::sim {

class Transport {
public:
    Transport() = default;
    Transport(const Transport&) = delete;
    Transport& operator=(const Transport&) = delete;
    virtual ~Transport() = default;

    /// At least one byte that a master wrote; waits for as long as there is none. Errors: port_gone.
    virtual bus::Task<Result<std::size_t>> read(std::span<char> into) = 0;
    /// To whoever listens; lost when nobody does. Errors: port_gone.
    virtual bus::Task<Result<void>> write(std::string_view bytes) = 0;
    /// What else it has to do all the time; ends with an error only.
    virtual bus::Task<Result<void>> run() = 0;
    /// The rate that the master has set; zero when it has none.
    [[nodiscard]] virtual std::uint32_t baud() const = 0;
    /// What a master has to open: "/dev/pts/7" or "tcp://127.0.0.1:4196".
    [[nodiscard]] virtual std::string url() const = 0;
    /// Zero for a pseudo-terminal.
    [[nodiscard]] virtual std::uint16_t tcp_port() const = 0;
};

/// Errors: those of bus::Pty.
[[nodiscard]] Result<std::unique_ptr<Transport>> make_pty(const bus::asio::any_io_executor& executor,
                                                          bus::Time& time,
                                                          std::optional<std::filesystem::path> link);

/// `listen` is "127.0.0.1:4196", "[::1]:0" or a port alone; port 0 takes any. One master at a time: a new one
/// ends the line of the one before, as gateways do. Errors: usage, port_busy, port_refused.
[[nodiscard]] Result<std::unique_ptr<Transport>> make_tcp(const bus::asio::any_io_executor& executor,
                                                          bus::Time& time, std::string_view listen);

/// Never ends but by cancellation.
bus::Task<Result<void>> wait_forever(bus::Time& time);

}  // namespace packwire::sim
