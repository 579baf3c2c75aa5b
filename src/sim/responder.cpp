// SPDX-License-Identifier: MIT
#include "sim/responder.hpp"

#include <algorithm>

#include "sim/values.hpp"

namespace packwire::sim {

namespace {

using model::Wire;

constexpr std::size_t control_question = 2;  // G and what to read. Source: protocol 3.11
constexpr std::uint8_t read_operation = 1;
constexpr std::uint8_t write_operation = 2;

/// 50 has a second form, of which its table knows only the answer.
bool asks_control_state(const dialect::Service& service, const wire::Frame& request) {
    return service.cid2 == 0x50 && request.info().size() == control_question;
}

std::uint8_t refusal(const dialect::Service& service, const wire::Frame& request) {
    const auto info = request.info();
    if (asks_control_state(service, request)) return 0;
    for (std::size_t i = 0; i < std::min(info.size(), service.request.size()); ++i) {
        if (service.request[i].name == "operation" && info[i] == write_operation) return rtn_unknown_command;
    }
    if (info.size() != service.request.size()) return rtn_bad_format;
    for (std::size_t i = 0; i < info.size(); ++i) {
        const auto& field = service.request[i];
        // Any group will do; a length on a read is ignored. Source: protocol 3, 3.22.
        if (field.constant < 0 || field.name == "length") continue;
        if (field.constant != info[i]) return rtn_bad_data;
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
std::optional<std::int32_t> echo(const model::Layout& layout, std::string_view field, const Pack& pack,
                                 const wire::Frame& request) {
    const auto info = request.info();
    const std::int32_t first = info.empty() ? 0 : info[0];
    const std::uint8_t second = info.size() > 1 ? info[1] : read_operation;
    if (field == "group") return first;
    if (field == "read_id") return second;
    if (field == "value") return control_state(pack, second);
    if (field == "length") return static_cast<std::int32_t>(layout.size() - header_bytes(layout));
    return std::nullopt;
}

}  // namespace

Asked understand(const dialect::Dialect& dialect, const wire::Frame& request) {
    const auto* service = dialect::requested_service(dialect, request);
    if (service == nullptr) return {nullptr, rtn_unknown_command};
    return {service, refusal(*service, request)};
}

std::optional<wire::Frame> Responder::answer(const Pack& pack, const wire::Frame& request) {
    if (request.address != address_ || !dialect::is_request(request)) return std::nullopt;
    if (dialect::check_header(dialect_, request)) return std::nullopt;
    const auto asked = understand(dialect_, request);
    if (asked.rtn != 0) return dialect::make_answer(dialect_, address_, {}, asked.rtn);
    return tell(pack, *asked.service, request);
}

const model::Variant& Responder::variant(const dialect::Service& service, const wire::Frame& request) const {
    const auto named = [&](std::string_view name) -> const model::Variant& {
        const auto found = std::ranges::find(service.variants, name, &model::Variant::name);
        return found == service.variants.end() ? service.variants.front() : *found;
    };
    if (asks_control_state(service, request)) return named("control_state");
    return named(identity_.data_flag ? "with_data_flag" : "without_data_flag");
}

wire::Frame Responder::tell(const Pack& pack, const dialect::Service& service, const wire::Frame& request) {
    const auto& table = variant(service, request);
    model::Counts counts{};
    for (const auto& field : table.fields) {
        const auto index = model::count_index(table.fields, field.name);
        if (index >= model::max_counts || !field.repeat.empty()) continue;
        counts[index] = static_cast<std::uint8_t>(value_of(pack, field.name, 0).value_or(0));
    }
    model::Draft draft(layouts_, service, table, counts);
    fill(draft, pack, request);
    return dialect::make_answer(dialect_, address_, draft.encode());
}

void Responder::fill(model::Draft& draft, const Pack& pack, const wire::Frame& request) const {
    const auto& layout = draft.record().layout();
    for (const auto& slot : layout.slots()) {
        const auto& field = *slot.field;
        // set_mask() sets both halves.
        if (field.constant >= 0 || field.wire == Wire::mask_high) continue;
        if (field.wire == Wire::text) {
            draft.set_text(field.name, identity_.text(field.name));
        } else if (field.wire == Wire::mask_low) {
            draft.set_mask(field.name, pack.cell_mask(field.name));
        } else if (!field.flags.empty()) {
            draft.set_raw(field.name, status_of(pack, field.flags));
        } else if (const auto number = identity_.number(field.name)) {
            draft.set_raw(field.name, *number);
        } else if (const auto raw = echo(layout, field.name, pack, request)) {
            draft.set_raw(field.name, *raw);
        } else if (const auto value = value_of(pack, field.name, slot.index)) {
            draft.set(field.name, *value, slot.index);
        }
    }
}

}  // namespace packwire::sim
