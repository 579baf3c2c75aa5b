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

/// A speed that nobody said: the likeliest of the dialect, or whichever answers.
enum class Unsaid : std::uint8_t { usual, probe };

/// A port with a dialect, or with all of them, as PortOptions name it.
class Session {
public:
    /// `options` passed the command line's checks.
    Session(const PortOptions& options, Unsaid speed, bus::PortAccess access = bus::PortAccess::talk);

    [[nodiscard]] bus::asio::io_context& loop() { return loop_; }
    [[nodiscard]] bus::Time& time() { return time_; }
    [[nodiscard]] bus::Line& line() { return *lines_.front(); }
    /// The same line in every dialect that it may have; one, unless the options say auto.
    [[nodiscard]] std::vector<bus::Line*> lines();
    [[nodiscard]] bus::Port& port() { return *port_; }
    [[nodiscard]] const bus::PortUrl& url() const { return url_; }
    /// The first of them.
    [[nodiscard]] const dialect::Dialect& dialect() const { return *dialects_.front(); }
    /// Opens the port, and finds the speed at which one of `addresses` answers where it was left to us.
    /// Errors: those of the port; timeout when nobody answers at any speed.
    [[nodiscard]] bus::Task<Result<void>> open(std::vector<std::uint8_t> addresses);
    /// Speeds to try with that dialect: one, unless it was left to us.
    [[nodiscard]] std::vector<std::uint32_t> bauds() const;
    /// Was the speed left to us?
    [[nodiscard]] bool probes() const { return !baud_; }

private:
    bus::asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    std::vector<const dialect::Dialect*> dialects_;
    bus::PortUrl url_;
    std::optional<std::uint32_t> baud_;
    std::unique_ptr<bus::Port> port_;
    std::vector<std::unique_ptr<bus::Line>> lines_;
};

/// The speed that the command line (where 0 is auto) and the URL ask for, in that order; absent is auto.
[[nodiscard]] std::optional<std::uint32_t> wanted_baud(const bus::PortUrl& url,
                                                       std::optional<std::uint32_t> said, Unsaid otherwise,
                                                       const dialect::Dialect& dialect);
/// One speed, or those of the dialect for auto; a gateway has only its own.
[[nodiscard]] std::vector<std::uint32_t> bauds_to_try(const bus::PortUrl& url,
                                                      std::optional<std::uint32_t> baud,
                                                      const dialect::Dialect& dialect);

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
