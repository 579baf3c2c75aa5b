// SPDX-License-Identifier: MIT
/// The log of a command that lives: stderr, one line an event.
#pragma once

#include <string>

#include "sink/log.hpp"

namespace packwire::app {

/// `level`: trace, debug, info, warn, error or off. Under systemd and daemontools the time is theirs to
/// write.
void start_logging(const std::string& level);

/// A sink's voice in that log.
[[nodiscard]] sink::Log sink_log();

}  // namespace packwire::app
