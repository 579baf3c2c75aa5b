// SPDX-License-Identifier: MIT
/// Values as people write them, on the command line and in the configuration alike.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::app {

inline constexpr std::string_view duration_forms =
    "expected a duration such as \"1s\", \"500ms\", \"2min\" or \"1h\"";

/// "500ms", "1.5s", "2min", "1h", "3d"; at most 36600 days. Errors: usage.
[[nodiscard]] Result<Duration> parse_duration(std::string_view text);
/// The shortest of these forms: "500ms", "10s", "2min".
[[nodiscard]] std::string duration_text(Duration duration);

/// "500MB", "1.5GB", "800kB": bytes, 1000 a kB. Errors: usage.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);

/// Bits a second; nothing is "auto": probe. Errors: usage.
[[nodiscard]] Result<std::optional<std::uint32_t>> parse_baud(std::string_view text);

/// The name among `known` that `text` was probably meant to be; empty when none is near.
[[nodiscard]] std::string_view nearest(std::string_view text, std::span<const std::string_view> known);
/// ", did you mean \"interval\"?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view text, std::span<const std::string_view> known);

/// May the site be called so? [A-Za-z0-9_-]+: it becomes part of topics and bus names.
[[nodiscard]] bool good_site(std::string_view text);

/// Product ids that make systemcalc treat us as somebody else. Source: bank 2, victron 1.
[[nodiscard]] bool is_special_product(std::int64_t product_id);

/// auto, session, system, off or a D-Bus address such as unix:path=/run/bus. Errors: usage.
[[nodiscard]] Result<std::string> parse_bus_choice(std::string_view text);

/// trace, debug, info, warn or error. Errors: usage.
[[nodiscard]] Result<std::string> parse_log_level(std::string_view text);

}  // namespace packwire::app
