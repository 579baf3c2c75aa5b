// SPDX-License-Identifier: MIT
/// The daemon's side of `packwire status`.
#pragma once

#include <string>
#include <string_view>

#include "app/daemon.hpp"
#include "bus/line_server.hpp"
#include "rules/runner.hpp"

namespace packwire::app {

/// Answers `status` with the status document, `values` with the newest of all values, `rules` with what the
/// rules are doing, anything else with {"error":…}; docs/status.md. Whoever may
/// write into the socket, which are the user and the group of the daemon, may ask. Lives until the loop of
/// the daemon has run out.
class StatusServer {
public:
    /// `configured`: a path, "off", or empty for the usual place.
    StatusServer(Daemon& daemon, bus::Time& time, const bus::asio::any_io_executor& executor,
                 const std::string& configured);
    /// Who answers `rules`; outlives it.
    void set_rules(const rules::Runner& runner) { rules_ = &runner; }
    /// Listens, and answers for as long as the daemon lives. Without a place to listen at it says so in one
    /// line of the log: packs are read all the same.
    void start();

private:
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] std::string answer(std::string_view line) const;
    bus::Task<void> serve();

    Daemon& daemon_;
    const rules::Runner* rules_ = nullptr;
    bus::Time& time_;
    TimePoint started_;
    bool off_;
    std::filesystem::path path_;
    bus::LineServer server_;
};

}  // namespace packwire::app
