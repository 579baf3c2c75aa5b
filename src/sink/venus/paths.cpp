// SPDX-License-Identifier: MIT
#include "sink/venus/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/derived.hpp"

namespace packwire::sink::venus {

namespace {

using bank::Freshness;
using model::Kind;
using model::metric;
using model::Metric;

constexpr auto cells = metric("cell_voltage");
constexpr auto sensors = metric("cell_temperature");
/// Community paths end at 4; all four are there with fewer sensors, too. Source: peer a.
constexpr std::size_t least_sensors = 4;

/// The first word of these is enough to be told of at once.
constexpr auto urgent_metrics =
    std::to_array<Metric>({metric("charge_allowed"), metric("discharge_allowed"), metric("charge_blocked"),
                           metric("discharge_blocked")});

Type type_of(const model::MetricRow& row) {
    if (row.kind == Kind::text) return Type::text;
    return row.unit.empty() && row.decimals == 0 ? Type::integer : Type::real;
}

PathSpec spec_of(Metric metric, std::string path, std::size_t place = 0) {
    const auto& row = metric.row();
    PathSpec spec;
    spec.path = std::move(path);
    spec.type = type_of(row);
    spec.format = Format{.unit = row.unit, .decimals = row.decimals};
    spec.urgent = std::ranges::find(urgent_metrics, metric) != urgent_metrics.end();
    spec.metric = metric;
    spec.place = place;
    return spec;
}

void add_metrics(std::vector<PathSpec>& specs, const Shape& shape) {
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        const auto path = metric.row().venus;
        if (path.empty() || metric.row().scope == model::Scope::bank) continue;
        if (path.find("{}") == std::string_view::npos) {
            specs.push_back(spec_of(metric, std::string(path)));
            continue;
        }
        const auto count = metric == sensors ? std::max(shape.sensors, least_sensors) : shape.cells;
        for (std::size_t place = 0; place < count; ++place) {
            specs.push_back(spec_of(metric, fmt::format(fmt::runtime(path), place + 1), place));
        }
    }
}

void add_alarms(std::vector<PathSpec>& specs) {
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        PathSpec spec;
        spec.path = model::alarm_rows[i].venus;
        spec.urgent = true;
        spec.alarm = static_cast<model::Alarm>(i);
        specs.push_back(std::move(spec));
    }
}

void add_own(std::vector<PathSpec>& specs) {
    for (const auto& row : own_paths()) {
        PathSpec spec;
        spec.path = row.path;
        spec.type = row.type;
        spec.format = row.format;
        spec.urgent = row.urgent;
        spec.writable = row.writable;
        spec.own = &row;
        specs.push_back(std::move(spec));
    }
}

Value text_value(std::string text) {
    return text.empty() ? Value{} : Value{bus_text(std::move(text))};
}

Value metric_value(const PathSpec& spec, const bank::Pack& pack) {
    if (pack.freshness != Freshness::fresh && model::goes_stale(spec.metric)) return {};
    if (spec.type == Type::text) return text_value(pack.snapshot.text(spec.metric));
    if (spec.metric.row().kind == Kind::status) {
        const auto bits = pack.snapshot.bits(spec.metric);
        if (!bits) return {};
        return static_cast<std::int32_t>(*bits >> spec.place & 1U);
    }
    const auto value = pack.snapshot.value(spec.metric, spec.place);
    if (!value) return {};
    if (spec.type == Type::integer) return static_cast<std::int32_t>(*value);
    return tidy(*value);
}

/// The cable is what lies between us and the pack: 1 while it is silent, 2 when it is lost. Source: bank 7.
std::int32_t cable_alarm(Freshness freshness) {
    if (freshness == Freshness::fresh) return 0;
    return freshness == Freshness::stale ? 1 : 2;
}

Value alarm_value(model::Alarm alarm, const bank::Pack& pack) {
    if (alarm == model::Alarm::bms_cable) return cable_alarm(pack.freshness);
    if (pack.freshness != Freshness::fresh) return {};
    return std::int32_t{model::alarms_of(pack.snapshot)[static_cast<std::size_t>(alarm)]};
}

}  // namespace

Shape shape_of(const model::Snapshot& pack) {
    return {.cells = pack.count(cells), .sensors = pack.count(sensors)};
}

std::vector<PathSpec> paths_for(const bank::Pack& pack) {
    std::vector<PathSpec> specs;
    add_own(specs);
    add_metrics(specs, shape_of(pack.snapshot));
    add_alarms(specs);
    std::ranges::sort(specs, {}, &PathSpec::path);
    return specs;
}

Value value_of(const PathSpec& spec, const bank::Pack& pack, const About& about) {
    if (spec.own != nullptr) return spec.own->value != nullptr ? spec.own->value(pack, about) : Value{};
    if (spec.alarm != model::Alarm::none) return alarm_value(spec.alarm, pack);
    return metric_value(spec, pack);
}

}  // namespace packwire::sink::venus
