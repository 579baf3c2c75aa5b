// SPDX-License-Identifier: MIT
#include "sink/venus/bus_address.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace packwire::sink::venus {

namespace {

constexpr std::string_view unix_path = "unix:path=";

/// sdbus-c++ 1.2 loses 1.8 kB each time an explicit address cannot be connected to, and we try for ever; so
/// whether anybody listens on a socket is asked beforehand.
void probe(const std::string& address) {
    const auto path = address.substr(unix_path.size(), address.find(',') - unix_path.size());
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (path.size() >= sizeof name.sun_path) return;
    std::ranges::copy(path, name.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) throw sdbus::createError(errno, "no socket");
    const int failed = ::connect(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name);  // NOLINT
    const int error = errno;
    ::close(fd);
    if (failed != 0) throw sdbus::createError(error, "nobody listens at " + path);
}

bool can_probe(const std::string& address) {
    return address.starts_with(unix_path) && address.find_first_of("%;") == std::string::npos;
}

}  // namespace

std::string resolve_bus(const std::string& dbus) {
    if (dbus != "auto") return dbus;
    const char* session = std::getenv("DBUS_SESSION_BUS_ADDRESS");  // NOLINT(concurrency-mt-unsafe)
    return session != nullptr && *session != '\0' ? "session" : "system";
}

std::unique_ptr<sdbus::IConnection> connect_to_bus(const std::string& dbus) {
    if (dbus == "session") return sdbus::createSessionBusConnection();
    if (dbus == "system") return sdbus::createSystemBusConnection();
    if (can_probe(dbus)) probe(dbus);
    return sdbus::createSessionBusConnectionWithAddress(dbus);
}

}  // namespace packwire::sink::venus
