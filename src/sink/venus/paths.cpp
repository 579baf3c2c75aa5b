// SPDX-License-Identifier: MIT
#include "sink/venus/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "model/derived.hpp"

namespace packwire::sink::venus {

namespace {

using model::Kind;
using model::metric;
using model::Metric;
using model::Scope;

constexpr auto cells = metric("cell_voltage");
constexpr auto sensors = metric("cell_temperature");
/// Community paths end at 4; all four are there with fewer sensors, too. Source: peer a.
constexpr std::size_t least_sensors = 4;

/// The first word of these is enough to be told of at once. So is any limit.
constexpr auto urgent_metrics =
    std::to_array<Metric>({metric("charge_allowed"), metric("discharge_allowed"), metric("charge_blocked"),
                           metric("discharge_blocked"), metric("modules_online"), metric("modules_offline")});

bool is_urgent(Metric wanted) {
    return is_limit(wanted) || std::ranges::find(urgent_metrics, wanted) != urgent_metrics.end();
}

/// Quantities of the other side are no paths of this one. The bank tells who it is with a pack's texts.
bool belongs(const model::MetricRow& row, Metric metric, const View& view) {
    if (row.venus.empty()) return false;
    if (is_limit(metric)) return view.limits() != nullptr;
    if (view.bank() != nullptr) return row.scope != Scope::pack || row.kind == Kind::text;
    return row.scope != Scope::bank || is_reason(metric);
}

Type type_of(const model::MetricRow& row) {
    if (row.kind == Kind::text) return Type::text;
    return row.unit.empty() && row.decimals == 0 ? Type::integer : Type::real;
}

class Set {
public:
    explicit Set(const View& view) : view_(view) {}

    void add_own(bool with_value) {
        const auto other = view_.bank() != nullptr ? Scope::pack : Scope::bank;
        for (const auto& row : own_paths()) {
            if (row.scope == other || (row.value != nullptr) != with_value) continue;
            PathSpec spec;
            spec.path = row.path;
            spec.type = row.type;
            spec.format = row.format;
            spec.urgent = row.urgent;
            if (is_offered(row.write, view_.about())) spec.write = row.write;
            spec.own = &row;
            add(std::move(spec));
        }
    }

    void add_metrics() {
        const auto shape = shape_of(view_);
        for (std::size_t i = 0; i < model::metric_count; ++i) {
            const Metric metric{static_cast<std::uint8_t>(i)};
            const auto& row = metric.row();
            if (!belongs(row, metric, view_)) continue;
            if (row.venus.find("{}") == std::string_view::npos) {
                add(metric, std::string(row.venus));
                continue;
            }
            const auto count = metric == sensors ? std::max(shape.sensors, least_sensors) : shape.cells;
            for (std::size_t place = 0; place < count; ++place)
                add(metric, fmt::format(fmt::runtime(row.venus), place + 1), place);
        }
    }

    void add_alarms() {
        for (std::size_t i = 0; i < model::alarm_count; ++i) {
            PathSpec spec;
            spec.path = model::alarm_rows[i].venus;
            spec.urgent = true;
            spec.alarm = static_cast<model::Alarm>(i);
            add(std::move(spec));
        }
    }

    [[nodiscard]] std::vector<PathSpec> take() {
        std::ranges::sort(specs_, {}, &PathSpec::path);
        return std::move(specs_);
    }

private:
    void add(PathSpec spec) {
        if (known_.insert(spec.path).second) specs_.push_back(std::move(spec));
    }
    void add(Metric metric, std::string path, std::size_t place = 0) {
        const auto& row = metric.row();
        PathSpec spec;
        spec.path = std::move(path);
        spec.type = type_of(row);
        spec.format = Format{.unit = row.unit, .decimals = row.decimals};
        spec.urgent = is_urgent(metric);
        spec.metric = metric;
        spec.place = place;
        add(std::move(spec));
    }

    const View& view_;
    std::vector<PathSpec> specs_;
    std::set<std::string> known_;
};

Value text_value(std::string text) {
    return text.empty() ? Value{} : Value{bus_text(std::move(text))};
}

/// What is the bank's alone the bank itself takes away when it is no longer true: limits and counts of packs
/// hold while measurements do not.
bool hidden(Metric metric, const View& view) {
    const bool shared = view.bank() == nullptr || metric.row().scope != Scope::bank;
    return !view.fresh() && shared && model::goes_stale(metric) && !is_limit(metric);
}

Value metric_value(const PathSpec& spec, const View& view) {
    if (hidden(spec.metric, view)) return {};
    if (spec.type == Type::text) return text_value(view.text(spec.metric));
    if (spec.metric.row().kind == Kind::status && view.count(spec.metric) <= 1) {
        const auto bits = view.bits(spec.metric);
        if (!bits) return {};
        return static_cast<std::int32_t>(*bits >> spec.place & 1U);
    }
    const auto value = view.value(spec.metric, spec.place);
    if (!value) return {};
    if (spec.type == Type::integer) return static_cast<std::int32_t>(*value);
    return tidy(*value);
}

Value alarm_value(model::Alarm alarm, const View& view) {
    const auto level = view.level(alarm);
    return level ? Value{std::int32_t{*level}} : Value{};
}

}  // namespace

Shape shape_of(const View& view) {
    return {.cells = view.count(cells), .sensors = view.count(sensors), .limits = view.limits() != nullptr};
}

std::vector<PathSpec> paths_for(const View& view) {
    Set set(view);
    set.add_own(true);
    set.add_metrics();
    set.add_alarms();
    set.add_own(false);
    return set.take();
}

bool is_offered(Write write, const About& about) {
    if (write == Write::custom_name) return true;
    if (about.requests == nullptr) return false;
    const auto& requests = *about.requests;
    switch (write) {
        case Write::force_charging_off:
            return static_cast<bool>(requests.force_charging_off);
        case Write::force_discharging_off:
            return static_cast<bool>(requests.force_discharging_off);
        case Write::full_charge:
            return static_cast<bool>(requests.full_charge);
        case Write::clear_history:
            return static_cast<bool>(requests.clear_history);
        default:
            return false;
    }
}

Value value_of(const PathSpec& spec, const View& view) {
    if (spec.own != nullptr) return spec.own->value != nullptr ? spec.own->value(view) : Value{};
    if (spec.alarm != model::Alarm::none) return alarm_value(spec.alarm, view);
    return metric_value(spec, view);
}

}  // namespace packwire::sink::venus
