// SPDX-License-Identifier: MIT
#include "sim/responder.hpp"

#include <algorithm>
#include <cmath>

#include "sim/values.hpp"

namespace packwire::sim {

namespace {

using model::Wire;

constexpr std::uint8_t read_operation = 1;
constexpr std::uint8_t write_operation = 2;

constexpr std::string_view history_code = "4B";
constexpr std::string_view event_code = "4C";

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

/// May a request say this where its table has no constant?
bool is_known(const model::Field& field, std::uint8_t said) {
    if (field.names.empty()) return field.min >= field.max || (said >= field.min && said <= field.max);
    return said < field.names.size() && !field.names[said].empty();
}

std::uint8_t refusal(const dialect::Dialect& dialect, const dialect::Service& service,
                     const wire::Frame& request) {
    const auto info = request.info();
    if (dialect.bare && info.empty()) return dialect::can_ask(dialect, service) ? 0 : rtn_unknown_command;
    for (std::size_t i = 0; i < std::min(info.size(), service.request.size()); ++i) {
        if (service.request[i].name == "operation" && info[i] == write_operation) return rtn_unknown_command;
    }
    if (info.size() != service.request.size()) return rtn_bad_format;
    for (std::size_t i = 0; i < info.size(); ++i) {
        const auto& field = service.request[i];
        // Any group will do; a length on a read is ignored. Source: protocol 3, 3.22.
        const bool good = field.constant < 0 ? is_known(field, info[i]) : field.constant == info[i];
        if (!good) return rtn_bad_data;
    }
    return 0;
}

/// 1 on, 0 off; 2 is the current limit in force. Source: protocol 3.4, 3.11.
std::int32_t control_state(const Pack& pack, std::uint8_t id) {
    if (id == 0x04) return pack.charge_mosfet_on() ? 1 : 0;
    if (id == 0x05) return pack.discharge_mosfet_on() ? 1 : 0;
    return 0;
}

std::size_t header_bytes(const model::Layout& layout) {
    const auto length = layout.find("length");
    return length.count > 0 ? layout.slots()[length.first].offset + 1U : 0U;
}

/// What is said of the question itself; absent when the field is the pack's.
std::optional<std::int32_t> echo(const model::Layout& layout, const model::Field& row, const Pack& pack,
                                 const wire::Frame& request) {
    const auto info = request.info();
    const auto field = row.name;
    const std::int32_t first = info.empty() ? 0 : info[0];
    const std::uint8_t second = info.size() > 1 ? info[1] : read_operation;
    if (field == "group") return first;
    if (field == "read_id") return second;
    if (field == "value") return control_state(pack, second);
    if (field == "device_address" || (field == "address" && row.wire == Wire::u8)) return request.address;
    if (field == "length") return static_cast<std::int32_t>(layout.size() - header_bytes(layout));
    return std::nullopt;
}

/// In the order of the tables: cells, sensors.
model::Counts counts_of(const HistoryEntry& entry) {
    return {static_cast<std::uint8_t>(entry.cell_millivolts.size()),
            static_cast<std::uint8_t>(entry.cell_temperature.size())};
}
model::Counts counts_of(const EventEntry& /*entry*/) {
    return {};
}

}  // namespace

Asked understand(const dialect::Dialect& dialect, const wire::Frame& request) {
    const auto* service = dialect::requested_service(dialect, request);
    if (service == nullptr) return {nullptr, rtn_unknown_command};
    return {service, refusal(dialect, *service, request)};
}

std::optional<wire::Frame> Responder::answer(const Pack& pack, const wire::Frame& request, WallTime now,
                                             const Logbook& book) {
    if (request.address != address_ || !dialect::is_request(request)) return std::nullopt;
    if (dialect::check_header(dialect_, request)) return std::nullopt;
    const auto asked = understand(dialect_, request);
    if (asked.rtn != 0) return refuse(request, asked.rtn);
    if (contains(identity_.model.refuses, asked.service->code)) return refuse(request, rtn_unknown_command);
    if (asked.service->code == history_code) {
        return recall(book.history(), history_cursor_, *asked.service, request, now);
    }
    if (asked.service->code == event_code) {
        return recall(book.events(), event_cursor_, *asked.service, request, now);
    }
    return tell(pack, *asked.service, request, now);
}

const model::Variant& Responder::variant(const dialect::Service& service) const {
    const auto& model = identity_.model;
    const std::string_view live = model.data_flag ? "with_data_flag" : "without_data_flag";
    const auto found = std::ranges::find_if(service.variants, [&](const model::Variant& variant) {
        return variant.name == live || contains(model.variants, variant.name);
    });
    return found == service.variants.end() ? service.variants.front() : *found;
}

wire::Frame Responder::tell(const Pack& pack, const dialect::Service& service, const wire::Frame& request,
                            WallTime now) {
    const auto& table = variant(service);
    model::Counts counts{};
    for (const auto& field : table.fields) {
        const auto index = model::count_index(table.fields, field.name);
        if (index >= model::max_counts || !field.repeat.empty()) continue;
        counts[index] = static_cast<std::uint8_t>(value_of(pack, field.name, 0).value_or(0));
    }
    model::Draft draft(layouts_, service, table, counts);
    fill(draft, pack, request, now);
    return good(draft);
}

/// Firmware may end before an optional field.
wire::Frame Responder::good(const model::Draft& draft) const {
    const auto& layout = draft.record().layout();
    auto info = draft.encode();
    for (const auto& slot : layout.slots()) {
        const bool ends = slot.field->optional && contains(identity_.model.ends_before, slot.field->name);
        if (ends && slot.offset < info.size()) info.resize(slot.offset);
    }
    return dialect::make_answer(dialect_, address_, info, layout.service().answer_code,
                                layout.service().cid2);
}

wire::Frame Responder::refuse(const wire::Frame& request, std::uint8_t rtn) const {
    return dialect::make_answer(dialect_, address_, {}, rtn, request.code);
}

template <class T>
wire::Frame Responder::recall(const Ring<T>& ring, Cursor& cursor, const dialect::Service& service,
                              const wire::Frame& request, WallTime now) {
    // A question without INFO can only mean the first one.
    const auto turn = request.info().empty() ? Turn::first : static_cast<Turn>(request.info()[0]);
    const auto number = cursor.turn(ring, turn);
    if (!number) return refuse(request, rtn_bad_data);
    const auto& entry = ring.at(*number);
    model::Draft draft(layouts_, service, variant(service), counts_of(entry));
    for (const auto& slot : draft.record().layout().slots()) {
        if (slot.field->name == "data_type") {
            draft.set_raw("data_type", *number + 1 == ring.end() ? 1 : 0);
        } else {
            sim::tell(entry, slot, now, draft);
        }
    }
    return good(draft);
}

std::int32_t Responder::status(const Pack& pack, const model::Field& field) const {
    auto word = status_of(pack, field.flags);
    for (const auto& flag : field.flags) {
        if (flag.name == "balancer_active" && !identity_.model.shows_balancer) word &= ~(1 << flag.bit);
    }
    for (const auto& [name, bits] : identity_.model.always_set) {
        if (name == field.name) word |= bits;
    }
    return word;
}

/// Old firmware sends some values in another scale.
void Responder::set(model::Draft& draft, const model::Slot& slot, double value) const {
    const auto& field = *slot.field;
    const auto other = draft.record().service().other_scale_name;
    if (!field.other_scale || !contains(identity_.model.variants, other)) {
        draft.set(field.name, value, slot.index);
        return;
    }
    const auto raw = std::lround(field.other_scale->raw_of(value));
    draft.set_raw(field.name, static_cast<std::int32_t>(raw), slot.index);
}

void Responder::fill(model::Draft& draft, const Pack& pack, const wire::Frame& request, WallTime now) const {
    const auto& layout = draft.record().layout();
    for (const auto& slot : layout.slots()) {
        const auto& field = *slot.field;
        // set_mask() sets both halves.
        const bool unsaid = field.name == "length" && identity_.model.without_length == layout.service().code;
        if (unsaid || field.constant >= 0 || field.wire == Wire::mask_high || field.wire == Wire::bytes)
            continue;
        if (field.wire == Wire::text) {
            const auto text = identity_.text(field.name);
            draft.set_text(field.name, text, text.empty() ? identity_.model.unset : identity_.model.padding);
        } else if (field.wire == Wire::mask_low) {
            draft.set_mask(field.name, pack.cell_mask(field.name));
        } else if (!field.flags.empty()) {
            draft.set_raw(field.name, status(pack, field));
        } else if (const auto number = identity_.number(field.name)) {
            draft.set_raw(field.name, *number);
        } else if (const auto raw = echo(layout, field, pack, request)) {
            draft.set_raw(field.name, *raw);
        } else if (const auto time = clock_of(now, field.name, now)) {
            draft.set(field.name, *time);
        } else if (const auto value = value_of(pack, layout.service(), field.name, slot.index)) {
            set(draft, slot, *value);
        }
    }
}

}  // namespace packwire::sim
