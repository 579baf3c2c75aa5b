// SPDX-License-Identifier: MIT
/// INFO of 42 to measure: a healthy pack, to be bent by each test.
#pragma once

#include "dialect/daren/daren.hpp"
#include "model/record.hpp"

namespace packwire::test {

inline const model::Service& live() {
    return dialect::daren::live_data;
}
inline const model::Variant& with_flag() {
    return live().variants[0];
}
inline const model::Variant& without_flag() {
    return live().variants[1];
}

/// Raw values that agree with each other: cells of 3300 mV and more, SOC of remaining / full = 67 %.
inline void make_healthy(model::Draft& draft, std::uint8_t cells, std::uint8_t sensors) {
    std::int32_t sum = 0;
    for (std::uint8_t i = 0; i < cells; ++i) {
        const std::int32_t cell = 3300 + 7 * (i % 5);
        draft.set_raw("cell_voltage", cell, i);
        sum += cell;
    }
    draft.set_raw("pack_voltage", (sum + 5) / 10);
    for (std::uint8_t i = 0; i < sensors; ++i) draft.set_raw("cell_temperature", 200 - 15 * i, i);
    draft.set_raw("ambient_temperature", -55);
    draft.set_raw("pack_temperature", 260);
    draft.set_raw("mosfet_temperature", 271);
    draft.set_raw("state_of_charge", 6700);
    draft.set_raw("pack_current", -1396);
    draft.set_raw("internal_resistance", 12);
    draft.set_raw("state_of_health", 80);
    draft.set_raw("user_defined", 1);
    draft.set_raw("full_charge_capacity", 8000);
    draft.set_raw("remaining_capacity", 5360);
    draft.set_raw("cycle_count", 204);
    draft.set_raw("fet_status", 0x0023);
    draft.set_raw("io_status", 0x4000);
}

/// A healthy pack in the making.
class LiveDraft {
public:
    explicit LiveDraft(std::uint8_t cells = 16, std::uint8_t sensors = 4,
                       const model::Variant& variant = with_flag())
        : draft(decoder.layouts(), live(), variant, {cells, sensors}) {
        make_healthy(draft, cells, sensors);
    }
    /// Decodes what has been made; the record lives as long as this.
    Result<model::Record> decode() {
        info = draft.encode();
        return decoder.decode(live(), info);
    }
    /// The same of its first `size` bytes.
    Result<model::Record> decode_first(std::size_t size) {
        info = draft.encode();
        info.resize(size);
        return decoder.decode(live(), info);
    }

    model::Decoder decoder;
    model::Draft draft;
    std::vector<std::uint8_t> info;
};

}  // namespace packwire::test
