// SPDX-License-Identifier: MIT
/// What rules look at, out of lines of JSON lines: recorded, or asked of a daemon.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rules/slots.hpp"

namespace packwire::app {

/// Absent when it is not there, or not a number. Of whom the line is does not matter.
[[nodiscard]] std::optional<double> read(const rules::Quantity& quantity, const nlohmann::json& line);
/// Takes what the line has of its pack or its bank. False when it is of neither.
bool take(rules::Slots& slots, const nlohmann::json& line);

/// "2026-11-22T10:15:30.250Z", with or without the fraction.
[[nodiscard]] std::optional<WallTime> read_time(std::string_view text);

}  // namespace packwire::app
