// SPDX-License-Identifier: MIT
/// Daren / DR-1363 / BASEN: the native dialect, VER 22, CID1 4A.
#pragma once

#include <array>

#include "model/service.hpp"

namespace packwire::dialect::daren {

extern const model::Service live_data;             ///< 42
extern const model::Service switch_state;          ///< 43
extern const model::Service alarm_states;          ///< 44
extern const model::Service system_parameters;     ///< 47
extern const model::Service history_record;        ///< 4B
extern const model::Service event_record;          ///< 4C
extern const model::Service clock;                 ///< 4D
extern const model::Service protocol_version;      ///< 4F
extern const model::Service device_address;        ///< 50
extern const model::Service control_state;         ///< 50
extern const model::Service manufacturer_info;     ///< 51
extern const model::Service newer_device_address;  ///< 52
extern const model::Service basic_parameters;      ///< 80
extern const model::Service protection_counters;   ///< 83
extern const model::Service slave_data;            ///< 84
extern const model::Service extended_parameters;   ///< 8A
extern const model::Service battery_id;            ///< 8C
extern const model::Service server_domain;         ///< 8E
inline constexpr std::size_t external_module_count = 22;
extern const std::array<model::Service, external_module_count> external_modules;  ///< A0/1 to A0/4
extern const model::Service ocv_parameters;                                       ///< B0/1
extern const model::Service hardware_protection;                                  ///< B0/2
extern const model::Service manufacturing;                                        ///< B0/3
extern const model::Service capacity;                                             ///< B0/4
extern const model::Service rs485_port;                                           ///< B0/7
extern const model::Service can_port;                                             ///< B0/7

/// Services that change a pack. Source: protocol 3, overview. B0 and A0 write, too; they are read by the
/// same CID2.
inline constexpr auto writings = std::to_array<model::Writing>({
    {0x45, "remote control"},
    {0x49, "write system parameter"},
    {0x4E, "write clock"},
    {0x81, "write basic parameter"},
    {0x82, "calibration"},
    {0x8B, "write extended parameter"},
    {0x8D, "write battery id"},
    {0x8F, "write server domain"},
});

/// Every service above.
extern const model::Dialect dialect;

}  // namespace packwire::dialect::daren
