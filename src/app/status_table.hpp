// SPDX-License-Identifier: MIT
/// The daemon's status document as tables for people.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire::app {

/// Errors: io, when that is no status document.
[[nodiscard]] Result<std::string> status_table(std::string_view document, bool colour);

}  // namespace packwire::app
