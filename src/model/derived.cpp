// SPDX-License-Identifier: MIT
#include "model/derived.hpp"

#include <fmt/format.h>

#include <array>

#include "model/snapshot.hpp"

namespace packwire::model {

namespace {

constexpr auto cells = metric("cell_voltage");
constexpr auto sensors = metric("cell_temperature");
constexpr auto fets = metric("fet_status");

enum class Extreme : std::uint8_t { min, max };

/// Place of the lowest or highest valid value of a repeated quantity.
std::optional<std::size_t> extreme(const Snapshot& pack, Metric metric, Extreme which) {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < pack.count(metric); ++i) {
        const auto value = pack.value(metric, i);
        if (!value) continue;
        const auto other = best ? pack.value(metric, *best) : std::nullopt;
        if (!other || (which == Extreme::min ? *value < *other : *value > *other)) best = i;
    }
    return best;
}

template <Metric metric, Extreme which>
std::optional<double> extreme_value(const Snapshot& pack) {
    const auto place = extreme(pack, metric, which);
    return place ? pack.value(metric, *place) : std::nullopt;
}

template <Metric metric, Extreme which, char prefix>
std::string extreme_name(const Snapshot& pack) {
    const auto place = extreme(pack, metric, which);
    return place ? fmt::format("{}{}", prefix, *place + 1) : "";
}

std::optional<double> power(const Snapshot& pack) {
    const auto voltage = pack.value(metric("pack_voltage"));
    const auto current = pack.value(metric("pack_current"));
    if (!voltage || !current) return std::nullopt;
    return *voltage * *current;
}

std::optional<double> cell_sum(const Snapshot& pack) {
    double sum = 0;
    for (std::size_t i = 0; i < pack.count(cells); ++i) {
        const auto value = pack.value(cells, i);
        if (!value) return std::nullopt;
        sum += *value;
    }
    return pack.count(cells) > 0 ? std::optional(sum) : std::nullopt;
}

std::optional<double> cell_spread(const Snapshot& pack) {
    const auto low = extreme_value<cells, Extreme::min>(pack);
    const auto high = extreme_value<cells, Extreme::max>(pack);
    if (!low || !high) return std::nullopt;
    return *high - *low;
}

/// Never positive. Source: victron 1.2.
std::optional<double> consumed(const Snapshot& pack) {
    const auto remaining = pack.value(metric("remaining_capacity"));
    const auto full = pack.value(metric("full_charge_capacity"));
    if (!remaining || !full) return std::nullopt;
    return std::min(*remaining - *full, 0.0);
}

/// The masks stay 0 on some firmware that says it by io_status instead. Source: protocol 4.7, 11.5.
std::optional<double> balancing(const Snapshot& pack) {
    const auto mask = pack.bits(metric("cell_balancing"));
    if (!mask) return std::nullopt;
    return *mask != 0 || pack.flag(metric("io_status"), "balancer_active") ? 1 : 0;
}

std::optional<double> fet(const Snapshot& pack, std::string_view flag, bool wanted) {
    if (!pack.bits(fets)) return std::nullopt;
    return pack.flag(fets, flag) == wanted ? 1 : 0;
}

template <bool wanted>
std::optional<double> charge_fet(const Snapshot& pack) {
    return fet(pack, "charge_mosfet_on", wanted);
}
template <bool wanted>
std::optional<double> discharge_fet(const Snapshot& pack) {
    return fet(pack, "discharge_mosfet_on", wanted);
}

std::string hardware_version(const Snapshot& pack) {
    std::string joined;
    for (const auto part : {metric("product_code"), metric("project_code"), metric("hardware_type")}) {
        const auto text = pack.text(part);
        if (text.empty()) continue;
        joined += (joined.empty() ? "" : " ") + text;
    }
    return joined;
}

// clang-format off
constexpr auto rows = std::to_array<Derived>({
    {metric("pack_power"), metric("pack_current"), &power, nullptr},
    {metric("cell_voltage.min"), cells, &extreme_value<cells, Extreme::min>, nullptr},
    {metric("cell_voltage.max"), cells, &extreme_value<cells, Extreme::max>, nullptr},
    {metric("cell_voltage.sum"), cells, &cell_sum, nullptr},
    {metric("cell_voltage.difference"), cells, &cell_spread, nullptr},
    {metric("cell_voltage.min_id"), cells, nullptr, &extreme_name<cells, Extreme::min, 'C'>},
    {metric("cell_voltage.max_id"), cells, nullptr, &extreme_name<cells, Extreme::max, 'C'>},
    {metric("cell_temperature.min"), sensors, &extreme_value<sensors, Extreme::min>, nullptr},
    {metric("cell_temperature.max"), sensors, &extreme_value<sensors, Extreme::max>, nullptr},
    {metric("cell_temperature.min_id"), sensors, nullptr, &extreme_name<sensors, Extreme::min, 'T'>},
    {metric("cell_temperature.max_id"), sensors, nullptr, &extreme_name<sensors, Extreme::max, 'T'>},
    {metric("consumed_capacity"), metric("remaining_capacity"), &consumed, nullptr},
    {metric("balancing"), metric("cell_balancing"), &balancing, nullptr},
    {metric("charge_allowed"), fets, &charge_fet<true>, nullptr},
    {metric("discharge_allowed"), fets, &discharge_fet<true>, nullptr},
    {metric("charge_blocked"), fets, &charge_fet<false>, nullptr},
    {metric("discharge_blocked"), fets, &discharge_fet<false>, nullptr},
    {metric("hardware_version"), metric("product_code"), nullptr, &hardware_version},
});
// clang-format on

}  // namespace

std::span<const Derived> derived_metrics() {
    return rows;
}

const Derived* find_derived(Metric metric) {
    for (const auto& row : rows) {
        if (row.metric == metric) return &row;
    }
    return nullptr;
}

bool goes_stale(Metric metric) {
    const auto* derived = find_derived(metric);
    const auto kind = (derived != nullptr ? derived->source : metric).row().kind;
    return kind == Kind::measurement || kind == Kind::status;
}

}  // namespace packwire::model
