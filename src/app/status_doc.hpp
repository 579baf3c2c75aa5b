// SPDX-License-Identifier: MIT
/// How the daemon is doing, as one JSON document: what `packwire status` asks for.
#pragma once

#include <string>

#include "app/daemon.hpp"

namespace packwire::app {

/// One line, with its line end; docs/status.md describes it. `started`: the daemon, on the clock of `time`.
[[nodiscard]] std::string status_document(const Daemon& daemon, const bus::Time& time, TimePoint started);

}  // namespace packwire::app
