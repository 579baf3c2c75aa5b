// SPDX-License-Identifier: MIT
/// `[[rule]]` of the configuration: when to switch what.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "rules/condition.hpp"

namespace packwire::rules {

/// What a rule switches to while its value is unknown, and when the daemon stops.
enum class OnStale : std::uint8_t { off, on, keep };

/// Part of a day on the clock on the wall; `to` before `from`: over midnight.
struct Window {
    std::chrono::minutes from{};
    std::chrono::minutes to{};
    bool operator==(const Window&) const = default;
};
/// "08:00-18:00". Errors: bad_config.
[[nodiscard]] Result<Window> parse_window(std::string_view text);
[[nodiscard]] bool contains(const Window& window, std::chrono::minutes time_of_day);

/// "http://…", or with the method in front: "POST http://…".
struct HttpRequest {
    std::string method = "GET";
    std::string url;  ///< empty: nothing is requested
    bool operator==(const HttpRequest&) const = default;
};
/// Errors: bad_config; also for a password in the URL, which others could read.
[[nodiscard]] Result<HttpRequest> parse_request(std::string_view text);

struct GpioLine {
    std::string chip;  ///< "gpiochip0"
    unsigned line = 0;
    bool operator==(const GpioLine&) const = default;
};
/// "gpiochip0:17". Errors: bad_config; also where this build has no GPIO.
[[nodiscard]] Result<GpioLine> parse_gpio(std::string_view text);

/// Not empty, without wildcards and NUL. Errors: bad_config.
[[nodiscard]] Result<std::string> parse_topic(std::string_view text);
/// "Name: value". Errors: bad_config.
[[nodiscard]] Result<void> check_header(std::string_view text);

/// Who is told, and how. Each kind is there or not; several may be.
struct Actions {
    HttpRequest http_on;
    HttpRequest http_off;
    std::string http_body_on;
    std::string http_body_off;
    std::vector<std::string> http_headers;
    std::string http_user;
    std::string http_password_file;
    Duration http_timeout = std::chrono::seconds(5);
    std::vector<std::string> command_on;  ///< the program and its arguments; empty: nothing is run
    std::vector<std::string> command_off;
    Duration command_timeout = std::chrono::seconds(10);
    std::string mqtt_topic;  ///< empty: nothing is published
    std::string mqtt_on = "ON";
    std::string mqtt_off = "OFF";
    bool mqtt_retain = false;
    std::optional<GpioLine> gpio;
    bool gpio_active_low = false;
    bool operator==(const Actions&) const = default;
};
/// Is nobody told anything?
[[nodiscard]] bool empty(const Actions& actions);

struct Rule {
    std::string name;
    Condition when;
    /// Absent: off as soon as `when` does not hold.
    std::optional<Condition> until;
    Duration minimum_on = std::chrono::minutes(1);
    Duration minimum_off = std::chrono::minutes(1);
    Duration delay{};      ///< so long `when` must hold
    Duration delay_off{};  ///< so long `until` must
    std::optional<Window> between;
    OnStale on_stale = OnStale::off;
    Duration stale_after = std::chrono::seconds(10);  ///< so long a value may be unknown
    Duration repeat{};                                ///< tell again what was told; zero: never
    Actions actions;
    bool operator==(const Rule&) const = default;
};

}  // namespace packwire::rules
