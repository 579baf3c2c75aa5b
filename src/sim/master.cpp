// SPDX-License-Identifier: MIT
#include "sim/master.hpp"

#include <algorithm>

namespace packwire::sim {

Master::Master(SimulatedBus& bus, bus::Time& time, SimulatedBus::Sink sink)
    : bus_(bus), time_(time), sink_(std::move(sink)), timer_(time.timer()) {}

bus::Task<Result<void>> Master::run() {
    while (true) {
        const auto next = time_.now() + interval;
        const auto slave = bus_.master_speaks() ? next_slave() : std::nullopt;
        if (slave) co_await poll(*slave);
        co_await timer_->wait_until(next);
    }
}

std::optional<std::uint8_t> Master::next_slave() {
    auto slaves = bus_.slaves();
    if (slaves.empty()) return std::nullopt;
    std::ranges::sort(slaves);
    const auto found = std::ranges::upper_bound(slaves, asked_);
    asked_ = found == slaves.end() ? slaves.front() : *found;
    return asked_;
}

bus::Task<void> Master::poll(std::uint8_t slave) {
    const auto question = dialect::make_request(bus_.dialect(), *bus_.link_service(), slave);
    const bool heard = co_await speak(wire::encode(question));
    if (!heard) co_return;
    const auto reply = bus_.reply(question);
    if (!reply) co_return;
    co_await timer_->wait_until(time_.now() + reply->after);
    co_await speak(reply->text);
}

/// Piece by piece, so that what is said meanwhile can spoil the rest. False when anything did.
bus::Task<bool> Master::speak(std::string text) {
    const auto begin = time_.now();
    bus_.occupy(begin, begin + bus_.time_of(text.size()));
    bool clear = true;
    const auto piece = bus_.piece();
    for (std::size_t sent = 0; sent < text.size();) {
        auto part = text.substr(sent, piece);
        const auto part_begin = begin + bus_.time_of(sent);
        sent += part.size();
        const auto part_end = begin + bus_.time_of(sent);
        co_await timer_->wait_until(part_end);
        const bool spoilt = bus_.others_speak(part_begin, part_end);
        clear = clear && !spoilt;
        if (spoilt) part = bus_.garbled(std::move(part));
        if (bus_.faults().silent) {
            clear = false;
        } else {
            sink_(part_end, std::move(part));
        }
    }
    co_return clear;
}

}  // namespace packwire::sim
