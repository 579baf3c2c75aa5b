// SPDX-License-Identifier: MIT
/// Where packs go.
#pragma once

#include <string>
#include <string_view>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "bus/timer.hpp"

namespace packwire::sink {

/// A consumer of packs. A slow or absent peer is the sink's own affair, never the bus's.
class Sink {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    [[nodiscard]] virtual std::string_view name() const = 0;
    /// Why nothing reaches its peer at the moment, for people; empty when all is well.
    [[nodiscard]] virtual std::string trouble() const { return {}; }
    /// Takes note and returns at once; only the newest of a pack is worth keeping. Called after each reading
    /// and whenever freshness changes: stale values must stop looking alive. `pack` holds for the call only.
    virtual void publish(const bank::Pack& pack) = 0;
    /// The bank as one battery, after each of its changes. The same rules.
    virtual void publish_bank(const bank::Bank& /*bank*/) {}
    /// The daemon is about to end, and every sink still runs: the time for last words that another one
    /// carries.
    virtual void before_end() {}
    /// Connects, reconnects and drains, until cancelled.
    virtual bus::Task<void> run() = 0;
};

}  // namespace packwire::sink
