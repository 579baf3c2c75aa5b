// SPDX-License-Identifier: MIT
#include "app/message.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/json_text.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "model/remark.hpp"
#include "wire/hex.hpp"

namespace packwire::app {

namespace {

std::string_view direction(const Message& message) {
    return message.request ? "request" : "response";
}

/// The bytes that no table explains; those of a record are its surplus.
bool has_raw_info(const Message& message) {
    return !message.record && (!message.info.empty() || (message.service.empty() && message.rtn == 0));
}

std::string_view name_of(model::Remark::Kind kind) {
    switch (kind) {
        case model::Remark::Kind::unknown:
            return "unknown";
        case model::Remark::Kind::taken:
            return "taken";
        case model::Remark::Kind::doubtful:
            return "doubtful";
        case model::Remark::Kind::disagrees:
            return "disagrees";
    }
    return "";
}

/// `,"remarks":[{"field":…,"index":3,"raw":-500,"kind":"unknown","where":…}]`; nothing where there is none.
void append_remarks(std::string& out, const model::Record& record) {
    const auto remarks = model::remarks(record);
    if (remarks.empty()) return;
    out += R"(,"remarks":[)";
    std::string_view comma;
    for (const auto& remark : remarks) {
        const auto& slot = record.slot(remark.slot);
        fmt::format_to(std::back_inserter(out), R"({}{{"field":"{}",)", comma, slot.field->name);
        if (model::is_list(*slot.field))
            fmt::format_to(std::back_inserter(out), R"("index":{},)", slot.index + 1);
        fmt::format_to(std::back_inserter(out), R"("raw":{},"kind":"{}","where":)", record.raw()[remark.slot],
                       name_of(remark.kind));
        append_json_text(out, remark.where);
        out += '}';
        comma = ",";
    }
    out += ']';
}

/// Raw for masks and status words: a spreadsheet has no lists.
std::string csv_value(const model::Record& record, std::size_t i) {
    const auto& field = *record.slot(i).field;
    if (field.wire == model::Wire::mask_low || !field.flags.empty()) return fmt::format("{}", record.bits(i));
    if (!record.valid(i)) return "";
    if (!model::is_text(field)) return model::number(record, i);
    // Text of a pack may be any bytes; only what can be read goes out.
    auto value = record.text(i);
    for (auto& c : value) {
        if (c < 0x20 || c > 0x7E) c = '?';
    }
    return value;
}

}  // namespace

Message answer(std::string_view dialect, std::uint8_t address, const model::Record& record) {
    Message message;
    message.dialect = dialect;
    message.address = address;
    message.service = record.service().code;
    message.record = record;
    message.info = record.info();
    return message;
}

void append_members(std::string& out, const Message& message) {
    fmt::format_to(std::back_inserter(out),
                   "\"direction\":\"{}\",\"dialect\":\"{}\",\"address\":{},\"service\":", direction(message),
                   message.dialect, message.address);
    if (message.service.empty()) {
        out += "null";
    } else {
        append_json_text(out, message.service);
    }
    if (!message.request) {
        out += R"(,"variant":)";
        if (message.record) {
            append_json_text(out, message.record->variant());
        } else {
            out += "null";
        }
        fmt::format_to(std::back_inserter(out), ",\"rtn\":{}", message.rtn);
    }
    out += R"(,"fields":)";
    if (message.record) {
        model::append_fields_json(out, *message.record);
    } else {
        out += "{}";
    }
    if (message.record) append_remarks(out, *message.record);
    const bool raw = has_raw_info(message);
    const auto rest = message.record ? message.record->surplus() : message.info;
    if (!raw && rest.empty()) return;
    out += raw ? R"(,"info":")" : R"(,"surplus":")";
    wire::append_hex(out, rest);
    out += '"';
}

void append_error(std::string& out, const Error& error) {
    fmt::format_to(std::back_inserter(out), "\"error\":{{\"code\":\"{}\",\"where\":", name(error.code));
    append_json_text(out, error.where);
    out += '}';
}

std::string heading(const Message& message, bool colour) {
    auto title = fmt::format("{}  pack {}", direction(message), message.address);
    if (message.service.empty()) {
        title += "  unknown service";
    } else {
        title += fmt::format("  {}", message.service);
    }
    if (message.record) {
        title += fmt::format(" {}", message.record->service().name);
        if (!message.request) title += fmt::format(" ({})", message.record->variant());
    } else if (!message.name.empty()) {
        title += fmt::format(" {}", message.name);
    }
    auto line = paint(title, Style::bold, colour);
    if (message.rtn != 0) {
        line += "  ";
        line += paint(dialect::rtn_text(message.rtn), Style::yellow, colour);
    }
    return line;
}

std::string field_table(const Message& message, bool colour) {
    Table table;
    if (message.record) {
        for (auto& field : model::field_texts(*message.record)) {
            table.row({std::move(field.name), std::move(field.value)});
        }
        for (auto& remark : model::remarks(*message.record)) {
            table.row({"remark", std::move(remark.where)}, Style::yellow);
        }
        const auto surplus = message.record->surplus();
        if (!surplus.empty()) table.row({"surplus", wire::to_hex(surplus)}, Style::dim);
    } else if (!message.info.empty()) {
        table.row({"info", wire::to_hex(message.info)}, Style::dim);
    }
    return table.text(colour, 2);
}

std::string csv_header(std::string_view first_column) {
    return fmt::format("{},direction,address,service,variant,rtn,field,value,unit\n", first_column);
}

void append_csv(std::string& out, std::string_view first_column, const Message& message) {
    const auto row = [&](std::string field, std::string value, std::string_view unit) {
        out += csv_line({std::string(first_column), std::string(direction(message)),
                         fmt::format("{}", message.address), message.service,
                         std::string(message.record ? message.record->variant() : ""),
                         message.request ? "" : fmt::format("{}", message.rtn), std::move(field),
                         std::move(value), std::string(unit)});
    };
    if (!message.record) {
        row(message.info.empty() ? "" : "info", wire::to_hex(message.info), "");
        return;
    }
    const auto& record = *message.record;
    for (std::size_t i = 0; i < record.size(); ++i) {
        const auto& slot = record.slot(i);
        if (slot.field->wire == model::Wire::mask_high) continue;
        const auto name = !model::is_list(*slot.field)
                              ? std::string(slot.field->name)
                              : fmt::format("{}.{}", slot.field->name, slot.index + 1);
        row(name, csv_value(record, i), slot.field->unit);
    }
    for (auto& remark : model::remarks(record)) row("remark", std::move(remark.where), "");
    if (!record.surplus().empty()) row("surplus", wire::to_hex(record.surplus()), "");
}

}  // namespace packwire::app
