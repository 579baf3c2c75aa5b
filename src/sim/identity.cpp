// SPDX-License-Identifier: MIT
#include "sim/identity.hpp"

#include <fmt/format.h>

#include <utility>

namespace packwire::sim {

std::string Identity::text(std::string_view field) const {
    if (field == "hardware_type") return std::string(model.hardware_type);
    if (field == "product_code") return std::string(model.product_code);
    if (field == "project_code") return project_code;
    if (field == "extra") return std::string(model.extra);
    if (field == "pack_serial_number") return serial_number;
    if (field == "product_id") return std::string(model.product_id);
    if (field == "bms_serial_number") return bms_serial_number;
    if (field == "battery_id") return serial_number;
    if (field == "manufacturer") return std::string(model.manufacturer);
    // As two packs have it. Source: protocol 5.1, 5.2.
    if (field == "product_barcode") return swap_pairs(std::string(model.product_id));
    if (field == "bms_barcode") return swap_pairs(serial_number);
    return {};
}

std::optional<std::int32_t> Identity::number(std::string_view field) const {
    if (field == "software_version") return model.software_version;
    if (field == "boot_version") return model.boot_version;
    if (field == "production_date") return model.production_date;
    return std::nullopt;
}

Identity make_identity(std::uint64_t serial, unsigned cells, double capacity_ah, const Model& model) {
    Identity identity;
    identity.model = model;
    identity.project_code = model.project_code.empty() ? fmt::format("{}S{:.0f}A", cells, capacity_ah)
                                                       : std::string(model.project_code);
    identity.serial_number = fmt::format("SIM{:013}", serial);
    if (!model.product_id.empty()) identity.bms_serial_number = fmt::format("BMS{:013}", serial);
    return identity;
}

std::string swap_pairs(std::string text) {
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) std::swap(text[i], text[i + 1]);
    return text;
}

}  // namespace packwire::sim
