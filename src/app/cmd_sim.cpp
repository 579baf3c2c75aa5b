// SPDX-License-Identifier: MIT
/// packwire sim: simulated packs on a pseudo-terminal or a TCP port, until interrupted. Exit 2 for options
/// that make no sense, 1 when the line cannot be made or ends.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>

#include "app/commands.hpp"
#include "app/session.hpp"
#include "sim/simulator.hpp"

namespace packwire::app {

namespace {

sim::SimOptions simulator_options(const SimOptions& options) {
    sim::SimOptions wanted;
    wanted.model = *sim::find_model(options.model.value_or(std::string(wanted.model.name)));
    wanted.model.data_flag = wanted.model.data_flag && options.data_flag;
    wanted.packs = options.packs.value_or(1);
    wanted.addresses = options.addresses;
    wanted.baud = options.baud;
    wanted.latency = options.latency;
    wanted.link = options.link;
    wanted.listen = options.listen;
    wanted.replay = options.replay;
    wanted.faults = options.faults;
    wanted.control_file = options.control;
    wanted.control_socket = options.control_socket;
    wanted.history = options.history;
    wanted.master = options.master;
    sim::take_after(wanted.pack, wanted.model);
    wanted.pack.cells = options.cells.value_or(wanted.pack.cells);
    wanted.pack.sensors = options.sensors.value_or(wanted.pack.sensors);
    wanted.pack.capacity_ah = options.capacity_ah.value_or(wanted.pack.capacity_ah);
    wanted.pack.soc_percent = options.soc;
    wanted.pack.profile = options.current_a ? sim::Profile::fixed : sim::Profile::day;
    wanted.pack.current_a = options.current_a.value_or(0);
    wanted.pack.seed = options.seed;
    return wanted;
}

bus::Task<int> serve(sim::Simulator& simulator, Streams io) {
    const auto ended = co_await simulator.run();
    if (ended) co_return Exit::done;
    io.err << fmt::format("packwire sim: {}\n", to_string(ended.error()));
    co_return Exit::failed;
}

}  // namespace

int run(const SimOptions& options, Streams io) {
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    auto say = [&io](std::string_view line) {
        io.err << fmt::format("packwire sim: {}\n", line) << std::flush;
    };
    sim::Simulator simulator(simulator_options(options), time, loop.get_executor(), say);
    const auto ready = simulator.open();
    if (!ready) {
        io.err << fmt::format("packwire sim: {}\n", to_string(ready.error()));
        return ready.error().code == Errc::usage ? Exit::wrong_use : Exit::failed;
    }
    const auto where = ready->link.value_or(ready->url).string();
    io.out << fmt::format("{} pack(s) at address {} on {}{}\n", ready->addresses.size(),
                          fmt::join(ready->addresses, ", "), where,
                          options.master ? ", polled by a master at address 0" : "")
           << std::flush;
    return run_to_end(loop, serve(simulator, io), Exit::done);
}

}  // namespace packwire::app
