// SPDX-License-Identifier: MIT
/// Daren / DR-1363 / BASEN: the native dialect, VER 22, CID1 4A.
#pragma once

#include "model/service.hpp"

namespace packwire::dialect::daren {

extern const model::Service live_data;            ///< 42
extern const model::Service system_parameters;    ///< 47
extern const model::Service protocol_version;     ///< 4F
extern const model::Service device_address;       ///< 50
extern const model::Service manufacturer_info;    ///< 51
extern const model::Service protection_counters;  ///< 83
extern const model::Service manufacturing;        ///< B0/3
extern const model::Service capacity;             ///< B0/4

/// Every service above.
extern const model::Dialect dialect;

}  // namespace packwire::dialect::daren
