// SPDX-License-Identifier: MIT
#include "sink/mqtt/source.hpp"

#include "model/derived.hpp"

namespace packwire::sink::mqtt {

using bank::Freshness;
using model::Metric;
using model::Scope;

Freshness Source::freshness() const {
    return pack_ != nullptr ? pack_->freshness : bank_->freshness;
}

WallTime Source::heard_at() const {
    return pack_ != nullptr ? pack_->last_good_at : bank_->at;
}

bool Source::has(Metric metric) const {
    const auto scope = metric.row().scope;
    return scope == Scope::both || scope == (is_bank() ? Scope::bank : Scope::pack);
}

/// The bank takes care of its own: what is stale there is absent, limits hold.
bool Source::shown(Metric metric) const {
    return is_bank() || freshness() == Freshness::fresh || !model::goes_stale(metric);
}

std::size_t Source::count(Metric metric) const {
    return pack_ != nullptr ? pack_->snapshot.count(metric) : bank_->count(metric);
}

bool Source::is_single(Metric metric) const {
    if (is_bank()) return count(metric) <= 1 && metric.row().venus.find("{}") == std::string_view::npos;
    const auto* reading = pack_->snapshot.find(metric);
    return reading == nullptr || reading->field->repeat.empty();
}

std::optional<double> Source::value(Metric metric, std::size_t i) const {
    if (!shown(metric)) return std::nullopt;
    return pack_ != nullptr ? pack_->snapshot.value(metric, i) : bank_->value(metric, i);
}

std::string Source::text(Metric metric) const {
    if (!shown(metric)) return {};
    return pack_ != nullptr ? pack_->snapshot.text(metric) : bank_->text(metric);
}

std::optional<std::uint8_t> Source::level(model::Alarm alarm) const {
    const auto place = static_cast<std::size_t>(alarm);
    if (bank_ != nullptr) return bank_->alarms[place];
    if (freshness() != Freshness::fresh) return std::nullopt;
    return model::alarms_of(pack_->snapshot)[place];
}

}  // namespace packwire::sink::mqtt
