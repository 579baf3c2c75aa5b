// SPDX-License-Identifier: MIT
/// Who a simulated pack says it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/models.hpp"

namespace packwire::sim {

struct Identity {
    Model model;
    std::string project_code;
    std::string serial_number;      ///< of the pack
    std::string bms_serial_number;  ///< empty where firmware leaves it unset

    /// A text field of any service, by name; empty when there is none.
    [[nodiscard]] std::string text(std::string_view field) const;
    /// A version or date as it stands on the wire.
    [[nodiscard]] std::optional<std::int32_t> number(std::string_view field) const;
};

/// The pack at `address` of a kind: its serial numbers are its own.
[[nodiscard]] Identity make_identity(std::uint64_t serial, unsigned cells, double capacity_ah,
                                     const Model& model = models().front());

/// Each pair of characters the other way round, as 47 shows what B0/3 shows straight. Source: protocol 11.4.
[[nodiscard]] std::string swap_pairs(std::string text);

}  // namespace packwire::sim
