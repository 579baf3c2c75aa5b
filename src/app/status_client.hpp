// SPDX-License-Identifier: MIT
/// Asks a running daemon how it is doing.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire::app {

/// The document, one line with its end, of whoever listens at `socket`; without one at the usual places, in
/// turn. Waits for seconds at most. Errors: port_missing (nobody listens: what to do), port_refused (rights),
/// io.
[[nodiscard]] Result<std::string> ask_status(const std::optional<std::string>& socket);
/// The same for another question that the daemon answers: "values", "rules".
[[nodiscard]] Result<std::string> ask_daemon(const std::optional<std::string>& socket,
                                             std::string_view question);

}  // namespace packwire::app
