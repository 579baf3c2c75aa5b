// SPDX-License-Identifier: MIT
#include "sink/web/board.hpp"

#include <fmt/format.h>

namespace packwire::sink::web {

void Board::put(const std::string& device, std::string message) {
    const auto [found, is_new] = places_.try_emplace(device, slots_.size());
    if (is_new) slots_.emplace_back();
    auto& slot = slots_[found->second];
    slot.number = ++changes_;
    slot.message = std::make_shared<const std::string>(std::move(message));
}

void Board::add_event(std::string message) {
    events_.push_back(std::make_shared<const std::string>(std::move(message)));
    if (events_.size() > most_events) {
        events_.pop_front();
        ++first_event_;
    }
    ++changes_;
}

Text Board::find(const std::string& device) const {
    const auto found = places_.find(device);
    return found == places_.end() ? nullptr : slots_[found->second].message;
}

std::vector<Text> Board::all_but(const std::string& device) const {
    std::vector<Text> all;
    for (const auto& [id, place] : places_) {
        if (id != device) all.push_back(slots_[place].message);
    }
    return all;
}

Cursor Board::cursor() const {
    Cursor cursor;
    cursor.event = first_event_ + events_.size();
    return cursor;
}

Text Board::next(Cursor& cursor) const {
    if (cursor.event < first_event_) {
        const auto missed = first_event_ - cursor.event;
        cursor.event = first_event_;
        return std::make_shared<const std::string>(
            fmt::format("{{\"type\":\"missed\",\"events\":{}}}", missed));
    }
    if (cursor.event < first_event_ + events_.size()) {
        return events_[static_cast<std::size_t>(cursor.event++ - first_event_)];
    }
    cursor.seen.resize(slots_.size());
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        const auto place = (cursor.place + i) % slots_.size();
        if (cursor.seen[place] == slots_[place].number) continue;
        cursor.seen[place] = slots_[place].number;
        cursor.place = place + 1;
        return slots_[place].message;
    }
    return nullptr;
}

}  // namespace packwire::sink::web
