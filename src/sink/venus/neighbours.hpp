// SPDX-License-Identifier: MIT
/// Everything on the bus that is not ours, over one connection.
#pragma once

#include <optional>
#include <string>

#include "sink/venus/settings_client.hpp"
#include "sink/venus/watches.hpp"

namespace packwire::sink::venus {

/// Lives as long as its connection; a new one finds out everything again.
class Neighbours {
public:
    struct Setup {
        std::string dbus;
        TimePoint settings_until{};  ///< as SettingsClient
        ShuntPath shunt;
        bool watch_bms = true;
        SettingsClient::Hooks settings;
        BmsWatch::Hooks bms;
        std::function<void(const Shunt&)> on_shunt;
        std::function<void(const std::string&)> on_broken;
    };
    /// Throws std::exception when the bus cannot be reached.
    Neighbours(Setup setup, const Clock& clock, const asio::any_io_executor& executor, const Log& log);

    [[nodiscard]] SettingsClient& settings() { return settings_; }
    /// Is it known whether there is another BMS?
    [[nodiscard]] bool knows_bmses() const { return !bms_ || bms_->looked(); }

private:
    BusClient bus_;
    SettingsClient settings_;
    std::optional<BmsWatch> bms_;
    std::optional<ShuntWatch> shunt_;
};

}  // namespace packwire::sink::venus
