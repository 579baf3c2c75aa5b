// SPDX-License-Identifier: MIT
/// When a record says that it is, or was.
#pragma once

#include <optional>

#include "base/time_text.hpp"
#include "model/record.hpp"

namespace packwire::model {

/// The time in the fields year, month, day, hour, minute and second of a record, in the pack's own clock.
/// The month may share its byte with other bits (month_and_version). Absent from records without these
/// fields, and where they are no date.
[[nodiscard]] std::optional<LocalTime> time_of(const Record& record);

/// Offset in INFO of that time; 0 where there is none.
[[nodiscard]] std::size_t time_offset(const Record& record);

/// Does the service answer with a time and nothing else? That is what the clock of the pack shows now.
[[nodiscard]] bool is_clock(const Service& service);

/// "2026-11-22 12:03:11, 14 s behind this host": a pack's clock beside ours.
[[nodiscard]] std::string clock_text(LocalTime pack, LocalTime host);

}  // namespace packwire::model
