// SPDX-License-Identifier: MIT
#include "model/remark.hpp"

#include <fmt/format.h>

namespace packwire::model {

namespace {

/// The slot that the words begin with; the first one when they begin with no field.
std::size_t slot_of(const Record& record, std::string_view where) {
    const auto found = record.layout().find(where.substr(0, where.find_first_of(" :")));
    return found.count > 0 ? found.first : 0;
}

Remark::Kind kind_of(const Record& record, std::size_t i) {
    if (record.standing(i) == Standing::out_of_range) return Remark::Kind::unknown;
    return record.slot(i).field->proves ? Remark::Kind::doubtful : Remark::Kind::taken;
}

}  // namespace

std::string place_of(const Slot& slot) {
    const auto& field = *slot.field;
    return is_list(field) ? fmt::format("{} {}", field.name, slot.index + 1) : std::string(field.name);
}

std::string range_text(const Record& record, std::size_t slot) {
    const auto& field = *record.slot(slot).field;
    const auto scale = record.scale(slot);
    const auto in_unit = [&](std::int32_t raw) { return scale.value_of(number_of(field, raw)); };
    return fmt::format("{}: expected {} to {}{}{}, got {}", place_of(record.slot(slot)),
                       in_unit(record.layout().low(slot)), in_unit(record.layout().high(slot)),
                       field.unit.empty() ? "" : " ", field.unit, in_unit(record.raw()[slot]));
}

std::vector<Remark> remarks(const Record& record) {
    std::vector<Remark> all;
    if (!record.service().measures) return all;
    for (auto i = record.layout().out_of_range(record.raw().data(), record.size()); i < record.size(); ++i) {
        const auto standing = record.standing(i);
        if (standing != Standing::possible && standing != Standing::out_of_range) continue;
        all.push_back({i, kind_of(record, i), range_text(record, i)});
    }
    const auto disagreement = record.service().disagreement;
    if (disagreement == nullptr) return all;
    if (auto found = disagreement(record)) {
        all.push_back({slot_of(record, found->where), Remark::Kind::disagrees, std::move(found->where)});
    }
    return all;
}

}  // namespace packwire::model
