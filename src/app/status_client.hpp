// SPDX-License-Identifier: MIT
/// Asks a running daemon for its status.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace packwire::app {

/// The document, one line with its end, of whoever listens at `socket`; without one at the usual places, in
/// turn. Waits for seconds at most. Errors: port_missing (nobody listens: what to do), port_refused (rights),
/// io.
[[nodiscard]] Result<std::string> ask_status(const std::optional<std::string>& socket);

}  // namespace packwire::app
