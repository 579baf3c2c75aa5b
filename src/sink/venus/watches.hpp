// SPDX-License-Identifier: MIT
/// Other services that matter to a battery: another BMS, and an external shunt. Source: bank 2, 12.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "sink/venus/bus_client.hpp"
#include "sink/venus/options.hpp"

namespace packwire::sink::venus {

/// Tells of another BMS: a battery service, not ours, that has /Info/MaxChargeVoltage. Looks at each once,
/// when it appears: that is when it must have its paths (victron 1.1).
class BmsWatch {
public:
    struct Hooks {
        std::function<bool(const std::string& service)> is_ours;
        /// The first came, or the last left.
        std::function<void(bool present, const std::string& service)> on_change;
        /// Everybody who was there has been looked at.
        std::function<void()> on_looked;
    };
    BmsWatch(BusClient& bus, Hooks hooks);

    [[nodiscard]] bool looked() const { return looking_.empty(); }

private:
    void look_at(const std::string& service);
    void judge(const std::string& service, bool is_bms);
    void left(const std::string& service);

    BusClient& bus_;
    Hooks hooks_;
    std::set<std::string> found_, looking_;
};

/// Reads current and state of charge of one service for as long as it is there.
class ShuntWatch {
public:
    ShuntWatch(BusClient& bus, ShuntPath where, std::function<void(const Shunt&)> on_change);

private:
    void read();
    void take(const std::string& path, const std::optional<Value>& value);

    BusClient& bus_;
    ShuntPath where_;
    std::function<void(const Shunt&)> on_change_;
    Shunt shunt_;
};

}  // namespace packwire::sink::venus
