// SPDX-License-Identifier: MIT
/// What a master pack has of the line.
#include <algorithm>

#include "sim/bus.hpp"

namespace packwire::sim {

bool SimulatedBus::master_speaks() {
    const auto* master = faults_.master ? find(master_address) : nullptr;
    return master != nullptr && !master->faults.silent && time_.now() >= master->back_at;
}

std::vector<std::uint8_t> SimulatedBus::slaves() const {
    std::vector<std::uint8_t> addresses;
    for (const auto& station : stations_) {
        if (const auto address = station->responder.address(); address != master_address) {
            addresses.push_back(address);
        }
    }
    return addresses;
}

const dialect::Service* SimulatedBus::link_service() const {
    const auto found = std::ranges::find(dialect_.services, dialect::link_answer_code,
                                         [](const auto* service) { return service->answer_code; });
    return found == dialect_.services.end() ? nullptr : *found;
}

std::optional<SimulatedBus::Reply> SimulatedBus::reply(const wire::Frame& question) {
    advance();
    auto* station = find(question.address);
    if (station == nullptr || station->faults.silent || time_.now() < station->back_at) return std::nullopt;
    const auto frame = compose(*station, question);
    if (!frame) return std::nullopt;
    return Reply{on_the_way(*station, wire::encode(*frame)), latency_ + station->faults.late};
}

bool SimulatedBus::others_speak(TimePoint begin, TimePoint end) const {
    const auto speaks = [&](const Booking& booking) { return booking.overlaps(begin, end); };
    return speaks(host_) || std::ranges::any_of(bookings_, speaks);
}

std::string SimulatedBus::as_heard(TimePoint when, std::string bytes) {
    if (!occupied_.overlaps(when - time_of(bytes.size()), when)) return bytes;
    return garbled(std::move(bytes));
}

std::string SimulatedBus::garbled(std::string bytes) {
    for (auto& byte : bytes) byte = static_cast<char>(random_.below(256));
    return bytes;
}

}  // namespace packwire::sim
