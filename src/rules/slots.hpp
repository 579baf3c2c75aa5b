// SPDX-License-Identifier: MIT
/// The newest of each value that rules look at.
#pragma once

#include <optional>
#include <vector>

#include "rules/switch.hpp"

namespace packwire::rules {

/// A value stays until the next one of its pack, or of the bank, replaces it: whoever publishes says when it
/// is stale.
class Slots {
public:
    /// `rules` outlive it.
    Slots(const std::vector<Rule>& rules, TimePoint now);

    /// `read` gives the newest of a quantity; only those that `is_theirs` are taken. `fresh`: whose they are.
    template <class IsTheirs, class Read>
    void take(bool fresh, IsTheirs is_theirs, Read read) {
        for (auto& slot : slots_) {
            if (!is_theirs(*slot.quantity)) continue;
            slot.value = read(*slot.quantity);
            slot.stale = !fresh;
            slot.heard = true;
        }
    }
    void take(const bank::Pack& pack);
    void take(const bank::Bank& bank);

    /// What rule number `rule` sees. One that was never heard of is stale after the rule's stale_after.
    [[nodiscard]] Seen seen(std::size_t rule, TimePoint now) const;

private:
    struct Slot {
        const Quantity* quantity = nullptr;
        std::optional<double> value;
        bool heard = false;
        bool stale = false;
    };
    struct Places {
        std::size_t when = 0;
        std::optional<std::size_t> until;
        Duration stale_after{};
    };
    std::size_t place_of(const Quantity& quantity);
    [[nodiscard]] std::optional<double> value(const Slot& slot, Duration stale_after, TimePoint now) const;

    std::vector<Slot> slots_;
    std::vector<Places> rules_;
    TimePoint begun_;
};

}  // namespace packwire::rules
