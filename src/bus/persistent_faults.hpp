// SPDX-License-Identifier: MIT
/// Frames that are refused for what they say, and are believed in the end because they go on saying it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "model/service.hpp"

namespace packwire::bus {

/// Tells a pack that is broken from a line that is: damage strikes elsewhere the next time, a dead cell
/// stays. The same fault in several good frames in a row is what the pack measures. Source: bank 8.
class PersistentFaults {
public:
    /// Frames in a row with one fault that confirm it.
    static constexpr std::uint8_t enough = 3;
    /// A fault that is gone for so many good frames is a new one when it comes back. Until then one that was
    /// confirmed costs no frame.
    static constexpr std::uint16_t forgotten_after = 64;

    /// The pack at `address` answered `service` with a frame that fails a check so. True when it is to be
    /// believed. Only values that are out of range or contradict each other ever are.
    [[nodiscard]] bool is_confirmed(std::uint8_t address, const model::Service& service, const Error& error);
    /// Did it have that very fault as often of late, in a row or not? Then it is no sign of a damaged line.
    [[nodiscard]] bool is_recurring(std::uint8_t address, const model::Service& service,
                                    const Error& error) const;
    /// It answered without a fault.
    void heard_good(std::uint8_t address, const model::Service& service);

private:
    struct Fault {
        Errc code{};
        std::string subject;  ///< the field, as the error names it
        std::uint8_t in_a_row = 0;
        std::uint8_t seen = 0;   ///< up to `enough`
        std::uint16_t good = 0;  ///< frames since
    };
    std::map<std::pair<std::uint8_t, const model::Service*>, Fault> faults_;
};

}  // namespace packwire::bus
