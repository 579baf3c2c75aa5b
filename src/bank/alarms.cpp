// SPDX-License-Identifier: MIT
#include "bank/alarms.hpp"

#include <algorithm>

namespace packwire::bank {

namespace {

/// Over all packs that count, before anything is held.
model::AlarmLevels levels_of(std::span<const Pack* const> packs) {
    model::AlarmLevels highest{};
    for (const auto* pack : packs) {
        if (pack->freshness > Freshness::stale) continue;
        const auto levels = model::alarms_of(pack->snapshot);
        std::ranges::transform(highest, levels, highest.begin(),
                               [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
    }
    return highest;
}

std::uint8_t& level(model::AlarmLevels& levels, model::Alarm alarm) {
    return levels[static_cast<std::size_t>(alarm)];
}

}  // namespace

model::AlarmLevels Alarms::step(std::span<const Pack* const> packs, std::uint8_t cable,
                                std::span<const Finding> findings, TimePoint now) {
    next_ = TimePoint::max();
    auto levels = levels_of(packs);
    for (const auto& finding : findings) {
        if (finding.alarm == model::Alarm::none) continue;
        auto& raised = level(levels, finding.alarm);
        raised = std::max(raised, finding.level);
    }
    model::AlarmLevels shown{};
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        settle(warnings_[i], levels[i] >= 1, settings_.warning_after, now);
        settle(alarms_[i], levels[i] >= 2, settings_.alarm_after, now);
        if (warnings_[i].shown) shown[i] = 1;
        if (alarms_[i].shown) shown[i] = 2;
    }
    level(shown, model::Alarm::bms_cable) = cable;
    return shown;
}

void Alarms::settle(Gate& gate, bool reached, Duration raise_after, TimePoint now) {
    if (reached != gate.reached) gate.since = now;
    gate.reached = reached;
    if (reached == gate.shown) return;
    const auto due = gate.since + (reached ? raise_after : settings_.release_after);
    if (now >= due) {
        gate.shown = reached;
    } else {
        next_ = std::min(next_, due);
    }
}

std::uint8_t cable_alarm(std::span<const Pack* const> packs) {
    if (packs.empty()) return 0;
    const auto is_lost = [](const Pack* pack) { return pack->freshness > Freshness::stale; };
    if (std::ranges::all_of(packs, is_lost)) return 2;
    const bool any_fresh =
        std::ranges::any_of(packs, [](const Pack* pack) { return pack->freshness == Freshness::fresh; });
    return std::ranges::any_of(packs, is_lost) || !any_fresh ? 1 : 0;
}

}  // namespace packwire::bank
