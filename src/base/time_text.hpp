// SPDX-License-Identifier: MIT
/// Calendar time as programs read it.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace packwire {

/// "2026-11-22T10:15:30.250Z": RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string rfc3339(WallTime when);

}  // namespace packwire
