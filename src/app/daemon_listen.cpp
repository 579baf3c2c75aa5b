// SPDX-License-Identifier: MIT
#include "app/daemon_listen.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace packwire::app {

using namespace std::chrono_literals;

namespace {

/// Silence after which another pack may be in its place. Source: bank 7, lost.
constexpr Duration may_be_another = 30s;

}  // namespace

Daemon::ListeningBus::ListeningBus(BusPlan plan, bus::Time& time, const bus::asio::any_io_executor& executor,
                                   bank::Book& book, Tell tell)
    : plan_(std::move(plan)),
      book_(book),
      tell_(std::move(tell)),
      port_(bus::make_port(plan_.url, plan_.bauds.front(), time, executor, bus::PortAccess::listen_only)),
      tap_(*port_, time, *plan_.dialect, *this, bus::tap_timing_for(plan_.url.kind)) {}

Daemon::ListeningBus::~ListeningBus() = default;

bool Daemon::ListeningBus::wanted(std::uint8_t address) const {
    return plan_.addresses.empty() || std::ranges::find(plan_.addresses, address) != plan_.addresses.end();
}

/// Any answer is a sign of life; after a long silence it may be that of another pack.
Daemon::ListeningBus::Heard& Daemon::ListeningBus::heard(const bus::TapMessage& message) {
    auto [found, is_new] = packs_.try_emplace(message.address);
    auto& pack = found->second;
    if (is_new || message.when - pack.last > may_be_another) {
        pack = {.first = message.when, .last = message.when, .withheld = false};
        book_.on_appear(name(), message.address, *plan_.dialect);
        spdlog::info("{}: pack at address {} heard", name(), message.address);
    }
    pack.last = message.when;
    return pack;
}

void Daemon::ListeningBus::on_message(const bus::TapMessage& message) {
    if (message.kind == bus::TapMessage::Kind::answer && wanted(message.address)) take(message);
    if (message.kind == bus::TapMessage::Kind::answer && message.error) {
        spdlog::warn("{}: pack at address {}, service {}: {}", name(), message.address, message.code,
                     to_string(*message.error));
    }
}

void Daemon::ListeningBus::take(const bus::TapMessage& message) {
    auto& pack = heard(message);
    if (message.rtn != 0) {
        // After another RTN the master will ask again.
        if (message.paired && message.rtn == dialect::unsupported_code) refused(message);
        return;
    }
    // What a poller would ask. Not 84: a master's own short form of 42.
    if (message.record == nullptr || message.service->cadence == model::Cadence::never) return;
    // What says who a pack is must answer its own question; live data confirm themselves.
    if (!message.paired && message.service->cadence != model::Cadence::telemetry) return;
    tell_(book_.on_record(name(), message.address, *message.record, message.when, message.time));
    if (pack.withheld || message.when - pack.first < plan_.identity_wait) return;
    pack.withheld = true;
    if (const auto* known = book_.on_identity_withheld(name(), message.address); known != nullptr) {
        spdlog::info("{}: pack at address {} is called {}", name(), message.address,
                     known->snapshot.identity.id);
        tell_(known);
    }
}

void Daemon::ListeningBus::refused(const bus::TapMessage& message) {
    for (const auto* service : dialect::find_services(*plan_.dialect, message.code)) {
        if (service->code == message.code) tell_(book_.on_unsupported(name(), message.address, *service));
    }
}

void Daemon::ListeningBus::on_speed(std::uint32_t baud, bool found) {
    if (found) {
        spdlog::info("{}: good frames at {} baud", name(), baud);
    } else {
        spdlog::debug("{}: listening at {} baud", name(), baud);
    }
}

void Daemon::ListeningBus::on_port(const Result<void>& state) {
    if (state) {
        spdlog::info("{}: open for listening; another master has to ask", name());
    } else {
        spdlog::error("{}; trying again", to_string(state.error()));
    }
}

}  // namespace packwire::app
