// SPDX-License-Identifier: MIT
/// What is asked for, taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::sink::web {

/// Percent-encoding is undone, once.
struct Url {
    std::string path;
    std::vector<std::pair<std::string, std::string>> query;  ///< as they came

    /// The last of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
};

/// Errors: usage, for bad percent-encoding and for control characters.
[[nodiscard]] Result<Url> parse_target(std::string_view target);

/// Seconds since 1970, with a fraction or without, or RFC 3339; of the years 1970 to 2200.
[[nodiscard]] std::optional<WallTime> parse_time(std::string_view text);
/// The whole of `text`, within the bounds.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t min,
                                                      std::int64_t max);

}  // namespace packwire::sink::web
