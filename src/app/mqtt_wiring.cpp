// SPDX-License-Identifier: MIT
#include "app/mqtt_wiring.hpp"

#include <spdlog/spdlog.h>

#include <cstdlib>

namespace packwire::app {

namespace {

sink::mqtt::Switch grant(DaemonBank& bank, const Wish& wish) {
    sink::mqtt::Switch offered;
    offered.set = [&bank, &wish](bool on) {
        bank.wish(wish, on, "by MQTT");
        return true;
    };
    offered.is_on = [&bank, &wish] { return bank.keeper().requests().*wish.which; };
    return offered;
}

sink::mqtt::LineQuality quality_of(const bus::PackStatistics& statistics) {
    const auto& [counters, first_character, exchange] = statistics;
    sink::mqtt::LineQuality line;
    line.exchanges = counters.exchanges;
    line.retries = counters.retries;
    line.timeouts = counters.of(Errc::timeout);
    for (const auto code : {Errc::bad_hex, Errc::bad_length_checksum, Errc::bad_length, Errc::bad_checksum,
                            Errc::too_short, Errc::bad_end})
        line.damaged += counters.of(code);
    if (exchange.count() > 0)
        line.answer_time = std::chrono::duration<double, std::milli>(exchange.quantile(0.5)).count();
    return line;
}

std::optional<sink::mqtt::LineQuality> quality(const Daemon& daemon, const std::string& id) {
    for (const auto* pack : daemon.book().packs()) {
        const auto& who = pack->snapshot.identity;
        if (who.id != id) continue;
        const auto statistics = daemon.statistics_of(who.bus, who.address);
        return statistics ? std::optional(quality_of(*statistics)) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

sink::mqtt::Options mqtt_options(const Config& config, Daemon& daemon, DaemonBank& bank) {
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
    const auto form = mqtt.single_discovery ? Discovery::single : Discovery::device;
    options.discovery = mqtt.homeassistant ? form : Discovery::off;
    options.on_retained_totals = [&bank](const auto& totals) { bank.on_retained(totals); };
    options.refresh_ages = [&daemon] { daemon.refresh_ages(); };
    options.line_quality = [&daemon](const std::string& id) { return quality(daemon, id); };
    if (!config.bank.control) return options;
    options.switches["force_charging_off"] = grant(bank, charging_off);
    options.switches["force_discharging_off"] = grant(bank, discharging_off);
    options.switches["full_charge"] = grant(bank, full_charge_now);
    return options;
}

}  // namespace packwire::app
