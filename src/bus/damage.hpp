// SPDX-License-Identifier: MIT
/// How far a line is to be trusted: does it damage frames?
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "model/fluctuations.hpp"

namespace packwire::bus {

/// A line on which one frame in so many comes damaged now and then has one with two flips that CHKSUM does
/// not see. Until that many have come undamaged it is believed only what is said twice (docs/adr/0020).
///
/// ```
///          64 good frames of one line for each damaged one        256 good frames in a row
///   bad ───────────────────────────────────────────────▶ sound ───────────────────────────▶ proven
///    ▲                                                     │                                   │
///    └───────────────── a sign of damage ──────────────────┴───────────────────────────────────┘
/// ```
class Damage {
public:
    void heard_good() {
        doubt_ = std::max(0, doubt_ - 1);
        ++good_;
    }
    void heard_damaged() {
        doubt_ = std::min(doubt_ + per_frame, most);
        good_ = 0;
        exposed_ = {};
    }
    /// A reading showed that the one before it was wrong in that field, as model::Plausibility::exposed()
    /// says. Twice in the same one it may be a load that comes and goes; another one as well is damage that
    /// CHKSUM does not see.
    void heard_exposed(std::string_view field) {
        const bool another = !exposed_.empty() && exposed_ != field && good_ - exposed_at_ <= per_frame;
        if (another) {
            heard_damaged();
        } else {
            exposed_ = field;
            exposed_at_ = good_;
        }
    }
    [[nodiscard]] model::LineTrust trust() const {
        if (doubt_ > 0) return model::LineTrust::bad;
        return good_ >= proof ? model::LineTrust::proven : model::LineTrust::sound;
    }

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
    /// Lines that damage every tenth frame, if only 3 of 100 in a way that shows, get so far once in 2000
    /// times. On rarer damage Fluctuations does not rely.
    static constexpr std::uint64_t proof = 256;
    int doubt_ = 0;
    std::uint64_t good_ = 0;    ///< frames since the last sign of damage
    std::string_view exposed_;  ///< the last field, of a static table; empty: none
    std::uint64_t exposed_at_ = 0;
};

}  // namespace packwire::bus
