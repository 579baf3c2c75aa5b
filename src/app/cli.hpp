// SPDX-License-Identifier: MIT
/// The command line: arguments to plain values, or to words and an exit code.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "app/options.hpp"

namespace packwire::app {

/// Nothing to run: help or version with exit code 0, for standard output; else one line for standard error.
struct Stop {
    int code = 0;
    std::string text;
};

/// `arguments` without the name of the program.
[[nodiscard]] std::expected<Command, Stop> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace packwire::app
