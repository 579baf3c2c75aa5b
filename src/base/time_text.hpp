// SPDX-License-Identifier: MIT
/// Calendar time as programs read it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace packwire {

/// "2026-11-22T10:15:30.250Z": RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string rfc3339(WallTime when);

/// The other way round, also with an offset ("+02:00") or a fraction of any length. Absent for what is none,
/// and for years before 1970 and after 2200: the clock counts nanoseconds, and ends in 2262.
[[nodiscard]] std::optional<WallTime> parse_rfc3339(std::string_view text);

/// What a clock on the wall shows: calendar time without a zone, as packs have it.
using LocalTime = std::chrono::local_seconds;
/// What it shows here, at `when`.
[[nodiscard]] LocalTime local_time(WallTime when);
/// "2026-11-22 12:03:11", with `between` where the space stands.
[[nodiscard]] std::string calendar_text(LocalTime when, char between = ' ');

}  // namespace packwire
