// SPDX-License-Identifier: MIT
#include "bank/discharge_gate.hpp"

#include <algorithm>

#include "bank/current_limits.hpp"

namespace packwire::bank {

namespace {

constexpr int most_doublings = 20;

}  // namespace

void DischargeGate::Lasting::note(bool holds, TimePoint now) {
    if (!holds) since_.reset();
    if (holds && !since_) since_ = now;
}

void DischargeGate::restore(DischargeStop stop, Duration since, int stops_in_a_row, TimePoint now) {
    stops_ = std::clamp(stops_in_a_row, 0, most_doublings);
    open_since_ = now;
    if (stop == DischargeStop::none) return;
    stop_ = stop;
    shut_since_ = now - std::max(since, Duration::zero());
    rule_ = {.words = "as before the restart"};
}

/// What waits for a cell goes on waiting for it. Loss and wishes come and go for reasons of their own.
void DischargeGate::begin(DischargeStop why, TimePoint now) {
    if (open()) {
        shut_since_ = now;
        const bool soon = open_since_ && now - *open_since_ < settings_.discharge_steady;
        if (!soon) stops_ = 0;
        if (why != DischargeStop::loss && why != DischargeStop::request)
            stops_ = std::min(stops_ + 1, most_doublings);
    }
    if (stop_ != DischargeStop::cell) stop_ = why;
}

Duration DischargeGate::patience() const {
    auto wait = settings_.discharge_again_after;
    for (int i = 1; i < stops_ && wait < settings_.discharge_again_most; ++i) wait *= 2;
    return std::min(wait, std::max(settings_.discharge_again_most, settings_.discharge_again_after));
}

void DischargeGate::shut(DischargeStop why, const Rule& rule, TimePoint now) {
    begin(why, now);
    rule_ = rule;
    low_.forget();
    protected_.forget();
    pause();
}

void DischargeGate::pause() {
    recovered_.forget();
    charging_.forget();
    next_ = TimePoint::max();
}

/// What shuts it at once, for one pack that discharges.
DischargeShut DischargeGate::judge_pack(const PackView& pack) const {
    if (pack.measured && pack.lowest.value < pack.limits.thresholds.discharge_stop_now)
        return {DischargeStop::cell, pack.of_cell("cell voltage", pack.lowest)};
    const auto hysteresis = open() ? 0 : settings_.temperature_hysteresis;
    if (const auto rule = discharge_too_hot_or_cold(pack, settings_, hysteresis))
        return {DischargeStop::temperature, *rule};
    return {};
}

DischargeGate::Packs DischargeGate::look(std::span<const PackView> packs) const {
    Packs found;
    for (const auto& pack : packs) {
        if (!pack.fresh) continue;
        // What nobody measures may be empty.
        const bool is_low = !pack.measured || pack.lowest.value < pack.limits.thresholds.discharge_stop;
        if (is_low && !pack.discharge_on) found.empty = &pack;
        if (!pack.discharges()) continue;
        found.any = true;
        if (is_low) found.low = &pack;
        if (!pack.discharge_protection.empty()) found.tripped = &pack;
        const auto why = judge_pack(pack);
        if (found.at_once.stop != DischargeStop::cell && why.stop != DischargeStop::none) found.at_once = why;
    }
    return found;
}

/// The first that applies: a cell before all else, it asks most of the way back. While shut nothing has to
/// last to keep it so.
DischargeShut DischargeGate::judge(const Packs& packs, const std::optional<DischargeShut>& forced,
                                   TimePoint now) {
    low_.note(packs.low != nullptr, now);
    protected_.note(packs.tripped != nullptr, now);
    const auto after = open() ? settings_.discharge_stop_after : Duration{};
    const auto cell = [](const PackView& pack) {
        return DischargeShut{DischargeStop::cell, pack.measured ? pack.of_cell("cell voltage", pack.lowest)
                                                                : pack.rule("unmeasured cells")};
    };
    if (packs.at_once.stop == DischargeStop::cell) return packs.at_once;
    if (packs.low != nullptr && low_.lasts(after, now)) return cell(*packs.low);
    if (!packs.any && packs.empty != nullptr) return cell(*packs.empty);
    if (!packs.any) return {DischargeStop::blocked, {.words = "no pack has its discharge MOSFET on"}};
    if (packs.at_once.stop != DischargeStop::none) return packs.at_once;
    if (packs.tripped != nullptr && protected_.lasts(after, now))
        return {DischargeStop::protection, packs.tripped->rule(packs.tripped->discharge_protection)};
    return forced.value_or(DischargeShut{});
}

/// Every cell that would be discharged is well above, for a while; or charge flows, and it is above at least.
bool DischargeGate::may_open(std::span<const PackView> packs, TimePoint read) {
    bool recovered = true;
    bool above = true;
    double current = 0;
    for (const auto& pack : packs) {
        if (!pack.discharges()) continue;
        const auto& thresholds = pack.limits.thresholds;
        const auto volts = pack.lowest.value;
        current += pack.current;
        if (volts < thresholds.discharge_stop + settings_.discharge_charging_margin) above = false;
        if (volts > thresholds.discharge_again) continue;
        recovered = false;
        rule_ = pack.of_cell("waits for charge: cell voltage", pack.lowest);
    }
    recovered_.note(recovered, read);
    charging_.note(above && current >= settings_.discharge_charging, read);
    const auto wanted = settings_.discharge_again_after;
    const bool ready =
        recovered_.lasts(wanted, read) || charging_.lasts(settings_.discharge_stop_after, read);
    if (recovered) rule_ = {.words = "waits before discharging again"};
    return ready && read - shut_since_ >= patience();
}

void DischargeGate::step(std::span<const PackView> packs, const std::optional<DischargeShut>& forced,
                         TimePoint now, TimePoint read) {
    const auto why = judge(look(packs), forced, now);
    if (why.stop != DischargeStop::none) {
        begin(why.stop, now);
        rule_ = why.rule;
        recovered_.forget();
        charging_.forget();
    } else if (!open() && may_open(packs, read)) {
        stop_ = DischargeStop::none;
        open_since_ = now;
        rule_ = {};
    }
    plan(now);
}

void DischargeGate::plan(TimePoint now) {
    const auto wanted = settings_.discharge_again_after;
    const auto minimum = shut_since_ + patience();
    const auto opens = std::min(recovered_.due(wanted), charging_.due(settings_.discharge_stop_after));
    const auto shuts =
        std::min(low_.due(settings_.discharge_stop_after), protected_.due(settings_.discharge_stop_after));
    next_ = shuts;
    if (!open()) next_ = opens == TimePoint::max() ? opens : std::max(opens, minimum);
    if (next_ <= now) next_ = TimePoint::max();
}

}  // namespace packwire::bank
