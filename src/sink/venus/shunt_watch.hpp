// SPDX-License-Identifier: MIT
/// An external shunt: current and state of charge of one other service. Source: bank 8, 12.
#pragma once

#include <functional>

#include "sink/venus/options.hpp"
#include "sink/venus/remote_numbers.hpp"

namespace packwire::sink::venus {

class ShuntWatch {
public:
    struct Hooks {
        /// A value changed, or was heard again; `heard`: the older of both.
        std::function<void(const Shunt& shunt, TimePoint heard)> on_shunt;
        std::function<void()> on_due;
    };
    ShuntWatch(BusClient& bus, const Clock& clock, const ShuntPath& where, Hooks hooks, Log log);

    [[nodiscard]] TimePoint step() { return numbers_.step(); }

private:
    Hooks hooks_;
    RemoteNumbers numbers_;
};

}  // namespace packwire::sink::venus
