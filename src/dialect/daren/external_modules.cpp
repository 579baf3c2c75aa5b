// SPDX-License-Identifier: MIT
/// Service A0: network, GPS, Bluetooth and gyroscope, a function each. Never seen on a wire. Source: protocol
/// 3.21. Left out: the gyroscope's password, whose "get" tries one.
#include "dialect/daren/daren.hpp"
#include "dialect/daren/fields.hpp"

namespace packwire::dialect::daren {

namespace {

constexpr std::int64_t network = 1;
constexpr std::int64_t gps = 2;
constexpr std::int64_t bluetooth = 3;
constexpr std::int64_t gyroscope = 4;

constexpr auto gyro_flag_bits = std::to_array<model::Flag>({
    {0, "clear_anti_theft", model::FlagClass::state},
    {1, "communication_anti_theft", model::FlagClass::state},
    {2, "physical_anti_theft", model::FlagClass::state},
    {3, "charging_activates", model::FlagClass::state},
    {4, "sleep_voltage_anti_theft", model::FlagClass::state},
    {5, "placement", model::FlagClass::state},
});

// clang-format off
constexpr auto mac = std::to_array<Field>({{.name = "mac", .wire = Wire::bytes, .width = 6}});
constexpr auto ip = std::to_array<Field>({{.name = "address", .wire = Wire::version, .width = 4}});
constexpr auto port = std::to_array<Field>({{.name = "port"}});
constexpr auto url = std::to_array<Field>({{.name = "url", .wire = Wire::text, .width = 64, .to_end = true}});
constexpr auto longitude = std::to_array<Field>({{.name = "gps_longitude", .wire = Wire::u32}});
constexpr auto latitude = std::to_array<Field>({{.name = "gps_latitude", .wire = Wire::u32}});
constexpr auto password = std::to_array<Field>({{.name = "password", .wire = Wire::text, .width = 6, .to_end = true}});
constexpr auto gyro_flags = std::to_array<Field>({{.name = "gyro_flags", .flags = gyro_flag_bits}});
constexpr auto coordinates = std::to_array<Field>({{.name = "x", .wire = Wire::s16}, {.name = "y", .wire = Wire::s16}, {.name = "z", .wire = Wire::s16}});
constexpr auto timeout = std::to_array<Field>({{.name = "communication_timeout_min", .unit = "min", .min = 1, .max = 2880}});
constexpr auto x_zero = std::to_array<Field>({{.name = "x_zero", .wire = Wire::s16}});
constexpr auto y_zero = std::to_array<Field>({{.name = "y_zero", .wire = Wire::s16}});
constexpr auto z_zero = std::to_array<Field>({{.name = "z_zero", .wire = Wire::s16}});
constexpr auto tilt_angle = std::to_array<Field>({{.name = "tilt_angle"}});
constexpr auto tilt_delay = std::to_array<Field>({{.name = "tilt_delay", .unit = "s"}});
// clang-format on

/// Asks for the first of the two items.
constexpr auto gyro_flags_request = std::to_array<Field>({
    group,
    read_operation,
    {.name = "module", .wire = Wire::u8, .constant = gyroscope},
    {.name = "function", .wire = Wire::u8, .constant = 1},
    {.name = "length", .wire = Wire::u8, .usual = 2},
    {.name = "item", .wire = Wire::u8, .usual = 1},
    {.name = "reserved", .wire = Wire::u8},
});

/// All that a function's service consists of. `data`: what follows the header.
template <std::int64_t module, std::int64_t function, const auto& data,
          const auto& request = module_request<module, function>>
struct Function {
    static constexpr auto fields = join(module_header<0xA0, module, function>, data);
    static constexpr auto variants = std::to_array<model::Variant>({{"value", fields}});
    static constexpr model::Service service(std::string_view code, std::string_view name) {
        model::Service made;
        made.code = code;
        made.name = name;
        made.cid2 = 0xA0;
        made.request = request;
        made.variants = variants;
        made.source = "3.21";
        made.evidence = "sw";
        made.worth_seeing = false;
        return made;
    }
};

// clang-format off
constexpr auto services = std::to_array<model::Service>({
    Function<network, 1, mac>::service("A0/1", "wifi MAC"),
    Function<network, 2, ip>::service("A0/1", "SNMP trap address 1"),
    Function<network, 3, ip>::service("A0/1", "SNMP trap address 2"),
    Function<network, 4, mac>::service("A0/1", "network MAC"),
    Function<network, 5, ip>::service("A0/1", "server address"),
    Function<network, 6, port>::service("A0/1", "server port"),
    Function<network, 7, ip>::service("A0/1", "network address"),
    Function<network, 8, ip>::service("A0/1", "netmask"),
    Function<network, 9, ip>::service("A0/1", "gateway"),
    Function<network, 10, url>::service("A0/1", "network URL"),
    Function<gps, 1, longitude>::service("A0/2", "GPS longitude"),
    Function<gps, 2, latitude>::service("A0/2", "GPS latitude"),
    Function<bluetooth, 1, mac>::service("A0/3", "Bluetooth MAC"),
    Function<bluetooth, 2, password>::service("A0/3", "Bluetooth password"),
    Function<gyroscope, 1, gyro_flags, gyro_flags_request>::service("A0/4", "gyroscope flags"),
    Function<gyroscope, 2, coordinates>::service("A0/4", "gyroscope coordinates"),
    Function<gyroscope, 3, timeout>::service("A0/4", "gyroscope time-out"),
    Function<gyroscope, 4, x_zero>::service("A0/4", "gyroscope x zero"),
    Function<gyroscope, 5, y_zero>::service("A0/4", "gyroscope y zero"),
    Function<gyroscope, 6, z_zero>::service("A0/4", "gyroscope z zero"),
    Function<gyroscope, 7, tilt_angle>::service("A0/4", "gyroscope tilt angle"),
    Function<gyroscope, 8, tilt_delay>::service("A0/4", "gyroscope tilt delay"),
});
// clang-format on

consteval bool all_well_formed() {
    for (const auto& service : services) {
        if (!well_formed(service)) return false;
    }
    return true;
}
static_assert(all_well_formed());

}  // namespace

constexpr std::array<model::Service, external_module_count> external_modules = services;

}  // namespace packwire::dialect::daren
