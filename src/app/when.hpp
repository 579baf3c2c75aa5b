// SPDX-License-Identifier: MIT
/// Points in time as people write them.
#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::app {

/// "2026-11-22T10:15:30Z" (or +01:00, or no zone: local), "2026-11-22 10:15", "2026-11-22" (its midnight,
/// local), "now", "today", "yesterday" (their midnight, local), "-7d" (before now), seconds since 1970.
/// Errors: usage.
[[nodiscard]] Result<WallTime> parse_when(std::string_view text, WallTime now);

}  // namespace packwire::app
