// SPDX-License-Identifier: MIT
/// Simulated packs on the same two wires, and what charges and discharges them.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.hpp"
#include "sim/pack.hpp"

namespace packwire::test {

/// Splits a current by voltage and resistance. What a MOSFET stops, the others carry.
class ParallelPacks {
public:
    void add(const sim::PackSettings& settings) { packs_.emplace_back(settings); }
    [[nodiscard]] std::size_t size() const { return packs_.size(); }
    [[nodiscard]] sim::Pack& at(std::size_t i) { return packs_[i]; }
    [[nodiscard]] const sim::Pack& at(std::size_t i) const { return packs_[i]; }

    /// At this total current, A, for so long.
    void advance(double current, Duration time);
    /// At the terminals, V.
    [[nodiscard]] double voltage() const { return voltage_; }
    /// As one source: V without current, and ohms; for the direction of `current`.
    struct Source {
        double volts = 0, ohms = 0;
    };
    [[nodiscard]] Source source(double current) const;

private:
    [[nodiscard]] Source part(std::size_t i) const;
    std::vector<sim::Pack> packs_;
    double voltage_ = 0;
};

/// A charger, an inverter and their DVCC. Source: bank 1, 10.
struct Plant {
    double sun = 0;          ///< A that the charger could give
    double load = 0;         ///< A that is wanted
    double above = 0.4;      ///< V that the charger goes above CVL
    bool feed_in = false;    ///< the charger ignores CCL
    double export_most = 0;  ///< A that an ESS takes from the battery when it stands above CVL
    // what it read last, every 3 s
    double cvl = 0, ccl = 0, dcl = 0;

    double charger = 0;  ///< A, settles with 10 s

    /// What the battery gets for the next moment, A.
    double step(const ParallelPacks& packs, Duration time);
    [[nodiscard]] double battery_current() const { return charger - (dcl > 0 ? load : 0); }
};

}  // namespace packwire::test
