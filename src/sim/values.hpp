// SPDX-License-Identifier: MIT
/// The numbers of a pack by the names of the protocol.
#pragma once

#include <optional>
#include <string_view>

#include "model/service.hpp"
#include "sim/pack.hpp"

namespace packwire::sim {

/// The value of a field in its unit; `i` counts cells or sensors. Also the thresholds, delays and releases of
/// protocol 3.13 and the counters of 83. Absent when a pack has no such thing.
[[nodiscard]] std::optional<double> value_of(const Pack& pack, std::string_view field, std::size_t i);

/// A status word: every flag that is set, and the groups of bits that are numbers.
[[nodiscard]] std::int32_t status_of(const Pack& pack, std::span<const model::Flag> flags);

}  // namespace packwire::sim
