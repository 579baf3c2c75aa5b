// SPDX-License-Identifier: MIT
#include "bank/charge_mode.hpp"

#include <algorithm>

#include "bank/charge_voltage.hpp"

namespace packwire::bank {

namespace {

constexpr auto longest_step = std::chrono::seconds(60);

}  // namespace

std::string_view name(ChargeMode mode) {
    switch (mode) {
        case ChargeMode::bulk:
            return "Bulk";
        case ChargeMode::absorption:
            return "Absorption";
        case ChargeMode::float_:
            return "Float";
    }
    return "";
}

void ModeTracker::restore(const ControlMemory& memory) {
    mode_ = memory.mode;
    mode_for_ = memory.mode_for;
    balanced_for_ = memory.balanced_for;
    last_full_charge_ = memory.last_full_charge;
    full_soc_ = memory.full_soc;
}

void ModeTracker::remember(ControlMemory& memory) const {
    memory.mode = mode_;
    memory.mode_for = mode_for_;
    memory.balanced_for = balanced_for_;
    memory.last_full_charge = last_full_charge_;
    memory.full_soc = full_soc_;
}

void ModeTracker::enter(ChargeMode mode) {
    mode_ = mode;
    mode_for_ = balanced_for_ = doubtful_for_ = {};
}

void ModeTracker::charge_fully() {
    if (mode_ == ChargeMode::float_) enter(ChargeMode::bulk);
}

ModeTracker::Top ModeTracker::look(std::span<const PackView> packs) const {
    Top top;
    double remaining = 0;
    double full = 0;
    bool soc_known = true;
    for (const auto& pack : packs) {
        if (!pack.charges() || !pack.measured || pack.limits.cells <= 0) continue;
        // CVL is rounded down; a pack that reached it is at the top.
        const auto told =
            round_down(pack.limits.cells * pack.limits.cell_voltage_max, settings_.charge_voltage_step) /
            pack.limits.cells;
        const auto mean = pack.voltage / pack.limits.cells;
        top.reached = top.reached || pack.highest.value >= told - settings_.absorption_window;
        top.left = top.left && pack.highest.value < told - settings_.bulk_window;
        top.difference = std::max(top.difference, pack.difference);
        top.lowest_mean = top.any ? std::min(top.lowest_mean, mean) : mean;
        top.any = true;
        soc_known = soc_known && pack.remaining && pack.full;
        remaining += pack.remaining.value_or(0);
        full += pack.full.value_or(0);
    }
    if (soc_known && full > 0) top.soc = 100 * remaining / full;
    return top;
}

bool ModeTracker::full_charge_due(WallTime wall) const {
    if (settings_.full_charge_days <= 0) return false;
    return !last_full_charge_ || wall - *last_full_charge_ >= std::chrono::days(settings_.full_charge_days);
}

/// Time at the top counts while the cells are equal.
void ModeTracker::absorb(const Top& top, Duration elapsed, WallTime wall) {
    doubtful_for_ = top.left ? doubtful_for_ + elapsed : Duration{};
    if (top.left && doubtful_for_ >= settings_.bulk_after) {
        enter(ChargeMode::bulk);
        return;
    }
    const bool equal = top.difference <= settings_.absorption_difference;
    if (top.reached && equal) balanced_for_ += elapsed;
    if (top.difference > settings_.absorption_difference + settings_.absorption_deviation) balanced_for_ = {};
    if (balanced_for_ >= settings_.absorption_time) {
        last_full_charge_ = wall;
        enter_float(top);
    } else if (mode_for_ >= settings_.absorption_longest) {
        enter_float(top);
    }
}

void ModeTracker::enter_float(const Top& top) {
    enter(ChargeMode::float_);
    full_soc_ = top.soc;
}

/// A pack whose count has drifted tells 60 % when it is full: then what it lost since counts.
bool ModeTracker::is_empty(const Top& top) const {
    constexpr double at_least = 10;
    if (!top.soc) return top.lowest_mean < settings_.bulk_voltage;
    return *top.soc < std::min(settings_.bulk_soc, full_soc_.value_or(100) - at_least);
}

void ModeTracker::keep_full(const Top& top, Duration elapsed, WallTime wall) {
    const bool empty = is_empty(top);
    // At the top a difference of charge shows tenfold; there absorption has had its time.
    const bool uneven = top.left && top.difference >= settings_.bulk_difference;
    const bool doubtful = uneven || (empty && !top.soc);
    doubtful_for_ = doubtful ? doubtful_for_ + elapsed : Duration{};
    const bool lasting = doubtful && doubtful_for_ >= settings_.bulk_after;
    if (lasting || (empty && top.soc) || full_charge_due(wall)) enter(ChargeMode::bulk);
}

bool ModeTracker::step(std::span<const PackView> packs, TimePoint now, WallTime wall) {
    const auto top = look(packs);
    if (last_full_charge_ && *last_full_charge_ > wall) last_full_charge_ = wall;  // the clock was set back
    const auto elapsed =
        top.any ? std::clamp<Duration>(now - last_.value_or(now), Duration{}, longest_step) : Duration{};
    last_ = now;
    next_ = TimePoint::max();
    if (!top.any) return false;
    mode_for_ += elapsed;
    const auto before = mode_;
    if (mode_ == ChargeMode::bulk && top.reached) {
        enter(ChargeMode::absorption);
    } else if (mode_ == ChargeMode::absorption) {
        absorb(top, elapsed, wall);
    } else if (mode_ == ChargeMode::float_) {
        keep_full(top, elapsed, wall);
    }
    if (mode_ == ChargeMode::absorption || doubtful_for_ > Duration{}) next_ = now + std::chrono::seconds(10);
    return before != ChargeMode::float_ && mode_ == ChargeMode::float_;
}

}  // namespace packwire::bank
