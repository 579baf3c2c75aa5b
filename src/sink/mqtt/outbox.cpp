// SPDX-License-Identifier: MIT
#include "sink/mqtt/outbox.hpp"

#include <utility>

namespace packwire::sink::mqtt {

void Outbox::put(const std::string& topic, std::string payload, bool again) {
    auto [place, fresh] = entries_.try_emplace(topic);
    auto& entry = place->second;
    if (!fresh && !again && entry.payload == payload) return;
    entry.payload = std::move(payload);
    if (!std::exchange(entry.waiting, true)) waiting_.push_back(topic);
}

void Outbox::send_all_again() {
    for (auto& [topic, entry] : entries_) {
        if (!std::exchange(entry.waiting, true)) waiting_.push_back(topic);
    }
}

void Outbox::flush(const Send& send, std::size_t most_under_way) {
    while (!waiting_.empty() && under_way_.size() < most_under_way) {
        const auto topic = waiting_.front();
        const auto found = entries_.find(topic);
        const int id = send(topic, found->second.payload);
        if (id == 0) return;
        if (id > 0) under_way_[id] = topic;
        waiting_.pop_front();
        found->second.waiting = false;
        if (found->second.payload.empty()) entries_.erase(found);
    }
}

std::string Outbox::done(int id) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return {};
    auto topic = std::move(found->second);
    under_way_.erase(found);
    return topic;
}

}  // namespace packwire::sink::mqtt
