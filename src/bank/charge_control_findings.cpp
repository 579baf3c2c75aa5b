// SPDX-License-Identifier: MIT
/// What charge control sees in its packs that an owner should look into. Source: bank 4, 5, 8.
#include <fmt/format.h>

#include <algorithm>

#include "bank/charge_control_state.hpp"

namespace packwire::bank {

using model::Alarm;

void ChargeControl::State::find(TimePoint now) {
    findings_.clear();
    charge_overload_.step(views_, settings_.current_hold, now);
    discharge_overload_.step(views_, settings_.current_hold, now);
    const auto tell = [&](const OverloadCheck& check, std::string_view what, Alarm alarm) {
        const auto* pack = check.overloaded();
        if (pack == nullptr) return;
        findings_.push_back({.key = fmt::format("overload.{}.{}", what, pack->id),
                             .text = fmt::format("{} carries {:.1f} A, its {} current limit is {:.1f} A",
                                                 pack_name(pack->number, views_.size()), check.carried(*pack),
                                                 what, check.limit(*pack)),
                             .alarm = alarm});
    };
    tell(charge_overload_, "charge", Alarm::high_charge_current);
    tell(discharge_overload_, "discharge", Alarm::high_discharge_current);
    for (const auto& pack : views_) find_in_pack(pack);
    if (told_) find_missing_limits();
}

void ChargeControl::State::find_in_pack(const PackView& pack) {
    if (pack.limits.absurd && !pack.lost) {
        findings_.push_back({.key = fmt::format("absurd.{}", pack.id),
                             .text = fmt::format("{} reports a limit that cannot be; it counts as not set",
                                                 pack_name(pack.number, views_.size())),
                             .alarm = Alarm::internal_failure});
    }
    if (!pack.fresh || (pack.measured && pack.unmeasured == 0)) return;
    auto text = fmt::format("{} does not measure its cells; CCL and DCL are 0",
                            pack_name(pack.number, views_.size()));
    if (pack.measured) {
        text = fmt::format(
            "{} does not measure {} of its cells, which {}; limits follow the worst that they "
            "can be ({:.3f} to {:.3f} V)",
            pack_name(pack.number, views_.size()), pack.unmeasured,
            pack.bounded ? "the pack voltage bounds" : "nothing bounds", pack.lowest.value,
            pack.highest.value);
    }
    findings_.push_back({.key = fmt::format("unmeasured.{}", pack.id),
                         .text = std::move(text),
                         .alarm = Alarm::internal_failure});
}

/// Told once limits were: a bank that never had any is a monitor and says why.
void ChargeControl::State::find_missing_limits() {
    bool any = false;
    bool fresh = false;
    for (const auto& pack : views_) {
        if (!pack.fresh) continue;
        fresh = true;
        any = any || pack.limits.charge_current.has_value();
        if (!pack.limits_remembered || pack.limits_pending) continue;
        findings_.push_back(
            {.key = fmt::format("limits.{}", pack.id),
             .text =
                 fmt::format("{} no longer reports its current limits; the last reported ones hold for at "
                             "most {} min",
                             pack_name(pack.number, views_.size()),
                             std::chrono::duration_cast<std::chrono::minutes>(settings_.limits_kept).count()),
             .alarm = Alarm::internal_failure});
    }
    if (!fresh || any) return;
    findings_.push_back({.key = "limits",
                         .text = "no pack that answers reports current limits: CCL and DCL are 0; check the "
                                 "firmware, or set [charge] charge_current_max and discharge_current_max",
                         .alarm = Alarm::internal_failure});
}

}  // namespace packwire::bank
