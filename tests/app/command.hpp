// SPDX-License-Identifier: MIT
/// Runs a command line without a process.
#pragma once

#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "app/cli.hpp"
#include "app/commands.hpp"

namespace packwire::test {

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;
};

inline Outcome command(const std::vector<std::string>& arguments, const std::string& input = "") {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    const auto parsed = app::parse_command_line(arguments);
    if (!parsed) {
        const auto& stop = parsed.error();
        return {stop.code, stop.code == 0 ? stop.text : "", stop.code == 0 ? "" : stop.text};
    }
    const app::Streams io{in, out, err};
    const int code = std::visit([&](const auto& options) { return app::run(options, io); }, *parsed);
    return {code, out.str(), err.str()};
}

}  // namespace packwire::test
