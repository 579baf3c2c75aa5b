// SPDX-License-Identifier: MIT
#include "app/export_text.hpp"

#include <fmt/format.h>

#include "app/output.hpp"
#include "base/json_text.hpp"
#include "base/time_text.hpp"

namespace packwire::app {

namespace {

/// With the digits of the catalogue; never "-0.00".
std::string digits(const model::MetricRow& row, double value) {
    auto text = fmt::format("{:.{}f}", value, row.decimals);
    if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
    return text;
}

/// Which cell or sensor, from 1 as people count; empty for what a device has one of.
std::string number_of(const store::Series& series) {
    const bool one = series.metric.row().venus.find("{}") == std::string_view::npos;
    return one ? std::string() : fmt::format("{}", series.index + 1);
}

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_text(out, text);
    return out;
}

Style style_of(const store::Event& event) {
    const bool bad = event.kind == store::EventKind::alarm || event.kind == store::EventKind::loss;
    if (!bad || event.level == 0) return Style::plain;
    return event.level == 1 ? Style::yellow : Style::red;
}

}  // namespace

std::string readings_heading() {
    return "time,device,metric,number,unit,resolution,value,min,max,last\n";
}

std::string reading_csv(const store::Series& series, store::Resolution resolution,
                        const store::Point& point) {
    const auto& row = series.metric.row();
    const bool spans = resolution != store::Resolution::raw;
    const auto of_span = [&](double value) { return spans ? digits(row, value) : std::string(); };
    return csv_line({rfc3339(point.at), series.device, std::string(row.name), number_of(series),
                     std::string(row.unit), std::string(name(resolution)), digits(row, point.mean),
                     of_span(point.min), of_span(point.max), of_span(point.last)});
}

std::string reading_json(const store::Series& series, store::Resolution resolution,
                         const store::Point& point) {
    const auto& row = series.metric.row();
    auto out = fmt::format("{{\"time\":\"{}\",\"device\":{},\"metric\":\"{}\"", rfc3339(point.at),
                           in_quotes(series.device), row.name);
    if (const auto number = number_of(series); !number.empty()) out += fmt::format(",\"number\":{}", number);
    out += fmt::format(",\"resolution\":\"{}\",\"value\":{}", name(resolution), digits(row, point.mean));
    if (resolution != store::Resolution::raw) {
        out += fmt::format(",\"min\":{},\"max\":{},\"last\":{}", digits(row, point.min),
                           digits(row, point.max), digits(row, point.last));
    }
    return out + "}\n";
}

std::string events_heading() {
    return "id,time,device,kind,name,level,text\n";
}

std::string event_csv(const store::Event& event) {
    return csv_line({fmt::format("{}", event.id), rfc3339(event.at), event.device,
                     std::string(name(event.kind)), event.name, fmt::format("{}", event.level), event.text});
}

std::string event_json(const store::Event& event) {
    return fmt::format(
        "{{\"id\":{},\"time\":\"{}\",\"device\":{},\"kind\":\"{}\",\"name\":{},\"level\":{},\"text\":{}}}\n",
        event.id, rfc3339(event.at), in_quotes(event.device), name(event.kind), in_quotes(event.name),
        event.level, in_quotes(event.text));
}

std::string events_table(const std::vector<store::Event>& events, bool colour) {
    if (events.empty()) return "nothing was noted\n";
    Table table;
    table.header({"time", "device", "kind", "what"});
    for (const auto& event : events) {
        table.row(
            {calendar_text(local_time(event.at)), event.device, std::string(name(event.kind)), event.text},
            style_of(event));
    }
    return table.text(colour);
}

}  // namespace packwire::app
