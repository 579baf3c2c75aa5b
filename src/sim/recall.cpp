// SPDX-License-Identifier: MIT
#include "sim/recall.hpp"

#include <algorithm>
#include <array>
#include <ctime>
#include <string_view>

#include "sim/values.hpp"

namespace packwire::sim {

namespace {

using model::Field;

struct Quantity {
    std::string_view name;
    double (*of)(const HistoryEntry& entry, std::size_t i);
};

// clang-format off
constexpr auto quantities = std::to_array<Quantity>({
    {"pack_voltage", [](const HistoryEntry& entry, std::size_t) { return entry.pack_voltage; }},
    {"pack_current", [](const HistoryEntry& entry, std::size_t) { return entry.pack_current; }},
    {"charge_count", [](const HistoryEntry& entry, std::size_t) { return double{1} * entry.charge_count; }},
    {"discharge_count", [](const HistoryEntry& entry, std::size_t) { return double{1} * entry.discharge_count; }},
    {"charge_depth", [](const HistoryEntry& entry, std::size_t) { return entry.state_of_charge; }},
    {"discharge_depth", [](const HistoryEntry& entry, std::size_t) { return 100 - entry.state_of_charge; }},
    {"state_of_health", [](const HistoryEntry& entry, std::size_t) { return entry.state_of_health; }},
    {"state_of_charge", [](const HistoryEntry& entry, std::size_t) { return entry.state_of_charge; }},
    {"rated_capacity", [](const HistoryEntry& entry, std::size_t) { return entry.full_charge_ah; }},
    {"ambient_temperature", [](const HistoryEntry& entry, std::size_t) { return entry.ambient_temperature; }},
    {"mosfet_temperature", [](const HistoryEntry& entry, std::size_t) { return entry.mosfet_temperature; }},
    {"cell_voltage", [](const HistoryEntry& entry, std::size_t i) { return entry.cell_millivolts[i] / 1000.0; }},
    {"cell_temperature", [](const HistoryEntry& entry, std::size_t i) { return double{entry.cell_temperature[i]}; }},
});
// clang-format on

/// More than one. Source: protocol 4.10.
constexpr std::string_view several = "several_events";

bool contains(const std::vector<std::string_view>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

bool is_set(const HistoryEntry& entry, std::string_view flag) {
    if (flag == "charge_mosfet_on") return entry.charge_mosfet_on;
    if (flag == "discharge_mosfet_on") return entry.discharge_mosfet_on;
    return contains(entry.flags, flag) || contains(entry.events, flag);
}

std::optional<std::int32_t> by_name(const Field& field, std::string_view name) {
    const auto found = std::ranges::find(field.names, name);
    if (found == field.names.end()) return std::nullopt;
    return static_cast<std::int32_t>(found - field.names.begin());
}

/// Bits of a group, by its name.
template <class Numbers>
std::int32_t pack_bits(const Field& field, Numbers number_of) {
    std::uint32_t word = 0;
    for (const auto& flag : field.flags) word |= number_of(flag) << flag.bit;
    return static_cast<std::int32_t>(word);
}

/// In the month byte the version says how the record goes on: 0 without lists of events, 1 with them.
std::uint32_t version_of(const model::Draft& draft) {
    return draft.record().layout().find("event_code").count > 0 ? 1 : 0;
}

bool tell_time(WallTime then, const model::Slot& slot, WallTime now, model::Draft& draft) {
    const auto& field = *slot.field;
    if (const auto part = clock_of(then, field.name, now)) return draft.set(field.name, *part);
    if (field.name != "month_and_version") return false;
    const auto month = static_cast<std::uint32_t>(clock_of(then, "month", now).value_or(1));
    return draft.set_raw(field.name, pack_bits(field, [&](const model::Flag& flag) {
                             return flag.name == "month" ? month : version_of(draft);
                         }));
}

}  // namespace

std::optional<std::uint64_t> Cursor::place(std::uint64_t oldest, Turn turn) const {
    if (turn == Turn::first) return oldest;
    if (turn == Turn::repeat) return last_ ? std::optional(std::max(*last_, oldest)) : std::nullopt;
    return last_ ? std::max(*last_ + 1, oldest) : oldest;
}

bool tell(const HistoryEntry& entry, const model::Slot& slot, WallTime now, model::Draft& draft) {
    const auto& field = *slot.field;
    if (tell_time(entry.time, slot, now, draft)) return true;
    if (!field.flags.empty()) {
        return draft.set_raw(field.name, pack_bits(field, [&](const model::Flag& flag) {
                                 return is_set(entry, flag.name) ? 1U : 0U;
                             }));
    }
    if (!field.names.empty()) {
        const auto code = by_name(field, entry.events.size() == 1 ? entry.events.front() : several);
        return code && draft.set_raw(field.name, *code);
    }
    const auto* const found = std::ranges::find(quantities, field.name, &Quantity::name);
    return found != quantities.end() && draft.set(field.name, found->of(entry, slot.index), slot.index);
}

bool tell(const EventEntry& entry, const model::Slot& slot, WallTime now, model::Draft& draft) {
    const auto& field = *slot.field;
    if (tell_time(entry.time, slot, now, draft)) return true;
    if (!field.flags.empty()) {
        return draft.set_raw(field.name, pack_bits(field, [&](const model::Flag& flag) {
                                 return flag.name == "rank" ? entry.rank : std::uint32_t{entry.occurred};
                             }));
    }
    if (!field.names.empty()) {
        const auto code = by_name(field, entry.type);
        return code && draft.set_raw(field.name, *code);
    }
    if (field.name == "event_number") return draft.set_raw(field.name, entry.number);
    if (field.name == "event_data") return draft.set_raw(field.name, entry.data & 0xFFFF);
    if (field.name == "event_reference") return draft.set_raw(field.name, entry.reference & 0xFFFF);
    return false;
}

}  // namespace packwire::sim
