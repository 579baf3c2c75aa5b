// SPDX-License-Identifier: MIT
#include "sink/web/catalogue.hpp"

#include <fmt/format.h>

#include <utility>

#include "model/alarm.hpp"
#include "model/format.hpp"
#include "store/archive.hpp"

namespace packwire::sink::web {

namespace {

std::string_view name(model::Kind kind) {
    switch (kind) {
        case model::Kind::measurement:
            return "measurement";
        case model::Kind::total:
            return "total";
        case model::Kind::setting:
            return "setting";
        case model::Kind::status:
            return "status";
        case model::Kind::text:
            return "text";
    }
    return "";
}

std::string_view name(model::Scope scope) {
    switch (scope) {
        case model::Scope::pack:
            return "pack";
        case model::Scope::bank:
            return "bank";
        case model::Scope::both:
            return "both";
    }
    return "";
}

/// "bms_cable" → "BMS cable".
std::string label_of(std::string_view alarm) {
    std::string label(alarm);
    for (auto& c : label) c = c == '_' ? ' ' : c;
    if (label.starts_with("bms")) return "BMS" + label.substr(3);
    if (label.ends_with("soc")) label.replace(label.size() - 3, 3, "SOC");
    if (label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 32);
    return label;
}

/// UTF-8 as it is: units and labels are ours.
void append_metric(std::string& out, model::Metric metric) {
    const auto& row = metric.row();
    fmt::format_to(std::back_inserter(out),
                   "{{\"name\":\"{}\",\"label\":\"{}\",\"unit\":\"{}\",\"decimals\":{},\"kind\":\"{}\","
                   "\"scope\":\"{}\",\"repeats\":{}}}",
                   row.name, row.label, row.unit, row.decimals, name(row.kind), name(row.scope),
                   repeats(metric));
}

}  // namespace

std::string catalogue_document() {
    std::string out = "{\"metrics\":[";
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        if (i > 0) out += ',';
        append_metric(out, model::Metric{static_cast<std::uint8_t>(i)});
    }
    out += "],\"alarms\":[";
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        const auto alarm = model::alarm_rows[i].name;
        fmt::format_to(std::back_inserter(out), "{}{{\"name\":\"{}\",\"label\":\"{}\"}}", i > 0 ? "," : "",
                       alarm, label_of(alarm));
    }
    out += "],\"event_kinds\":[";
    for (int i = 0; i <= static_cast<int>(store::EventKind::daemon); ++i)
        fmt::format_to(std::back_inserter(out), "{}\"{}\"", i > 0 ? "," : "",
                       store::name(static_cast<store::EventKind>(i)));
    out += "],\"resolutions\":[";
    for (int i = 0; i <= static_cast<int>(store::Resolution::hour); ++i)
        fmt::format_to(std::back_inserter(out), "{}\"{}\"", i > 0 ? "," : "",
                       store::name(static_cast<store::Resolution>(i)));
    return out += "]}\n";
}

}  // namespace packwire::sink::web
