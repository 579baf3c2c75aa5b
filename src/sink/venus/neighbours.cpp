// SPDX-License-Identifier: MIT
#include "sink/venus/neighbours.hpp"

#include <utility>

namespace packwire::sink::venus {

Neighbours::Neighbours(Setup setup, const Clock& clock, const asio::any_io_executor& executor, const Log& log)
    : bus_(setup.dbus, executor, std::move(setup.on_broken)),
      settings_(bus_, clock, setup.settings_until, std::move(setup.settings), log) {
    if (setup.watch_bms) bms_.emplace(bus_, std::move(setup.bms));
    if (!setup.shunt.service.empty()) shunt_.emplace(bus_, std::move(setup.shunt), std::move(setup.on_shunt));
}

}  // namespace packwire::sink::venus
