// SPDX-License-Identifier: MIT
/// Records of a pack's history as lines: for people, for programs, for spreadsheets.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/message.hpp"
#include "dialect/dialect.hpp"

namespace packwire::app {

/// What a record says that happened: the names of its enumerated event and of the flags of its event words;
/// the number where there is no name.
[[nodiscard]] std::vector<std::string> event_names(const model::Record& record);
/// Names of the alarms, protections and faults that it has.
[[nodiscard]] std::vector<std::string_view> alarm_names(const model::Record& record);

/// The two below take messages with a record; others have no line.
///
/// One JSON object and a line end: decode's shape with "time" (of the reading), "record_time" (the pack's
/// clock, no zone), "events", and all of INFO as "info".
[[nodiscard]] std::string history_json(std::string_view time, const Message& message);

/// Columns of a CSV file: when, whose, what, then every field of every table of `services` (of a list as many
/// as `first` has), and INFO last.
[[nodiscard]] std::vector<std::string> history_columns(std::span<const dialect::Service* const> services,
                                                       const model::Record& first);
/// One row with those columns; empty where the record has no such field, names for flags and events.
[[nodiscard]] std::string history_csv(const std::vector<std::string>& columns, std::string_view time,
                                      const Message& message);

/// The heading of the table that a record belongs to, and its row, both with line end.
[[nodiscard]] std::string history_heading(const model::Record& record, bool colour);
[[nodiscard]] std::string history_row(const model::Record& record);

}  // namespace packwire::app
