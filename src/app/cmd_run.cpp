// SPDX-License-Identifier: MIT
/// packwire run: the daemon. Exit 2 for a configuration that cannot be used, 0 when told to stop.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <ostream>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/config_checks.hpp"
#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "app/lifeline.hpp"
#include "app/logging.hpp"
#include "app/mqtt_wiring.hpp"
#include "app/places.hpp"
#include "app/rules_wiring.hpp"
#include "app/session.hpp"
#include "app/status_server.hpp"
#include "app/store_wiring.hpp"
#include "app/supervisor.hpp"
#include "app/venus_wiring.hpp"
#include "app/web_wiring.hpp"
#include "sink/json_lines/json_lines.hpp"
#include "sink/mqtt/mqtt_sink.hpp"
#include "sink/venus/venus_sink.hpp"

namespace packwire::app {

namespace {

/// Where a sink may keep its state; empty when it cannot: it then says what that means.
std::filesystem::path state_file(std::string_view name) {
    const auto directory = state_directory();
    if (directory.empty()) return {};
    std::error_code ignored;  // the sink says that it cannot write, and what that means
    std::filesystem::create_directories(directory, ignored);
    return directory / name;
}

/// `said`: an address, or "off".
Result<void> set_web(const std::string& said, WebConfig& web) {
    web.enabled = said != "off";
    if (!web.enabled) return {};
    auto good = check_listen(said, web.listen);
    if (good) good = check_token(web);
    return good ? good : fail(good.error().code, "--web: " + good.error().where);
}

/// The file, or what the command line says instead of one; the command line rules.
Result<Config> configuration(const RunOptions& options) {
    auto config = options.config ? load_config(*options.config) : Result<Config>(default_config());
    if (!config) return config;
    if (options.port) {
        BusConfig bus;
        bus.port = *options.port;
        const auto url = bus::parse_port_url(bus.port);
        if (!url) return std::unexpected(url.error());
        bus.dialect = options.dialect;
        bus.baud = wanted_baud(*url, options.baud, Unsaid::usual, *dialect::find(options.dialect));
        bus.addresses = options.addresses;
        config->buses = {std::move(bus)};
    }
    if (config->buses.empty()) {
        return fail(Errc::bad_config, "no bus: give a [[bus]] with a port in the file, or --port");
    }
    if (options.venus) config->venus.enabled = *options.venus != "off";
    if (options.venus && *options.venus != "off") config->venus.dbus = *options.venus;
    if (options.store) config->store.enabled = *options.store != "off";
    if (options.store && *options.store != "off") config->store.path = *options.store;
    if (options.web) {
        if (auto set = set_web(*options.web, config->web); !set) return std::unexpected(set.error());
    }
    if (options.json_lines) config->json_lines.path = *options.json_lines;
    if (options.log_level) config->log_level = *options.log_level;
    if (options.socket) config->status.socket = *options.socket;
    return config;
}

Result<BusPlan> bus_plan(const BusConfig& bus) {
    const auto url = bus::parse_port_url(bus.port);
    if (!url) return std::unexpected(url.error());
    BusPlan plan;
    plan.url = *url;
    plan.name = bus.port;
    plan.addresses = bus.addresses;
    plan.interval = bus.interval;
    plan.dialect = dialect::find(bus.dialect);
    const auto baud = wanted_baud(*url, bus.baud, Unsaid::probe, *plan.dialect);
    plan.bauds = bauds_to_try(*url, baud, *plan.dialect);
    plan.listen = bus.mode == BusMode::listen;
    plan.identity_wait = bus.identity_wait;
    plan.yield_to_masters = bus.on_foreign_master == OnForeignMaster::silent;
    return plan;
}

/// Configured places, if all are; a bus that looks for packs has to go by those of the last run.
std::vector<bank::Place> expected_packs(const Config& config) {
    std::vector<bank::Place> places;
    for (const auto& bus : config.buses) {
        if (bus.addresses.empty()) return {};
        for (const auto address : bus.addresses) places.push_back({.bus = bus.port, .address = address});
    }
    return places;
}

bank::KeeperSettings keeper_settings(const Config& config) {
    auto settings = config.bank;
    settings.site = config.site;
    settings.expected = expected_packs(config);
    return settings;
}

void add_sinks(Daemon& daemon, DaemonBank& bank, const Config& config, bus::Time& time,
               const bus::asio::any_io_executor& executor, bus::Offload& offload) {
    if (config.venus.enabled) {
        auto options = venus_options(config, daemon, bank);
        options.state_file = state_file("venus");
        options.offload = &offload;
        daemon.add_sink(
            std::make_unique<sink::venus::VenusSink>(std::move(options), time, executor, sink_log()));
    }
    if (!config.json_lines.path.empty()) {
        daemon.add_sink(std::make_unique<sink::json_lines::JsonLinesSink>(
            config.json_lines.path, time, sink_log(), config.json_lines.bank));
    }
}

/// Before the sinks: at the end rules tell their last while there is still somebody to tell it.
void add_rules(Daemon& daemon, StatusServer& status, const Config& config, bus::Time& time,
               const bus::asio::any_io_executor& executor, bus::Offload& offload, sink::mqtt::MqttSink* mqtt,
               StoreSink* store) {
    if (config.rules.empty()) return;
    rules::Publish publish;
    if (mqtt != nullptr) {
        publish = [mqtt](const auto& topic, const auto& payload, bool retain) {
            return mqtt->publish(topic, payload, retain);
        };
    }
    auto options = rules_options(config, state_file("rules"), std::move(publish));
    if (store != nullptr) {
        options.happened = [store](const auto& rule, int level, const auto& text) {
            store->rule_happened(rule, level, text);
        };
    }
    auto rules = std::make_unique<RulesSink>(std::move(options), time, executor, offload);
    status.set_rules(rules->runner());
    daemon.add_sink(std::move(rules));
}

/// Null: there is none, and the log says why.
std::unique_ptr<StoreSink> history(const Config& config, bus::Time& time,
                                   const bus::asio::any_io_executor& executor) {
    if (!config.store.enabled) return nullptr;
    const auto file = history_file(config.store);
    if (file.empty()) {
        spdlog::warn(
            "history: no place for it: neither [store] path nor STATE_DIRECTORY; nothing is recorded");
        return nullptr;
    }
    return std::make_unique<StoreSink>(config.store, file, time, executor);
}

int serve(const Config& config) {
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    bus::Offload offload(loop.get_executor());
    Daemon daemon(time, loop.get_executor(), config.loss, gx_acts_on(config));
    DaemonBank bank(keeper_settings(config), state_file("bank"), daemon.book(), time, offload);
    daemon.set_bank(bank);
    StatusServer status(daemon, time, loop.get_executor(), config.status.socket);
    std::unique_ptr<sink::mqtt::MqttSink> mqtt;
    if (!config.mqtt.url.empty()) {
        mqtt = std::make_unique<sink::mqtt::MqttSink>(mqtt_options(config, daemon, bank), time,
                                                      loop.get_executor(), offload, sink_log());
    }
    auto store = history(config, time, loop.get_executor());
    auto* const desk = store ? &store->desk() : nullptr;
    bank.recover_totals(desk, mqtt != nullptr);
    add_rules(daemon, status, config, time, loop.get_executor(), offload, mqtt.get(), store.get());
    if (store) daemon.add_sink(std::move(store));
    add_sinks(daemon, bank, config, time, loop.get_executor(), offload);
    if (mqtt) daemon.add_sink(std::move(mqtt));
    if (config.web.enabled) {
        auto web = make_web_sink(config, daemon, bank, time, loop.get_executor(), desk);
        if (!web) {
            spdlog::error("{}", to_string(web.error()));
            return Exit::wrong_use;
        }
        daemon.add_sink(std::move(*web));
    }
    for (const auto& bus : config.buses) {
        auto plan = bus_plan(bus);
        if (!plan) {
            spdlog::error("{}", to_string(plan.error()));
            return Exit::wrong_use;
        }
        plan->known = bank.known_on(plan->name);
        daemon.add_bus(std::move(*plan));
    }
    spdlog::info("packwire {}: {} bus(es)", PACKWIRE_VERSION, config.buses.size());
    Lifeline lifeline(
        time, [&daemon] { return daemon.progresses(); }, Lifeline::default_patience, &Supervisor::alive);
    daemon.spawn(lifeline.run());
    daemon.start();
    status.start();
    Supervisor::ready(fmt::format("polling {} bus(es)", config.buses.size()));
    const int code = run_to_end(loop, live_for(daemon, time, std::nullopt), Exit::done);
    Supervisor::stopping();
    spdlog::info("stopped");
    return code;
}

}  // namespace

int run(const RunOptions& options, Streams io) {
    const auto config = configuration(options);
    if (!config) {
        io.err << fmt::format("packwire run: {}\n", to_string(config.error()));
        return Exit::wrong_use;
    }
    start_logging(config->log_level);
    for (const auto& warning : config->warnings) spdlog::warn("{}", warning);
    return serve(*config);
}

}  // namespace packwire::app
