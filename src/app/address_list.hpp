// SPDX-License-Identifier: MIT
/// Addresses as people write them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace packwire::app {

/// "1", "1,2,5", "0-15", "1-4,7": in the order given, each once. Nothing above `highest`.
/// Errors: usage, naming the part that is wrong.
[[nodiscard]] Result<std::vector<std::uint8_t>> parse_addresses(std::string_view text,
                                                                std::uint8_t highest = 31);

/// Back to text: {1, 2, 3, 7} gives "1-3,7".
[[nodiscard]] std::string address_text(const std::vector<std::uint8_t>& addresses);

}  // namespace packwire::app
