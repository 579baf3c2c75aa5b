// SPDX-License-Identifier: MIT
#include "support/pack_reading.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>

#include "dialect/daren/daren.hpp"
#include "sim/values.hpp"

namespace packwire::test {

namespace {

using dialect::daren::basic_parameters;
using dialect::daren::live_data;
using dialect::daren::system_parameters;

void put_raw(std::vector<std::uint8_t>& info, const model::Slot& slot, std::int32_t raw) {
    for (auto i = model::width(*slot.field); i-- > 0; raw >>= 8) {
        info[slot.offset + i] = static_cast<std::uint8_t>(raw & 0xFF);
    }
}

void put(std::vector<std::uint8_t>& info, const model::Layout& layout, std::string_view field, double value,
         std::size_t i = 0) {
    const auto [first, count] = layout.find(field);
    if (i >= count) throw std::out_of_range(std::string(field));
    const auto& slot = layout.slots()[first + i];
    put_raw(info, slot, static_cast<std::int32_t>(std::lround(slot.field->scale.raw_of(value))));
}

bool is_set(const Live& live, std::string_view flag) {
    if (flag == "charge_mosfet_on") return live.charge_on;
    if (flag == "discharge_mosfet_on") return live.discharge_on;
    return std::ranges::find(live.flags, flag) != live.flags.end();
}

/// Names of 42's status words; the flags of io_status stand in one of the others, too.
constexpr auto words =
    std::to_array<std::string_view>({"voltage_status", "current_status", "temperature_status", "fet_status"});

void put_flags(std::vector<std::uint8_t>& info, const model::Layout& layout, const Live& live) {
    for (const auto word : words) {
        const auto& slot = layout.slots()[layout.find(word).first];
        std::int32_t bits = 0;
        if (word == "fet_status") bits = (live.charge_on ? 1 : 0) | (live.discharge_on ? 2 : 0);
        if (!live.flags.empty()) {
            for (const auto& flag : slot.field->flags) {
                if (flag.width == 1 && is_set(live, flag.name)) bits |= 1 << flag.bit;
            }
        }
        put_raw(info, slot, bits);
    }
}

}  // namespace

Live live_of(const sim::Pack& pack) {
    Live live;
    live.cells.resize(pack.settings().cells);
    live.temperatures.resize(pack.settings().sensors);
    for (std::size_t i = 0; i < live.cells.size(); ++i) live.cells[i] = pack.cell_millivolts(i) / 1000.0;
    for (std::size_t i = 0; i < live.temperatures.size(); ++i)
        live.temperatures[i] = pack.sensor_temperature(i);
    live.mosfet = pack.mosfet_temperature();
    live.current = pack.current();
    live.full = pack.full_charge_ah();
    live.remaining = pack.remaining_ah();
    live.charge_on = pack.charge_mosfet_on();
    live.discharge_on = pack.discharge_mosfet_on();
    for (std::size_t i = 0; i < pack.limits().size(); ++i) {
        if (pack.tripped(i)) live.flags.push_back(pack.limits()[i].flag);
    }
    return live;
}

const sim::Pack& PackReader::typical() {
    static const sim::Pack pack{sim::PackSettings{}};
    return pack;
}

void PackReader::read_live(model::Snapshot& into, const Live& live, TimePoint when) {
    const model::Counts counts{static_cast<std::uint8_t>(live.cells.size()),
                               static_cast<std::uint8_t>(live.temperatures.size())};
    if (layout_ == nullptr || counts != counts_) {
        const model::Draft draft(layouts_, live_data, live_data.variants.front(), counts);
        layout_ = &draft.record().layout();
        info_ = draft.encode();
        counts_ = counts;
        put(info_, *layout_, "cell_count", counts[0]);
        put(info_, *layout_, "temperature_sensor_count", counts[1]);
        put(info_, *layout_, "state_of_health", 100);
    }
    const auto sum = std::accumulate(live.cells.begin(), live.cells.end(), 0.0);
    for (std::size_t i = 0; i < live.cells.size(); ++i)
        put(info_, *layout_, "cell_voltage", live.cells[i], i);
    for (std::size_t i = 0; i < live.temperatures.size(); ++i)
        put(info_, *layout_, "cell_temperature", live.temperatures[i], i);
    put(info_, *layout_, "pack_voltage", live.pack_voltage.value_or(sum));
    put(info_, *layout_, "pack_temperature", live.temperatures.empty() ? 25 : live.temperatures.front());
    put(info_, *layout_, "mosfet_temperature", live.mosfet);
    put(info_, *layout_, "pack_current", live.current);
    put(info_, *layout_, "full_charge_capacity", live.full);
    put(info_, *layout_, "remaining_capacity", live.remaining);
    put(info_, *layout_, "state_of_charge", live.full > 0 ? 100 * live.remaining / live.full : 0);
    put_flags(info_, *layout_, live);
    if (!decoder_.read(live_data, info_, record_)) throw std::runtime_error("42 does not read back");
    into.update(record_, when);
}

void PackReader::read_settings(model::Snapshot& into, const model::Service& service, const Words& said,
                               const sim::Pack& pack) {
    const model::Draft draft(layouts_, service, service.variants.front());
    auto info = draft.encode();
    for (const auto& slot : draft.record().layout().slots()) {
        const auto& field = *slot.field;
        const std::string qualified = std::string(service.code) + "." + std::string(field.name);
        auto own = said.find(field.name);
        if (own == said.end()) own = said.find(qualified);
        const bool told = own != said.end();
        if (model::is_text(field) || field.constant >= 0) continue;
        if (told && std::isnan(own->second)) {
            put_raw(info, slot, 0x7FFF);
        } else if (const auto value = told ? std::optional(own->second)
                                           : sim::value_of(pack, service, field.name, slot.index)) {
            put(info, draft.record().layout(), field.name, *value, slot.index);
        }
    }
    model::Decoder decoder;
    model::Record record;
    if (!decoder.read(service, info, record)) throw std::runtime_error("settings do not read back");
    into.update(record, {});
}

void PackReader::read_47(model::Snapshot& into, const Words& said, const sim::Pack& pack) {
    read_settings(into, system_parameters, said, pack);
}

void PackReader::read_80(model::Snapshot& into, const Words& said, const sim::Pack& pack) {
    read_settings(into, basic_parameters, said, pack);
}

}  // namespace packwire::test
