// SPDX-License-Identifier: MIT
/// Commands while the simulator runs: a file that is watched, and a socket.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "bus/line_server.hpp"
#include "sim/bus.hpp"

namespace packwire::sim {

/// Told one line for people at a time.
using Say = std::function<void(std::string_view)>;

/// The file holds the whole state: each change clears everything and then does what it says. It may come and
/// go; without it nothing is wrong with the packs. Looked at every 100 ms.
class ControlFile {
public:
    ControlFile(std::filesystem::path path, SimulatedBus& bus, bus::Time& time, Say say)
        : path_(std::move(path)), bus_(bus), time_(time), say_(std::move(say)) {}
    /// Reads it if it is new or has changed.
    void look();
    /// Until cancelled.
    bus::Task<Result<void>> run();

private:
    struct Stamp {
        std::filesystem::file_time_type time;
        std::uintmax_t size = 0;
        bool there = false;
        bool operator==(const Stamp&) const = default;
    };
    [[nodiscard]] Stamp stamp() const;
    void load();

    std::filesystem::path path_;
    SimulatedBus& bus_;
    bus::Time& time_;
    Say say_;
    Stamp last_;
};

/// A Unix stream socket: a command a line, answered with `ok` or `error: …`.
class ControlSocket {
public:
    ControlSocket(const bus::asio::any_io_executor& executor, bus::Time& time, std::filesystem::path path,
                  SimulatedBus& bus)
        : bus_(bus), server_(executor, time, {.path = std::move(path)}, [this](std::string_view line) {
              return obey(line);
          }) {}
    /// Errors: port_busy (another simulator listens there), port_refused.
    Result<void> listen();
    /// Serves a few clients at a time, until cancelled.
    bus::Task<Result<void>> run();

private:
    [[nodiscard]] std::string obey(std::string_view line);

    SimulatedBus& bus_;
    bus::LineServer server_;
};

}  // namespace packwire::sim
