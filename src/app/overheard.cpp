// SPDX-License-Identifier: MIT
#include "app/overheard.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace packwire::app {

bool Overheard::wanted(std::uint8_t address) const {
    return plan_.addresses.empty() || std::ranges::find(plan_.addresses, address) != plan_.addresses.end();
}

/// Any answer is a sign of life; that of a pack that was lost may be another's. Source: bank 7.
Overheard::Heard& Overheard::heard(const bus::TapMessage& message) {
    auto [found, is_new] = packs_.try_emplace(message.address);
    auto& pack = found->second;
    if (is_new || message.when - pack.last > book_.times_at(plan_.name).lost) {
        pack = {.first = message.when, .last = message.when, .withheld = false};
        readings_.erase(message.address);
        rounds_.left(message.address);
        book_.on_appear(plan_.name, message.address, *plan_.dialect);
        spdlog::info("{}: pack at address {} heard", plan_.name, message.address);
    }
    pack.last = message.when;
    return pack;
}

void Overheard::take(const bus::TapMessage& message) {
    if (message.kind != bus::TapMessage::Kind::answer) return;
    if (wanted(message.address)) take_answer(message);
    if (message.error && noise_.worth_saying(message.address, message.error->code, message.when)) {
        spdlog::warn(
            "{}: pack at address {}, service {}: {}; more of these are only counted, see packwire status",
            plan_.name, message.address, message.code, to_string(*message.error));
    }
}

void Overheard::take_answer(const bus::TapMessage& message) {
    auto& pack = heard(message);
    if (message.rtn != 0 || message.record == nullptr) rounds_.failed(message.address);
    if (message.rtn != 0) {
        // After another RTN the master will ask again.
        if (message.paired && message.rtn == dialect::unsupported_code) refused(message);
        return;
    }
    // What a poller would ask. Not 84: a master's own short form of 42.
    if (message.record == nullptr || message.service->cadence == model::Cadence::never) return;
    // What says who a pack is must answer its own question; live data confirm themselves.
    if (!message.paired && message.service->cadence != model::Cadence::telemetry) return;
    if (!believed(message)) {
        rounds_.failed(message.address);
        return;
    }
    remarks_.take(message.address, *message.record, message.when);
    if (message.service->cadence == model::Cadence::telemetry)
        rounds_.answered(message.address, message.when);
    tell_(book_.on_record(plan_.name, message.address, *message.record, message.when, message.time));
    if (plan_.listen) name_by_place(message, pack);
}

/// Nobody can be asked again here, so a doubt costs a round of the other master.
bool Overheard::believed(const bus::TapMessage& message) {
    auto& readings = readings_[message.address][message.service];
    const auto why = readings.judge(*message.record, message.when, model::LineTrust::sound);
    if (why && noise_.worth_saying(message.address, why->code, message.when)) {
        spdlog::warn("{}: pack at address {}, service {}: {}; waiting for the next answer", plan_.name,
                     message.address, message.code, to_string(*why));
    }
    return !why;
}

void Overheard::refused(const bus::TapMessage& message) {
    for (const auto* service : dialect::find_services(*plan_.dialect, message.code)) {
        if (service->code == message.code) tell_(book_.on_unsupported(plan_.name, message.address, *service));
    }
}

void Overheard::name_by_place(const bus::TapMessage& message, Heard& pack) {
    if (pack.withheld || message.when - pack.first < plan_.identity_wait) return;
    pack.withheld = true;
    const auto* known = book_.on_identity_withheld(plan_.name, message.address);
    if (known == nullptr) return;
    spdlog::info("{}: pack at address {} is called {}", plan_.name, message.address,
                 known->snapshot.identity.id);
    tell_(known);
}

}  // namespace packwire::app
