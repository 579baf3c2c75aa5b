// SPDX-License-Identifier: MIT
#include "base/time_text.hpp"

#include <fmt/chrono.h>

namespace packwire {

std::string rfc3339(WallTime when) {
    const auto second = std::chrono::floor<std::chrono::seconds>(when);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(when - second).count();
    const auto calendar = fmt::gmtime(std::chrono::system_clock::to_time_t(second));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", calendar, rest);
}

}  // namespace packwire
