// SPDX-License-Identifier: MIT
#include "sink/mqtt/announcer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace packwire::sink::mqtt {

namespace {

using nlohmann::json;
constexpr const char* migration = R"({"migrate_discovery":true})";

bool good_path(const std::string& path) {
    return std::ranges::count(path, '/') == 1 && path.find_first_of("+#") == std::string::npos &&
           !path.starts_with('/') && !path.ends_with('/');
}

}  // namespace

void Announcer::start_anew() {
    remembered_ = true;
    save();
}

void Announcer::remember(std::string_view text) {
    if (std::exchange(remembered_, true)) return;
    const auto read = json::parse(text, nullptr, false);
    if (!read.is_object()) {
        save();
        return;
    }
    for (const auto& [id, device] : read.items()) {
        if (!device.is_object() || !device.contains("entities") || !device["entities"].is_array()) continue;
        if (id.find_first_of("/+#") != std::string::npos || !id.starts_with("packwire_")) continue;
        auto& memory = memory_[id];
        if (device.value("mode", json()) == "single") memory.mode = Discovery::single;
        for (const auto& path : device["entities"]) {
            if (path.is_string() && good_path(path)) memory.entities.insert(path);
        }
    }
    save();
}

void Announcer::announce(const Device& device, bool complete) {
    if (!remembered_ || options_.discovery == Discovery::off) return;
    const auto now = announcement_of(device);
    const auto id = device_id(now.about, options_.site);
    auto& memory = memory_[id];
    const auto told = told_.find(id);
    const bool news = told == told_.end() || told->second != now;
    const bool tidy = complete && complete_.insert(id).second;
    if (!news && !tidy) return;
    std::set<EntityPath> present;
    for (const auto& [path, entity] : entities_of(now, options_)) present.insert(path);
    std::vector<EntityPath> removed;
    if (tidy) std::ranges::set_difference(memory.entities, present, std::back_inserter(removed));
    if (!news && removed.empty()) return;
    if (memory.mode != options_.discovery && !memory.entities.empty()) migrate(id, memory);
    told_[id] = now;
    tell(now, removed);
    for (const auto& path : removed) memory.entities.erase(path);
    memory.entities.insert(present.begin(), present.end());
    memory.mode = options_.discovery;
    save();
}

void Announcer::tell(const Announcement& announcement, const std::vector<EntityPath>& removed) {
    const auto id = device_id(announcement.about, options_.site);
    if (options_.discovery == Discovery::single) {
        for (auto& [topic, message] : single_messages(announcement, options_)) outbox_.put(topic, message);
        for (const auto& path : removed) outbox_.put(single_topic(options_, id, path), "");
        return;
    }
    outbox_.put(device_topic(options_, id), device_message(announcement, options_, removed));
    if (removed.empty()) return;
    later_.emplace_back([this, announcement, id] {
        outbox_.put(device_topic(options_, id), device_message(announcement, options_));
    });
}

/// Says that others take over, and clears the old topics when that has left.
void Announcer::migrate(const std::string& id, const Memory& before) {
    if (before.mode == Discovery::single) {
        for (const auto& path : before.entities) outbox_.put(single_topic(options_, id, path), migration);
    } else {
        outbox_.put(device_topic(options_, id), migration);
    }
    later_.emplace_back([this, id, before] { clear(id, before); });
}

void Announcer::clear(const std::string& id, const Memory& before) {
    if (before.mode == Discovery::single) {
        for (const auto& path : before.entities) outbox_.put(single_topic(options_, id, path), "");
    } else {
        outbox_.put(device_topic(options_, id), "");
    }
}

std::vector<std::string> Announcer::others(const std::set<std::string>& device_ids) const {
    std::vector<std::string> found;
    for (const auto& [id, memory] : memory_) {
        if (!device_ids.contains(id)) found.push_back(id);
    }
    return found;
}

void Announcer::remove_device(const std::string& device_id) {
    const auto found = memory_.find(device_id);
    if (found == memory_.end()) return;
    clear(device_id, found->second);
    memory_.erase(found);
    told_.erase(device_id);
    complete_.erase(device_id);
    save();
}

void Announcer::go_on() {
    if (later_.empty() || outbox_.waiting() + outbox_.under_way() > 0) return;
    for (const auto& step : std::exchange(later_, {})) step();
}

void Announcer::save() {
    if (!remembered_) return;
    json all = json::object();
    for (const auto& [id, memory] : memory_) {
        all[id] = {{"mode", memory.mode == Discovery::single ? "single" : "device"},
                   {"entities", memory.entities}};
    }
    const Topics topics{.base = options_.base, .site = options_.site};
    outbox_.put(topics.announced(), all.dump());
}

}  // namespace packwire::sink::mqtt
