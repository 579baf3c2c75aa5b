// SPDX-License-Identifier: MIT
/// The configuration of the daemon: one TOML file, checked before anything starts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "app/config_rules.hpp"
#include "bank/keeper.hpp"
#include "bank/loss.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/archive.hpp"

namespace packwire::app {

/// Does packwire ask, or hear what another master asks?
enum class BusMode : std::uint8_t { poll, listen };

/// What to do when another master asks on a bus that is polled.
enum class OnForeignMaster : std::uint8_t { silent, ignore };

/// `[[bus]]`: a line and the packs on it.
struct BusConfig {
    std::string port;                             ///< as the user wrote it; bus::parse_port_url takes it
    std::optional<std::uint32_t> baud;            ///< absent: probe
    std::vector<std::uint8_t> addresses;          ///< empty: look for packs
    Duration interval = std::chrono::seconds(1);  ///< zero: as often as the line allows
    std::string dialect = "daren";
    BusMode mode = BusMode::poll;
    OnForeignMaster on_foreign_master = OnForeignMaster::silent;
    /// Of a listening bus: how long to wait for B0/3 before a pack is named after its place.
    Duration identity_wait = std::chrono::seconds(30);
    bool operator==(const BusConfig&) const = default;
};

/// `[venus]`.
struct VenusConfig {
    bool enabled = true;
    std::string dbus = "auto";  ///< auto, session, system, or a D-Bus address; "off" clears `enabled`
    std::uint16_t product_id = 0xBFFE;
    bool pack_alarms = false;
    bool serialbattery = false;  ///< `compatibility`: packs as dbus-serialbattery has them, no bank
    std::string shunt_service;   ///< a D-Bus service; empty: none
    std::string shunt_current_path = "/Dc/0/Current";
    std::string shunt_soc_path = "/Soc";
    bool operator==(const VenusConfig&) const = default;
};

/// `[json_lines]`.
struct JsonLinesConfig {
    std::string path;  ///< "-" is standard output; empty: off
    bool bank = false;
    bool operator==(const JsonLinesConfig&) const = default;
};

/// `[mqtt]`.
struct MqttConfig {
    std::string url;  ///< empty: off
    bool homeassistant = true;
    bool single_discovery = false;  ///< `discovery`: a message for each entity
    std::string discovery_prefix = "homeassistant";
    std::string topic = "packwire";
    bool flat = false;
    bool dbus_mqtt_battery = false;
    Duration max_age = std::chrono::seconds(60);
    std::string password_file;
    std::string ca_file;
    std::string cert_file;
    std::string key_file;
    bool operator==(const MqttConfig&) const = default;
};

/// `[web]`.
struct WebConfig {
    bool enabled = true;
    std::string listen = "127.0.0.1:8485";
    std::string token_file;
    std::vector<std::string> hosts;
    std::string tls_certificate;
    std::string tls_key;
    bool operator==(const WebConfig&) const = default;
};

/// `[store]`.
struct StoreConfig {
    bool enabled = true;
    std::string path;  ///< empty: the default of the platform
    Duration raw_for = store::Limits{}.raw;
    Duration minute_for = store::Limits{}.minute;
    Duration hour_for = store::Limits{}.hour;
    std::uint64_t size_max = store::Limits{}.bytes;
    Duration interval = std::chrono::minutes(1);
    bool operator==(const StoreConfig&) const = default;
};

/// `[status]`.
struct StatusConfig {
    std::string socket;  ///< empty: default_status_socket(); "off": none
    bool operator==(const StatusConfig&) const = default;
};

struct Config {
    std::string site = "home";
    std::vector<BusConfig> buses;
    std::vector<RuleConfig> rules;
    bank::LossTimes loss;
    bank::KeeperSettings
        bank;  ///< `[bank]`, `[charge]`, `[alarms]`, and of `[loss]` and `[venus]` what rules it
    VenusConfig venus;
    JsonLinesConfig json_lines;
    MqttConfig mqtt;
    WebConfig web;
    StoreConfig store;
    StatusConfig status;
    std::string log_level = "info";
    /// One line each, for the user: what the file asks for and this version does not do.
    std::vector<std::string> warnings;
};

/// Does a GX device act on what is read, here or elsewhere? Then nothing old may pass for fresh.
[[nodiscard]] inline bool gx_acts_on(const Config& config) {
    return config.venus.enabled || (!config.mqtt.url.empty() && config.mqtt.dbus_mqtt_battery);
}

/// Every default, and no bus.
[[nodiscard]] Config default_config();

/// The file, checked. Errors: bad_config with "file:line:column: key: expected …, got …"; the first one only.
[[nodiscard]] Result<Config> load_config(const std::filesystem::path& path);

/// The same for text that is no file; `name` stands in errors.
[[nodiscard]] Result<Config> parse_config(std::string_view text, std::string_view name);

}  // namespace packwire::app
