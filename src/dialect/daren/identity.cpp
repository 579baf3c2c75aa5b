// SPDX-License-Identifier: MIT
/// Services 4F, 50 and 51: who is there. Source: protocol 3.10 to 3.12.
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

constexpr auto control_fields = std::to_array<Field>({
    {.name = "group", .wire = Wire::u8},
    {.name = "read_id", .wire = Wire::u8},
    {.name = "value", .wire = Wire::u8},
});
/// The empty answer to the empty question: the address stands in the header.
constexpr auto address_variants = std::to_array<model::Variant>({
    {"address", {}},
    {"control_state", control_fields},
});

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

constexpr model::Service manufacturer_info{
    .code = "51",
    .name = "manufacturer info",
    .cid2 = 0x51,
    .request = {},
    .variants = manufacturer_variants,
    .source = "3.12",
    .evidence = "frame",
};
static_assert(well_formed(protocol_version) && well_formed(device_address) && well_formed(manufacturer_info));

}  // namespace packwire::dialect::daren
