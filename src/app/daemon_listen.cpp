// SPDX-License-Identifier: MIT
#include "app/daemon_listen.hpp"

#include <spdlog/spdlog.h>

namespace packwire::app {

Daemon::ListeningBus::ListeningBus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor,
                                   bank::Book& book, Overheard::Tell tell)
    : plan_(std::move(plan)),
      remarks_(plan_.name),
      overheard_(plan_, book, remarks_, std::move(tell)),
      port_(bus::make_port(plan_.url, plan_.bauds.front(), time, executor, bus::PortAccess::listen_only)),
      tap_(*port_, time, *plan_.dialect, *this, bus::tap_timing_for(plan_.url.kind)) {}

Daemon::ListeningBus::~ListeningBus() = default;

BusStatus Daemon::ListeningBus::status() const {
    BusStatus status;
    status.port = plan_.name;
    status.state = port_->is_open() ? BusState::listening : BusState::closed;
    if (status.state == BusState::closed) status.reason = port_trouble_;
    status.dialect = plan_.dialect;
    status.baud = baud_of(port_->character_time());
    status.expected = plan_.addresses;
    take_statistics(status, tap_.statistics());
    return status;
}

void Daemon::ListeningBus::on_speed(std::uint32_t baud, bool found) {
    if (found) {
        spdlog::info("{}: good frames at {} baud", name(), baud);
    } else {
        spdlog::debug("{}: listening at {} baud", name(), baud);
    }
}

void Daemon::ListeningBus::on_port(const Result<void>& state) {
    port_trouble_ = state ? "" : state.error().where;
    if (state) {
        spdlog::info("{}: open for listening; another master has to ask", name());
    } else {
        spdlog::error("{}; trying again", to_string(state.error()));
    }
}

}  // namespace packwire::app
