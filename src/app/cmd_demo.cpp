// SPDX-License-Identifier: MIT
/// packwire demo: a simulated bank on a simulated line, the daemon, and a live table. No hardware, no server,
/// no root.
#include <fmt/format.h>

#include <cstdlib>
#include <ostream>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/live_table.hpp"
#include "app/logging.hpp"
#include "app/session.hpp"
#include "app/venus_wiring.hpp"
#include "sim/simulator.hpp"
#include "sink/venus/venus_sink.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view site = "demo";

sim::SimOptions simulated_bank(const DemoOptions& options) {
    sim::SimOptions bank;
    bank.packs = options.packs;
    bank.pack.profile = sim::Profile::day;
    bank.pack.seed = options.seed;
    bank.pack.soc_percent = 72;
    bank.soc_step = 3;
    return bank;
}

/// On the session's bus only: a demonstration has no business on the system's.
bool has_session_bus() {
    return std::getenv("DBUS_SESSION_BUS_ADDRESS") != nullptr;
}

std::string heading(const DemoOptions& options, const std::string& port) {
    return fmt::format("packwire demo: {} simulated pack(s) on {} at 19200 baud, polled every second. {}\n",
                       options.packs, port,
                       has_session_bus()
                           ? "On D-Bus: busctl --user tree com.victronenergy.battery.packwire_demo."
                           : "No session bus, so no D-Bus; dbus-run-session has one.");
}

bus::Task<void> serve(sim::Simulator& simulator, std::optional<Error>& failure) {
    const auto ended = co_await simulator.run();
    if (!ended) failure = ended.error();
}

void add_bus(Daemon& daemon, const sim::Ready& ready) {
    BusPlan plan;
    plan.name = ready.url;
    plan.url.path = ready.url;
    plan.bauds = {19200};
    plan.addresses = ready.addresses;
    plan.dialect = dialect::find("daren");
    daemon.add_bus(std::move(plan));
}

}  // namespace

int run(const DemoOptions& options, Streams io) {
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    start_logging(io.terminal ? "off" : "warn");
    sim::Simulator simulator(simulated_bank(options), time, loop.get_executor());
    const auto ready = simulator.open();
    if (!ready) {
        io.err << fmt::format("packwire demo: {}\n", to_string(ready.error()));
        return Exit::failed;
    }
    const auto title = heading(options, ready->url);
    if (!io.terminal) io.out << title << std::flush;

    bus::Offload offload(loop.get_executor());
    Daemon daemon(time, loop.get_executor(), bank::LossTimes{});
    bank::KeeperSettings settings;
    settings.site = site;
    for (const auto address : ready->addresses) settings.expected.push_back({ready->url, address});
    DaemonBank bank(std::move(settings), {}, daemon.book(), time, offload);
    daemon.set_bank(bank);
    auto footer = [&] {
        return io.terminal ? fmt::format("\n{}{}Ctrl-C ends it.\n", line_quality(daemon), title)
                           : std::string("\n");
    };
    daemon.add_sink(std::make_unique<LiveTable>(io, time, std::chrono::seconds(1), footer));
    if (has_session_bus()) {
        Config config;
        config.site = site;
        config.venus.dbus = "session";
        auto venus = venus_options(config, bank, time);
        daemon.add_sink(
            std::make_unique<sink::venus::VenusSink>(venus, time, loop.get_executor(), sink_log()));
    }
    add_bus(daemon, *ready);
    std::optional<Error> failure;
    daemon.spawn(serve(simulator, failure));
    daemon.start();
    const int code = run_to_end(loop, live_for(daemon, time, options.duration), Exit::done);
    if (!failure) return code;
    io.err << fmt::format("packwire demo: {}\n", to_string(*failure));
    return Exit::failed;
}

}  // namespace packwire::app
