// SPDX-License-Identifier: MIT
#include "rules/slots.hpp"

#include <algorithm>

namespace packwire::rules {

Slots::Slots(const std::vector<Rule>& rules, TimePoint now) : begun_(now) {
    for (const auto& rule : rules) {
        Places places;
        places.when = place_of(rule.when.quantity);
        if (rule.until) places.until = place_of(rule.until->quantity);
        places.stale_after = rule.stale_after;
        rules_.push_back(places);
    }
}

std::size_t Slots::place_of(const Quantity& quantity) {
    const auto same = [&](const Slot& slot) { return *slot.quantity == quantity; };
    const auto found = std::ranges::find_if(slots_, same);
    const auto place = static_cast<std::size_t>(found - slots_.begin());
    if (found == slots_.end())
        slots_.push_back({.quantity = &quantity, .value = {}, .heard = false, .stale = false});
    return place;
}

void Slots::take(const bank::Pack& pack) {
    const auto& id = pack.snapshot.identity.id;
    take(
        pack.freshness == bank::Freshness::fresh,
        [&](const Quantity& quantity) { return is_of(quantity, id); },
        [&](const Quantity& quantity) { return read(quantity, pack); });
}

void Slots::take(const bank::Bank& bank) {
    take(
        bank.freshness == bank::Freshness::fresh,
        [](const Quantity& quantity) { return quantity.pack.empty(); },
        [&](const Quantity& quantity) { return read(quantity, bank); });
}

std::optional<double> Slots::value(const Slot& slot, Duration stale_after, TimePoint now) const {
    const bool missing = !slot.heard && now - begun_ >= stale_after;
    if (missing && slot.quantity->what == Quantity::What::stale) return 1;
    return slot.value;
}

Seen Slots::seen(std::size_t rule, TimePoint now) const {
    const auto& places = rules_.at(rule);
    Seen seen;
    seen.when = value(slots_[places.when], places.stale_after, now);
    if (places.until) seen.until = value(slots_[*places.until], places.stale_after, now);
    const auto lost = [](const Slot& slot) { return slot.stale && !slot.value; };
    seen.stale = lost(slots_[places.when]) || (places.until && lost(slots_[*places.until]));
    return seen;
}

}  // namespace packwire::rules
