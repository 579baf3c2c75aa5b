// SPDX-License-Identifier: MIT
/// Bulk, absorption, float: how a charge goes on and ends. Source: bank 6.
#pragma once

#include <optional>
#include <span>

#include "bank/charge_control.hpp"
#include "bank/pack_view.hpp"

namespace packwire::bank {

class ModeTracker {
public:
    explicit ModeTracker(const ChargeSettings& settings) : settings_(settings) {}
    void restore(const ControlMemory& memory);
    void remember(ControlMemory& memory) const;

    /// With packs that charge; without any, all times stand still. True when the battery just became full.
    bool step(std::span<const PackView> packs, TimePoint now, WallTime wall);
    /// Time passes that counts for nothing: nobody answers, or charging is forbidden.
    void pause(TimePoint now) { last_ = now; }
    /// From float to bulk, whatever the state of charge.
    void charge_fully();

    [[nodiscard]] ChargeMode mode() const { return mode_; }
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    /// What the packs that charge have in common.
    struct Top {
        bool any = false;
        bool reached = false;  ///< a cell is at its maximum
        bool left = true;      ///< all are far from it
        double difference = 0;
        double lowest_mean = 0;     ///< V a cell, of the lowest pack
        std::optional<double> soc;  ///< %, of all together
    };
    [[nodiscard]] Top look(std::span<const PackView> packs) const;
    void enter(ChargeMode mode);
    void enter_float(const Top& top);
    [[nodiscard]] bool is_empty(const Top& top) const;
    void absorb(const Top& top, Duration elapsed, WallTime wall);
    void keep_full(const Top& top, Duration elapsed, WallTime wall);
    [[nodiscard]] bool full_charge_due(WallTime wall) const;

    const ChargeSettings& settings_;
    ChargeMode mode_ = ChargeMode::bulk;
    Duration mode_for_{};
    Duration balanced_for_{};
    Duration doubtful_for_{};  ///< it seems that the mode should end
    std::optional<WallTime> last_full_charge_;
    std::optional<double> full_soc_;
    std::optional<TimePoint> last_;
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
