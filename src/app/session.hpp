// SPDX-License-Identifier: MIT
/// A loop for a command that talks to a line and ends, and the line itself.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "app/options.hpp"
#include "app/streams.hpp"
#include "bus/scan.hpp"

namespace packwire::app {

/// Runs `task` and whatever else lives on the loop to their end. SIGINT and SIGTERM cancel `task`; the exit
/// code is then `interrupted`. With `finish`, the first of them calls that instead: the task is to end by
/// itself, and soon.
[[nodiscard]] int run_to_end(bus::asio::io_context& loop, bus::Task<int> task, int interrupted,
                             std::function<void()> finish = {});

/// The speed of most packs, where nobody says another. Source: protocol 1.
inline constexpr std::uint32_t usual_baud = bus::usual_bauds.front();

/// A port with a dialect, as PortOptions name it.
class Session {
public:
    /// `options` passed the command line's checks.
    Session(const PortOptions& options, std::uint32_t default_baud,
            bus::PortAccess access = bus::PortAccess::talk);

    [[nodiscard]] bus::asio::io_context& loop() { return loop_; }
    [[nodiscard]] bus::Time& time() { return time_; }
    [[nodiscard]] bus::Line& line() { return *line_; }
    [[nodiscard]] bus::Port& port() { return *port_; }
    [[nodiscard]] const bus::PortUrl& url() const { return url_; }
    [[nodiscard]] const dialect::Dialect& dialect() const { return dialect_; }
    /// Opens the port, and finds the speed at which one of `addresses` answers where it was left to us.
    /// Errors: those of the port; timeout when nobody answers at any speed.
    [[nodiscard]] bus::Task<Result<void>> open(std::vector<std::uint8_t> addresses);
    /// Speeds to try: one, unless it was left to us.
    [[nodiscard]] std::vector<std::uint32_t> bauds() const;

private:
    bus::asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    const dialect::Dialect& dialect_;
    bus::PortUrl url_;
    std::uint32_t baud_;
    std::unique_ptr<bus::Port> port_;
    std::unique_ptr<bus::Line> line_;
};

/// The speed that the options and the URL ask for, in that order; 0 is auto.
[[nodiscard]] std::uint32_t wanted_baud(const bus::PortUrl& url, std::optional<std::uint32_t> said,
                                        std::uint32_t otherwise);
/// One speed, or the usual ones for auto; a gateway has only its own.
[[nodiscard]] std::vector<std::uint32_t> bauds_to_try(const bus::PortUrl& url, std::uint32_t baud);

/// A line on a terminal that is written over again and again; nothing elsewhere.
class Progress {
public:
    explicit Progress(Streams io);
    ~Progress() { clear(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void show(std::string_view text);
    void clear();

private:
    std::ostream& err_;
    bool terminal_;
    bool shown_ = false;
};

}  // namespace packwire::app
