// SPDX-License-Identifier: MIT
/// What the rest of a Victron system says that matters to a battery: DVCC, and where ESS ends a discharge.
/// Source: bank 12, 13.
#pragma once

#include <functional>
#include <optional>

#include "sink/venus/remote_numbers.hpp"

namespace packwire::sink::venus {

/// Values of com.victronenergy.settings and com.victronenergy.system.
class SystemWatch {
public:
    struct Hooks {
        /// DVCC is on, off, or unknown.
        std::function<void(std::optional<bool> on)> on_dvcc;
        /// The SOC, in %, at which ESS ends a discharge: systemcalc's /Control/ActiveSocLimit, which
        /// BatteryLife moves; else the user's minimum SOC; absent: neither is known. 0: ESS sets no limit.
        /// systemcalc has no active limit without a Multi, without ESS, without an SOC, and in "keep
        /// batteries charged".
        std::function<void(std::optional<double> percent)> on_minimum_soc;
        std::function<void()> on_due;
    };
    SystemWatch(BusClient& bus, const Clock& clock, Hooks hooks, const Log& log);

    [[nodiscard]] TimePoint step();

private:
    void settings_changed();
    void tell_minimum_soc();

    Hooks hooks_;
    RemoteNumbers settings_;
    RemoteNumbers system_;
    std::optional<bool> dvcc_;
    std::optional<double> minimum_soc_;
};

}  // namespace packwire::sink::venus
