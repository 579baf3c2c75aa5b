// SPDX-License-Identifier: MIT
/// A pack as one line of JSON.
#pragma once

#include <string>

#include "bank/bank.hpp"
#include "bank/pack.hpp"

namespace packwire::sink {

/// Without the line feed:
/// {"time":…,"id":…,"bus":…,"address":…,"freshness":…,"last_good":…,"values":{…},"alarms":{…}}
///
/// `values` has every quantity of the catalogue that is present, by its name, in its unit; null where a value
/// of a list is not valid, {"raw":…,"flags":[…]} for status words, {"raw":…,"cells":[…]} for masks of cells.
/// Unless the pack is fresh, what was measured is absent and so are the alarms.
/// `alarms` are those above 0, by name: 1 warning, 2 alarm. Times are RFC 3339, UTC, milliseconds.
[[nodiscard]] std::string line_of(const bank::Pack& pack, WallTime now);

/// The bank, in the same way:
/// {"time":…,"bank":SITE,"freshness":…,"values":{…},"alarms":{…}}
[[nodiscard]] std::string line_of(const bank::Bank& bank, WallTime now);

}  // namespace packwire::sink
