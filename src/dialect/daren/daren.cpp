// SPDX-License-Identifier: MIT
#include "dialect/daren/daren.hpp"

#include <algorithm>
#include <array>

namespace packwire::dialect::daren {

namespace {

constexpr auto before_modules = std::to_array<const model::Service*>({
    &live_data,
    &switch_state,
    &alarm_states,
    &system_parameters,
    &history_record,
    &event_record,
    &clock,
    &protocol_version,
    &device_address,
    &control_state,
    &manufacturer_info,
    &newer_device_address,
    &basic_parameters,
    &protection_counters,
    &slave_data,
    &extended_parameters,
    &battery_id,
    &server_domain,
});
constexpr auto parameter_modules = std::to_array<const model::Service*>({
    &ocv_parameters,
    &hardware_protection,
    &manufacturing,
    &capacity,
    &rs485_port,
    &can_port,
});

/// In order of their codes.
consteval auto all_services() {
    std::array<const model::Service*,
               before_modules.size() + external_module_count + parameter_modules.size()>
        all{};
    auto* next = std::ranges::copy(before_modules, all.begin()).out;
    for (std::size_t i = 0; i < external_module_count; ++i) *next++ = &external_modules[i];
    std::ranges::copy(parameter_modules, next);
    return all;
}
constexpr auto services = all_services();

/// Source: protocol 1.
constexpr auto bauds = std::to_array<std::uint32_t>({19200, 9600, 115200});

}  // namespace

constexpr model::Dialect dialect{.name = "daren", .services = services, .bauds = bauds, .writings = writings};

}  // namespace packwire::dialect::daren
