// SPDX-License-Identifier: MIT
/// Which bus, and how to get there.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <memory>
#include <string>

namespace packwire::sink::venus {

/// "session" if the environment names one, else "system"; anything but "auto" stays. Source: victron 1.1.
[[nodiscard]] std::string resolve_bus(const std::string& dbus);

/// A new connection to "session", "system", or an address as D-Bus writes them. Throws sdbus::Error.
[[nodiscard]] std::unique_ptr<sdbus::IConnection> connect_to_bus(const std::string& dbus);

}  // namespace packwire::sink::venus
