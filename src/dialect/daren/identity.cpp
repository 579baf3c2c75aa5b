// SPDX-License-Identifier: MIT
/// Services 4D, 4F, 50 to 52, 8C and 8E: who is there, and what it says of itself. Source: protocol 3.9 to
/// 3.12, 3.19, 3.20.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren {

namespace {

/// What the byte means is unknown; by the specification the version is VER of the frame. Source:
/// protocol 3.10.
constexpr auto version_fields = std::to_array<Field>({
    {.name = "protocol_version", .wire = Wire::u8, .optional = true},
});
constexpr auto version_variants = std::to_array<model::Variant>({{"version", version_fields}});

/// Local time, without a zone.
constexpr auto clock_fields = std::to_array<Field>({
    {.name = "year", .min = 2000, .max = 2099},
    {.name = "month", .wire = Wire::u8, .min = 1, .max = 12},
    {.name = "day", .wire = Wire::u8, .min = 1, .max = 31},
    {.name = "hour", .wire = Wire::u8, .max = 23},
    {.name = "minute", .wire = Wire::u8, .max = 59},
    {.name = "second", .wire = Wire::u8, .max = 59},
});
constexpr auto clock_variants = std::to_array<model::Variant>({{"clock", clock_fields}});

/// The empty answer to the empty question: the address stands in the header.
constexpr auto address_variants = std::to_array<model::Variant>({{"address", {}}});
constexpr auto newer_address_fields = std::to_array<Field>({{.name = "device_address", .wire = Wire::u8}});
constexpr auto newer_address_variants = std::to_array<model::Variant>({{"address", newer_address_fields}});
/// The newer address query. Source: protocol 3.11.
constexpr auto newer_address_request =
    std::to_array<Field>({{.name = "group", .wire = Wire::u8, .constant = 0xFF}});

/// What 45 switches, by the id that reads it back. Source: protocol 3.4.
constexpr auto controls = sparse_names<0x1A>(std::to_array<Named>({
    {0x02, "buzzer"},
    {0x04, "charge_mosfet"},
    {0x05, "discharge_mosfet"},
    {0x06, "current_limit"},
    {0x0B, "factory_mode"},
    {0x0C, "pre_discharge_mosfet"},
    {0x0D, "heating"},
    {0x0E, "one_wire_level"},
    {0x11, "charger_match"},
    {0x12, "static_balance"},
    {0x13, "idle_sleep"},
    {0x19, "fire_control"},
}));
constexpr std::int64_t charge_mosfet = 0x04;
constexpr auto control_request = std::to_array<Field>({
    group,
    {.name = "read_id", .wire = Wire::u8, .usual = charge_mosfet, .names = controls},
});
/// `value`: 1 on, 0 off, or the option of 45 now in force.
constexpr auto control_fields = std::to_array<Field>({
    answered_group,
    {.name = "read_id", .wire = Wire::u8, .names = controls},
    {.name = "value", .wire = Wire::u8},
});
constexpr auto control_variants = std::to_array<model::Variant>({{"control_state", control_fields}});

constexpr auto battery_id_fields = std::to_array<Field>({
    answered_group,
    {.name = "battery_id", .wire = Wire::text, .width = 30},
});
constexpr auto battery_id_variants = std::to_array<model::Variant>({{"battery_id", battery_id_fields}});

/// 64 characters; older structures have 32.
constexpr auto domain_fields = std::to_array<Field>({
    answered_group,
    {.name = "server_domain", .wire = Wire::text, .width = 64, .to_end = true},
});
constexpr auto domain_variants = std::to_array<model::Variant>({{"domain", domain_fields}});

// clang-format off
constexpr auto manufacturer_fields = std::to_array<Field>({
    {.name = "hardware_type", .wire = Wire::text, .metric = metric("hardware_type"), .width = 10},
    {.name = "product_code", .wire = Wire::text, .metric = metric("product_code"), .width = 10},
    {.name = "project_code", .wire = Wire::text, .metric = metric("project_code"), .width = 10},
    {.name = "software_version", .wire = Wire::version, .metric = metric("software_version"), .width = 3},
    {.name = "boot_version", .wire = Wire::version, .metric = metric("boot_version"), .width = 2},
    {.name = "extra", .wire = Wire::text, .optional = true, .width = 2},
});
// clang-format on
constexpr auto manufacturer_variants = std::to_array<model::Variant>({{"manufacturer", manufacturer_fields}});

}  // namespace

constexpr model::Service clock{
    .code = "4D",
    .name = "clock",
    .cid2 = 0x4D,
    .request = {},
    .variants = clock_variants,
    .source = "3.9",
    .evidence = "sw, pub",
    .cadence = model::Cadence::daily,
    .tell_tale = &all_plausible,
};

constexpr model::Service protocol_version{
    .code = "4F",
    .name = "protocol version",
    .cid2 = 0x4F,
    .request = {},
    .variants = version_variants,
    .source = "3.10",
    .evidence = "frame",
    .worth_seeing = false,
};

constexpr model::Service device_address{
    .code = "50",
    .name = "device address",
    .cid2 = 0x50,
    .request = {},
    .variants = address_variants,
    .source = "3.11",
    .evidence = "pub",
    .worth_seeing = false,
};

constexpr model::Service control_state{
    .code = "50",
    .name = "control state",
    .cid2 = 0x50,
    .request = control_request,
    .variants = control_variants,
    .source = "3.11",
    .evidence = "sw",
    .worth_seeing = false,
    .tell_tale = &all_named,
};

constexpr model::Service manufacturer_info{
    .code = "51",
    .name = "manufacturer info",
    .cid2 = 0x51,
    .request = {},
    .variants = manufacturer_variants,
    .source = "3.12",
    .evidence = "frame",
    .cadence = model::Cadence::once,
};

constexpr model::Service newer_device_address{
    .code = "52",
    .name = "device address (newer)",
    .cid2 = 0x52,
    .request = newer_address_request,
    .variants = newer_address_variants,
    .source = "3.11",
    .evidence = "pub",
    .worth_seeing = false,
    .tell_tale = &never,
};

constexpr model::Service battery_id{
    .code = "8C",
    .name = "battery id",
    .cid2 = 0x8C,
    .request = group_only,
    .variants = battery_id_variants,
    .source = "3.19",
    .evidence = "sw",
    .tell_tale = &all_readable,
};

constexpr model::Service server_domain{
    .code = "8E",
    .name = "server domain",
    .cid2 = 0x8E,
    .request = group_only,
    .variants = domain_variants,
    .source = "3.20",
    .evidence = "sw",
    .tell_tale = &never,
};

static_assert(well_formed(clock) && well_formed(protocol_version) && well_formed(device_address) &&
              well_formed(control_state) && well_formed(manufacturer_info) &&
              well_formed(newer_device_address) && well_formed(battery_id) && well_formed(server_domain));

}  // namespace packwire::dialect::daren
