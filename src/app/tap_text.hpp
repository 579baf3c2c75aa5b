// SPDX-License-Identifier: MIT
/// What a tap heard, for people.
#pragma once

#include <string>

#include "app/message.hpp"
#include "bus/tap.hpp"

namespace packwire::app {

/// One line: time of day (UTC), direction (> request, < answer, ! bad frame, ? no frame), address, service,
/// key values. `message` is the frame decoded; null for what has none.
[[nodiscard]] std::string tap_line(const bus::TapMessage& heard, const Message* message, bool colour);

/// Who asked what how often and what came of it, a row for each service of each pack; then the line as a
/// whole.
[[nodiscard]] std::string tap_statistics_text(const bus::TapStatistics& statistics, bool colour);

}  // namespace packwire::app
