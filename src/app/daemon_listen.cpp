// SPDX-License-Identifier: MIT
#include "app/daemon_listen.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "bus/transact.hpp"

namespace packwire::app {

Daemon::ListeningBus::ListeningBus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor,
                                   bank::Book& book, Overheard::Tell tell)
    : plan_(std::move(plan)),
      remarks_(plan_.name),
      book_(book),
      overheard_(plan_, book, remarks_, std::move(tell)),
      port_(bus::make_port(plan_.url, plan_.bauds.front(), time, executor, bus::PortAccess::listen_only)),
      tap_(*port_, time, *plan_.dialect, *this, bus::tap_timing_for(plan_.url.kind)) {
    note_pace();
}

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

void Daemon::ListeningBus::on_message(const bus::TapMessage& message) {
    overheard_.take(message);
    note_pace();
}

/// The other master is taken to be as patient with a silent pack as we would be.
void Daemon::ListeningBus::note_pace() {
    const auto timing = bus::timing_for(plan_.url.kind, *plan_.dialect);
    bank::Pace pace;
    pace.round = overheard_.round();
    pace.longest_exchange = timing.tries * timing.first_character;
    pace.listening = true;
    if (std::exchange(pace_, pace) != pace) book_.set_pace(name(), pace);
}

void Daemon::ListeningBus::on_port(const Result<void>& state) {
    if (!state) overheard_.interrupted();
    port_trouble_ = state ? "" : state.error().where;
    if (state) {
        spdlog::info("{}: open for listening; another master has to ask", name());
    } else {
        spdlog::error("{}; trying again", to_string(state.error()));
    }
}

}  // namespace packwire::app
