// SPDX-License-Identifier: MIT
#include "app/config_checks.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <vector>

#include "app/values.hpp"
#include "bus/port.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

namespace {

std::unexpected<Error> refuse(std::string_view expected, std::string_view got) {
    return fail(Errc::bad_config, fmt::format("expected {}, got \"{}\"", expected, got));
}

Result<void> take(const Result<std::string>& value, std::string& into) {
    if (!value) return fail(Errc::bad_config, value.error().where);
    into = *value;
    return {};
}

bool is_tcp_port(std::string_view text) {
    unsigned value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return error == std::errc{} && stop == end && value > 0 && value <= 65535;
}

/// Host and port of "host:port"; the port is empty when there is none.
std::pair<std::string_view, std::string_view> split(std::string_view text) {
    const auto colon = text.rfind(':');
    const auto bracket = text.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
        return {text, {}};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

Result<void> check_site(std::string_view text, std::string& into) {
    if (!good_site(text)) return refuse("letters, digits, _ and - only", text);
    into = text;
    return {};
}

Result<void> check_port(std::string_view text, std::string& into) {
    const auto url = bus::parse_port_url(text);
    if (!url) return fail(Errc::bad_config, url.error().where);
    into = text;
    return {};
}

Result<void> check_store_path(std::string_view text, std::string& into) {
    if (text.starts_with("postgresql://") || text.starts_with("postgres://"))
        return fail(Errc::bad_config, "expected a file name: PostgreSQL is not in this version");
    return check_not_empty(text, "a file name", into);
}

Result<void> check_size(std::string_view text, std::uint64_t& into) {
    constexpr std::uint64_t least = 5'000'000;
    const auto size = parse_size(text);
    if (!size) return fail(Errc::bad_config, size.error().where);
    if (*size < least) return refuse("5MB or more", text);
    into = *size;
    return {};
}

Result<void> check_dialect(std::string_view text, std::string& into) {
    std::vector<std::string_view> known;
    for (const auto* dialect : dialect::all()) known.push_back(dialect->name);
    if (dialect::find(text) == nullptr) {
        return fail(Errc::bad_config, fmt::format("expected {}, got \"{}\"", fmt::join(known, " or "), text));
    }
    into = text;
    return {};
}

Result<void> check_mode(std::string_view text, BusMode& into) {
    if (text != "poll" && text != "listen") return refuse("poll or listen", text);
    into = text == "listen" ? BusMode::listen : BusMode::poll;
    return {};
}

Result<void> check_on_foreign_master(std::string_view text, OnForeignMaster& into) {
    if (text != "silent" && text != "ignore") return refuse("silent or ignore", text);
    into = text == "ignore" ? OnForeignMaster::ignore : OnForeignMaster::silent;
    return {};
}

Result<void> check_on_loss(std::string_view text, bank::OnLoss& into) {
    if (text != "block" && text != "hold") return refuse("block or hold", text);
    into = text == "hold" ? bank::OnLoss::hold : bank::OnLoss::block;
    return {};
}

Result<void> check_compatibility(std::string_view text, bool& serialbattery) {
    if (text != "none" && text != "dbus-serialbattery") return refuse("none or dbus-serialbattery", text);
    serialbattery = text != "none";
    return {};
}

Result<void> check_bus_choice(std::string_view text, std::string& into) {
    return take(parse_bus_choice(text), into);
}

Result<void> check_log_level(std::string_view text, std::string& into) {
    return take(parse_log_level(text), into);
}

Result<void> check_not_empty(std::string_view text, std::string_view expected, std::string& into) {
    if (text.empty() || text.find('\0') != std::string_view::npos) return refuse(expected, "");
    into = text;
    return {};
}

Result<void> check_mqtt_url(std::string_view text, std::string& into) {
    constexpr std::string_view expected = "mqtt://user@host:1883 or mqtts://host:8883";
    const auto scheme = text.find("://");
    if (scheme == std::string_view::npos) return refuse(expected, text);
    const auto name = text.substr(0, scheme);
    auto rest = text.substr(scheme + 3);
    if (name != "mqtt" && name != "mqtts") return refuse(expected, text);
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        if (rest.substr(0, at).find(':') != std::string_view::npos) {
            return fail(
                Errc::bad_config,
                "expected no password in the url; use password_file or the environment's MQTT_PASSWORD");
        }
        rest.remove_prefix(at + 1);
    }
    const auto [host, port] = split(rest);
    if (host.empty() || rest.ends_with(':') || (!port.empty() && !is_tcp_port(port)) ||
        rest.find_first_of("/ ?") != std::string_view::npos) {
        return refuse(expected, text);
    }
    into = text;
    return {};
}

Result<void> check_topic(std::string_view text, std::string& into) {
    const bool empty_level = text.find("//") != std::string_view::npos;
    if (text.empty() || text.starts_with('/') || text.ends_with('/') || text.starts_with('$') ||
        empty_level || text.find_first_of(std::string_view("+# \0", 4)) != std::string_view::npos)
        return refuse("levels of a topic such as packwire or home/battery, without + and #", text);
    into = text;
    return {};
}

Result<void> check_discovery(std::string_view text, bool& single) {
    if (text != "device" && text != "single") return refuse("device or single", text);
    single = text == "single";
    return {};
}

Result<void> check_listen(std::string_view text, std::string& into) {
    const auto [host, port] = split(text);
    const bool bare_ipv6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
    if (!is_tcp_port(port) || bare_ipv6)
        return refuse("address:port such as 127.0.0.1:8485 or [::1]:8485", text);
    const auto address = host.starts_with('[') ? host.substr(1, host.size() - 2) : host;
    boost::system::error_code error;
    boost::asio::ip::make_address(std::string(address), error);
    if (error && !address.empty() && address != "localhost")
        return refuse("an IP address or localhost, such as 127.0.0.1:8485 or 0.0.0.0:8485", text);
    into = text;
    return {};
}

Result<void> check_product_id(std::int64_t id, std::uint16_t& into) {
    if (is_special_product(id)) {
        return fail(
            Errc::bad_config,
            fmt::format("expected an id that systemcalc does not treat in a special way, got 0x{:04X}; "
                        "leave it out for 0xBFFE",
                        id));
    }
    into = static_cast<std::uint16_t>(id);
    return {};
}

std::pair<std::string, std::uint16_t> listen_place(std::string_view listen) {
    auto [host, port] = split(listen);
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return {host.empty() ? "0.0.0.0" : std::string(host), number};
}

bool needs_token(std::string_view listen) {
    const auto host = listen_place(listen).first;
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return host != "localhost" && (error || !address.is_loopback());
}

std::string line_of(std::string_view port) {
    const auto url = bus::parse_port_url(port);
    if (!url) return std::string(port);
    return url->kind == bus::PortUrl::Kind::tcp ? fmt::format("tcp://{}:{}", url->path, url->tcp_port)
                                                : url->path;
}

PortTraits traits_of(std::string_view port) {
    const auto url = bus::parse_port_url(port);
    if (!url) return {};
    PortTraits traits;
    traits.names_baud = url->baud.has_value();
    traits.baud = url->baud.value_or(0);
    traits.gateway = url->kind == bus::PortUrl::Kind::tcp;
    return traits;
}

}  // namespace packwire::app
