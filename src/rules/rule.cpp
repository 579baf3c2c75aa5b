// SPDX-License-Identifier: MIT
#include "rules/rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace packwire::rules {

namespace {

using std::chrono::minutes;

std::unexpected<Error> refuse(std::string_view expected, std::string_view got) {
    return fail(Errc::bad_config, fmt::format("expected {}, got \"{}\"", expected, got));
}

std::optional<unsigned> count_of(std::string_view digits) {
    unsigned number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return number;
}

/// "08:00"; 24:00 is the end of a day.
std::optional<minutes> time_of_day(std::string_view text) {
    constexpr std::size_t length = 5;
    if (text.size() != length || text[2] != ':') return std::nullopt;
    const auto hour = count_of(text.substr(0, 2));
    const auto minute = count_of(text.substr(3));
    if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > 24 * 60) return std::nullopt;
    return minutes(*hour * 60 + *minute);
}

bool is_method(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
}

}  // namespace

Result<Window> parse_window(std::string_view text) {
    const auto dash = text.find('-');
    const auto from = time_of_day(text.substr(0, dash));
    const auto to = dash == std::string_view::npos ? std::nullopt : time_of_day(text.substr(dash + 1));
    if (!from || !to || *from == *to) return refuse("two times of day, such as \"08:00-18:00\"", text);
    return Window{.from = *from, .to = *to};
}

bool contains(const Window& window, minutes time_of_day) {
    if (window.from < window.to) return time_of_day >= window.from && time_of_day < window.to;
    return time_of_day >= window.from || time_of_day < window.to;
}

Result<HttpRequest> parse_request(std::string_view text) {
    constexpr std::string_view expected = "a URL such as \"http://plug/on\" or \"POST https://plug/on\"";
    HttpRequest request;
    const auto space = text.find(' ');
    if (space != std::string_view::npos) {
        request.method = text.substr(0, space);
        text = text.substr(space + 1);
    }
    const bool web = text.starts_with("http://") || text.starts_with("https://");
    const auto begin = text.find("//") + 2;
    const auto host = web ? text.substr(begin, text.find_first_of("/?#", begin) - begin) : std::string_view();
    if (host.empty() || text.find(' ') != std::string_view::npos || has_control(text) ||
        !is_method(request.method)) {
        return refuse(expected, text);
    }
    if (host.find('@') != std::string_view::npos) {
        return fail(Errc::bad_config, "expected no user in a URL, use http_user and http_password_file");
    }
    request.url = text;
    return request;
}

Result<GpioLine> parse_gpio(std::string_view text) {
#ifndef PACKWIRE_GPIO
    return refuse("no gpio, since this build has no libgpiod", text);
#else
    const auto colon = text.rfind(':');
    const auto line = colon == std::string_view::npos ? std::nullopt : count_of(text.substr(colon + 1));
    if (!line || colon == 0) return refuse("a chip and a line, such as \"gpiochip0:17\"", text);
    return GpioLine{.chip = std::string(text.substr(0, colon)), .line = *line};
#endif
}

Result<std::string> parse_topic(std::string_view text) {
    constexpr std::size_t longest = 65535;
    if (text.empty() || text.size() > longest || text.find_first_of("+#") != std::string_view::npos ||
        text.find('\0') != std::string_view::npos) {
        return refuse("a topic without + and #", text);
    }
    return std::string(text);
}

Result<void> check_header(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == 0 || colon == std::string_view::npos || has_control(text) ||
        text.substr(0, colon).find(' ') != std::string_view::npos) {
        return refuse("headers such as \"Content-Type: application/json\"", text);
    }
    return {};
}

bool empty(const Actions& actions) {
    return actions.http_on.url.empty() && actions.http_off.url.empty() && actions.command_on.empty() &&
           actions.command_off.empty() && actions.mqtt_topic.empty() && !actions.gpio;
}

}  // namespace packwire::rules
