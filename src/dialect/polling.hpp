// SPDX-License-Identifier: MIT
/// What the tables say to those who poll: what is worth asking, and which answers name a pack.
#pragma once

#include <vector>

#include "model/service.hpp"

namespace packwire::dialect {

/// Everything with a cadence that can be asked for, telemetry included, in the order of the dialect.
[[nodiscard]] std::vector<const model::Service*> polled_services(const model::Dialect& dialect);

/// Who a pack is, as far as its dialect can tell. Null where nothing that is polled tells it.
struct IdentitySources {
    const model::Service* serial_number = nullptr;  ///< of the pack or its BMS: B0/3
    const model::Service* barcode = nullptr;        ///< 47
    /// Without its answer nothing of a pack is published. Null: the place of a pack is its name.
    [[nodiscard]] const model::Service* best() const {
        return serial_number != nullptr ? serial_number : barcode;
    }
};
[[nodiscard]] IdentitySources identity_sources(const model::Dialect& dialect);

/// Does an answer of the service carry a limit that a charger or an inverter has to keep? 47 and 80 do.
[[nodiscard]] constexpr bool tells_limits(const model::Service& service) {
    return model::tells(service, model::metric("47.charge_current_limit")) ||
           model::tells(service, model::metric("cell_overvoltage_alarm_threshold"));
}

/// The polled services of all dialects that do.
[[nodiscard]] std::vector<const model::Service*> limit_services();

/// Does an answer of the service carry a serial number?
[[nodiscard]] constexpr bool tells_serial_number(const model::Service& service) {
    return model::tells(service, model::metric("pack_serial_number")) ||
           model::tells(service, model::metric("bms_serial_number"));
}

/// Does an answer of the service carry a barcode?
[[nodiscard]] constexpr bool tells_barcode(const model::Service& service) {
    return model::tells(service, model::metric("bms_barcode"));
}

}  // namespace packwire::dialect
