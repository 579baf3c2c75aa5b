// SPDX-License-Identifier: MIT
/// The numbers of a pack by the names of the protocol.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "model/service.hpp"
#include "sim/pack.hpp"

namespace packwire::sim {

/// The value of a field in its unit; `i` counts cells or sensors. Also the thresholds, delays and releases of
/// protocol 3.13 and the counters of 83. Absent when a pack has no such thing.
[[nodiscard]] std::optional<double> value_of(const Pack& pack, std::string_view field, std::size_t i);

/// The same, for a service that may mean something of its own by the name.
[[nodiscard]] std::optional<double> value_of(const Pack& pack, const model::Service& service,
                                             std::string_view field, std::size_t i);

/// A part of a time: year, month, day, hour, minute or second, local, in the zone that `now` is in. Absent
/// when the field is none.
[[nodiscard]] std::optional<std::int32_t> clock_of(WallTime then, std::string_view field, WallTime now);

/// A status word: every flag that is set, and the groups of bits that are numbers.
[[nodiscard]] std::int32_t status_of(const Pack& pack, std::span<const model::Flag> flags);

}  // namespace packwire::sim
