// SPDX-License-Identifier: MIT
/// The month before a demonstration, as a daemon would have recorded it.
#pragma once

#include "app/demo_house.hpp"
#include "store/archive.hpp"

namespace packwire::app {

struct DemoPastOptions {
    sim::SimOptions bank;                 ///< as the demonstration goes on
    std::vector<std::uint8_t> addresses;  ///< of its packs
    WallTime now{};                       ///< the end of the past
    Duration local{};                     ///< the time of day at `now`, here
    Duration length = std::chrono::days(30);
    Duration fine = std::chrono::days(2);  ///< the end of it, with a reading a minute; before, one in five
};

/// The packs live through it minute by minute, cloudy days and mistakes among them, and end at the state of
/// charge with which the demonstration begins; what they say goes through the tables, the bank and the
/// history as if it came from a wire. Blocks for seconds. Errors: those of the archive.
[[nodiscard]] Result<void> record_demo_past(store::Archive& archive, const DemoPastOptions& options);

}  // namespace packwire::app
