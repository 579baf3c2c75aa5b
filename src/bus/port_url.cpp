// SPDX-License-Identifier: MIT
/// From what the user wrote to a port.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <utility>

#include "bus/port.hpp"
#include "bus/serial_port.hpp"
#include "bus/tcp_port.hpp"

namespace packwire::bus {

namespace {

constexpr std::string_view expected_forms =
    "expected /dev/ttyUSB0, serial:/dev/ttyUSB0?baud=9600 or tcp://host:4196";
constexpr std::uint32_t first_baud_of_auto = 19200;
constexpr std::uint32_t highest_baud = 4'000'000;

std::optional<std::uint32_t> parse_number(std::string_view text) {
    std::uint32_t value = 0;
    const auto* begin = std::to_address(text.begin());
    const auto* end = std::to_address(text.end());
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

std::unexpected<Error> refuse(std::string_view url, std::string_view why) {
    return fail(Errc::usage, fmt::format("port \"{}\": {}", url, why));
}

/// The scheme before the first ':', if there is one: a path with colons in it (by-path names) has none.
std::optional<std::string_view> scheme_of(std::string_view text) {
    const auto end = text.find_first_of(":/?");
    if (end == std::string_view::npos || text[end] != ':') return std::nullopt;
    return text.substr(0, end);
}

Result<std::uint32_t> parse_baud(std::string_view url, std::string_view text) {
    if (text == "auto") return 0U;
    const auto baud = parse_number(text);
    if (!baud || *baud == 0 || *baud > highest_baud) {
        return refuse(url,
                      fmt::format("baud is \"{}\", expected a number up to {} or auto", text, highest_baud));
    }
    return *baud;
}

Result<void> parse_option(std::string_view url, std::string_view option, PortUrl& into) {
    const auto equals = std::min(option.find('='), option.size());
    const auto key = option.substr(0, equals);
    if (key != "baud") return refuse(url, fmt::format("unknown option \"{}\", expected baud", key));
    if (into.baud) return refuse(url, "baud is named twice");
    const auto baud = parse_baud(url, option.substr(std::min(equals + 1, option.size())));
    if (!baud) return std::unexpected(baud.error());
    into.baud = *baud;
    return {};
}

Result<void> parse_options(std::string_view url, std::string_view query, PortUrl& into) {
    while (true) {
        const auto end = query.find('&');
        auto parsed = parse_option(url, query.substr(0, end), into);
        if (!parsed || end == std::string_view::npos) return parsed;
        query.remove_prefix(end + 1);
    }
}

Result<PortUrl> parse_serial(std::string_view url, std::string_view rest) {
    PortUrl result;
    if (rest.starts_with("///")) rest.remove_prefix(2);  // serial:///dev/x
    const auto mark = rest.find('?');
    result.path = rest.substr(0, mark);
    if (result.path.empty()) return refuse(url, fmt::format("names no device, {}", expected_forms));
    if (mark == std::string_view::npos) return result;
    const auto parsed = parse_options(url, rest.substr(mark + 1), result);
    if (!parsed) return std::unexpected(parsed.error());
    return result;
}

/// "host:4196" or "[::1]:4196" in two; both empty when it is neither.
std::pair<std::string_view, std::string_view> split_host(std::string_view text) {
    if (text.starts_with('[')) {
        const auto close = text.find("]:");
        if (close == std::string_view::npos) return {};
        return {text.substr(1, close - 1), text.substr(close + 2)};
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || colon != text.rfind(':')) return {};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

Result<PortUrl> parse_tcp(std::string_view url, std::string_view rest) {
    if (!rest.starts_with("//")) return refuse(url, "expected tcp://host:port");
    rest.remove_prefix(2);
    if (rest.find_first_of("?/") != std::string_view::npos) {
        return refuse(url,
                      "expected tcp://host:port and nothing after it; a gateway sets the baud rate itself");
    }
    const auto [host, number] = split_host(rest);
    if (host.empty()) return refuse(url, "expected tcp://host:port, an IPv6 address as tcp://[::1]:port");
    const auto port = parse_number(number);
    if (!port || *port == 0 || *port > 65535) {
        return refuse(url, fmt::format("TCP port is \"{}\", expected 1 to 65535", number));
    }
    PortUrl result;
    result.kind = PortUrl::Kind::tcp;
    result.path = host;
    result.tcp_port = static_cast<std::uint16_t>(*port);
    return result;
}

}  // namespace

Result<PortUrl> parse_port_url(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return fail(Errc::usage, "port: holds a NUL character");
    const auto scheme = scheme_of(text);
    if (!scheme) return parse_serial(text, text);
    const auto rest = text.substr(scheme->size() + 1);
    if (*scheme == "serial") return parse_serial(text, rest);
    if (*scheme == "tcp") return parse_tcp(text, rest);
    return refuse(text, fmt::format("unknown scheme \"{}\", {}", *scheme, expected_forms));
}

std::unique_ptr<Port> make_port(const PortUrl& url, std::uint32_t baud, Time& time,
                                const asio::any_io_executor& executor, PortAccess access) {
    if (url.kind == PortUrl::Kind::tcp) {
        return std::make_unique<TcpPort>(url.path, url.tcp_port, time, executor, access);
    }
    const auto rate = url.baud.value_or(baud);
    return std::make_unique<SerialPort>(url.path, rate == 0 ? first_baud_of_auto : rate, time, executor,
                                        access);
}

std::unexpected<Error> listening_only(std::string_view name) {
    return fail(Errc::port_refused, fmt::format("{}: opened for listening only", name));
}

}  // namespace packwire::bus
