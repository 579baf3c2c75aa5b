// SPDX-License-Identifier: MIT
#include "dialect/sns/sns.hpp"

#include <array>

#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::sns {

namespace {

/// As long as seen; what it says is unknown. Source: protocol 11.2.
constexpr auto event_fields = std::to_array<model::Field>({
    {.name = "unknown", .wire = model::Wire::bytes, .width = 84, .to_end = true},
});
constexpr auto event_variants = std::to_array<model::Variant>({{"raw", event_fields}});

/// The first seven are answered to a bare question. The rest was heard on display lines that speak alike;
/// their questions name a module or an operation, so nobody asks for them here. Source: protocol 5.2, 9.
constexpr auto services = std::to_array<const model::Service*>({
    &daren::live_data,
    &daren::system_parameters,
    &daren::history_record,
    &event_record,
    &daren::clock,
    &daren::manufacturer_info,
    &daren::basic_parameters,
    &daren::protection_counters,
    &daren::capacity,
    &daren::rs485_port,
    &daren::can_port,
});

constexpr auto bauds = std::to_array<std::uint32_t>({9600, 19200});

}  // namespace

constexpr model::Service event_record{
    .code = "4C",
    .name = "event record",
    .cid2 = 0x4C,
    .request = {},
    .variants = event_variants,
    .source = "11.2",
    .evidence = "pub",
    .worth_seeing = false,
};
static_assert(well_formed(event_record));

constexpr model::Dialect dialect{
    .name = "sns",
    .soi = '>',
    .device = 0x42,
    .services = services,
    .echoes = true,
    .bare = true,
    .bauds = bauds,
    .patience = std::chrono::seconds(3),
    .writings = daren::writings,
};

}  // namespace packwire::dialect::sns
