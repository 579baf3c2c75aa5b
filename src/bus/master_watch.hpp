// SPDX-License-Identifier: MIT
/// Does somebody else ask on a line that we ask on? Two masters damage each other's frames.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "wire/frame.hpp"

namespace packwire::bus {

/// Judges by whole frames only: what is damaged may be a collision, but noise and bad wires look the same.
/// A frame of the inter-pack link (84, and its answer 85) proves a master pack by itself, for nothing else
/// makes such frames. Other questions must be two within MasterWatch::quiet (docs/adr/0015).
class MasterWatch {
public:
    /// A master is gone when it has not asked for so long.
    static constexpr Duration quiet = std::chrono::seconds(60);

    /// A question that is not ours, or an answer to 84 that is not to us.
    void heard(const wire::Frame& frame, TimePoint when);
    /// Somebody whose presence is proven asked again.
    void heard_again(TimePoint when) { last_ = when; }
    [[nodiscard]] bool present(TimePoint now) const { return proven_ && now < gone_at(); }
    /// When it counts as gone unless it asks again.
    [[nodiscard]] TimePoint gone_at() const { return last_.value_or(TimePoint{}) + quiet; }
    /// What was heard of it, for people: "84 to address 2".
    [[nodiscard]] const std::string& what() const { return what_; }

private:
    std::optional<TimePoint> last_;  ///< its last question
    bool proven_ = false;
    std::string what_;
};

}  // namespace packwire::bus
