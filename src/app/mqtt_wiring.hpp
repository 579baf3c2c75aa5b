// SPDX-License-Identifier: MIT
/// What the MQTT sink is told, and what it hears for the keeper of the bank.
#pragma once

#include "app/config.hpp"
#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "sink/mqtt/options.hpp"

namespace packwire::app {

/// Of `[mqtt]`, whose url is set and was checked, and the environment's MQTT_PASSWORD; the hooks hold
/// `daemon` and `bank`, which outlive the sink.
[[nodiscard]] sink::mqtt::Options mqtt_options(const Config& config, Daemon& daemon, DaemonBank& bank);

}  // namespace packwire::app
