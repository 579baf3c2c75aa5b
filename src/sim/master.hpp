// SPDX-License-Identifier: MIT
/// A pack in master mode: it asks the other packs of its line by itself. Source: protocol 1.1, 11.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sim/bus.hpp"

namespace packwire::sim {

/// Polls one pack after the other with 84 while the bus has its master switched on; the packs answer 85. It
/// looks at nobody else: who talks at the same time spoils its question, and has his own spoilt.
class Master {
public:
    /// `sink` is told what is complete at the far end, as it comes.
    Master(SimulatedBus& bus, bus::Time& time, SimulatedBus::Sink sink);
    /// Until cancelled.
    bus::Task<Result<void>> run();

    /// From one question to the next.
    static constexpr Duration interval = std::chrono::milliseconds(500);

private:
    [[nodiscard]] std::optional<std::uint8_t> next_slave();
    bus::Task<void> poll(std::uint8_t slave);
    bus::Task<bool> speak(std::string text);

    SimulatedBus& bus_;
    bus::Time& time_;
    SimulatedBus::Sink sink_;
    std::unique_ptr<bus::Timer> timer_;
    std::uint8_t asked_ = SimulatedBus::master_address;  ///< last
};

}  // namespace packwire::sim
