// SPDX-License-Identifier: MIT
/// Which paths the service of a pack has, and what each says: the catalogue of quantities, the alarms, and a
/// short table of what belongs to the service itself. Pure: no bus, no clock.
/// Source: victron 1.2; bank 2, 7, 9.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bank/pack.hpp"
#include "sink/venus/item.hpp"
#include "sink/venus/options.hpp"

namespace packwire::sink::venus {

/// What the service knows and the pack does not.
struct About {
    std::int32_t instance = 0;  ///< /DeviceInstance
    std::int32_t product_id = default_product_id;
    std::string custom_name;  ///< what the user calls the pack; empty until then
};

struct PathSpec;

/// A row of the service's own table. Invalid where the function is null: one pack cannot know it.
struct OwnPath {
    std::string_view path;
    Type type = Type::integer;
    Format format{};
    Value (*value)(const bank::Pack&, const About&) = nullptr;
    bool urgent = false;
    bool writable = false;
};
[[nodiscard]] std::span<const OwnPath> own_paths();

/// One path and where its value comes from: exactly one of `metric`, `alarm` and `own`.
struct PathSpec {
    std::string path;
    Type type = Type::integer;
    Format format{};
    bool urgent = false;  ///< a change is told at once: alarms, MOSFETs, loss. Source: bank 11
    bool writable = false;

    model::Metric metric{};
    std::size_t place = 0;  ///< of a repeated quantity or a mask of cells, from 0
    model::Alarm alarm = model::Alarm::none;
    const OwnPath* own = nullptr;
};

/// How many of the repeated paths a pack has. A pack for which it changes needs another set of paths.
struct Shape {
    std::size_t cells = 0;
    std::size_t sensors = 0;
    bool operator==(const Shape&) const = default;
};
[[nodiscard]] Shape shape_of(const model::Snapshot& pack);

/// The complete set for a pack whose live data was read once. None of it limits a charger or an inverter:
/// /Info/MaxChargeVoltage, MaxChargeCurrent, MaxDischargeCurrent, BatteryLowVoltage and ChargeRequest are
/// absent, because the mere presence of the first makes a service a BMS. Source: bank 1, 2.
[[nodiscard]] std::vector<PathSpec> paths_for(const bank::Pack& pack);

/// What the path says now. Measurements and states are invalid unless the pack is fresh; identity, settings
/// and totals hold.
[[nodiscard]] Value value_of(const PathSpec& spec, const bank::Pack& pack, const About& about);

}  // namespace packwire::sink::venus
