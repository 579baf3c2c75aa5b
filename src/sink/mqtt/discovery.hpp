// SPDX-License-Identifier: MIT
/// Devices as Home Assistant discovers them. Source: homeassistant 2.1.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sink/mqtt/device.hpp"

namespace packwire::sink::mqtt {

/// "sensor/state_of_charge": platform and key. Names an entity of a device on the broker.
using EntityPath = std::string;

/// Everything that is announced of a device; equal ones make the same messages.
struct Announcement {
    About about;
    Shape shape;
    bool line = false;
    bool operator==(const Announcement&) const = default;
};
[[nodiscard]] Announcement announcement_of(const Device& device);

/// Entities by path, in order, with all but what belongs to the device.
using Entities = std::vector<std::pair<EntityPath, nlohmann::ordered_json>>;
[[nodiscard]] Entities entities_of(const Announcement& announcement, const Options& options);

/// "packwire_JD2M02150860_1"; of the bank with the site.
[[nodiscard]] std::string device_id(const About& about, const std::string& site);
[[nodiscard]] std::string device_topic(const Options& options, const std::string& device_id);
[[nodiscard]] std::string single_topic(const Options& options, const std::string& device_id,
                                       const EntityPath& entity);

/// The message of the whole device. `removed` are named with nothing but their platform, which takes them
/// away.
[[nodiscard]] std::string device_message(const Announcement& announcement, const Options& options,
                                         const std::vector<EntityPath>& removed = {});
/// Topic and message of each entity, for Discovery::single.
[[nodiscard]] std::map<std::string, std::string> single_messages(const Announcement& announcement,
                                                                 const Options& options);

}  // namespace packwire::sink::mqtt
