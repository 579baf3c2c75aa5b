// SPDX-License-Identifier: MIT
/// How far a line is to be trusted: does it damage frames?
#pragma once

#include <algorithm>

#include "base/result.hpp"

namespace packwire::bus {

/// A line on which one frame in so many comes damaged now and then has one with two flips that CHKSUM does
/// not see. Until that many have come undamaged it is believed only what is said twice (docs/adr/0020).
class Damage {
public:
    void heard_good() { doubt_ = std::max(0, doubt_ - 1); }
    void heard_damaged() { doubt_ = std::min(doubt_ + per_frame, most); }
    [[nodiscard]] bool is_bad() const { return doubt_ > 0; }

    /// Characters were changed, lost or added on the way. Not silence, and not what a pack says on purpose.
    [[nodiscard]] static constexpr bool is_sign_of(Errc code) {
        switch (code) {
            case Errc::bad_start:
            case Errc::bad_end:
            case Errc::too_short:
            case Errc::too_long:
            case Errc::bad_hex:
            case Errc::bad_length_checksum:
            case Errc::bad_length:
            case Errc::bad_checksum:
            case Errc::out_of_range:
            case Errc::inconsistent:
                return true;
            default:
                return false;
        }
    }

private:
    static constexpr int per_frame = 64;
    static constexpr int most = 256;
    int doubt_ = 0;
};

}  // namespace packwire::bus
