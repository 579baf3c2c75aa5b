// SPDX-License-Identifier: MIT
/// The days before a pack was looked at for the first time.
#pragma once

#include "sim/logbook.hpp"

namespace packwire::sim {

/// Fills an empty book with the newest `records` of a past that ends now, and restarts the pack, which is the
/// last of them. The past is that of the same pack under the day profile, in coarse ticks: now and then a
/// charger forgets to stop or a household does not, and a protection trips; the last hours lead to the state
/// of charge that the pack has. The pack inherits the counters of service 83. Nothing happens for 0 records.
void make_past(Pack& pack, Logbook& book, std::size_t records, WallTime now);

}  // namespace packwire::sim
