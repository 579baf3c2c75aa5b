// SPDX-License-Identifier: MIT
/// The current limits that each pack reported last: an upper bound while it does not report them. Source:
/// bank 2, 4, 13.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bank/pack_view.hpp"

namespace packwire::bank {

/// Of one pack, as it survives the daemon.
struct RememberedLimits {
    std::string id;
    double charge_current = 0;     ///< A
    double discharge_current = 0;  ///< A
    Duration age{};                ///< since it reported them; time while nobody kept watch does not count
    bool operator==(const RememberedLimits&) const = default;
};

/// A pack whose answers to its limit services are missing, or now say "not set", keeps its last limits for
/// ChargeSettings::limits_kept. They never raise what it reports itself.
class LimitMemory {
public:
    void restore(const std::vector<RememberedLimits>& limits, TimePoint now);
    /// Notes what packs that answer report, and fills in what they do not.
    void apply(PackViews& packs, const ChargeSettings& settings, TimePoint now);
    /// Those that have not ended.
    [[nodiscard]] std::vector<RememberedLimits> remembered(TimePoint now) const;
    /// When the first that is in use ends; TimePoint::max() when none is.
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    struct Kept {
        double charge_current = 0;
        double discharge_current = 0;
        TimePoint reported{};
    };
    std::map<std::string, Kept, std::less<>> kept_;
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
