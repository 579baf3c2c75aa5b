// SPDX-License-Identifier: MIT
/// What Home Assistant was told of devices, in this run and in earlier ones, and what it should be told.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sink/mqtt/discovery.hpp"
#include "sink/mqtt/outbox.hpp"

namespace packwire::sink::mqtt {

/// Keeps its memory on the broker, retained beside what it is about: both are there, or both are lost.
/// Taking away happens in two steps, and the second waits until the first has left. Source: homeassistant
/// 2.1; docs/adr/0052.
class Announcer {
public:
    Announcer(const Options& options, Outbox& outbox) : options_(options), outbox_(outbox) {}

    /// The memory of earlier runs; what cannot be read counts as none. Before this, nothing is taken away.
    void remember(std::string_view text);
    /// There is none.
    void start_anew();
    [[nodiscard]] bool remembers() const { return remembered_; }

    /// A device as it is. Tells what is new at once, once it has settled. `complete`: it had time to show
    /// all its quantities, so what was announced once and is not there is gone.
    void announce(const Device& device, bool complete);
    /// Devices of earlier runs that are none of these.
    [[nodiscard]] std::vector<std::string> others(const std::set<std::string>& device_ids) const;
    void remove_device(const std::string& device_id);
    /// The second step of what was begun, once everything has left. To be called now and then.
    void go_on();

private:
    struct Memory {
        Discovery mode = Discovery::device;
        std::set<EntityPath> entities;
        bool operator==(const Memory&) const = default;
    };
    void tell(const Announcement& announcement, const std::vector<EntityPath>& removed);
    void migrate(const std::string& id, const Memory& before);
    void clear(const std::string& id, const Memory& before);
    void save();

    const Options& options_;
    Outbox& outbox_;
    bool remembered_ = false;
    std::map<std::string, Memory> memory_;  ///< by device id
    std::map<std::string, Announcement> told_;
    std::set<std::string> complete_;  ///< device ids whose leftovers were taken away
    std::vector<std::function<void()>> later_;
};

}  // namespace packwire::sink::mqtt
