// SPDX-License-Identifier: MIT
#include "app/mqtt_wiring.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace packwire::app {

namespace {

using bank::Requests;

/// A wish that is in force from the next step on.
sink::mqtt::Switch wish(DaemonBank& bank, bus::Time& time, bool Requests::* which, std::string_view name) {
    sink::mqtt::Switch offered;
    offered.set = [&bank, &time, which, name](bool on) {
        auto wanted = bank.keeper().requests();
        if (wanted.*which == on) return true;
        wanted.*which = on;
        bank.keeper().request(wanted, time.now());
        bank.changed();
        spdlog::warn("bank: {} was switched {} by MQTT", name, on ? "on" : "off");
        return true;
    };
    offered.is_on = [&bank, which] { return bank.keeper().requests().*which; };
    return offered;
}

std::optional<sink::mqtt::LineQuality> quality(const Daemon& daemon, const std::string& id) {
    for (const auto* pack : daemon.book().packs()) {
        const auto& who = pack->snapshot.identity;
        if (who.id != id) continue;
        for (const auto& bus : daemon.buses()) {
            const auto found = bus.packs.find(who.address);
            if (bus.port != who.bus || found == bus.packs.end()) continue;
            const auto& [counters, first_character, exchange] = found->second;
            sink::mqtt::LineQuality line;
            line.exchanges = counters.exchanges;
            line.retries = counters.retries;
            line.timeouts = counters.of(Errc::timeout);
            for (const auto code : {Errc::bad_hex, Errc::bad_length_checksum, Errc::bad_length,
                                    Errc::bad_checksum, Errc::too_short, Errc::bad_end})
                line.damaged += counters.of(code);
            if (exchange.count() > 0)
                line.answer_time = std::chrono::duration<double, std::milli>(exchange.quantile(0.5)).count();
            return line;
        }
    }
    return std::nullopt;
}

}  // namespace

sink::mqtt::Options mqtt_options(const Config& config, const Daemon& daemon, DaemonBank& bank,
                                 bus::Time& time) {
    const auto& mqtt = config.mqtt;
    sink::mqtt::Options options;
    if (auto broker = sink::mqtt::parse_broker(mqtt.url)) options.broker = std::move(*broker);
    const auto* password = std::getenv("MQTT_PASSWORD");  // NOLINT(concurrency-mt-unsafe): before threads
    if (password != nullptr) options.broker.password = password;
    options.broker.password_file = mqtt.password_file;
    options.broker.ca_file = mqtt.ca_file;
    options.broker.cert_file = mqtt.cert_file;
    options.broker.key_file = mqtt.key_file;
    options.site = config.site;
    options.base = mqtt.topic;
    options.flat = mqtt.flat;
    options.dbus_mqtt_battery = mqtt.dbus_mqtt_battery;
    options.max_age = mqtt.max_age;
    options.discovery_prefix = mqtt.discovery_prefix;
    using sink::mqtt::Discovery;
    options.discovery = !mqtt.homeassistant     ? Discovery::off
                        : mqtt.single_discovery ? Discovery::single
                                                : Discovery::device;
    options.line_quality = [&daemon](const std::string& id) { return quality(daemon, id); };
    if (!config.bank.control) return options;
    options.switches["force_charging_off"] = wish(bank, time, &Requests::charging_off, "charging off");
    options.switches["force_discharging_off"] =
        wish(bank, time, &Requests::discharging_off, "discharging off");
    options.switches["full_charge"] = wish(bank, time, &Requests::full_charge_now, "full charge now");
    return options;
}

}  // namespace packwire::app
