// SPDX-License-Identifier: MIT
/// Notices telemetry that arrives again and again but does not change by one digit: a gateway that answers
/// from its cache, a BMS whose measuring hangs. Source: bank 8.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "model/snapshot.hpp"

namespace packwire::bank {

struct FrozenSettings {
    /// Above this current, A, cells move by a digit within seconds.
    double load = 5;
    /// Under load: this long the same is impossible.
    Duration suspect_after = std::chrono::minutes(1);
    /// Under load: the pack counts as stale from here on.
    Duration stale_after = std::chrono::minutes(10);
    /// Under load: and as lost from here on.
    Duration lost_after = std::chrono::minutes(11);
    /// At rest: the same for this long, …
    Duration rest_after = std::chrono::minutes(10);
    /// … while the current of the other packs together changed by this, A.
    double others_change = 5;
    /// Fewer readings than this prove nothing, however long it took.
    int readings = 10;
    bool operator==(const FrozenSettings&) const = default;
};

/// The telemetry of one pack. No I/O, no clock of its own.
class FrozenCheck {
public:
    /// A new reading. Every measured quantity counts, as raw integers.
    void note(const model::Snapshot& pack, TimePoint now);
    /// The sum of the currents of the other packs, A.
    void note_others(double current);

    /// It is frozen: how long it has been the same. Absent: it is alive.
    [[nodiscard]] std::optional<Duration> frozen(const FrozenSettings& settings) const;
    /// It has been frozen for too long to count as a reading.
    [[nodiscard]] bool is_stale(const FrozenSettings& settings) const;
    [[nodiscard]] bool is_lost(const FrozenSettings& settings) const;
    /// Enough readings were the same to ask what the others do.
    [[nodiscard]] bool is_same(const FrozenSettings& settings) const {
        return readings_ >= settings.readings;
    }

private:
    [[nodiscard]] Duration same_for() const { return last_ - since_; }
    [[nodiscard]] bool under_load(const FrozenSettings& settings) const;

    std::uint64_t digest_ = 0;
    int readings_ = 0;  ///< the same in a row
    TimePoint since_{};
    TimePoint last_{};
    double current_ = 0;
    std::optional<double> others_least_, others_most_;  ///< of that sum, since then
};

}  // namespace packwire::bank
