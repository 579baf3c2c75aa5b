// SPDX-License-Identifier: MIT
#include "sink/venus/view.hpp"

#include <algorithm>
#include <array>

namespace packwire::sink::venus {

namespace {

using bank::Freshness;
using bank::Limits;
using model::metric;
using model::Metric;

struct LimitRow {
    Metric metric;
    double (*value)(const Limits&);
};
constexpr auto limit_rows = std::to_array<LimitRow>({
    {metric("charge_voltage_limit"), [](const Limits& limits) { return limits.charge_voltage; }},
    {metric("charge_current_limit"), [](const Limits& limits) { return limits.charge_current; }},
    {metric("discharge_current_limit"), [](const Limits& limits) { return limits.discharge_current; }},
    {metric("battery_low_voltage"), [](const Limits& limits) { return limits.low_voltage; }},
    {metric("charge_request"), [](const Limits& limits) { return limits.charge_request ? 1.0 : 0.0; }},
});

struct ReasonRow {
    Metric metric;
    std::string Limits::* text;
};
constexpr auto reason_rows = std::to_array<ReasonRow>({
    {metric("charge_mode"), &Limits::charge_mode},
    {metric("charge_limitation"), &Limits::charge_limitation},
    {metric("discharge_limitation"), &Limits::discharge_limitation},
});

/// A monitor says so where a BMS would say how it charges, and why where it would say what limits it.
std::string monitor_text(Metric wanted, const bank::Bank* bank) {
    if (wanted == metric("charge_mode")) return "Monitor";
    return bank != nullptr ? bank->monitor_reason : std::string();
}

/// The cable is what lies between us and the pack: 1 while it is silent, 2 when it is lost. Source: bank 7.
std::uint8_t cable_alarm(Freshness freshness) {
    if (freshness == Freshness::fresh) return 0;
    return freshness == Freshness::stale ? 1 : 2;
}

}  // namespace

bool is_limit(Metric wanted) {
    return std::ranges::any_of(limit_rows, [&](const LimitRow& row) { return row.metric == wanted; });
}

bool is_reason(Metric wanted) {
    return std::ranges::any_of(reason_rows, [&](const ReasonRow& row) { return row.metric == wanted; });
}

Freshness View::freshness() const {
    return pack_ != nullptr ? pack_->freshness : bank_->freshness;
}

bool View::lost() const {
    return freshness() == Freshness::lost || freshness() == Freshness::gone;
}

const Limits* View::limits() const {
    const auto& limits = bank_ != nullptr ? bank_->limits : about_->limits;
    return limits ? &*limits : nullptr;
}

std::optional<double> View::value(Metric wanted, std::size_t place) const {
    for (const auto& row : limit_rows) {
        if (row.metric != wanted) continue;
        const auto* limits = this->limits();
        return limits != nullptr ? std::optional(row.value(*limits)) : std::nullopt;
    }
    return pack_ != nullptr ? pack_->snapshot.value(wanted, place) : bank_->value(wanted, place);
}

std::string View::text(Metric wanted) const {
    for (const auto& row : reason_rows) {
        if (row.metric != wanted) continue;
        const auto* limits = this->limits();
        return limits != nullptr ? limits->*row.text : monitor_text(wanted, bank_);
    }
    return pack_ != nullptr ? pack_->snapshot.text(wanted) : bank_->text(wanted);
}

std::optional<std::uint32_t> View::bits(Metric wanted) const {
    if (pack_ != nullptr) return pack_->snapshot.bits(wanted);
    const auto word = bank_->value(wanted);
    return word ? std::optional(static_cast<std::uint32_t>(*word)) : std::nullopt;
}

std::size_t View::count(Metric wanted) const {
    return pack_ != nullptr ? pack_->snapshot.count(wanted) : bank_->count(wanted);
}

std::optional<std::uint8_t> View::level(model::Alarm alarm) const {
    const auto place = static_cast<std::size_t>(alarm);
    if (bank_ != nullptr) return bank_->alarms[place];
    if (!about_->alarms) return std::nullopt;
    if (alarm == model::Alarm::bms_cable) return cable_alarm(pack_->freshness);
    if (!fresh()) return std::nullopt;
    return model::alarms_of(pack_->snapshot)[place];
}

}  // namespace packwire::sink::venus
