// SPDX-License-Identifier: MIT
/// The inside of ChargeControl: its parts, and what it remembers from step to step.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "bank/charge_control.hpp"
#include "bank/charge_mode.hpp"
#include "bank/charge_voltage.hpp"
#include "bank/discharge_gate.hpp"
#include "bank/pack_view.hpp"
#include "bank/ramp.hpp"

namespace packwire::bank {

/// Somebody's wish, and when it is forgotten.
class Wish {
public:
    void set(bool on, TimePoint until) {
        if (on && !until_) until_ = until;
        if (!on) until_.reset();
    }
    void expire(TimePoint now) {
        if (until_ && *until_ <= now) until_.reset();
    }
    [[nodiscard]] bool on() const { return until_.has_value(); }
    [[nodiscard]] TimePoint until() const { return until_.value_or(TimePoint::max()); }

private:
    std::optional<TimePoint> until_;
};

class ChargeControl::State {
public:
    State(ChargeSettings settings, std::optional<ControlMemory> memory);

    std::optional<Limits> step(std::span<const Pack* const> packs, TimePoint now, WallTime wall);
    [[nodiscard]] TimePoint next() const { return next_; }
    [[nodiscard]] ControlMemory memory() const;
    void request(const Requests& wanted, TimePoint now);
    [[nodiscard]] Requests requests() const {
        return {charging_off_.on(), discharging_off_.on(), full_charge_.on()};
    }
    [[nodiscard]] const std::string& monitor_reason() const { return monitor_reason_; }
    [[nodiscard]] bool absurd() const { return absurd_; }

private:
    void restore(TimePoint now);
    void look(std::span<const Pack* const> packs);
    void control(TimePoint now, WallTime wall);
    void go_on_without_packs(Limits& told, TimePoint now);
    void lose(Limits& told, TimePoint now);
    double step_charge_current(TimePoint now, Rule& rule);
    double step_discharge_current(TimePoint now, Rule& rule);
    [[nodiscard]] std::optional<Rule> reason_for_float(double charge_current, const Rule& rule) const;
    void tell_voltage(Limits& told, const VoltageBounds& bounds) const;
    [[nodiscard]] bool may_hold(Duration lost_for) const;
    [[nodiscard]] bool recovering(double value, const Held& target) const {
        return value < round_down(target.value, settings_.current_step);
    }
    void plan(TimePoint now, bool controlled);

    ChargeSettings settings_;
    std::optional<ControlMemory> restored_;
    ModeTracker mode_{settings_};
    ChargeVoltage voltage_{settings_};
    Ramp charge_{settings_.current_rate, settings_.current_hold};
    Ramp discharge_{settings_.current_rate, settings_.current_hold};
    DischargeGate gate_{settings_};
    LastRule charge_fall_, discharge_fall_;
    Wish charging_off_, discharging_off_, full_charge_;
    PackViews views_;
    std::optional<Limits> told_;
    std::optional<TimePoint> lost_since_;
    bool ever_packs_ = false;
    std::string monitor_reason_;
    bool absurd_ = false;
    TimePoint now_{};
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
