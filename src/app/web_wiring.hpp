// SPDX-License-Identifier: MIT
/// What the web server is told, and what it asks the daemon for.
#pragma once

#include "app/config.hpp"
#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "sink/web/options.hpp"
#include "sink/web/web_sink.hpp"

namespace packwire::app {

/// Of `[web]` and the environment's PACKWIRE_WEB_TOKEN; the hooks hold `daemon`, `bank` and `time`, which
/// outlive the sink. `desk`: the history, null where there is none. Errors: bad_config, for a token that
/// cannot be read or is none, and for files of TLS that cannot be used.
[[nodiscard]] Result<sink::web::Options> web_options(const Config& config, Daemon& daemon,
                                                     const DaemonBank& bank, bus::Time& time,
                                                     store::Desk* desk);

/// The sink, which hears of events from `desk` as they are recorded. Errors: those of web_options().
[[nodiscard]] Result<std::unique_ptr<sink::web::WebSink>> make_web_sink(
    const Config& config, Daemon& daemon, const DaemonBank& bank, bus::Time& time,
    const bus::asio::any_io_executor& executor, store::Desk* desk);

}  // namespace packwire::app
