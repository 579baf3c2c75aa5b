// SPDX-License-Identifier: MIT
#include "bus/field_remarks.hpp"

#include <algorithm>

namespace packwire::bus {

std::size_t FieldRemarks::take(const model::Record& record) {
    auto remarks = model::remarks(record);
    if (remarks.empty() && rows_.empty()) return 0;
    const auto code = record.service().code;
    for (auto& row : rows_) {
        if (row.service == code) row.now = false;
    }
    for (auto& remark : remarks) {
        auto place = model::place_of(record.slot(remark.slot));
        const auto known = std::ranges::find_if(rows_, [&](const Row& row) {
            return row.service == code && row.place == place && row.kind == remark.kind;
        });
        auto& row = known != rows_.end() ? *known : rows_.emplace_back();
        row.service = code;
        row.place = std::move(place);
        row.kind = remark.kind;
        row.where = std::move(remark.where);
        row.now = true;
        ++row.count;
    }
    return remarks.size();
}

}  // namespace packwire::bus
