// SPDX-License-Identifier: MIT
/// Whoever started the daemon and wants to know how it is: systemd, when the unit says Type=notify.
#pragma once

#include <string>

namespace packwire::app {

/// Nothing happens where nobody listens ($NOTIFY_SOCKET). Source: sd_notify(3).
class Supervisor {
public:
    /// The configuration was good, and polling begins. `status` is for people.
    static void ready(const std::string& status);
    /// The loop runs and every poll loop does what it should; feeds WatchdogSec.
    static void alive();
    static void stopping();
};

}  // namespace packwire::app
