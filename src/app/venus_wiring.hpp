// SPDX-License-Identifier: MIT
/// What the Venus sink hears and wishes, to the keeper of the bank.
#pragma once

#include "app/config.hpp"
#include "app/daemon_bank.hpp"
#include "sink/venus/options.hpp"

namespace packwire::app {

/// Of `[venus]`; the hooks hold `bank` and `time`, which outlive the sink.
[[nodiscard]] sink::venus::Options venus_options(const Config& config, DaemonBank& bank, bus::Time& time);

}  // namespace packwire::app
