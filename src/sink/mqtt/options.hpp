// SPDX-License-Identifier: MIT
/// What the sink is told once, and how it speaks to whoever keeps the bank.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "bank/tally.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace packwire::sink::mqtt {

/// Where the broker is, and how it knows us. Certificates and password are read anew for each connection.
struct Broker {
    std::string host;
    std::uint16_t port = 1883;
    bool tls = false;
    std::string user;           ///< empty: none
    std::string password;       ///< of the environment; empty: none
    std::string password_file;  ///< counts before `password`; empty: none
    std::string ca_file;        ///< empty: those that the system trusts
    std::string cert_file;      ///< ours, with key_file; empty: none
    std::string key_file;
};

/// "mqtt://user@host:1883", "mqtts://host". Errors: bad_config.
[[nodiscard]] Result<Broker> parse_broker(std::string_view url);

/// How Home Assistant is told. Source: homeassistant 2.1.
enum class Discovery : std::uint8_t {
    off,
    device,  ///< one message a device; Home Assistant 2024.12 or newer
    single,  ///< one message an entity, for older ones
};

/// How good the line of a pack is: counts since the start.
struct LineQuality {
    std::uint64_t exchanges = 0;
    std::uint64_t retries = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t damaged = 0;            ///< answers refused for their framing or checksum
    std::optional<double> answer_time{};  ///< ms, median
};

/// What may be switched at the bank. All only tighten.
struct Switch {
    std::function<bool(bool on)> set;  ///< gives "accepted"
    std::function<bool()> is_on;
};

struct Options {
    Broker broker;
    std::string site = "home";
    std::string base = "packwire";   ///< first level of all topics
    bool flat = false;               ///< besides, a topic for each value
    bool dbus_mqtt_battery = false;  ///< besides, the bank as venus-os_dbus-mqtt-battery reads it
    Duration max_age = std::chrono::seconds(60);    ///< at least so often everything is told again
    Duration cells_pace = std::chrono::seconds(5);  ///< /cells no more often than this
    Discovery discovery = Discovery::device;
    std::string discovery_prefix = "homeassistant";
    /// After Home Assistant says that it has started, within this time everything is sent again.
    Duration birth_delay = std::chrono::seconds(10);
    /// So long no new entity was seen of a device until it is announced.
    Duration settle = std::chrono::seconds(3);
    /// So long a device is fresh until entities of an earlier run count as gone.
    Duration gone_after = std::chrono::minutes(10);
    /// By key: force_charging_off, force_discharging_off, full_charge. Called from the loop, never from
    /// within publish(). Those that are missing are not offered.
    std::map<std::string, Switch> switches;
    /// Called from the loop, once, when it is known which totals an earlier run left on the broker; absent:
    /// none. Nothing of the bank is sent before. Empty: nobody wants to know.
    std::function<void(const std::optional<bank::PublishedTotals>&)> on_retained_totals;
    /// Brings up to date what became too old while the loop stood still; called before anything is sent.
    std::function<void()> refresh_ages;
    /// Of a pack, by its id; absent where nobody counts. Empty: nobody does.
    std::function<std::optional<LineQuality>(const std::string& id)> line_quality;
};

}  // namespace packwire::sink::mqtt
