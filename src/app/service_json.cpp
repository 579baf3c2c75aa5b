// SPDX-License-Identifier: MIT
/// The service tables as JSON.
#include <fmt/format.h>

#include <iterator>

#include "app/output.hpp"
#include "app/service_doc.hpp"
#include "base/json_text.hpp"

namespace packwire::app {

namespace {

using model::Field;

/// `,"name":"text"`, unless there is none.
void append_member(std::string& out, std::string_view name, std::string_view text) {
    if (text.empty()) return;
    fmt::format_to(std::back_inserter(out), ",\"{}\":", name);
    append_json_text(out, text);
}

template <class List, class Append>
void append_list(std::string& out, std::string_view name, const List& list, Append append) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":[", name);
    bool first = true;
    for (const auto& element : list) {
        if (!first) out += ',';
        first = false;
        append(out, element);
    }
    out += ']';
}

void append_flag(std::string& out, const model::Flag& flag) {
    fmt::format_to(std::back_inserter(out), "{{\"bit\":{}", flag.bit);
    if (flag.width > 1) fmt::format_to(std::back_inserter(out), ",\"bits\":{}", flag.width);
    append_member(out, "name", flag.name);
    append_member(out, "class", model::name(flag.flag_class));
    if (flag.alarm != model::Alarm::none) {
        append_member(out, "alarm", model::alarm_rows[static_cast<std::size_t>(flag.alarm)].name);
    }
    out += '}';
}

void append_field(std::string& out, const Field& field, std::string_view offset) {
    out += "{\"name\":";
    append_json_text(out, field.name);
    append_member(out, "offset", offset);
    append_member(out, "type", wire_text(field));
    fmt::format_to(std::back_inserter(out), ",\"divisor\":{}", field.scale.per);
    if (field.scale.times != 1) fmt::format_to(std::back_inserter(out), ",\"factor\":{}", field.scale.times);
    if (field.scale.bias != 0) fmt::format_to(std::back_inserter(out), ",\"bias\":{}", field.scale.bias);
    append_member(out, "unit", field.unit);
    if (field.min < field.max) {
        fmt::format_to(std::back_inserter(out), ",\"min\":{},\"max\":{}", field.min, field.max);
    }
    if (field.metric.exists()) append_member(out, "metric", field.metric.row().name);
    append_member(out, "repeat", field.repeat);
    if (field.fixed > 0) fmt::format_to(std::back_inserter(out), ",\"times\":{}", field.fixed);
    if (field.optional) out += ",\"optional\":true";
    if (field.constant >= 0) fmt::format_to(std::back_inserter(out), ",\"constant\":{}", field.constant);
    append_member(out, "notes", notes(field));
    if (!field.flags.empty()) append_list(out, "flags", field.flags, append_flag);
    out += '}';
}

void append_variant(std::string& out, const model::Variant& variant) {
    out += "{\"name\":";
    append_json_text(out, variant.name);
    append_member(out, "bytes", size_text(variant));
    const auto places = offsets(variant);
    std::size_t i = 0;
    append_list(out, "fields", variant.fields,
                [&](std::string& text, const Field& field) { append_field(text, field, places[i++]); });
    out += '}';
}

}  // namespace

std::string service_json(const model::Dialect& dialect, const model::Service& service) {
    std::string out = "{\"code\":";
    append_json_text(out, service.code);
    append_member(out, "dialect", dialect.name);
    append_member(out, "name", service.name);
    append_member(out, "request", request_text(dialect, service));
    append_member(out, "evidence", service.evidence);
    append_member(out, "polled", cadence_text(service.cadence));
    append_member(out, "source", service.source);
    append_list(out, "variants", service.variants, append_variant);
    out += "}\n";
    return out;
}

}  // namespace packwire::app
