// SPDX-License-Identifier: MIT
/// Who a simulated pack says it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace packwire::sim {

struct Identity {
    std::string hardware_type = "T1_S";
    std::string product_code = "SIM01";
    std::string project_code;
    std::int32_t software_version = 0x010505;  ///< a byte each: 1.5.5
    std::int32_t boot_version = 0x0215;
    std::string extra = "SM";
    std::string serial_number;  ///< of the pack
    std::string bms_serial_number;
    std::string manufacturer = "packwire";
    std::int32_t production_date = 0x1A0101;  ///< YY MM DD, a byte each
    /// The first byte of 42; firmware of 2026 leaves it out. Source: protocol 3.1.
    bool data_flag = true;

    /// A text field of any service, by name; empty when there is none.
    [[nodiscard]] std::string text(std::string_view field) const;
    /// A version or date as it stands on the wire.
    [[nodiscard]] std::optional<std::int32_t> number(std::string_view field) const;
};

/// The pack at `address` of a kind: its serial numbers are its own.
[[nodiscard]] Identity make_identity(std::uint8_t address, unsigned cells, double capacity_ah);

/// Each pair of characters the other way round, as 47 shows what B0/3 shows straight. Source: protocol 11.4.
[[nodiscard]] std::string swap_pairs(std::string text);

}  // namespace packwire::sim
