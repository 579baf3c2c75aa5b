// SPDX-License-Identifier: MIT
/// Notices a pack that carries more than the current limit that it reports. Source: bank 5.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>

#include "bank/pack_view.hpp"

namespace packwire::bank {

/// One direction, charge or discharge.
class OverloadCheck {
public:
    /// `limit`: which of the pack's limits; `sign`: +1 charge, -1 discharge.
    OverloadCheck(std::optional<Bound> PackLimits::* limit, double sign) : limit_(limit), sign_(sign) {}

    /// A start-up of a motor or a charger that settles is shorter than `hold`.
    void step(std::span<const PackView> packs, Duration hold, TimePoint now);
    /// The pack that has been overloaded for `hold`; null: none. Valid until the packs are looked at again.
    [[nodiscard]] const PackView* overloaded() const { return overloaded_; }
    /// When step() may find one without a new reading; TimePoint::max() when never.
    [[nodiscard]] TimePoint next() const { return next_; }
    [[nodiscard]] double carried(const PackView& pack) const { return sign_ * pack.current; }
    [[nodiscard]] double limit(const PackView& pack) const { return (pack.limits.*limit_)->value; }

private:
    [[nodiscard]] bool is_over(const PackView& pack) const;

    std::optional<Bound> PackLimits::* limit_;
    double sign_;
    std::map<std::string, TimePoint, std::less<>> since_;  ///< by id, of packs that are
    const PackView* overloaded_ = nullptr;
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
