// SPDX-License-Identifier: MIT
#include "sink/venus/neighbours.hpp"

#include <algorithm>
#include <utility>

namespace packwire::sink::venus {

Neighbours::Neighbours(Setup setup, const Clock& clock, const asio::any_io_executor& executor, const Log& log)
    : bus_(setup.dbus, executor, std::move(setup.on_broken)),
      settings_(bus_, clock, setup.settings_until, std::move(setup.settings), log),
      system_(bus_, clock, std::move(setup.system), log) {
    if (setup.watch_bms) bms_.emplace(bus_, clock, std::move(setup.bms), std::move(setup.last_ruler));
    if (!setup.shunt.service.empty())
        shunt_.emplace(bus_, clock, setup.shunt, std::move(setup.on_shunt), log);
}

TimePoint Neighbours::step() {
    auto next = std::min(settings_.step(), system_.step());
    if (bms_) next = std::min(next, bms_->step());
    if (shunt_) next = std::min(next, shunt_->step());
    return next;
}

}  // namespace packwire::sink::venus
