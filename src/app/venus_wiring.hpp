// SPDX-License-Identifier: MIT
/// What the Venus sink hears and wishes, to the keeper of the bank.
#pragma once

#include "app/config.hpp"
#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "sink/venus/options.hpp"

namespace packwire::app {

/// Of `[venus]`; the hooks hold `daemon` and `bank`, which outlive the sink.
[[nodiscard]] sink::venus::Options venus_options(const Config& config, Daemon& daemon, DaemonBank& bank);

}  // namespace packwire::app
