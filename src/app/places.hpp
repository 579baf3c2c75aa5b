// SPDX-License-Identifier: MIT
/// Where on this machine things are kept.
#pragma once

#include <filesystem>
#include <vector>

namespace packwire::app {

/// Where state lives: $STATE_DIRECTORY, else $XDG_STATE_HOME/packwire, else ~/.local/state/packwire; empty
/// when there is none of these. Source: design 8.
[[nodiscard]] std::filesystem::path state_directory();

/// Where the daemon listens for `packwire status` unless told: $RUNTIME_DIRECTORY/status.sock, else
/// $XDG_RUNTIME_DIR/packwire/status.sock, else in the state directory; empty when there is none of these.
[[nodiscard]] std::filesystem::path default_status_socket();
/// Where it may have been told to by another environment than ours, such as that of a system service; the
/// likeliest first.
[[nodiscard]] std::vector<std::filesystem::path> usual_status_sockets();

}  // namespace packwire::app
