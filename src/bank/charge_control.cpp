// SPDX-License-Identifier: MIT
#include "bank/charge_control.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "bank/charge_control_state.hpp"
#include "bank/current_limits.hpp"

namespace packwire::bank {

namespace {

constexpr std::string_view no_limits =
    "no pack reports current limits (service 47 or 80) and [charge] charge_current_max is not set";
constexpr std::string_view no_pack = "no pack has been read yet";

bool sound(const ControlMemory& memory) {
    if (!memory.limits || !std::isfinite(memory.charge_voltage)) return false;
    const auto& limits = *memory.limits;
    const auto good = [](double value) { return std::isfinite(value) && value >= 0; };
    return good(limits.charge_voltage) && good(limits.charge_current) && good(limits.discharge_current) &&
           good(limits.low_voltage) && limits.charge_voltage > 0;
}

}  // namespace

ChargeControl::State::State(ChargeSettings settings, std::optional<ControlMemory> memory)
    : settings_(std::move(settings)), monitor_reason_(no_pack) {
    if (!memory) return;
    if (!sound(*memory)) memory->limits.reset();
    mode_.restore(*memory);
    if (memory->limits) {
        told_ = memory->limits;
        monitor_reason_.clear();
    }
    restored_ = std::move(memory);
}

/// Times go on from where they were; what has to wait for a rise waits anew.
void ChargeControl::State::restore(TimePoint now) {
    if (!restored_) return;
    limit_memory_.restore(restored_->packs, now);
    if (!restored_->limits) {
        restored_.reset();
        return;
    }
    const auto& limits = *restored_->limits;
    const bool exact = restored_->charge_voltage >= limits.charge_voltage &&
                       restored_->charge_voltage < limits.charge_voltage + settings_.charge_voltage_step;
    voltage_.restore(exact ? restored_->charge_voltage : limits.charge_voltage, now);
    charge_.restore(limits.charge_current, now);
    discharge_.restore(limits.discharge_current, now);
    auto stop = restored_->discharge_stop;
    if (stop == DischargeStop::none && limits.discharge_current <= 0) stop = DischargeStop::blocked;
    gate_.restore(stop, restored_->discharge_stopped_for, restored_->discharge_stops, now);
    restored_.reset();
}

void ChargeControl::State::look(std::span<const Pack* const> packs) {
    views_.clear();
    for (const auto* pack : packs) views_.push_back(view_of(*pack, views_.size(), settings_));
    note_readings();
    ever_packs_ = ever_packs_ || !packs.empty();
    limit_memory_.apply(views_, settings_, now_);
}

/// A pack that no longer answers, or answers again, takes no time along for which the others may rise.
void ChargeControl::State::note_readings() {
    auto oldest = TimePoint::max();
    std::size_t fresh = 0;
    for (const auto& pack : views_) {
        if (!pack.fresh) continue;
        ++fresh;
        oldest = std::min(oldest, pack.read);
    }
    if (fresh > 0) read_ = std::max(read_, oldest);
    if (std::exchange(fresh_, fresh) == fresh) return;
    charge_.skip_to(read_);
    discharge_.skip_to(read_);
    voltage_.skip_to(read_);
}

std::optional<Limits> ChargeControl::State::step(std::span<const Pack* const> packs, TimePoint now,
                                                 WallTime wall) {
    now_ = now;
    restore(now);
    look(packs);
    for (auto* wish : {&charging_off_, &discharging_off_, &full_charge_}) wish->expire(now);
    const bool answered = std::ranges::any_of(views_, &PackView::fresh);
    const bool limited = std::ranges::any_of(
        views_, [](const PackView& pack) { return pack.fresh && pack.limits.usable() && pack.measured; });
    if (answered && (limited || told_)) {
        lost_since_.reset();
        monitor_reason_.clear();
        control(now, wall);
    } else if (told_) {
        go_on_without_packs(*told_, now);
    } else {
        monitor_reason_ = answered ? no_limits : no_pack;
    }
    find(now);
    plan(now, answered);
    return told_;
}

void ChargeControl::State::control(TimePoint now, WallTime wall) {
    auto& told = told_ ? *told_ : told_.emplace();
    Rule charge_rule;
    const auto charge = step_charge_current(now, charge_rule);
    if (charge > 0) {
        if (full_charge_.on()) mode_.charge_fully();
        if (mode_.step(views_, now, wall)) full_charge_.set(false, now);
    } else {
        mode_.pause(now);
    }
    step_voltage(told, charge, charge_rule, now);
    Rule discharge_rule;
    told.charge_current = charge;
    told.charge_limitation = in_words(charge_rule, views_.size());
    told.discharge_current = step_discharge_current(now, discharge_rule);
    told.discharge_limitation = in_words(discharge_rule, views_.size());
    told.charge_request = gate_.stop() == DischargeStop::cell;
}

/// Without any pack whose number of cells is known CVL stays as it is: there is nothing to tighten it by.
void ChargeControl::State::step_voltage(Limits& told, double charge_current, const Rule& charge_rule,
                                        TimePoint now) {
    const auto bounds = voltage_bounds(views_);
    if (!bounds) return;
    const auto to_float = reason_for_float(charge_current, charge_rule);
    voltage_.step(views_, *bounds, mode_.mode(), to_float, charge_current <= 0, now, read_);
    tell_voltage(told, *bounds);
}

double ChargeControl::State::step_charge_current(TimePoint now, Rule& rule) {
    charge_shares_.step(views_, charge_target_, settings_);
    auto target = bank_charge_limit(views_, charge_shares_.of(), settings_);
    charge_target_ = target.value;
    if (charging_off_.on()) lower(target, 0, {.words = "charging switched off by request"});
    const auto value =
        round_down(charge_.step(target.value, target.value, now, read_), settings_.current_step);
    rule = charge_fall_.rule(recovering(value, target), target.rule);
    return value;
}

/// Either 0 or at least its least part.
double ChargeControl::State::step_discharge_current(TimePoint now, Rule& rule) {
    discharge_shares_.step(views_, discharge_target_, settings_);
    const auto target = bank_discharge_limit(views_, discharge_shares_.of(), settings_);
    discharge_target_ = target.value;
    gate_.step(views_, forced_shut(), now, read_);
    rule = gate_.rule();
    if (!gate_.open()) {
        discharge_.jump(0, now);
        rule = discharge_fall_.rule(false, rule);
        return 0;
    }
    const auto ceiling = bank_discharge_ceiling(views_, discharge_shares_.of(), settings_);
    const auto least = std::min(settings_.discharge_least * ceiling, target.value);
    if (discharge_.known() && discharge_.value() <= 0) discharge_.jump(least, now);
    const auto value = discharge_.step(target.value, target.value, now, read_);
    rule = discharge_fall_.rule(recovering(value, target), target.rule);
    // Rounded down it might be less than its least part.
    return std::max(round_down(value, settings_.current_step), std::min(least, value));
}

/// DCL is 0 where no pack tells a limit, and by request.
std::optional<DischargeShut> ChargeControl::State::forced_shut() const {
    const bool limited = std::ranges::any_of(views_, [](const PackView& pack) {
        return pack.discharges() && pack.limits.discharge_current.has_value();
    });
    if (!limited)
        return DischargeShut{DischargeStop::blocked,
                             {.words = "no pack that answers reports a discharge current limit"}};
    if (discharging_off_.on())
        return DischargeShut{DischargeStop::request, {.words = "discharging switched off by request"}};
    return std::nullopt;
}

std::optional<Rule> ChargeControl::State::reason_for_float(double charge_current, const Rule& rule) const {
    if (charge_current <= 0) return rule;
    for (const auto& pack : views_) {
        if (!pack.fresh) return pack.rule(pack.lost ? "pack lost: contact" : "pack silent: contact");
        if (pack.unmeasured > 0) return pack.rule("unmeasured cell");
    }
    return std::nullopt;
}

void ChargeControl::State::tell_voltage(Limits& told, const VoltageBounds& bounds) const {
    told.charge_voltage = voltage_.told();
    told.low_voltage = bounds.low_voltage;
    told.charge_mode = fmt::format("{}: {}", name(mode_.mode()), in_words(voltage_.rule(), views_.size()));
}

/// A part that takes no steps at present does not know that its time has passed.
void ChargeControl::State::plan(TimePoint now, bool controlled) {
    next_ = TimePoint::max();
    const auto at = [&](TimePoint when) {
        if (when > now) next_ = std::min(next_, when);
    };
    for (const auto* wish : {&charging_off_, &discharging_off_, &full_charge_}) at(wish->until());
    for (const auto* check : {&charge_overload_, &discharge_overload_}) at(check->next());
    at(limit_memory_.next());
    if (lost_since_ && gate_.open()) at(*lost_since_ + settings_.hold_for);
    if (!controlled) return;
    at(mode_.next());
    at(voltage_.next());
    at(charge_.next());
    if (gate_.open()) at(discharge_.next());
    at(gate_.next());
}

ControlMemory ChargeControl::State::memory() const {
    if (restored_) return *restored_;
    ControlMemory memory;
    mode_.remember(memory);
    memory.limits = told_;
    memory.charge_voltage = voltage_.exact();
    memory.discharge_stop = gate_.stop();
    memory.discharge_stopped_for = gate_.shut_for(now_);
    memory.discharge_stops = gate_.stops_in_a_row();
    memory.packs = limit_memory_.remembered(now_);
    return memory;
}

void ChargeControl::State::request(const Requests& wanted, TimePoint now) {
    const auto until = now + settings_.request_for;
    charging_off_.set(wanted.charging_off, until);
    discharging_off_.set(wanted.discharging_off, until);
    full_charge_.set(wanted.full_charge_now, until);
    next_ = now;
}

ChargeControl::ChargeControl(ChargeSettings settings, std::optional<ControlMemory> memory)
    : state_(std::make_unique<State>(std::move(settings), std::move(memory))) {}
ChargeControl::ChargeControl(ChargeControl&&) noexcept = default;
ChargeControl& ChargeControl::operator=(ChargeControl&&) noexcept = default;
ChargeControl::~ChargeControl() = default;

std::optional<Limits> ChargeControl::step(std::span<const Pack* const> packs, TimePoint now, WallTime wall) {
    return state_->step(packs, now, wall);
}
TimePoint ChargeControl::next() const {
    return state_->next();
}
ControlMemory ChargeControl::memory() const {
    return state_->memory();
}
void ChargeControl::request(const Requests& wanted, TimePoint now) {
    state_->request(wanted, now);
}
Requests ChargeControl::requests() const {
    return state_->requests();
}
std::string ChargeControl::monitor_reason() const {
    return state_->monitor_reason();
}
std::vector<Finding> ChargeControl::findings() const {
    return state_->findings();
}

}  // namespace packwire::bank
