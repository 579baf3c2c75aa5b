// SPDX-License-Identifier: MIT
/// Which paths a service has, and what each says: the catalogue of quantities, the alarms, and a short table
/// of what belongs to the service itself. Pure: no bus, no clock.
/// Source: victron 1.2; bank 2, 7, 9.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sink/venus/item.hpp"
#include "sink/venus/view.hpp"

namespace packwire::sink::venus {

/// What a client may write.
enum class Write : std::uint8_t {
    nothing,
    custom_name,
    force_charging_off,
    force_discharging_off,
    full_charge,
    clear_history,
};
/// Is there anybody to take it?
[[nodiscard]] bool is_offered(Write write, const About& about);

/// A row of the services' own table. Where the function is null the catalogue may have the path; else it is
/// invalid, because nobody knows.
struct OwnPath {
    std::string_view path;
    Type type = Type::integer;
    Format format{};
    Value (*value)(const View&) = nullptr;
    model::Scope scope = model::Scope::both;
    bool urgent = false;
    Write write = Write::nothing;
};
[[nodiscard]] std::span<const OwnPath> own_paths();

/// One path and where its value comes from: exactly one of `metric`, `alarm` and `own`.
struct PathSpec {
    std::string path;
    Type type = Type::integer;
    Format format{};
    bool urgent = false;  ///< a change is told at once: alarms, limits, MOSFETs, loss. Source: bank 11
    Write write = Write::nothing;

    model::Metric metric{};
    std::size_t place = 0;  ///< of a repeated quantity or a mask of cells, from 0
    model::Alarm alarm = model::Alarm::none;
    const OwnPath* own = nullptr;
};

/// What decides which paths there are.
struct Shape {
    std::size_t cells = 0;
    std::size_t sensors = 0;
    bool limits = false;  ///< a BMS; else a monitor
    bool operator==(const Shape&) const = default;
};
[[nodiscard]] Shape shape_of(const View& view);

/// The complete set. Only a BMS has /Info/MaxChargeVoltage, MaxChargeCurrent, MaxDischargeCurrent,
/// BatteryLowVoltage and ChargeRequest: the mere presence of the first makes a service a BMS.
/// Source: bank 1, 2.
[[nodiscard]] std::vector<PathSpec> paths_for(const View& view);

/// What the path says now. Measurements and states are invalid unless fresh; limits, identity, settings and
/// totals hold.
[[nodiscard]] Value value_of(const PathSpec& spec, const View& view);

}  // namespace packwire::sink::venus
