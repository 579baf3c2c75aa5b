// SPDX-License-Identifier: MIT
/// How a sink speaks to the operator: rarely, one line at a time, to whoever keeps the log.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace packwire::sink {

enum class Level : std::uint8_t { info, warning };

/// Empty when nobody listens.
using Log = std::function<void(Level, const std::string&)>;

inline void say(const Log& log, Level level, const std::string& line) {
    if (log) log(level, line);
}

}  // namespace packwire::sink
