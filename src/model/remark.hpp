// SPDX-License-Identifier: MIT
/// What is odd in a record that is good all the same: the unit of refusal is the field. Source: bank 8.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/record.hpp"

namespace packwire::model {

struct Remark {
    enum class Kind : std::uint8_t {
        unknown,    ///< out of its range: the value is unknown
        taken,      ///< a little out of its range: taken as the nearest plausible value
        doubtful,   ///< out of its range, and believed: it was there again and again
        disagrees,  ///< does not fit other values, and is believed
    };
    std::size_t slot = 0;
    Kind kind = Kind::unknown;
    std::string where;  ///< "cell_temperature 3: expected -40 to 120 °C, got -50"
};

/// Of a service that measures, in the order of the record; usually none.
[[nodiscard]] std::vector<Remark> remarks(const Record& record);

/// "state_of_health", or "cell_temperature 3" for the third of a list.
[[nodiscard]] std::string place_of(const Slot& slot);
/// The place, its plausible range and what came instead.
[[nodiscard]] std::string range_text(const Record& record, std::size_t slot);

}  // namespace packwire::model
