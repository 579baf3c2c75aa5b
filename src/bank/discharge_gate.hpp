// SPDX-License-Identifier: MIT
/// Whether the bank may discharge at all: when DCL goes to exactly 0, and when it leaves it. An inverter
/// looks at nothing else, so this must never chatter. Source: bank 6.
#pragma once

#include <optional>
#include <span>

#include "bank/charge_control.hpp"
#include "bank/pack_view.hpp"
#include "bank/rule.hpp"

namespace packwire::bank {

/// Why discharging stops, with the words for it.
struct DischargeShut {
    DischargeStop stop = DischargeStop::none;
    Rule rule;
};

class DischargeGate {
public:
    explicit DischargeGate(const ChargeSettings& settings) : settings_(settings) {}
    void restore(DischargeStop stop, Duration since, int stops_in_a_row, TimePoint now);

    /// With at least one pack that answers. `forced`: why it is shut whatever the cells say. It opens only
    /// after readings that show so: `read` is the time of the oldest that has a say.
    void step(std::span<const PackView> packs, const std::optional<DischargeShut>& forced, TimePoint now,
              TimePoint read);
    /// Nobody answers any more, or somebody wishes it: shut until that ends. Reading resumes in step().
    void shut(DischargeStop why, const Rule& rule, TimePoint now);

    /// Nobody answers at the moment: what has to last begins anew, unless it shuts the gate.
    void pause();

    [[nodiscard]] DischargeStop stop() const { return stop_; }
    [[nodiscard]] bool open() const { return stop_ == DischargeStop::none; }
    [[nodiscard]] Duration shut_for(TimePoint now) const { return open() ? Duration{} : now - shut_since_; }
    [[nodiscard]] int stops_in_a_row() const { return stops_; }
    /// Why it is shut, or what it waits for.
    [[nodiscard]] const Rule& rule() const { return rule_; }
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    /// A condition and since when it holds without a break.
    class Lasting {
    public:
        void note(bool holds, TimePoint now);
        void forget() { since_.reset(); }
        [[nodiscard]] bool lasts(Duration wanted, TimePoint now) const {
            return since_ && now - *since_ >= wanted;
        }
        [[nodiscard]] TimePoint due(Duration wanted) const {
            return since_ ? *since_ + wanted : TimePoint::max();
        }

    private:
        std::optional<TimePoint> since_;
    };
    /// What matters of all packs; null: none is so.
    struct Packs {
        const PackView* low = nullptr;      ///< discharges, and a cell is nearly empty
        const PackView* tripped = nullptr;  ///< discharges, and says that it is protected
        const PackView* empty = nullptr;    ///< its MOSFET is off, and a cell nearly empty
        bool any = false;                   ///< does any discharge?
        DischargeShut at_once;
    };
    [[nodiscard]] Packs look(std::span<const PackView> packs) const;
    [[nodiscard]] DischargeShut judge(const Packs& packs, const std::optional<DischargeShut>& forced,
                                      TimePoint now);
    [[nodiscard]] DischargeShut judge_pack(const PackView& pack) const;
    void begin(DischargeStop why, TimePoint now);
    /// How long it stays shut at least.
    [[nodiscard]] Duration patience() const;
    [[nodiscard]] bool may_open(std::span<const PackView> packs, TimePoint read);
    void plan(TimePoint now);

    const ChargeSettings& settings_;
    DischargeStop stop_ = DischargeStop::none;
    TimePoint shut_since_{};
    std::optional<TimePoint> open_since_;
    int stops_ = 0;
    Rule rule_;
    Lasting low_;        ///< a cell is nearly empty
    Lasting protected_;  ///< a pack conducts though it says that it is protected
    Lasting recovered_;  ///< every cell is well above
    Lasting charging_;   ///< charge flows
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
