// SPDX-License-Identifier: MIT
#include "bank/book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace packwire::bank {

Book::Entry& Book::entry(const std::string& bus, std::uint8_t address) {
    auto& found = entries_[Key{bus, address}];
    if (found.pack.snapshot.identity.bus == bus) return found;
    for (auto* pack : {&found.pack, &found.arriving}) {
        pack->snapshot.identity.bus = bus;
        pack->snapshot.identity.address = address;
    }
    return found;
}

void Book::on_appear(const std::string& bus, std::uint8_t address, const model::Dialect& dialect) {
    auto& known = entry(bus, address);
    known.confirmed = false;
    known.arriving.snapshot.clear();
    known.arriving.services.clear();
    known.arriving_live = false;
    known.answers = settled_by(dialect);
}

const Pack* Book::on_record(const std::string& bus, std::uint8_t address, const model::Record& record,
                            TimePoint now, WallTime wall) {
    auto& known = entry(bus, address);
    auto& pack = known.confirmed ? known.pack : known.arriving;
    auto& live = known.confirmed ? known.live : known.arriving_live;
    pack.snapshot.update(record, now);
    pack.services.answered(record.service());
    if (record.service().cadence == model::Cadence::telemetry) {
        live = true;
        pack.last_good = now;
        pack.last_good_at = wall;
        if (pack.freshness != Freshness::fresh) sooner_ = true;
        pack.freshness = Freshness::fresh;
    }
    known.answers.settle(record.service());
    return confirm(known);
}

const Pack* Book::on_unsupported(const std::string& bus, std::uint8_t address,
                                 const model::Service& service) {
    auto& known = entry(bus, address);
    auto& pack = known.confirmed ? known.pack : known.arriving;
    if (pack.services.refused(service)) known.answers.settle(service);
    return confirm(known);
}

const Pack* Book::on_identity_withheld(const std::string& bus, std::uint8_t address) {
    auto& known = entry(bus, address);
    known.answers.withheld = true;
    return confirm(known);
}

const Pack* Book::confirm(Entry& entry) {
    if (entry.confirmed) return entry.live ? &entry.pack : nullptr;
    const auto found = pack_id(entry.arriving.snapshot, entry.answers);
    if (!found || !entry.arriving_live) return nullptr;
    const auto id = distinct(entry, *found);
    if (entry.named && entry.pack.snapshot.identity.id != id) {
        departed_.push_back(entry.pack);
        departed_.back().freshness = Freshness::gone;
    }
    if (entry.named && entry.pack.snapshot.identity.id == id)
        entry.arriving.snapshot.keep_standing(entry.pack.snapshot);
    const auto place = entry.arriving.snapshot.identity;
    entry.pack = std::exchange(entry.arriving, {});
    entry.arriving.snapshot.identity = place;
    entry.pack.snapshot.identity.id = id;
    entry.named = entry.live = entry.confirmed = sooner_ = true;
    return &entry.pack;
}

/// Clones with one serial number exist; two packs must never share a service.
std::string Book::distinct(const Entry& entry, const std::string& id) const {
    const auto taken = [&](const std::string& wanted) {
        return std::ranges::any_of(entries_, [&](const auto& other) {
            return &other.second != &entry && other.second.named &&
                   other.second.pack.snapshot.identity.id == wanted;
        });
    };
    if (!taken(id)) return id;
    const auto by_address = fmt::format("{}_{}", id, entry.pack.snapshot.identity.address);
    auto distinct = by_address;
    for (int number = 2; taken(distinct); ++number) distinct = fmt::format("{}_{}", by_address, number);
    return distinct;
}

void Book::set_pace(const std::string& bus, const Pace& pace) {
    auto& known = paces_[bus];
    if (effective(loss_, known, bounded_) != effective(loss_, pace, bounded_)) sooner_ = true;
    known = pace;
}

LossTimes Book::times_of(const Entry& entry) const {
    return times_at(entry.pack.snapshot.identity.bus);
}

LossTimes Book::times_at(const std::string& bus) const {
    const auto pace = paces_.find(bus);
    return effective(loss_, pace == paces_.end() ? Pace{} : pace->second, bounded_);
}

std::vector<const Pack*> Book::refresh(TimePoint now) {
    std::vector<const Pack*> changed;
    told_ = std::exchange(departed_, {});
    changed.reserve(told_.size());
    for (const auto& pack : told_) changed.push_back(&pack);
    for (auto& [key, entry] : entries_) {
        if (!entry.named) continue;
        const auto state = freshness(times_of(entry), now - entry.pack.last_good);
        if (state == entry.pack.freshness) continue;
        entry.pack.freshness = state;
        changed.push_back(&entry.pack);
    }
    return changed;
}

TimePoint Book::next_change() const {
    if (!departed_.empty()) return TimePoint::min();
    auto next = TimePoint::max();
    for (const auto& [key, entry] : entries_) {
        if (!entry.named || entry.pack.freshness == Freshness::gone) continue;
        const auto times = times_of(entry);
        const auto limit = entry.pack.freshness == Freshness::fresh   ? times.stale
                           : entry.pack.freshness == Freshness::stale ? times.lost
                                                                      : times.gone;
        next = std::min(next, entry.pack.last_good + limit);
    }
    return next;
}

std::vector<const Pack*> Book::packs() const {
    std::vector<const Pack*> all;
    for (const auto& [key, entry] : entries_) {
        if (entry.named) all.push_back(&entry.pack);
    }
    return all;
}

}  // namespace packwire::bank
