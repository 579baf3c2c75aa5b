// SPDX-License-Identifier: MIT
#include "sink/mqtt/entity.hpp"

#include <fmt/format.h>

#include "model/derived.hpp"

namespace packwire::sink::mqtt {

namespace {

using model::Kind;
using model::Metric;
using model::MetricRow;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

Topic topic_of(Metric metric, bool repeated) {
    const auto& row = metric.row();
    switch (row.kind) {
        case Kind::status:
            return Topic::none;
        case Kind::text:  // how things are is told, who they are is the device's
            return !row.venus.empty() && (model::goes_stale(metric) || row.scope == model::Scope::bank)
                       ? Topic::state
                       : Topic::none;
        case Kind::setting:  // thresholds are many and hardly ever change
            return row.venus.empty() && row.prometheus.empty() ? Topic::none : Topic::state;
        case Kind::measurement:
        case Kind::total:  // a second source of the same is nobody's
            if (row.venus.empty() && row.prometheus.empty()) return Topic::none;
            return repeated ? Topic::cells : Topic::state;
    }
    return Topic::none;
}

std::string key_of(Metric metric, bool repeated, std::size_t place) {
    std::string key;
    for (const auto c : metric.row().name) key += is_word(lower(c)) ? lower(c) : '_';
    if (repeated) key += fmt::format("_{}", place + 1);
    return key;
}

std::string name_of(Metric metric, bool repeated, std::size_t place) {
    const auto label = metric.row().label;
    return repeated ? fmt::format("{} {}", label, place + 1) : std::string(label);
}

std::string template_of(Metric metric, bool repeated, std::size_t place) {
    const auto name = metric.row().name;
    if (repeated) return fmt::format("{{{{value_json['{}'][{}]}}}}", name, place);
    return fmt::format("{{{{value_json['{}']}}}}", name);
}

bool is_binary(const MetricRow& row) {
    return row.kind == Kind::measurement && row.unit.empty() && !row.device_class.empty();
}

std::string_view state_class_of(const MetricRow& row) {
    if (is_binary(row)) return "";
    if (row.kind == Kind::total) return "total_increasing";
    return row.kind == Kind::measurement ? "measurement" : "";
}

bool is_diagnostic(const MetricRow& row, bool repeated) {
    if (row.kind == Kind::measurement) return repeated || row.prometheus.empty();
    return row.kind != Kind::total || row.device_class != "energy";
}

}  // namespace packwire::sink::mqtt
