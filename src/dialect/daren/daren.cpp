// SPDX-License-Identifier: MIT
#include "dialect/daren/daren.hpp"

#include <array>

namespace packwire::dialect::daren {

namespace {

constexpr auto services = std::to_array<const model::Service*>({
    &live_data,
    &system_parameters,
    &protocol_version,
    &device_address,
    &manufacturer_info,
    &protection_counters,
    &manufacturing,
    &capacity,
});

}  // namespace

constexpr model::Dialect dialect{.name = "daren", .services = services};

}  // namespace packwire::dialect::daren
