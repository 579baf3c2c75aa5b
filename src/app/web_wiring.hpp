// SPDX-License-Identifier: MIT
/// What the web server is told, and what it asks the daemon for.
#pragma once

#include "app/config.hpp"
#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "sink/web/options.hpp"

namespace packwire::app {

/// Of `[web]` and the environment's PACKWIRE_WEB_TOKEN; the hooks hold `daemon`, `bank` and `time`, which
/// outlive the sink. `desk`: the history, null where there is none. Errors: bad_config, for a token that
/// cannot be read or is none, and for files of TLS that cannot be used.
[[nodiscard]] Result<sink::web::Options> web_options(const Config& config, const Daemon& daemon,
                                                     const DaemonBank& bank, bus::Time& time,
                                                     store::Desk* desk);

}  // namespace packwire::app
