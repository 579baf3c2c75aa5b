// SPDX-License-Identifier: MIT
/// Totals of the bank in a `state` message that an earlier run left on the broker.
#pragma once

#include <optional>
#include <string_view>

#include "bank/tally.hpp"

namespace packwire::sink::mqtt {

/// The member of the bank's `state` that counts clears of its history. A message without it is of a version
/// that did not count them, or of a bank that was never cleared.
inline constexpr std::string_view clears_key = "history_clears";

/// Absent where the message is no object or has no total. Values are as they stand there;
/// bank::Tally::raise() judges them.
[[nodiscard]] std::optional<bank::PublishedTotals> totals_of(std::string_view state);

}  // namespace packwire::sink::mqtt
