// SPDX-License-Identifier: MIT
/// Which fields of one pack were odd in answers that were believed all the same, and how often.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/remark.hpp"

namespace packwire::bus {

/// For people: what the counters of a frame that is refused are to a line, these are to a field.
class FieldRemarks {
public:
    struct Row {
        std::string_view service;  ///< its code
        std::string place;         ///< "state_of_health", "cell_temperature 3"
        model::Remark::Kind kind{};
        std::string where;        ///< what was expected, and what came last
        std::uint64_t count = 0;  ///< answers with it
        bool now = false;         ///< the last answer had it
    };

    /// Counts what is odd in the record, and notes what is no more. How many fields are.
    std::size_t take(const model::Record& record);
    /// In order of their first time.
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }

private:
    std::vector<Row> rows_;
};

}  // namespace packwire::bus
