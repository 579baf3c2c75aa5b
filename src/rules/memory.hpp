// SPDX-License-Identifier: MIT
/// What rules remember over a restart, as lines of text. Writing the file is the runner's job.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::rules {

struct Kept {
    bool on = false;
    WallTime since{};  ///< of the last switching
    bool operator==(const Kept&) const = default;
};
/// By the name of the rule.
using Memory = std::map<std::string, Kept, std::less<>>;

/// A line a rule, "on 1767225600000 name" with milliseconds since 1970, and "end" as the last.
[[nodiscard]] std::string save(const Memory& memory);
/// Errors: io (cut off, or not of this kind); whoever reads begins anew, and says so.
[[nodiscard]] Result<Memory> load(std::string_view text);

}  // namespace packwire::rules
