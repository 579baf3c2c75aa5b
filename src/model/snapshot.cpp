// SPDX-License-Identifier: MIT
#include "model/snapshot.hpp"

#include <algorithm>

#include "model/derived.hpp"

namespace packwire::model {

namespace {

constexpr auto cell_count = metric("cell_count");
constexpr auto pack_voltage_upper_limit = metric("pack_voltage_upper_limit");
constexpr auto pack_voltage_lower_limit = metric("pack_voltage_lower_limit");

/// 47 gives the pack limits per cell. Source: protocol 3.5.
bool is_per_cell(Metric metric) {
    return metric == pack_voltage_upper_limit || metric == pack_voltage_lower_limit;
}

}  // namespace

void Snapshot::update(const Record& record, TimePoint when) {
    for (const auto& variant : record.service().variants) {
        for (const auto& field : variant.fields) {
            if (auto* reading = kept(field.metric)) reading->count = 0;
        }
    }
    for (std::size_t slot = 0; slot < record.size(); ++slot) {
        if (record.slot(slot).field->metric.exists()) take(record, slot, when);
    }
    if (record.service().contradiction != nullptr) contradicts_ = check(record).has_value();
}

void Snapshot::take(const Record& record, std::size_t slot, TimePoint when) {
    const auto& field = *record.slot(slot).field;
    auto* reading = kept(field.metric);
    if (reading == nullptr) reading = &place_for(field.metric);
    reading->when = when;
    reading->field = &field;
    reading->scale = record.scale(slot);
    if (is_text(field)) {
        reading->text = record.text(slot);
        reading->count = 1;
        return;
    }
    const auto index = record.slot(slot).index;
    if (index >= max_values) return;
    if (reading->raw.size() <= index) reading->raw.resize(index + 1U);
    const auto mark = [bit = std::uint32_t{1} << index](std::uint32_t& mask, bool set) {
        mask = set ? mask | bit : mask & ~bit;
    };
    const auto standing = record.standing(slot);
    mark(reading->valid_mask, record.valid(slot));
    mark(reading->out_of_range_mask,
         standing == Standing::out_of_range || (standing == Standing::possible && field.proves));
    reading->raw[index] =
        field.wire == Wire::mask_low ? static_cast<std::int32_t>(record.bits(slot)) : record.taken(slot);
    reading->count = static_cast<std::uint8_t>(index + 1);
}

Reading& Snapshot::place_for(Metric metric) {
    constexpr std::size_t growth = 8;
    if (readings_.size() == readings_.capacity()) readings_.reserve(readings_.size() + growth);
    auto& reading = readings_.emplace_back();
    places_[metric.index] = static_cast<std::uint8_t>(readings_.size());
    return reading;
}

void Snapshot::keep_standing(const Snapshot& before) {
    for (std::size_t i = 0; i < metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        const auto kind = metric.row().kind;
        if (kind == Kind::measurement || kind == Kind::status) continue;
        const auto* reading = before.find(metric);
        if (reading != nullptr && places_[i] == 0) place_for(metric) = *reading;
    }
}

void Snapshot::clear() {
    readings_ = {};
    places_ = {};
    contradicts_ = false;
}

Reading* Snapshot::kept(Metric metric) {
    if (!metric.exists() || places_[metric.index] == 0) return nullptr;
    return &readings_[places_[metric.index] - 1U];
}

const Reading* Snapshot::find(Metric metric) const {
    if (!metric.exists() || places_[metric.index] == 0) return nullptr;
    const auto& reading = readings_[places_[metric.index] - 1U];
    return reading.count != 0 ? &reading : nullptr;
}

std::optional<double> Snapshot::value(Metric metric, std::size_t i) const {
    if (const auto* derived = find_derived(metric)) {
        return derived->value != nullptr && i == 0 ? derived->value(*this) : std::nullopt;
    }
    const auto* reading = find(metric);
    if (reading == nullptr || i >= reading->count || !reading->valid(i)) return std::nullopt;
    const auto value = reading->scale.value_of(number_of(*reading->field, reading->raw[i]));
    if (!is_per_cell(metric)) return value;
    const auto cells = this->value(cell_count);
    return cells ? std::optional(value * *cells) : std::nullopt;
}

std::string Snapshot::text(Metric metric) const {
    if (const auto* derived = find_derived(metric))
        return derived->text != nullptr ? derived->text(*this) : "";
    const auto* reading = find(metric);
    return reading != nullptr ? reading->text : "";
}

std::optional<std::uint32_t> Snapshot::bits(Metric metric) const {
    const auto* reading = find(metric);
    if (reading == nullptr || reading->count == 0) return std::nullopt;
    return static_cast<std::uint32_t>(reading->raw[0]);
}

bool Snapshot::flag(Metric word, std::string_view name) const {
    const auto* reading = find(word);
    if (reading == nullptr || reading->count == 0) return false;
    const auto bits = static_cast<std::uint32_t>(reading->raw[0]);
    return std::ranges::any_of(reading->field->flags, [&](const Flag& flag) {
        return flag.name == name && flag.width == 1 && (bits >> flag.bit & 1U) != 0;
    });
}

std::size_t Snapshot::count(Metric metric) const {
    const auto* reading = find(metric);
    return reading != nullptr ? reading->count : 0;
}

bool Snapshot::out_of_range(Metric metric, std::size_t i) const {
    const auto* reading = find(metric);
    return reading != nullptr && i < reading->count && reading->out_of_range(i);
}

std::optional<TimePoint> Snapshot::when(Metric metric) const {
    const auto* derived = find_derived(metric);
    const auto* reading = find(derived != nullptr ? derived->source : metric);
    return reading != nullptr ? std::optional(reading->when) : std::nullopt;
}

}  // namespace packwire::model
