// SPDX-License-Identifier: MIT
/// packwire watch: a live table of the packs on one line, until interrupted.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <ostream>

#include "app/commands.hpp"
#include "app/daemon.hpp"
#include "app/live_table.hpp"
#include "app/logging.hpp"
#include "app/session.hpp"

namespace packwire::app {

int run(const WatchOptions& options, Streams io) {
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    // Each line of the log would tear the table; what matters stands in it.
    start_logging(io.terminal ? "off" : "warn");
    Daemon daemon(time, loop.get_executor(), bank::LossTimes{}, false);
    daemon.add_sink(
        std::make_unique<LiveTable>(io, time, options.interval, [&daemon] { return line_quality(daemon); }));
    const auto url = bus::parse_port_url(options.line.port).value();
    BusPlan plan;
    plan.url = url;
    plan.name = options.line.port;
    plan.addresses = options.addresses;
    plan.interval = options.interval;
    plan.dialect = dialect::find(options.line.dialect);
    const auto baud = wanted_baud(url, options.line.baud, Unsaid::usual, *plan.dialect);
    plan.bauds = bauds_to_try(url, baud, *plan.dialect);
    daemon.add_bus(std::move(plan));
    daemon.start();
    return run_to_end(loop, live_for(daemon, time, options.duration), Exit::done);
}

}  // namespace packwire::app
