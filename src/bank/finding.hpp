// SPDX-License-Identifier: MIT
/// A condition that an owner should look into, in words, with the alarm that it raises.
#pragma once

#include <cstdint>
#include <string>

#include "model/alarm.hpp"

namespace packwire::bank {

/// Found by the bank itself, not reported by a pack: a sensor that contradicts its siblings, telemetry that
/// is frozen, a state of charge that the counted charge does not explain. Source: bank 8.
struct Finding {
    /// What it is about; stays the same while the condition lasts, so that the log names it once.
    std::string key;
    /// One sentence with the measured numbers; they may change while the condition lasts.
    std::string text;
    model::Alarm alarm = model::Alarm::none;  ///< none: raises no alarm
    std::uint8_t level = 1;                   ///< of the alarm: 1 warning, 2 alarm
    bool operator==(const Finding&) const = default;
};

}  // namespace packwire::bank
