// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <iostream>

#include "app/cli.hpp"
#include "app/commands.hpp"
#include "app/output.hpp"

int main(int argc, char** argv) {
    using namespace packwire::app;
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    const Streams io{std::cin, std::cout, std::cerr, wants_colour(STDOUT_FILENO),
                     ::isatty(STDOUT_FILENO) == 1};
    try {
        const auto command = parse_command_line({argv + (argc > 0 ? 1 : 0), argv + argc});
        if (!command) {
            (command.error().code == 0 ? io.out : io.err) << command.error().text << std::flush;
            return command.error().code;
        }
        const int code = std::visit([&](const auto& options) { return run(options, io); }, *command);
        io.out.flush();
        if (io.out.good() || code != Exit::done) return code;
        io.err << "packwire: the output could not be written\n";
    } catch (const std::exception& error) {
        io.err << fmt::format("packwire: {}\n", error.what());
    }
    return Exit::failed;
}
