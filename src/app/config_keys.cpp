// SPDX-License-Identifier: MIT
#include "app/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/config_charge_keys.hpp"
#include "app/config_checks.hpp"
#include "app/config_rule_keys.hpp"
#include "app/values.hpp"

namespace packwire::app {

namespace {

using Applied = Result<void>;

// clang-format off
constexpr auto section_rows = std::to_array<Section>({
    {"", "Above all sections."},
    {"bus", "A line and the packs on it. Once for each port; at least one.",
     [](Config& c) { c.buses.emplace_back(); }},
    {"loss", "How old the last reading of a pack may be until it counts as stale, lost and gone. In this order. A round over many packs makes them longer, up to 30 s for `stale` (60 s where another master asks); `packwire status` shows what is in force."},
    {"bank", "All packs as one battery."},
    {"charge", "Limits that may only tighten what the packs say, never loosen it; and how charge and discharge are controlled within them. The defaults are meant to stay."},
    {"alarms", "How long what packs report must last until the bank raises it, or lets it fall."},
    {"venus", "The battery service on the D-Bus of Victron Venus OS."},
    {"json_lines", "Every reading as one JSON object a line."},
    {"mqtt", "MQTT, and the devices of Home Assistant (docs/homeassistant.md)."},
    {"web", "Dashboard, API and metrics over HTTP (docs/api.md). Nothing can be changed there."},
    {"store", "History: every reading for days, minutes and hours for longer, events for ever (docs/history.md)."},
    {"rule", "Something that the battery switches: docs/rules.md. Once for each.",
     [](Config& c) { c.rules.emplace_back(); }},
    {"status", "What `packwire status` asks."},
    {"log", "What the daemon says of itself."},
});

constexpr auto common_rows = std::to_array<Key>({
    {"", "site", Type::text, "\"home\"", "Name of the place, `[A-Za-z0-9_-]+`. It is part of MQTT topics and of the names on D-Bus.",
     [](Config& c, const Value& v) -> Applied { return check_site(v.text, c.site); }},

    {"bus", "port", Type::text, "", "`/dev/serial/by-id/…`, `serial:/dev/ttyUSB0?baud=9600` or `tcp://gateway:4196`. Required.",
     [](Config& c, const Value& v) -> Applied { return check_port(v.text, c.buses.back().port); }},
    {"bus", "baud", Type::baud, "\"auto\"", "Bits a second, or `\"auto\"`: 19200, 9600 and 115200 are tried. Not for `tcp://`, where the gateway sets it.",
     [](Config& c, const Value& v) -> Applied { c.buses.back().baud = v.baud; return {}; }},
    {"bus", "addresses", Type::addresses, "\"auto\"", "`[1, 2, 3]`, `\"0-15\"`, or `\"auto\"`: look for packs, and again when one is missing.",
     [](Config& c, const Value& v) -> Applied { c.buses.back().addresses = v.addresses; return {}; }},
    {"bus", "interval", Type::interval, "\"1s\"", "Telemetry of every pack at least this often, if the wire allows it; `\"max\"`: as often as the wire allows, without a pause. At most 10 s while a GX device acts on the readings (`[venus] enabled`, or `[mqtt] dbus_mqtt_battery`).",
     [](Config& c, const Value& v) -> Applied { c.buses.back().interval = v.duration; return {}; }, 0.1, 3600},
    {"bus", "dialect", Type::text, "\"daren\"", "What the packs speak.",
     [](Config& c, const Value& v) -> Applied { return check_dialect(v.text, c.buses.back().dialect); }},
    {"bus", "mode", Type::text, "\"poll\"", "`\"poll\"`: packwire asks the packs. `\"listen\"`: another master does; packwire hears the answers, transmits nothing, and `interval` says nothing.",
     [](Config& c, const Value& v) -> Applied { return check_mode(v.text, c.buses.back().mode); }},
    {"bus", "on_foreign_master", Type::text, "\"silent\"", "When another master asks on a bus that packwire polls: `\"silent\"`: packwire reports it, asks nothing, hears the answers to that master, and asks again 60 s after its last question. `\"ignore\"`: packwire reports it and goes on; frames will be damaged.",
     [](Config& c, const Value& v) -> Applied { return check_on_foreign_master(v.text, c.buses.back().on_foreign_master); }},
    {"bus", "identity_wait", Type::duration, "\"30s\"", "With `mode = \"listen\"`: how long to wait for the serial number (B0/3) to be overheard, before a pack is named by port and address.",
     [](Config& c, const Value& v) -> Applied { c.buses.back().identity_wait = v.duration; return {}; }, 1, 86400},

    {"loss", "stale", Type::duration, "\"10s\"", "From this age on measurements are shown as invalid; at the earliest after three rounds of the bus. While a GX device acts on the readings at most 30 s, or 60 s where a bus has `mode = \"listen\"`; a bus that is polled keeps to 30 s even then.",
     [](Config& c, const Value& v) -> Applied { c.loss.stale = v.duration; return {}; }, 1, 600},
    {"loss", "lost", Type::duration, "\"30s\"", "From this age on the pack counts as disconnected; at the earliest 20 s after `stale`. While a GX device acts on the readings at most 60 s, or 90 s where a bus has `mode = \"listen\"`.",
     [](Config& c, const Value& v) -> Applied { c.loss.lost = v.duration; return {}; }, 1, 1800},
    {"loss", "gone", Type::duration, "\"60s\"", "From this age on the pack's own service is gone; at the earliest 30 s after `lost`.",
     [](Config& c, const Value& v) -> Applied { c.loss.gone = v.duration; return {}; }, 1, 3600},

    {"loss", "on_loss", Type::text, "\"block\"", "When no pack answers any more: `\"block\"`: CCL and DCL 0. `\"hold\"`, for a house without a grid: DCL is kept for `hold_for` if the last cells were between `hold_cell_low` and `hold_cell_high`; CCL is 0 all the same.",
     [](Config& c, const Value& v) -> Applied { return check_on_loss(v.text, c.bank.charge.on_loss); }},
    {"loss", "hold_for", Type::duration, "\"30min\"", "With `on_loss = \"hold\"`.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.hold_for = v.duration; return {}; }, 10, 86400},
    {"loss", "hold_cell_low", Type::number, "3.2", "V, with `on_loss = \"hold\"`.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.hold_cell_low = v.number; return {}; }, 3, 3.4},
    {"loss", "hold_cell_high", Type::number, "3.38", "V, with `on_loss = \"hold\"`.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.hold_cell_high = v.number; return {}; }, 3.2, 3.6},
    {"loss", "bank_gone", Type::duration, "", "From this age on the service of the bank leaves, too. Not set: it stays, with limits of 0, as long as packwire runs. When it leaves, chargers that know of no BMS go on without limits.",
     [](Config& c, const Value& v) -> Applied { c.bank.bank_gone = v.duration; return {}; }, 30, 86400},

    {"bank", "exclude", Type::texts, "", "Ids of packs that are no part of the bank, such as `[\"JD2M02150860_1\"]`. They are still read and shown.",
     [](Config& c, const Value& v) -> Applied { c.bank.exclude = v.texts; return {}; }},
    {"bank", "sharing", Type::number, "0.9", "Part of what the shares of the packs allow that is offered, from two packs on: shares move with temperature and charge.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.sharing = v.number; return {}; }, 0.3, 1},
    {"bank", "share_current", Type::number, "0.1", "Part of the bank's limit above which the shares of the packs are measured. Below it they follow the capacities.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.share_current = v.number; return {}; }, 0.02, 1},
    {"bank", "share_time", Type::duration, "\"3min\"", "Time constant of the measured shares.",
     [](Config& c, const Value& v) -> Applied { c.bank.charge.share_time = v.duration; return {}; }, 10, 3600},
    {"bank", "sensor_deviation", Type::number, "20", "°C from the median of its siblings: a cell temperature sensor that stays further away is left out.",
     [](Config& c, const Value& v) -> Applied { c.bank.sensors.deviation = v.number; return {}; }, 10, 100},
    {"bank", "sensor_after", Type::duration, "\"1min\"", "How long it must stay away, and be back to count again.",
     [](Config& c, const Value& v) -> Applied { c.bank.sensors.after = v.duration; return {}; }, 10, 3600},
    {"bank", "sensor_burning", Type::number, "3", "°C a minute: a sensor that rises faster counts, whatever its siblings read.",
     [](Config& c, const Value& v) -> Applied { c.bank.sensors.burning_per_minute = v.number; return {}; }, 1, 20},
    {"bank", "frozen_load", Type::number, "5", "A: a pack that carries this and whose values do not move by one digit is frozen …",
     [](Config& c, const Value& v) -> Applied { c.bank.frozen.load = v.number; return {}; }, 0.5, 100},
    {"bank", "frozen_after", Type::duration, "\"1min\"", "… after this time (a warning), …",
     [](Config& c, const Value& v) -> Applied { c.bank.frozen.suspect_after = v.duration; return {}; }, 30, 3600},
    {"bank", "frozen_stale", Type::duration, "\"10min\"", "… and counts as stale after this.",
     [](Config& c, const Value& v) -> Applied {
         c.bank.frozen.stale_after = v.duration;
         c.bank.frozen.lost_after = v.duration + std::chrono::minutes(1);
         return {};
     }, 60, 3600},
    {"bank", "soc_rise", Type::number, "0.1", "%/s: how fast the state of charge may rise to its new value after a pack left or joined. Down is at once.",
     [](Config& c, const Value& v) -> Applied { c.bank.aggregate.soc_rise = v.number; return {}; }, 0.01, 100},
    {"bank", "soc_deviation", Type::number, "5", "%: a warning when the state of charge of a pack or the bank moves by more than this, beyond what the integrated current explains, within an hour. 5 % is more than any sound BMS corrects between its ends.",
     [](Config& c, const Value& v) -> Applied { c.bank.audit.drift.allowance = v.number; return {}; }, 1, 100},
    {"bank", "minimum_soc", Type::number, "10", "%: time to go ends here, unless the ESS says another.",
     [](Config& c, const Value& v) -> Applied { c.bank.aggregate.minimum_soc = v.number; return {}; }, 0, 90},

    {"alarms", "alarm_after", Type::duration, "\"2s\"", "So long a protection or fault must last until it is told.",
     [](Config& c, const Value& v) -> Applied { c.bank.alarms.alarm_after = v.duration; return {}; }, 0, 60},
    {"alarms", "warning_after", Type::duration, "\"5s\"", "So long a warning must last.",
     [](Config& c, const Value& v) -> Applied { c.bank.alarms.warning_after = v.duration; return {}; }, 0, 600},
    {"alarms", "release_after", Type::duration, "\"30s\"", "So long it must be over until that is told.",
     [](Config& c, const Value& v) -> Applied { c.bank.alarms.release_after = v.duration; return {}; }, 0, 3600},

    {"venus", "enabled", Type::boolean, "true", "Publish the battery.",
     [](Config& c, const Value& v) -> Applied { c.venus.enabled = v.flag; return {}; }},
    {"venus", "dbus", Type::text, "\"auto\"", "`\"session\"`, `\"system\"`, `\"off\"`, an address such as `\"unix:path=/run/bus\"`, or `\"auto\"`: session if `DBUS_SESSION_BUS_ADDRESS` is set, else system.",
     [](Config& c, const Value& v) -> Applied { return check_bus_choice(v.text, c.venus.dbus); }},
    {"venus", "product_id", Type::integer, "0xBFFE", "`/ProductId` of the battery. Ids that systemcalc treats in a special way are refused.",
     [](Config& c, const Value& v) -> Applied { return check_product_id(v.integer, c.venus.product_id); }, 1, 0xFFFF},
    {"venus", "control", Type::boolean, "true", "`false`: a monitor only, without charge limits.",
     [](Config& c, const Value& v) -> Applied { c.bank.control = v.flag; return {}; }},
    {"venus", "pack_alarms", Type::boolean, "false", "Each pack raises its alarms too, not only the bank.",
     [](Config& c, const Value& v) -> Applied { c.venus.pack_alarms = v.flag; return {}; }},
    {"venus", "compatibility", Type::text, "\"none\"", "`\"dbus-serialbattery\"`: each pack is a BMS by itself as that driver has it, for aggregators that exist; there is no bank then.",
     [](Config& c, const Value& v) -> Applied { return check_compatibility(v.text, c.venus.serialbattery); }},
    {"venus", "shunt_service", Type::text, "", "A service on that bus, such as `com.victronenergy.battery.ttyS5`, whose current and state of charge are better than the sum of the packs'.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "the name of a D-Bus service", c.venus.shunt_service); }},
    {"venus", "shunt_current_path", Type::text, "\"/Dc/0/Current\"", "Of that service; `\"\"`: not read.",
     [](Config& c, const Value& v) -> Applied { c.venus.shunt_current_path = v.text; return {}; }},
    {"venus", "shunt_soc_path", Type::text, "\"/Soc\"", "Of that service; `\"\"`: not read.",
     [](Config& c, const Value& v) -> Applied { c.venus.shunt_soc_path = v.text; return {}; }},

    {"json_lines", "path", Type::text, "", "A file to append to, or `\"-\"` for standard output. Without it there are no JSON lines.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name or \"-\"", c.json_lines.path); }},
    {"json_lines", "bank", Type::boolean, "false", "Also the bank, once a second, as a line with `\"bank\"` instead of `\"id\"`. `packwire rules --replay` can then replay rules of the bank.",
     [](Config& c, const Value& v) -> Applied { c.json_lines.bank = v.flag; return {}; }},

    {"mqtt", "url", Type::text, "", "`mqtt://user@broker:1883`, or `mqtts://` for TLS. The password comes from `MQTT_PASSWORD` or `password_file`.",
     [](Config& c, const Value& v) -> Applied { return check_mqtt_url(v.text, c.mqtt.url); }},
    {"mqtt", "homeassistant", Type::boolean, "true", "Announce devices to Home Assistant.",
     [](Config& c, const Value& v) -> Applied { c.mqtt.homeassistant = v.flag; return {}; }},
    {"mqtt", "discovery", Type::text, "\"device\"", "`\"device\"`: one message for each device. `\"single\"`: one for each entity, for Home Assistant before 2024.12.",
     [](Config& c, const Value& v) -> Applied { return check_discovery(v.text, c.mqtt.single_discovery); }},
    {"mqtt", "discovery_prefix", Type::text, "\"homeassistant\"", "As Home Assistant has it in the settings of its MQTT integration.",
     [](Config& c, const Value& v) -> Applied { return check_topic(v.text, c.mqtt.discovery_prefix); }},
    {"mqtt", "topic", Type::text, "\"packwire\"", "What all topics begin with; the site follows.",
     [](Config& c, const Value& v) -> Applied { return check_topic(v.text, c.mqtt.topic); }},
    {"mqtt", "flat", Type::boolean, "false", "Besides the JSON, a topic for each value.",
     [](Config& c, const Value& v) -> Applied { c.mqtt.flat = v.flag; return {}; }},
    {"mqtt", "dbus_mqtt_battery", Type::boolean, "false", "Besides, the bank as `venus-os_dbus-mqtt-battery` reads it, on `…/bank/dbus-mqtt-battery`: for a GX device that is not this one.",
     [](Config& c, const Value& v) -> Applied { c.mqtt.dbus_mqtt_battery = v.flag; return {}; }},
    {"mqtt", "max_age", Type::duration, "\"60s\"", "What does not change is told again after this; Home Assistant takes a value for unknown after three times as long.",
     [](Config& c, const Value& v) -> Applied { c.mqtt.max_age = v.duration; return {}; }, 5, 3600},
    {"mqtt", "password_file", Type::text, "", "A file with nothing but the password.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.mqtt.password_file); }},
    {"mqtt", "ca_file", Type::text, "", "With `mqtts://`: the certificate that the broker's is signed with. Default: those that the system trusts.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.mqtt.ca_file); }},
    {"mqtt", "cert_file", Type::text, "", "A certificate of our own, where the broker wants one; with `key_file`.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.mqtt.cert_file); }},
    {"mqtt", "key_file", Type::text, "", "Its key, without a passphrase.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.mqtt.key_file); }},

    {"web", "enabled", Type::boolean, "true", "Serve HTTP.",
     [](Config& c, const Value& v) -> Applied { c.web.enabled = v.flag; return {}; }},
    {"web", "listen", Type::text, "\"127.0.0.1:8485\"", "Address and port. Any other than loopback, such as `\"0.0.0.0:8485\"`, wants a token.",
     [](Config& c, const Value& v) -> Applied { return check_listen(v.text, c.web.listen); }},
    {"web", "token_file", Type::text, "", "A file with nothing but the token that clients must bring: 16 characters or more of `A-Za-z0-9-._~+/=`. Or the environment's `PACKWIRE_WEB_TOKEN`.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.web.token_file); }},
    {"web", "hosts", Type::texts, "", "Names that browsers may call this machine by, besides its own, such as `[\"battery.lan\"]`. Others are refused.",
     [](Config& c, const Value& v) -> Applied { c.web.hosts = v.texts; return {}; }},
    {"web", "tls_certificate", Type::text, "", "A certificate, with what it is signed by, in PEM format; with `tls_key`. Then it is https.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.web.tls_certificate); }},
    {"web", "tls_key", Type::text, "", "Its key, without a passphrase.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a file name", c.web.tls_key); }},

    {"store", "enabled", Type::boolean, "true", "Keep a history.",
     [](Config& c, const Value& v) -> Applied { c.store.enabled = v.flag; return {}; }},
    {"store", "path", Type::text, "", "An SQLite file. Default: `history.db` in `$STATE_DIRECTORY`, else in `$XDG_STATE_HOME/packwire`; where that cannot be written there is no history.",
     [](Config& c, const Value& v) -> Applied { return check_store_path(v.text, c.store.path); }},
    {"store", "raw_for", Type::duration, "\"7d\"", "How long each reading is kept.",
     [](Config& c, const Value& v) -> Applied { c.store.raw_for = v.duration; return {}; }, 86400, 36600 * 86400.0},
    {"store", "minute_for", Type::duration, "\"731d\"", "How long least, mean, greatest and last of each minute are kept.",
     [](Config& c, const Value& v) -> Applied { c.store.minute_for = v.duration; return {}; }, 86400, 36600 * 86400.0},
    {"store", "hour_for", Type::duration, "\"3653d\"", "The same of each hour.",
     [](Config& c, const Value& v) -> Applied { c.store.hour_for = v.duration; return {}; }, 86400, 36600 * 86400.0},
    {"store", "size_max", Type::text, "\"100MB\"", "When the history has grown to this, the oldest goes earlier: minutes beyond a month first, then readings beyond a day, then the rest; hours last. Events stay.",
     [](Config& c, const Value& v) -> Applied { return check_size(v.text, c.store.size_max); }},
    {"store", "interval", Type::duration, "\"1min\"", "How often what was read goes to the disk, with one fsync. So much is lost to a power cut.",
     [](Config& c, const Value& v) -> Applied { c.store.interval = v.duration; return {}; }, 1, 3600},

    {"status", "socket", Type::text, "", "The Unix socket that the daemon answers `packwire status` on, or `\"off\"`. Default: `status.sock` in `$RUNTIME_DIRECTORY`, else in `$XDG_RUNTIME_DIR/packwire`, else where state is kept.",
     [](Config& c, const Value& v) -> Applied { return check_not_empty(v.text, "a path or \"off\"", c.status.socket); }},

    {"log", "level", Type::text, "\"info\"", "`trace`, `debug`, `info`, `warn` or `error`.",
     [](Config& c, const Value& v) -> Applied { return check_log_level(v.text, c.log_level); }},
});
// clang-format on

constexpr auto key_rows = [] {
    std::array<Key, common_rows.size() + charge_rows.size() + rule_rows.size()> all{};
    auto* end = std::ranges::copy(common_rows, all.begin()).out;
    end = std::ranges::copy(charge_rows, end).out;
    std::ranges::copy(rule_rows, end);
    return all;
}();

}  // namespace

std::string_view name(Type type) {
    switch (type) {
        case Type::text:
            return "text";
        case Type::integer:
            return "whole number";
        case Type::number:
            return "number";
        case Type::boolean:
            return "true or false";
        case Type::duration:
            return "duration";
        case Type::interval:
            return "duration or \"max\"";
        case Type::baud:
            return "number or \"auto\"";
        case Type::addresses:
            return "list or \"auto\"";
        case Type::curve:
            return "list of [at, part]";
        case Type::texts:
            return "list of text";
    }
    return "";
}

std::span<const Section> sections() {
    return section_rows;
}

std::span<const Key> keys() {
    return key_rows;
}

const Section* find_section(std::string_view name) {
    const auto* const found = std::ranges::find(section_rows, name, &Section::name);
    return found == section_rows.end() ? nullptr : &*found;
}

const Key* find_key(std::string_view section, std::string_view name) {
    const auto* const found = std::ranges::find_if(
        key_rows, [&](const Key& key) { return key.section == section && key.name == name; });
    return found == key_rows.end() ? nullptr : &*found;
}

std::string full_name(std::string_view section, std::string_view key) {
    if (section.empty()) return std::string(key);
    const auto* known = find_section(section);
    const bool doubled = known != nullptr && repeats(*known);
    return fmt::format("{}{}{}{}{}", doubled ? "[[" : "[", section, doubled ? "]]" : "]",
                       key.empty() ? "" : " ", key);
}

}  // namespace packwire::app
