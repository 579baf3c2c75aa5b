// SPDX-License-Identifier: MIT
/// Answers to somebody else's questions, as readings of our own.
#pragma once

#include <functional>
#include <map>

#include "app/daemon.hpp"
#include "app/remark_log.hpp"
#include "app/said_lately.hpp"
#include "bus/round_meter.hpp"
#include "bus/tap.hpp"
#include "model/plausibility.hpp"

namespace packwire::app {

/// Feeds the book. Who a pack is depends on what the other master asks: on a listening bus the place is the
/// name if B0/3 is not overheard within BusPlan::identity_wait (docs/adr/0013). On a bus that is polled as
/// soon as that master is gone, a pack that goes on answering keeps its name, and any other waits for that.
class Overheard {
public:
    using Tell = std::function<void(const bank::Pack*)>;
    Overheard(const BusPlan& plan, bank::Book& book, RemarkLog& remarks, Tell tell)
        : plan_(plan), book_(book), remarks_(remarks), tell_(std::move(tell)) {}

    void take(const bus::TapMessage& message);
    /// Nothing could be heard for a while.
    void interrupted() { rounds_.interrupted(); }
    /// How often the other master comes round; zero: not known yet.
    [[nodiscard]] Duration round() const { return rounds_.round(); }
    /// We asked the pack ourselves, and it answered.
    void polled(std::uint8_t address, TimePoint when) { packs_[address] = {.first = when, .last = when}; }

private:
    struct Heard {
        TimePoint first{};  ///< since it appeared
        TimePoint last{};
        bool withheld = false;  ///< nobody asked it who it is
    };

    void take_answer(const bus::TapMessage& message);
    void refused(const bus::TapMessage& message);
    void name_by_place(const bus::TapMessage& message, Heard& pack);
    [[nodiscard]] bool believed(const bus::TapMessage& message);
    [[nodiscard]] bool wanted(std::uint8_t address) const;
    Heard& heard(const bus::TapMessage& message);

    const BusPlan& plan_;
    bank::Book& book_;
    RemarkLog& remarks_;
    Tell tell_;
    std::map<std::uint8_t, Heard> packs_;
    /// By service. What jumps waits for the other master's next question.
    std::map<std::uint8_t, std::map<const dialect::Service*, model::Plausibility>> readings_;
    bus::RoundMeter rounds_;
    SaidLately noise_;
};

}  // namespace packwire::app
