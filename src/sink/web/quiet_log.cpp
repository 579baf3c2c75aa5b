// SPDX-License-Identifier: MIT
#include "sink/web/quiet_log.hpp"

#include <fmt/format.h>

#include <utility>

namespace packwire::sink::web {

void QuietLog::warn(std::string_view kind, const std::string& line) {
    const auto now = clock_.now();
    auto found = said_.find(kind);
    if (found == said_.end()) {
        found = said_.emplace(kind, Said{.at = now, .unsaid = 0}).first;
    } else if (now - found->second.at < pause) {
        ++found->second.unsaid;
        return;
    }
    found->second.at = now;
    const auto unsaid = std::exchange(found->second.unsaid, 0);
    say(Level::warning, unsaid == 0
                            ? fmt::format("web: {}", line)
                            : fmt::format("web: {} (and {} times more since the last line)", line, unsaid));
}

}  // namespace packwire::sink::web
