// SPDX-License-Identifier: MIT
/// What the memory of a pack calls a limit that tripped.
#pragma once

#include <string_view>

namespace packwire::sim {

/// Names of the tables of 4B and 4C. Source: protocol 4.8 to 4.11.
struct Incident {
    std::string_view limit;     ///< Limit::name
    std::string_view flag;      ///< of alarm_flags or protection_flags; empty: there is none
    std::string_view occurred;  ///< an event of 4B …
    std::string_view released;  ///< … and its end
    std::string_view type;      ///< of 4C
    unsigned level;             ///< 1 or 2
    bool protects;              ///< else it warns
};

/// Of the limit of that name; null when the memory has no word for it.
[[nodiscard]] const Incident* find_incident(std::string_view limit);

/// As 4C ranks it: 1 and 2 alarms, 9 and 10 protections. Source: protocol 3.8.
[[nodiscard]] unsigned rank_of(const Incident& incident);

}  // namespace packwire::sim
