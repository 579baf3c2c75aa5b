// SPDX-License-Identifier: MIT
#include "store/archive.hpp"

#include <algorithm>
#include <array>

namespace packwire::store {

namespace {

constexpr std::array<std::string_view, 3> resolution_names{"raw", "minute", "hour"};
constexpr std::array<std::string_view, 6> kind_names{"alarm", "loss",      "limits",
                                                     "rule",  "parameter", "daemon"};

}  // namespace

std::string_view name(Resolution resolution) {
    return resolution_names[static_cast<std::size_t>(resolution)];
}

std::string_view name(EventKind kind) {
    return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<EventKind> event_kind(std::string_view name) {
    const auto* const found = std::ranges::find(kind_names, name);
    if (found == kind_names.end()) return std::nullopt;
    return static_cast<EventKind>(found - kind_names.begin());
}

}  // namespace packwire::store
