// SPDX-License-Identifier: MIT
/// How soon packs begin to answer, as learnt from their answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "dialect/dialect.hpp"

namespace packwire::bus {

/// From the end of a question to the first character of its answer, by pack and service: the slowest of late.
/// One slow answer counts at once and is forgotten over some hundred quicker ones, so that a pack which is
/// slow now and then is waited for (docs/adr/0018).
class Latencies {
public:
    void answered(std::uint8_t address, const dialect::Service& service, Duration latency);
    /// How long to wait for the first character: twice the slowest of late, and a margin. A pack that is slow
    /// with telemetry is taken to be slow with everything. For one that has never answered that service the
    /// slowest other pack on the line speaks. At most `most`, and `most` while
    /// nothing is known.
    [[nodiscard]] Duration deadline(std::uint8_t address, const dialect::Service& service,
                                    Duration most) const;
    /// The slowest answer of late; nothing while there was none.
    [[nodiscard]] std::optional<Duration> slowest(std::uint8_t address,
                                                  const dialect::Service& service) const;

private:
    std::map<std::pair<const dialect::Service*, std::uint8_t>, Duration> slowest_;
};

}  // namespace packwire::bus
