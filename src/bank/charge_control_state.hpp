// SPDX-License-Identifier: MIT
/// The inside of ChargeControl: its parts, and what it remembers from step to step.
///
///     monitor --- a pack that answers tells limits ---> controlled
///     controlled --- no pack answers any more ---> silent (held) --- all are lost ---> lost (0/0, or hold)
///     controlled --- none that answers tells limits ---> limits_kept with the last ones, then 0/0
///     silent, lost --- a pack answers ---> controlled
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bank/charge_control.hpp"
#include "bank/charge_mode.hpp"
#include "bank/charge_voltage.hpp"
#include "bank/current_shares.hpp"
#include "bank/discharge_gate.hpp"
#include "bank/limit_memory.hpp"
#include "bank/overload_check.hpp"
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
    [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

private:
    void restore(TimePoint now);
    void look(std::span<const Pack* const> packs);
    void note_readings();
    void control(TimePoint now, WallTime wall);
    void go_on_without_packs(Limits& told, TimePoint now);
    void lose(Limits& told, TimePoint now);
    double step_charge_current(TimePoint now, Rule& rule);
    double step_discharge_current(TimePoint now, Rule& rule);
    void step_voltage(Limits& told, double charge_current, const Rule& charge_rule, TimePoint now);
    [[nodiscard]] std::optional<Rule> reason_for_float(double charge_current, const Rule& rule) const;
    [[nodiscard]] std::optional<DischargeShut> forced_shut() const;
    void tell_voltage(Limits& told, const VoltageBounds& bounds) const;
    [[nodiscard]] bool may_hold(Duration lost_for) const;
    [[nodiscard]] bool recovering(double value, const Held& target) const {
        return value < round_down(target.value, settings_.current_step);
    }
    void plan(TimePoint now, bool controlled);
    void find(TimePoint now);
    void find_in_pack(const PackView& pack);
    void find_missing_limits();

    ChargeSettings settings_;
    std::optional<ControlMemory> restored_;
    ModeTracker mode_{settings_};
    ChargeVoltage voltage_{settings_};
    Ramp charge_{settings_.current_rate, settings_.current_hold};
    Ramp discharge_{settings_.current_rate, settings_.current_hold};
    CurrentShares charge_shares_{&PackView::charges, 1};
    CurrentShares discharge_shares_{&PackView::discharges, -1};
    OverloadCheck charge_overload_{&PackLimits::charge_current, 1};
    OverloadCheck discharge_overload_{&PackLimits::discharge_current, -1};
    double charge_target_ = 0, discharge_target_ = 0;  ///< A, of the last step
    LimitMemory limit_memory_;
    DischargeGate gate_{settings_};
    LastRule charge_fall_, discharge_fall_;
    Wish charging_off_, discharging_off_, full_charge_;
    PackViews views_;
    TimePoint read_{};       ///< of the oldest reading that has a say: nothing rises beyond it
    std::size_t fresh_ = 0;  ///< packs that answer
    std::optional<Limits> told_;
    std::optional<TimePoint> lost_since_;
    bool ever_packs_ = false;
    std::string monitor_reason_;
    std::vector<Finding> findings_;
    TimePoint now_{};
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
