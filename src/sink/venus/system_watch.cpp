// SPDX-License-Identifier: MIT
#include "sink/venus/system_watch.hpp"

#include <algorithm>
#include <utility>

namespace packwire::sink::venus {

namespace {

constexpr NumberRange percent{.lowest = 0, .highest = 100};
/// Bit 0: on; bit 1: forced. Source: dbus-systemcalc-py, delegates/dvcc.py, has_dvcc.
constexpr NumberRange dvcc_bits{.lowest = 0, .highest = 7};

}  // namespace

SystemWatch::SystemWatch(BusClient& bus, const Clock& clock, Hooks hooks, const Log& log)
    : hooks_(std::move(hooks)),
      settings_(bus, clock, "com.victronenergy.settings",
                {{.path = "/Settings/Services/Bol", .range = dvcc_bits},
                 {.path = "/Settings/CGwacs/BatteryLife/MinimumSocLimit", .range = percent}},
                {.on_change = [this] { settings_changed(); }, .on_due = hooks_.on_due}, log),
      system_(bus, clock, "com.victronenergy.system", {{.path = "/Control/ActiveSocLimit", .range = percent}},
              {.on_change = [this] { tell_minimum_soc(); }, .on_due = hooks_.on_due}, log) {}

void SystemWatch::settings_changed() {
    const auto bits = settings_.value(0);
    const auto dvcc = bits ? std::optional((static_cast<unsigned>(*bits) & 1U) != 0) : std::nullopt;
    if (std::exchange(dvcc_, dvcc) != dvcc) hooks_.on_dvcc(dvcc);
    tell_minimum_soc();
}

void SystemWatch::tell_minimum_soc() {
    const auto active = system_.value(0);
    const auto minimum = active ? active : settings_.value(1);
    if (std::exchange(minimum_soc_, minimum) != minimum) hooks_.on_minimum_soc(minimum);
}

TimePoint SystemWatch::step() {
    return std::min(settings_.step(), system_.step());
}

}  // namespace packwire::sink::venus
