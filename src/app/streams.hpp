// SPDX-License-Identifier: MIT
/// What a command talks to; given from outside, so that a command runs without a process.
#pragma once

#include <cstdint>
#include <iosfwd>

namespace packwire::app {

/// What a command gives back to the shell.
enum Exit : std::uint8_t {
    done = 0,
    failed = 1,     ///< the work failed
    wrong_use = 2,  ///< wrong use, or a bad configuration
};

struct Streams {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool colour = false;    ///< `out` is a terminal, and nobody objects to colour
    bool terminal = false;  ///< `out` is a terminal
};

}  // namespace packwire::app
