// SPDX-License-Identifier: MIT
/// Calendar time as programs read it.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace packwire {

/// "2026-11-22T10:15:30.250Z": RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string rfc3339(WallTime when);

/// What a clock on the wall shows: calendar time without a zone, as packs have it.
using LocalTime = std::chrono::local_seconds;
/// What it shows here, at `when`.
[[nodiscard]] LocalTime local_time(WallTime when);
/// "2026-11-22 12:03:11", with `between` where the space stands.
[[nodiscard]] std::string calendar_text(LocalTime when, char between = ' ');

}  // namespace packwire
