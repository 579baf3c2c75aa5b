// SPDX-License-Identifier: MIT
/// Opens a port by its URL: the part of libpackwire-dev that stands on Boost.Asio links, too.
#include <boost/asio/io_context.hpp>
#include <cstdio>

#include "bus/port.hpp"
#include "bus/timer.hpp"

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const auto url = packwire::bus::parse_port_url(argv[1]);
    if (!url) {
        std::fprintf(stderr, "%s\n", url.error().where.c_str());
        return 1;
    }
    boost::asio::io_context loop(1);
    packwire::bus::LoopTime time(loop.get_executor());
    const auto port = packwire::bus::make_port(*url, 19200, time, loop.get_executor());
    std::puts(port ? "a port" : "no port");
}
