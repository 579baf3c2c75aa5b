// SPDX-License-Identifier: MIT
#include "store/intake.hpp"

#include <cmath>
#include <cstdlib>

#include "model/deadband.hpp"

namespace packwire::store {

namespace {

using model::Kind;
using model::Metric;
using model::Scope;

constexpr Duration bank_pause = std::chrono::milliseconds(900);
constexpr unsigned key_bits = 8;

bool recorded(const model::MetricRow& row, Scope other) {
    return (row.kind == Kind::measurement || row.kind == Kind::total) && row.scope != other;
}

std::uint16_t key_of(Metric metric, std::size_t index) {
    return static_cast<std::uint16_t>(std::size_t{metric.index} << key_bits | index);
}

/// How many of the last digits a value must move by.
std::int32_t step_of(const model::MetricRow& row) {
    return static_cast<std::int32_t>(std::lround(model::deadband(row) * std::pow(10.0, row.decimals)));
}

std::size_t count_of(const model::Snapshot& pack, Metric metric) {
    const auto* reading = pack.find(metric);
    return reading != nullptr && !reading->field->repeat.empty() ? reading->count : 1;
}

}  // namespace

Track& Intake::row(const std::string& name, Device& device, WallTime at) {
    if (device.track == none) {
        device.track = tracks_.size();
        device.columns.clear();
        tracks_.push_back({.device = name, .at = {}, .columns = {}});
    }
    auto& track = tracks_[device.track];
    if (track.at.empty() || track.at.back() != at) track.at.push_back(at);
    return track;
}

void Intake::put(Track& track, Device& device, Metric metric, std::size_t index, double value) {
    auto raw = to_raw(metric.row(), value);
    if (raw == absent) return;
    const auto key = key_of(metric, index);
    const auto [held, first] = device.known.values.try_emplace(key, raw);
    if (!first && std::abs(std::int64_t{raw} - held->second) >= step_of(metric.row())) held->second = raw;
    const auto [place, fresh] = device.columns.try_emplace(key, track.columns.size());
    if (fresh)
        track.columns.push_back({.metric = metric, .index = static_cast<std::uint8_t>(index), .values = {}});
    auto& values = track.columns[place->second].values;
    values.resize(track.at.size(), absent);
    values.back() = held->second;
}

void Intake::take(const bank::Pack& pack, WallTime now) {
    if (pack.freshness != bank::Freshness::fresh) return;
    const auto& snapshot = pack.snapshot;
    auto& device = devices_[snapshot.identity.id];
    Track* track = nullptr;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (!recorded(metric.row(), Scope::bank)) continue;
        const auto when = snapshot.when(metric);
        if (!when) continue;
        const auto [before, first] = device.known.when.try_emplace(metric.index, *when);
        if (!first && std::exchange(before->second, *when) == *when) continue;
        for (std::size_t index = 0; index < count_of(snapshot, metric); ++index) {
            const auto value = snapshot.value(metric, index);
            if (!value) continue;
            if (track == nullptr) track = &row(snapshot.identity.id, device, now);
            put(*track, device, metric, index, *value);
        }
    }
}

void Intake::take(const bank::Bank& bank, WallTime now) {
    if (bank_when_ != TimePoint::min() && bank.when - bank_when_ < bank_pause) return;
    bank_when_ = bank.when;
    auto& device = devices_[std::string(bank_device)];
    Track* track = nullptr;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (!recorded(metric.row(), Scope::pack)) continue;
        for (std::size_t index = 0; index < bank.count(metric); ++index) {
            const auto value = bank.value(metric, index);
            if (!value) continue;
            if (track == nullptr) track = &row(std::string(bank_device), device, now);
            put(*track, device, metric, index, *value);
        }
    }
}

std::vector<Track> Intake::hand_over() {
    for (auto& [name, device] : devices_) device.track = none;
    return std::exchange(tracks_, {});
}

}  // namespace packwire::store
