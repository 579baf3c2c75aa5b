// SPDX-License-Identifier: MIT
#include "app/places.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace packwire::app {

namespace {

using Path = std::filesystem::path;

constexpr std::string_view socket_name = "status.sock";

/// Of an environment variable; systemd separates several directories by colons.
Path directory_in(const char* variable) {
    const char* given = std::getenv(variable);
    if (given == nullptr) return {};
    const std::string_view text(given);
    return {text.substr(0, text.find(':'))};
}

/// In the order of preference; empty where the environment names no such place.
std::vector<Path> sockets() {
    const auto runtime = directory_in("RUNTIME_DIRECTORY");
    const auto user = directory_in("XDG_RUNTIME_DIR");
    const auto state = state_directory();
    std::vector<Path> all;
    if (!runtime.empty()) all.push_back(runtime / socket_name);
    if (!user.empty()) all.push_back(user / "packwire" / socket_name);
    if (!state.empty()) all.push_back(state / socket_name);
    return all;
}

}  // namespace

Path state_directory() {
    if (auto given = directory_in("STATE_DIRECTORY"); !given.empty()) return given;
    if (const auto state = directory_in("XDG_STATE_HOME"); !state.empty()) return state / "packwire";
    if (const auto home = directory_in("HOME"); !home.empty()) return home / ".local/state/packwire";
    return {};
}

Path default_status_socket() {
    const auto all = sockets();
    return all.empty() ? Path() : all.front();
}

std::vector<Path> usual_status_sockets() {
    auto all = sockets();
    const auto of_system = Path("/run/packwire") / socket_name;
    if (std::ranges::find(all, of_system) == all.end()) all.push_back(of_system);
    return all;
}

}  // namespace packwire::app
