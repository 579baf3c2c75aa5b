// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>

#include "sink/mqtt/options.hpp"

namespace packwire::sink::mqtt {

namespace {

constexpr std::uint16_t tls_port = 8883;

/// "host:1883", "[::1]:1883", "host".
bool take_host(std::string_view text, Broker& broker) {
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    auto host = text.substr(0, has_port ? colon : text.size());
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    broker.host = host;
    if (!has_port) return !host.empty();
    const auto digits = text.substr(colon + 1);
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, broker.port);
    return error == std::errc{} && stop == end && broker.port != 0 && !host.empty();
}

}  // namespace

Result<Broker> parse_broker(std::string_view url) {
    Broker broker;
    auto rest = url;
    if (rest.starts_with("mqtts://")) {
        broker.tls = true;
        broker.port = tls_port;
        rest.remove_prefix(std::string_view("mqtts://").size());
    } else if (rest.starts_with("mqtt://")) {
        rest.remove_prefix(std::string_view("mqtt://").size());
    } else {
        return fail(Errc::bad_config, "expected mqtt://user@host:1883 or mqtts://host:8883");
    }
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        broker.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
    }
    if (!take_host(rest, broker))
        return fail(Errc::bad_config, "expected a host, and a port from 1 to 65535 if any");
    return broker;
}

}  // namespace packwire::sink::mqtt
