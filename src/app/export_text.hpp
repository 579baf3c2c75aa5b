// SPDX-License-Identifier: MIT
/// What was recorded, as lines for spreadsheets, programs and people. docs/history.md
#pragma once

#include <string>
#include <vector>

#include "store/archive.hpp"

namespace packwire::app {

/// Each with its line end.
[[nodiscard]] std::string readings_heading();
[[nodiscard]] std::string reading_csv(const store::Series& series, store::Resolution resolution,
                                      const store::Point& point);
[[nodiscard]] std::string reading_json(const store::Series& series, store::Resolution resolution,
                                       const store::Point& point);

[[nodiscard]] std::string events_heading();
[[nodiscard]] std::string event_csv(const store::Event& event);
[[nodiscard]] std::string event_json(const store::Event& event);
/// Times are local.
[[nodiscard]] std::string events_table(const std::vector<store::Event>& events, bool colour);

}  // namespace packwire::app
