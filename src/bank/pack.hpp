// SPDX-License-Identifier: MIT
/// A pack as sinks are told of it.
#pragma once

#include <cstdint>

#include "bank/loss.hpp"
#include "model/service_states.hpp"
#include "model/snapshot.hpp"

namespace packwire::bank {

/// What was read, and whether it may still be shown.
struct Pack {
    model::Snapshot snapshot;
    model::ServiceStates services;  ///< which of its services the pack has shown to have, or not to have
    Freshness freshness = Freshness::fresh;
    TimePoint last_good{};    ///< of the last good live data; its age decides freshness
    WallTime last_good_at{};  ///< the same for people

    // What the bank has found out about it; not of the book.
    bool limits_pending = false;        ///< its limits are still being read: it adds no current yet
    std::uint32_t suspect_sensors = 0;  ///< bit i: cell temperature sensor i is broken (SensorCheck)
};

}  // namespace packwire::bank
