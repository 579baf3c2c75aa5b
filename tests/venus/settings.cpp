// SPDX-License-Identifier: MIT
/// settings ADDRESS: com.victronenergy.settings on that bus until it is killed. What the stand-in GX of
/// life.sh needs besides packwire: without settings, names wait for them.
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "sink/fake_settings.hpp"

int main(int argc, char** argv) try {
    if (argc != 2) {
        std::cerr << "usage: settings ADDRESS\n";
        return 2;
    }
    boost::asio::io_context loop;
    const auto work = boost::asio::make_work_guard(loop);
    packwire::test::FakeSettings settings(loop, argv[1]);
    settings.start();
    loop.run();
    return EXIT_SUCCESS;
} catch (const std::exception& error) {
    std::cerr << "settings: " << error.what() << '\n';
    return EXIT_FAILURE;
}
