// SPDX-License-Identifier: MIT
#include "app/supervisor.hpp"

#include <systemd/sd-daemon.h>

namespace packwire::app {

void Supervisor::ready(const std::string& status) {
    static_cast<void>(::sd_notifyf(0, "READY=1\nSTATUS=%s", status.c_str()));
}

void Supervisor::alive() {
    static_cast<void>(::sd_notify(0, "WATCHDOG=1"));
}

void Supervisor::stopping() {
    static_cast<void>(::sd_notify(0, "STOPPING=1"));
}

}  // namespace packwire::app
