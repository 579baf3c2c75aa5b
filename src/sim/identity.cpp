// SPDX-License-Identifier: MIT
#include "sim/identity.hpp"

#include <fmt/format.h>

#include <utility>

namespace packwire::sim {

std::string Identity::text(std::string_view field) const {
    if (field == "hardware_type") return hardware_type;
    if (field == "product_code") return product_code;
    if (field == "project_code") return project_code;
    if (field == "extra") return extra;
    if (field == "pack_serial_number") return serial_number;
    if (field == "product_id") return product_code;
    if (field == "bms_serial_number") return bms_serial_number;
    if (field == "battery_id") return serial_number;
    if (field == "manufacturer") return manufacturer;
    if (field == "product_barcode") return swap_pairs(serial_number);
    if (field == "bms_barcode") return swap_pairs(bms_serial_number);
    return {};
}

std::optional<std::int32_t> Identity::number(std::string_view field) const {
    if (field == "software_version") return software_version;
    if (field == "boot_version") return boot_version;
    if (field == "production_date") return production_date;
    return std::nullopt;
}

Identity make_identity(std::uint8_t address, unsigned cells, double capacity_ah) {
    Identity identity;
    identity.project_code = fmt::format("{}S{:.0f}A", cells, capacity_ah);
    identity.serial_number = fmt::format("SIM{:013}", address);
    identity.bms_serial_number = fmt::format("BMS{:013}", address);
    return identity;
}

std::string swap_pairs(std::string text) {
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) std::swap(text[i], text[i + 1]);
    return text;
}

}  // namespace packwire::sim
