// SPDX-License-Identifier: MIT
/// Everything on the bus that is not ours, over one connection.
#pragma once

#include <optional>
#include <string>

#include "sink/venus/bms_watch.hpp"
#include "sink/venus/settings_client.hpp"
#include "sink/venus/shunt_watch.hpp"
#include "sink/venus/system_watch.hpp"

namespace packwire::sink::venus {

/// Lives as long as its connection; a new one finds out everything again.
class Neighbours {
public:
    struct Setup {
        std::string dbus;
        TimePoint settings_until{};  ///< as SettingsClient
        ShuntPath shunt;
        bool watch_bms = true;
        std::string last_ruler;  ///< as BmsWatch
        SettingsClient::Hooks settings;
        SystemWatch::Hooks system;
        BmsWatch::Hooks bms;
        ShuntWatch::Hooks on_shunt;
        std::function<void(const std::string&)> on_broken;
    };
    /// Throws std::exception when the bus cannot be reached.
    Neighbours(Setup setup, const Clock& clock, const asio::any_io_executor& executor, const Log& log);

    [[nodiscard]] SettingsClient& settings() { return settings_; }
    /// Is it known whether another service gives the limits?
    [[nodiscard]] bool knows_bmses() const { return !bms_ || bms_->looked(); }
    /// Does what is due; gives the time when something is due again.
    [[nodiscard]] TimePoint step();

private:
    BusClient bus_;
    SettingsClient settings_;
    SystemWatch system_;
    std::optional<BmsWatch> bms_;
    std::optional<ShuntWatch> shunt_;
};

}  // namespace packwire::sink::venus
