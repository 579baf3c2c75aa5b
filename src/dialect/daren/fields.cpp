// SPDX-License-Identifier: MIT
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren {

bool all_plausible(const model::Record& record) {
    return record.layout().out_of_range(record.raw().data(), record.size()) == model::no_slot;
}

bool all_named(const model::Record& record) {
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto& names = record.slot(i).field->names;
        const auto raw = static_cast<std::size_t>(record.raw()[i]);
        if (!names.empty() && (raw >= names.size() || names[raw].empty())) return false;
    }
    return true;
}

bool all_readable(const model::Record& record) {
    bool any = false;
    for (std::size_t i = 0; i < record.size(); ++i) {
        if (record.slot(i).field->wire != Wire::text) continue;
        const auto text = record.text(i);
        any = any || !text.empty();
        if (!std::ranges::all_of(text, [](char c) { return c >= 0x20 && c <= 0x7E; })) return false;
    }
    return any;
}

std::int32_t raw_of(const model::Record& record, std::string_view field) {
    const auto slot = record.layout().find(field).first;
    return slot < record.size() ? record.raw()[slot] : -1;
}

}  // namespace packwire::dialect::daren
