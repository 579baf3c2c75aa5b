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

void put_value(std::vector<std::uint8_t>& info, const model::Layout& layout, std::string_view field,
               double value, std::size_t i = 0) {
    const auto [first, count] = layout.find(field);
    if (i >= count) throw std::out_of_range(std::string(field));
    const auto& slot = layout.slots()[first + i];
    put_raw(info, slot, static_cast<std::int32_t>(std::lround(slot.field->scale.raw_of(value))));
}

constexpr std::size_t fets = 3;  ///< of the status words

bool is_set(const Live& live, std::string_view flag) {
    if (flag == "charge_mosfet_on") return live.charge_on;
    if (flag == "discharge_mosfet_on") return live.discharge_on;
    return std::ranges::find(live.flags, flag) != live.flags.end();
}

/// Names of 42's status words; the flags of io_status stand in one of the others, too.
constexpr auto words =
    std::to_array<std::string_view>({"voltage_status", "current_status", "temperature_status", "fet_status"});

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

void PackReader::lay_out(const model::Counts& counts) {
    const model::Draft draft(layouts_, live_data, live_data.variants.front(), counts);
    layout_ = &draft.record().layout();
    info_ = draft.encode();
    counts_ = counts;
    const auto place = [&](std::string_view field) -> std::size_t { return layout_->find(field).first; };
    at_ = {.cells = place("cell_voltage"),
           .sensors = place("cell_temperature"),
           .voltage = place("pack_voltage"),
           .temperature = place("pack_temperature"),
           .mosfet = place("mosfet_temperature"),
           .current = place("pack_current"),
           .full = place("full_charge_capacity"),
           .remaining = place("remaining_capacity"),
           .soc = place("state_of_charge"),
           .words = {place("voltage_status"), place("current_status"), place("temperature_status"),
                     place("fet_status")}};
    put(place("cell_count"), counts[0]);
    put(place("temperature_sensor_count"), counts[1]);
    put(place("state_of_health"), 100);
}

void PackReader::put(std::size_t slot, double value) {
    const auto& one = layout_->slots()[slot];
    put_raw(info_, one, static_cast<std::int32_t>(std::lround(one.field->scale.raw_of(value))));
}

void PackReader::put_flags(const Live& live) {
    for (std::size_t word = 0; word < at_.words.size(); ++word) {
        const auto& slot = layout_->slots()[at_.words[word]];
        std::int32_t bits = 0;
        if (word == fets) bits = (live.charge_on ? 1 : 0) | (live.discharge_on ? 2 : 0);
        for (const auto& flag : slot.field->flags) {
            if (live.flags.empty()) break;
            if (flag.width == 1 && is_set(live, flag.name)) bits |= 1 << flag.bit;
        }
        put_raw(info_, slot, bits);
    }
}

std::span<const std::uint8_t> PackReader::live_info(const Live& live) {
    const model::Counts counts{static_cast<std::uint8_t>(live.cells.size()),
                               static_cast<std::uint8_t>(live.temperatures.size())};
    if (layout_ == nullptr || counts != counts_) lay_out(counts);
    for (std::size_t i = 0; i < live.cells.size(); ++i) put(at_.cells + i, live.cells[i]);
    for (std::size_t i = 0; i < live.temperatures.size(); ++i) put(at_.sensors + i, live.temperatures[i]);
    const auto sum = std::accumulate(live.cells.begin(), live.cells.end(), 0.0);
    put(at_.voltage, live.pack_voltage.value_or(sum));
    put(at_.temperature, live.temperatures.empty() ? 25 : live.temperatures.front());
    put(at_.mosfet, live.mosfet);
    put(at_.current, live.current);
    put(at_.full, live.full);
    put(at_.remaining, live.remaining);
    put(at_.soc, live.full > 0 ? 100 * live.remaining / live.full : 0);
    put_flags(live);
    for (const auto& [field, index, value] : live.raw) {
        const auto [first, count] = layout_->find(field);
        if (index >= count) throw std::out_of_range(std::string(field));
        put_raw(info_, layout_->slots()[first + index], value);
    }
    const std::span<const std::uint8_t> info = info_;
    if (!live.raw.empty()) layout_ = nullptr;  // what was put there is not put back by the next
    return info;
}

void PackReader::read_live(model::Snapshot& into, const Live& live, TimePoint when) {
    if (!decoder_.read(live_data, live_info(live), record_))
        throw std::runtime_error("42 does not read back");
    into.update(record_, when);
}

std::vector<std::uint8_t> PackReader::settings_info(const model::Service& service, const Words& said,
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
            put_value(info, draft.record().layout(), field.name, *value, slot.index);
        }
    }
    return info;
}

void PackReader::read_settings(model::Snapshot& into, const model::Service& service, const Words& said,
                               const sim::Pack& pack) {
    const auto info = settings_info(service, said, pack);
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
