// SPDX-License-Identifier: MIT
/// Instances and names as com.victronenergy.settings keeps them. Source: victron 1.4, bank 2.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/repeat_limit.hpp"
#include "bus/timer.hpp"
#include "sink/log.hpp"
#include "sink/venus/bus_client.hpp"

namespace packwire::sink::venus {

/// Where settings are, and where they are not: without them (a desktop), or while they refuse, nothing is
/// known and the caller keeps to what it remembers. Asks again when they come back, and every 30 s while they
/// refuse.
class SettingsClient {
public:
    struct Hooks {
        /// An answer came, a user changed something, or it is settled that no answer comes.
        std::function<void()> on_change;
    };
    /// Until `wait_until` settings that are not there may still come.
    SettingsClient(BusClient& bus, const Clock& clock, TimePoint wait_until, Hooks hooks, Log log);

    /// Makes a device known to settings, with what it shall be if they do not know it. The first time counts.
    void introduce(const std::string& unique_id, int instance, const std::string& custom_name);
    /// Is it known which instance the device has, or that settings will not say?
    [[nodiscard]] bool settled(const std::string& unique_id) const;
    /// Absent: settings have not said.
    [[nodiscard]] std::optional<int> instance(const std::string& unique_id) const;
    [[nodiscard]] std::optional<std::string> custom_name(const std::string& unique_id) const;
    /// Settings are told at most once a second, the newest.
    void set_custom_name(const std::string& unique_id, const std::string& name);

    /// Does what is due; gives the time when something is due again.
    [[nodiscard]] TimePoint step();

private:
    struct Device {
        int preset_instance = 0;
        std::string preset_name;
        std::optional<int> instance;
        std::optional<std::string> name;
        bool name_waits = false;   ///< settings have not been told it
        bool asked = false;        ///< since settings were last seen to appear
        TimePoint answer_until{};  ///< after that nobody waits for it
        bool refused = false;      ///< and they would not
    };
    void appeared();
    void disappeared();
    void ask(const std::string& unique_id, Device& device);
    void answered(const std::string& unique_id, const std::optional<std::vector<BusClient::Added>>& added);
    void take(Device& device, const std::string& key, const std::string& value);
    void changed(const std::string& path, const Value& value);
    void send_names();
    void log_seldom(const std::string& topic, const std::string& message);

    BusClient& bus_;
    const Clock& clock_;
    TimePoint wait_until_;
    TimePoint retry_at_ = TimePoint::max();
    Hooks hooks_;
    Log log_;
    std::map<std::string, Device> devices_;
    bool said_refused_ = false;
    TimePoint names_sent_at_{};
    MessageLimit messages_;
};

}  // namespace packwire::sink::venus
