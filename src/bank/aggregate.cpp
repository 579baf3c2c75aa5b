// SPDX-License-Identifier: MIT
#include "bank/aggregate.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "bank/aggregate_rules.hpp"

namespace packwire::bank {

using model::metric;

namespace {

constexpr double whole = 100;  // %
constexpr double seconds_an_hour = 3600;

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Stands for the shunt among the ids of packs, which are words.
constexpr std::string_view external_source = "(shunt)";

std::vector<std::string> ids_of(std::span<const Part> parts) {
    std::vector<std::string> ids;
    ids.reserve(parts.size());
    for (const auto& part : parts) ids.push_back(part.pack->snapshot.identity.id);
    return ids;
}

/// What the packs say themselves, where no capacities are known.
std::optional<double> mean_state_of_charge(std::span<const Part> parts) {
    double total = 0;
    double count = 0;
    for (const auto& part : parts) {
        const auto soc = part.pack->snapshot.value(metric("state_of_charge"));
        if (!soc) continue;
        total += *soc;
        ++count;
    }
    return count > 0 ? std::optional(total / count) : std::nullopt;
}

}  // namespace

void Aggregate::fill(Bank& bank, std::span<const Part> parts) {
    next_ = TimePoint::max();
    fill_standing(bank, parts);
    if (bank.freshness != Freshness::fresh) {
        current_.reset();
        return;
    }
    const auto fresh = parts_until(parts, Freshness::fresh);
    const auto held = parts_until(parts, Freshness::stale);
    fill_measurements(bank, fresh);
    fill_capacities(bank, held);
    if (parts.size() == 1) fill_single(bank, *fresh.front().pack);
    fill_current(bank, fresh);
    fill_state_of_charge(bank, held);
    fill_time_to_go(bank);
}

Duration Aggregate::longest_age(const Part& part) const {
    const auto& pace = part.pace;
    return pace.round > Duration{} ? 2 * pace.round + pace.longest_exchange : settings_.longest_age;
}

const External* Aggregate::fresh_external(TimePoint now) const {
    return external_ && now - external_->when < external_->fresh_for ? &*external_ : nullptr;
}

void Aggregate::fill_current(Bank& bank, std::span<const Part> fresh) {
    std::optional<double> current;
    std::optional<double> power;
    for (const auto& part : fresh) {
        const auto until = part.pack->last_good + longest_age(part);
        const auto its_current = part.pack->snapshot.value(metric("pack_current"));
        if (bank.when >= until || !its_current) continue;
        next_ = std::min(next_, until);
        current = current.value_or(0) + *its_current;
        if (const auto its_power = part.pack->snapshot.value(metric("pack_power")))
            power = power.value_or(0) + *its_power;
    }
    if (const auto* const external = fresh_external(bank.when); external != nullptr && external->current) {
        current = external->current;
        const auto voltage = bank.value(metric("pack_voltage"));
        power = voltage ? std::optional(*voltage * *external->current) : std::nullopt;
        next_ = std::min(next_, external->when + external->fresh_for);
    }
    bank.set(metric("pack_current"), current);
    bank.set(metric("pack_power"), power);
    smooth(current, bank.when);
}

void Aggregate::smooth(std::optional<double> current, TimePoint now) {
    if (!current || !current_) {
        current_ = current;
    } else {
        const auto weight = 1 - std::exp(-seconds(now - current_at_) / seconds(settings_.smoothing));
        *current_ += (*current - *current_) * weight;
    }
    current_at_ = now;
}

void Aggregate::fill_state_of_charge(Bank& bank, std::span<const Part> held) {
    const auto remaining = bank.value(metric("remaining_capacity"));
    const auto full = bank.value(metric("full_charge_capacity"));
    auto soc = remaining && full ? std::optional(std::clamp(whole * *remaining / *full, 0.0, whole))
                                 : mean_state_of_charge(held);
    auto sources = ids_of(held);
    if (const auto* const external = fresh_external(bank.when);
        external != nullptr && external->state_of_charge) {
        soc = external->state_of_charge;
        sources = {std::string(external_source)};
        next_ = std::min(next_, external->when + external->fresh_for);
    }
    if (soc) soc = slewed(*soc, std::move(sources), bank.when);
    bank.set(metric("state_of_charge"), soc);
}

/// An ESS acts on the SOC: what a pack that leaves, or a shunt that comes, adds to it should not make it
/// discharge at once.
double Aggregate::slewed(double soc, std::vector<std::string> sources, TimePoint now) {
    if (sources != soc_of_) {
        slewing_ = soc_.has_value();
        soc_of_ = std::move(sources);
    }
    const auto highest = soc_.value_or(soc) + (settings_.soc_rise * seconds(now - soc_at_));
    if (!soc_ || highest >= soc) slewing_ = false;
    soc_ = slewing_ ? highest : soc;
    soc_at_ = now;
    return *soc_;
}

void Aggregate::fill_time_to_go(Bank& bank) {
    constexpr double idle = 0.1;            // A
    constexpr double longest = 10 * 86400;  // s; beyond it says nothing
    const auto soc = bank.value(metric("state_of_charge"));
    const auto full = bank.value(metric("full_charge_capacity"));
    if (!soc || !full || !current_ || *current_ > -idle) return;
    const auto lowest = minimum_soc_.value_or(settings_.minimum_soc);
    const auto left = std::max(*soc - lowest, 0.0) / whole * *full;
    const auto time = left / -*current_ * seconds_an_hour;
    if (time <= longest) bank.set(metric("time_to_go"), time);
}

}  // namespace packwire::bank
