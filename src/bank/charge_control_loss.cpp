// SPDX-License-Identifier: MIT
/// What charge control says while no pack answers. Source: bank 7.
#include <algorithm>

#include "bank/charge_control_state.hpp"

namespace packwire::bank {

/// No pack answers. Source: bank 7.
void ChargeControl::State::go_on_without_packs(Limits& told, TimePoint now) {
    mode_.pause(now);
    gate_.pause();
    const bool lost = views_.empty() ? ever_packs_ : std::ranges::all_of(views_, &PackView::lost);
    const Rule rule{.words = lost ? "no contact to any pack" : "no pack answers at the moment"};
    if (const auto bounds = voltage_bounds(views_)) {
        voltage_.step({}, *bounds, ChargeMode::float_, rule, true, now, read_);
        tell_voltage(told, *bounds);
    }
    charge_.freeze(now);
    discharge_.freeze(now);
    told.charge_limitation = told.discharge_limitation = in_words(rule, views_.size());
    if (lost) lose(told, now);
    if (charging_off_.on()) charge_.jump(0, now);
    if (discharging_off_.on()) gate_.shut(DischargeStop::request, rule, now);
    if (!gate_.open()) discharge_.jump(0, now);
    told.charge_current = std::min(told.charge_current, charge_.value());
    told.discharge_current = std::min(told.discharge_current, discharge_.value());
    told.charge_request = gate_.stop() == DischargeStop::cell;
}

void ChargeControl::State::lose(Limits& told, TimePoint now) {
    lost_since_ = lost_since_.value_or(now);
    charge_.jump(0, now);
    if (may_hold(now - *lost_since_)) {
        told.discharge_limitation = "held without contact to any pack";
    } else {
        gate_.shut(DischargeStop::loss, {.words = "no contact to any pack"}, now);
    }
}

bool ChargeControl::State::may_hold(Duration lost_for) const {
    if (settings_.on_loss != OnLoss::hold || lost_for >= settings_.hold_for) return false;
    return !views_.empty() && std::ranges::all_of(views_, [&](const PackView& pack) {
        return pack.measured && pack.lowest.value >= settings_.hold_cell_low &&
               pack.highest.value <= settings_.hold_cell_high;
    });
}

}  // namespace packwire::bank
