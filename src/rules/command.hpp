// SPDX-License-Identifier: MIT
/// Programs of the user's: started without a shell, watched by the loop, ended when they take too long.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bus/offload.hpp"
#include "bus/timer.hpp"

namespace packwire::rules {

struct CommandCall {
    std::vector<std::string> arguments;    ///< the program, found in PATH, and its arguments
    std::vector<std::string> environment;  ///< "NAME=value"; all that it gets besides PATH, HOME, LANG, TZ
    Duration timeout{};
};

/// Starts it on `offload`, in a process group of its own, without input and without output but standard
/// error. `done` is called on the loop when it has ended. One that takes longer than its timeout is asked to
/// end (SIGTERM), and a second later made to (SIGKILL), with its group. Errors: io (cannot be started, exit
/// code, signal), timeout.
void run_command(CommandCall call, bus::Time& time, const bus::asio::any_io_executor& executor,
                 bus::Offload& offload, std::function<void(const Result<void>&)> done);

}  // namespace packwire::rules
