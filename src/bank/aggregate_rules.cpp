// SPDX-License-Identifier: MIT
#include "bank/aggregate_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace packwire::bank {

using model::metric;
using model::Metric;

namespace {

using Values = std::vector<double>;

double sum(const Values& values) {
    double total = 0;
    for (const auto value : values) total += value;
    return total;
}
double mean(const Values& values) {
    return sum(values) / static_cast<double>(values.size());
}
double least(const Values& values) {
    return *std::ranges::min_element(values);
}
double greatest(const Values& values) {
    return *std::ranges::max_element(values);
}

/// How the values of packs become one of the bank.
struct Rule {
    Metric metric;
    double (*combine)(const Values&);
    bool conducting_only = false;  ///< packs with a MOSFET on, if there is any
};

// clang-format off
constexpr auto rules = std::to_array<Rule>({
    {metric("pack_voltage"), &mean, true},
    {metric("cell_voltage.sum"), &mean, true},
    {metric("ambient_temperature"), &greatest},
    {metric("mosfet_temperature"), &greatest},
    {metric("balancing"), &greatest},
    {metric("charge_allowed"), &greatest},
    {metric("discharge_allowed"), &greatest},
    {metric("charge_blocked"), &sum},
    {metric("discharge_blocked"), &sum},
});
// clang-format on

Values values_of(std::span<const Part> parts, Metric metric) {
    Values values;
    for (const auto& part : parts) {
        if (const auto value = part.pack->snapshot.value(metric)) values.push_back(*value);
    }
    return values;
}

std::vector<Part> conducting(std::span<const Part> parts) {
    std::vector<Part> some;
    std::ranges::copy_if(parts, std::back_inserter(some),
                         [](const Part& part) { return conducts(*part.pack); });
    return some.empty() ? std::vector<Part>(parts.begin(), parts.end()) : some;
}

/// A repeated quantity, and what the lowest and highest of all packs are called.
struct Extremes {
    Metric values;
    char letter;
    Metric min;
    Metric max;
    Metric min_id;
    Metric max_id;
    std::uint32_t Pack::* left_out = nullptr;  ///< a mask of values that are not to be believed
};
constexpr auto extremes = std::to_array<Extremes>({
    {metric("cell_voltage"), 'C', metric("cell_voltage.min"), metric("cell_voltage.max"),
     metric("cell_voltage.min_id"), metric("cell_voltage.max_id")},
    {metric("cell_temperature"), 'T', metric("cell_temperature.min"), metric("cell_temperature.max"),
     metric("cell_temperature.min_id"), metric("cell_temperature.max_id"), &Pack::suspect_sensors},
});

/// "C7" of the only pack, "P2 C07" of several.
std::string place_name(const Part& part, char letter, std::size_t place) {
    if (part.name.empty()) return fmt::format("{}{}", letter, place + 1);
    return fmt::format("{} {}{:02}", part.name, letter, place + 1);
}

void set_extreme(Bank& bank, std::span<const Part> parts, const Extremes& row, bool highest) {
    std::optional<double> best;
    std::string name;
    for (const auto& part : parts) {
        for (std::size_t i = 0; i < part.pack->snapshot.count(row.values); ++i) {
            const bool left_out = row.left_out != nullptr && (part.pack->*row.left_out >> i & 1U) != 0;
            const auto value = part.pack->snapshot.value(row.values, i);
            if (!value || left_out || (best && (highest ? *value <= *best : *value >= *best))) continue;
            best = value;
            name = place_name(part, row.letter, i);
        }
    }
    if (!best) return;
    bank.set(highest ? row.max : row.min, best);
    bank.set(highest ? row.max_id : row.min_id, name);
}

/// The text that all packs have; else each one once.
std::string common_text(std::span<const Part> parts, Metric metric) {
    std::vector<std::string> texts;
    for (const auto& part : parts) {
        auto text = part.pack->snapshot.text(metric);
        if (!text.empty() && std::ranges::find(texts, text) == texts.end()) texts.push_back(std::move(text));
    }
    std::ranges::sort(texts);
    return fmt::format("{}", fmt::join(texts, ", "));
}

constexpr auto shared_texts =
    std::to_array<Metric>({metric("software_version"), metric("hardware_version"), metric("manufacturer")});

}  // namespace

bool conducts(const Pack& pack) {
    const auto charge = pack.snapshot.value(metric("charge_allowed"));
    const auto discharge = pack.snapshot.value(metric("discharge_allowed"));
    return charge.value_or(1) != 0 || discharge.value_or(1) != 0;
}

std::vector<Part> parts_until(std::span<const Part> parts, Freshness oldest) {
    std::vector<Part> some;
    std::ranges::copy_if(parts, std::back_inserter(some),
                         [&](const Part& part) { return part.pack->freshness <= oldest; });
    return some;
}

void fill_measurements(Bank& bank, std::span<const Part> fresh) {
    const auto on = conducting(fresh);
    for (const auto& rule : rules) {
        const auto values = values_of(rule.conducting_only ? std::span<const Part>(on) : fresh, rule.metric);
        if (!values.empty()) bank.set(rule.metric, rule.combine(values));
    }
    for (const auto& row : extremes) {
        set_extreme(bank, fresh, row, false);
        set_extreme(bank, fresh, row, true);
    }
    const auto low = bank.value(metric("cell_voltage.min"));
    const auto high = bank.value(metric("cell_voltage.max"));
    if (low && high) bank.set(metric("cell_voltage.difference"), *high - *low);
    bank.set(metric("pack_temperature"), bank.value(metric("cell_temperature.max")));
}

void fill_capacities(Bank& bank, std::span<const Part> held) {
    double remaining = 0;
    double full = 0;
    double healthy = 0;
    double design = 0;
    for (const auto& part : held) {
        const auto its_remaining = part.pack->snapshot.value(metric("remaining_capacity"));
        const auto its_full = part.pack->snapshot.value(metric("full_charge_capacity"));
        if (!its_remaining || !its_full || *its_full <= 0) continue;
        remaining += *its_remaining;
        full += *its_full;
        const auto its_design = part.pack->snapshot.value(metric("design_capacity"));
        if (!its_design || *its_design <= 0) continue;
        healthy += *its_full;
        design += *its_design;
    }
    if (full > 0) {
        bank.set(metric("remaining_capacity"), remaining);
        bank.set(metric("full_charge_capacity"), full);
        bank.set(metric("consumed_capacity"), std::min(remaining - full, 0.0));
    }
    constexpr double whole = 100;
    const auto told = values_of(held, metric("state_of_health"));
    if (design > 0) {
        bank.set(metric("design_capacity"), design);
        bank.set(metric("state_of_health"), std::min(whole * healthy / design, whole));
    } else if (!told.empty()) {
        bank.set(metric("state_of_health"), least(told));
    }
}

void fill_standing(Bank& bank, std::span<const Part> parts) {
    const auto online = parts_until(parts, Freshness::stale).size();
    bank.set(metric("modules"), static_cast<double>(parts.size()));
    bank.set(metric("modules_online"), static_cast<double>(online));
    bank.set(metric("modules_offline"), static_cast<double>(parts.size() - online));
    const auto cells = values_of(parts, metric("cell_count"));
    if (!cells.empty() && least(cells) == greatest(cells)) bank.set(metric("cell_count"), cells.front());
    const auto cycles = values_of(parts, metric("cycle_count"));
    if (!cycles.empty()) bank.set(metric("cycle_count"), greatest(cycles));
    for (const auto text : shared_texts) bank.set(text, common_text(parts, text));
    if (parts.size() == 1)
        bank.set(metric("pack_serial_number"), parts[0].pack->snapshot.text(metric("pack_serial_number")));
}

void fill_single(Bank& bank, const Pack& pack) {
    for (const auto list : {metric("cell_voltage"), metric("cell_temperature")}) {
        for (std::size_t i = 0; i < pack.snapshot.count(list); ++i)
            bank.set(list, pack.snapshot.value(list, i), i);
    }
    const auto mask = pack.snapshot.bits(metric("cell_balancing"));
    for (std::size_t i = 0; mask && i < pack.snapshot.count(metric("cell_voltage")); ++i)
        bank.set(metric("cell_balancing"), *mask >> i & 1U, i);
}

}  // namespace packwire::bank
