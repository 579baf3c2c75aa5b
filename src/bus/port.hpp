// SPDX-License-Identifier: MIT
/// The seam to the wire: something that bytes go into and come out of.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "bus/timer.hpp"

namespace packwire::bus {

/// What may be done with a port. One that is opened for listening only cannot transmit: the descriptor of a
/// serial port is read-only, and write() gives port_refused before a byte goes anywhere.
enum class PortAccess : std::uint8_t { talk, listen_only };

/// A line. One owner, one operation at a time. After port_gone it is closed and may be opened again.
class Port {
public:
    Port() = default;
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    virtual ~Port() = default;

    /// Errors: port_missing, port_busy, port_refused; each names the port and what to do.
    virtual Task<Result<void>> open() = 0;
    [[nodiscard]] virtual bool is_open() const = 0;
    virtual void close() = 0;

    /// At least one byte into `into`, and how many. Errors: timeout when `deadline` passes first,
    /// port_gone (the port is then closed).
    virtual Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) = 0;
    /// Returns when all bytes were given to the driver. Errors: port_gone, timeout (the peer takes nothing),
    /// port_refused (opened for listening only).
    virtual Task<Result<void>> write(std::string_view bytes) = 0;
    /// Throws away what has come and was not read: an answer does not name its question.
    virtual void discard_input() = 0;
    /// Speaks at `baud` from now on, or from the next open. Errors: port_refused where the line has no rate
    /// to set (a gateway) or the adapter does not do it, port_gone.
    virtual Result<void> set_baud(std::uint32_t /*baud*/) {
        return fail(Errc::port_refused, name() + ": the baud rate cannot be set from here");
    }

    /// Time of one character on the line, 10 bits; zero when unknown (a gateway).
    [[nodiscard]] virtual Duration character_time() const = 0;
    /// As the user named it, for logs: "/dev/ttyUSB0", "tcp://host:4196".
    [[nodiscard]] virtual const std::string& name() const = 0;
};

/// What a port URL says: `/dev/ttyUSB0`, `serial:/dev/ttyUSB0?baud=9600`, `tcp://host:4196`.
struct PortUrl {
    enum class Kind : std::uint8_t { serial, tcp };
    Kind kind = Kind::serial;
    std::string path;  ///< the device, or the host
    std::uint16_t tcp_port = 0;
    /// Absent: the default of the caller. Zero: `auto`.
    std::optional<std::uint32_t> baud;
    bool operator==(const PortUrl&) const = default;
};

/// Errors: usage, with what was expected.
[[nodiscard]] Result<PortUrl> parse_port_url(std::string_view text);

/// A closed port for the URL; `baud` rules where the URL names none.
[[nodiscard]] std::unique_ptr<Port> make_port(const PortUrl& url, std::uint32_t baud, Time& time,
                                              const asio::any_io_executor& executor,
                                              PortAccess access = PortAccess::talk);

/// The error of write() on a port that must not transmit.
[[nodiscard]] std::unexpected<Error> listening_only(std::string_view name);

}  // namespace packwire::bus
