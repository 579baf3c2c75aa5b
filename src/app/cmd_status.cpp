// SPDX-License-Identifier: MIT
/// packwire status: how a running daemon is doing. Exit 1 when none answers.
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <ostream>

#include "app/commands.hpp"
#include "app/session.hpp"
#include "app/status_client.hpp"
#include "app/status_table.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono_literals;

constexpr Duration every = 1s;
constexpr std::string_view clear_screen = "\033[H\033[2J";

int show(const StatusOptions& options, Streams io) {
    auto shown = ask_status(options.socket);
    if (shown && options.format == Format::table) shown = status_table(*shown, io.colour);
    if (!shown) {
        io.err << fmt::format("packwire status: {}\n", to_string(shown.error()));
        return Exit::failed;
    }
    if (options.watch && io.terminal && options.format == Format::table) io.out << clear_screen;
    io.out << *shown << std::flush;
    return Exit::done;
}

/// A daemon that goes away ends it.
bus::Task<int> watch(const StatusOptions& options, Streams io, bus::Time& time) {
    const auto timer = time.timer();
    int code = show(options, io);
    while (code == Exit::done) {
        co_await timer->wait_until(time.now() + every);
        code = show(options, io);
    }
    co_return code;
}

}  // namespace

int run(const StatusOptions& options, Streams io) {
    if (!options.watch) return show(options, io);
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    return run_to_end(loop, watch(options, io, time), Exit::done);
}

}  // namespace packwire::app
