// SPDX-License-Identifier: MIT
/// "bank.state_of_charge >= 99.5": a quantity and a threshold.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/quantity.hpp"

namespace packwire::rules {

enum class Comparison : std::uint8_t { at_least, above, at_most, below, equal, not_equal };

struct Condition {
    Quantity quantity;
    Comparison comparison = Comparison::at_least;
    double threshold = 0;
    bool operator==(const Condition&) const = default;
};

/// `subject` as in parse_quantity. A quantity alone, such as "bank.stale" or "bank.alarm.low_soc", is one
/// that is at least 1. Errors: bad_config: a text that is none, an unknown quantity, or a threshold that no
/// battery reaches or that every battery is always beyond.
[[nodiscard]] Result<Condition> parse_condition(std::string_view text,
                                                const std::optional<std::string>& subject = {});
/// As parse_condition takes it.
[[nodiscard]] std::string text(const Condition& condition);
/// With a NaN nothing holds.
[[nodiscard]] bool holds(const Condition& condition, double value);
/// Can one value of the same quantity fulfil both? Then the rule would switch to and fro.
[[nodiscard]] bool overlap(const Condition& on, const Condition& off);

}  // namespace packwire::rules
