// SPDX-License-Identifier: MIT
#include "support/bank_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "sim/random.hpp"

namespace packwire::test {

namespace {

using namespace std::chrono_literals;
using sim::Random;
using enum Happening;

constexpr double overvoltage = 3.65;
constexpr double undervoltage = 2.5;
constexpr double charge_hot = 60, charge_cold = -5, discharge_hot = 65, discharge_cold = -20,
                 mosfet_hot = 100;
constexpr std::int32_t not_measured = 0x7FFF;

constexpr auto happening_names = std::to_array<std::string_view>({"cell",
                                                                  "cells",
                                                                  "temperature",
                                                                  "mosfet_temperature",
                                                                  "charge_mosfet_off",
                                                                  "discharge_mosfet_off",
                                                                  "charge_protection",
                                                                  "discharge_protection",
                                                                  "current",
                                                                  "sensor",
                                                                  "cell_unmeasured",
                                                                  "field",
                                                                  "contradiction",
                                                                  "mosfet_unknown",
                                                                  "current_unknown",
                                                                  "limit",
                                                                  "mute_limits",
                                                                  "silence",
                                                                  "silent_line",
                                                                  "damage",
                                                                  "refusal",
                                                                  "other_master",
                                                                  "port_gone",
                                                                  "external",
                                                                  "minimum_soc",
                                                                  "other_bms",
                                                                  "charging_off",
                                                                  "discharging_off",
                                                                  "full_charge",
                                                                  "restart"});

/// Numbers in the unit of the plan, from whatever the random source gives.
double between(Random& random, double low, double high) {
    return low + (high - low) * random.unit();
}
Duration between(Random& random, Duration low, Duration high) {
    const auto span = std::chrono::duration_cast<std::chrono::milliseconds>(high - low).count();
    return low +
           std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(span) * random.unit()));
}
template <class T>
T one_of(Random& random, std::initializer_list<T> values) {
    return *(values.begin() + random.below(static_cast<std::uint32_t>(values.size())));
}
template <class T, std::size_t size>
const T& one_of(Random& random, const std::array<T, size>& values) {
    return values[random.below(size)];
}

/// A field that no limit follows from, and what cannot be.
struct Nonsense {
    std::string_view field;
    std::array<std::int32_t, 4> raws;
};
constexpr auto diagnostic_fields = std::to_array<Nonsense>({
    {"state_of_health", {101, 108, 128, 65535}},
    {"cycle_count", {65535, 20001, 40000, 32767}},
    {"internal_resistance", {0x7FFF, 10001, 65535, 0}},
    {"ambient_temperature", {-500, 0x7FFF, -32768, 25500}},
    {"pack_temperature", {-500, 0x7FFF, -32768, 25500}},
    {"state_of_charge", {10001, 10100, 65535, 0x7FFF}},
    {"full_charge_capacity", {0, 65535, 99, 0x7FFF}},
    {"remaining_capacity", {65535, 0x7FFF, 30000, 0}},
    {"user_defined", {255, 1, 128, 2}},
});
/// What a sensor tells that is none. Source: field-cases.md F2, F4.
constexpr auto sensor_nonsense = std::to_array<std::int32_t>(
    {-500, -32768, 25500, 2731, 2550, -401, 0x7FFF, -400, -200, -390, 1190, 800, 3000});

const PlannedPack& draw_pack(BankPlan& plan, Random& random) {
    PlannedPack pack;
    pack.capacity = one_of(random, {100.0, 100.0, 100.0, 314.0, 50.0});
    pack.limit = one_of(random, {100.0, 100.0, 50.0, 200.0, 65.0});
    pack.weight = pack.capacity / 100 * between(random, 0.8, 1.25);
    pack.configured = random.chance(0.5);
    if (random.chance(0.15)) pack.refuses_80 = true;
    if (random.chance(0.05)) pack.refuses_47 = true;
    return plan.packs.emplace_back(pack);
}

PlannedEvent draw_field(Random& random, bool harmless_only) {
    PlannedEvent event;
    const auto kind = random.below(harmless_only ? 6 : 10);
    if (kind < 6) {
        const auto& nonsense = one_of(random, diagnostic_fields);
        event.what = field;
        event.field = nonsense.field;
        event.raw = one_of(random, nonsense.raws);
    } else if (kind < 8) {
        event.what = sensor;
        event.field = "cell_temperature";
        event.place = random.below(4);
        event.raw = one_of(random, sensor_nonsense);
    } else if (kind == 8) {
        event.what = one_of(random, {cell_unmeasured, mosfet_unknown, current_unknown});
        event.place = random.below(16);
        event.raw = event.what == mosfet_unknown ? one_of(random, {-500, 0x7FFF, 25500}) : not_measured;
    } else {
        event.what = contradiction;
        const bool of_cell = random.chance(0.6);
        event.field = of_cell ? "cell_voltage" : "pack_voltage";
        event.place = of_cell ? random.below(16) : 0;
        event.raw =
            of_cell ? one_of(random, {0, 65535, 1000, 2100, 4600}) : one_of(random, {0, 65535, 4000, 5800});
    }
    return event;
}

PlannedEvent draw_physics(Random& random) {
    PlannedEvent event;
    event.what = one_of(
        random, {cell, cell, cell, cells, temperature, temperature, mosfet_temperature, charge_mosfet_off,
                 discharge_mosfet_off, charge_protection, discharge_protection, current, current});
    event.place = random.below(16);
    event.ramp = random.chance(0.3) ? 0s : between(random, 5s, 60s);
    if (event.what == cell)
        event.value = random.chance(0.5) ? between(random, 3.40, 3.75) : between(random, 2.3, 3.1);
    if (event.what == cells)
        event.value = random.chance(0.5) ? between(random, 3.38, 3.50) : between(random, 2.6, 3.1);
    if (event.what == temperature)
        event.value = random.chance(0.5) ? between(random, -25, 8) : between(random, 42, 70);
    if (event.what == mosfet_temperature) event.value = between(random, 65, 110);
    if (event.what == current) event.value = between(random, -250, 250);
    return event;
}

PlannedEvent draw_line(Random& random, bool from_bytes) {
    PlannedEvent event;
    event.what = one_of(random, {silence, silence, silent_line, damage, damage, refusal, mute_limits});
    if (from_bytes && random.chance(0.3)) event.what = one_of(random, {other_master, port_gone});
    if (event.what == damage) event.value = one_of(random, {0.1, 0.5, 0.95, 1.0});
    return event;
}

PlannedEvent draw_foreign(Random& random) {
    PlannedEvent event;
    event.what = one_of(random, {external, external, external, minimum_soc, other_bms, charging_off,
                                 discharging_off, full_charge});
    event.raw = static_cast<std::int32_t>(random.below(1000));
    return event;
}

PlannedEvent draw(Random& random, Sequence sequence, bool from_bytes) {
    const auto dice = random.below(10);
    switch (sequence) {
        case Sequence::fields:
            return draw_field(random, false);
        case Sequence::foreign:
            return dice < 6   ? draw_foreign(random)
                   : dice < 8 ? draw_physics(random)
                              : draw_line(random, from_bytes);
        case Sequence::incidents:
            break;
    }
    if (dice < 5) return draw_physics(random);
    if (dice < 8) return draw_line(random, from_bytes);
    if (dice == 8) return draw_field(random, random.chance(0.5));
    PlannedEvent event;
    event.what = from_bytes || random.chance(0.6) ? limit : restart;
    event.value = one_of(random, {0.5, 0.2, 0.0, 0.75});
    return event;
}

/// 0 to 1: how much of an event is there.
double amount(const PlannedEvent& event, Duration at) {
    if (!is_active(event, at)) return 0;
    if (event.ramp <= Duration::zero()) return 1;
    const auto in = std::chrono::duration<double>(at - event.at) / event.ramp;
    const auto out = std::chrono::duration<double>(event.at + event.lasts - at) / event.ramp;
    return std::clamp(std::min(in, out), 0.0, 1.0);
}

double blend(double rest, const PlannedEvent& event, Duration at) {
    return rest + (event.value - rest) * amount(event, at);
}

/// ±1 mV, the same whenever it is asked for.
double noise(const BankPlan& plan, std::size_t pack, Duration at, std::size_t cell) {
    const auto tick =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(at).count());
    const auto bits = sim::mix(plan.seed ^ sim::mix(tick * 31 + pack * 7919 + cell));
    return (static_cast<double>(bits % 3) - 1) / 1000;
}

constexpr double resting_current = 5;

void apply_battery(PackMoment& moment, const PlannedEvent& event, Duration at) {
    auto& live = moment.live;
    switch (event.what) {
        case cell:
            live.cells[event.place] = blend(live.cells[event.place], event, at);
            break;
        case cells:
            for (auto& volts : live.cells) volts = blend(volts, event, at);
            break;
        case temperature:
            for (auto& sensor : live.temperatures) sensor = blend(sensor, event, at);
            break;
        case mosfet_temperature:
            live.mosfet = blend(live.mosfet, event, at);
            break;
        case charge_mosfet_off:
            live.charge_on = false;
            break;
        case discharge_mosfet_off:
            live.discharge_on = false;
            break;
        case charge_protection:
            moment.truth.charge_stopped = true;
            live.flags.push_back("cell_overvoltage_protection");
            break;
        case discharge_protection:
            moment.truth.discharge_stopped = true;
            live.flags.push_back("cell_undervoltage_protection");
            break;
        default:
            break;
    }
}

/// The BMS acts: its MOSFETs open, and it says why.
void protect(PackMoment& moment) {
    auto& live = moment.live;
    const auto [low, high] = std::ranges::minmax(live.cells);
    const auto [cold, hot] = std::ranges::minmax(live.temperatures);
    const auto act = [&](bool trips, bool charge, bool discharge, std::string_view flag) {
        if (!trips) return;
        if (charge) live.charge_on = false;
        if (discharge) live.discharge_on = false;
        live.flags.push_back(flag);
    };
    act(high > overvoltage, true, false, "cell_overvoltage_protection");
    act(low < undervoltage, false, true, "cell_undervoltage_protection");
    act(hot > charge_hot, true, false, "charge_over_temperature_protection");
    act(cold < charge_cold, true, false, "charge_under_temperature_protection");
    act(hot > discharge_hot, false, true, "discharge_over_temperature_protection");
    act(cold < discharge_cold, false, true, "discharge_under_temperature_protection");
    act(live.mosfet > mosfet_hot, true, true, "mosfet_over_temperature_protection");
}

/// What the wire can carry is the truth.
void round_to_wire(PackMoment& moment, const BankPlan& plan, std::size_t pack, Duration at) {
    auto& live = moment.live;
    for (std::size_t i = 0; i < live.cells.size(); ++i)
        live.cells[i] = std::round((live.cells[i] + noise(plan, pack, at, i)) * 1000) / 1000;
    for (auto& sensor : live.temperatures) sensor = std::round(sensor * 10) / 10;
    live.mosfet = std::round(live.mosfet * 10) / 10;
}

/// What the pack tells besides the truth.
void apply_telling(PackMoment& moment, const PlannedEvent& event) {
    auto& truth = moment.truth;
    auto& raw = moment.live.raw;
    switch (event.what) {
        case field:
            raw.push_back({event.field, 0, event.raw});
            break;
        case mosfet_unknown:
            raw.push_back({"mosfet_temperature", 0, event.raw});
            break;
        case current_unknown:
            raw.push_back({"pack_current", 0, not_measured});
            truth.current.reset();
            break;
        case cell_unmeasured:
            raw.push_back({"cell_voltage", event.place, not_measured});
            truth.cell_unmeasured = true;
            break;
        case contradiction:
            raw.push_back({event.field, event.place, event.raw});
            truth.contradicts = true;
            break;
        case sensor: {
            raw.push_back({event.field, event.place, event.raw});
            truth.sensor_broken = true;
            break;
        }
        default:
            break;
    }
}

/// Sensors that work, and whether the others can be told from them.
void take_out_broken(PackMoment& moment) {
    auto& truth = moment.truth;
    std::vector<double> working;
    for (std::size_t i = 0; i < truth.temperatures.size(); ++i) {
        const auto broken = std::ranges::find_if(moment.live.raw, [&](const Live::Raw& raw) {
            return raw.field == "cell_temperature" && raw.place == i;
        });
        if (broken == moment.live.raw.end()) {
            working.push_back(truth.temperatures[i]);
            continue;
        }
        const auto tells = broken->value / 10.0;
        // "Not measured" is told as such: no lie that an alarm would have to tell.
        truth.sensor_odd = truth.sensor_odd ||
                           (broken->value != not_measured && std::abs(tells - truth.temperatures[i]) > 25);
    }
    truth.temperatures = std::move(working);
}

}  // namespace

std::string_view name(Happening happening) {
    return happening_names[static_cast<std::size_t>(happening)];
}

std::string_view name(Sequence sequence) {
    constexpr auto names = std::to_array<std::string_view>({"fields", "incidents", "foreign"});
    return names[static_cast<std::size_t>(sequence)];
}

bool is_active(const PlannedEvent& event, Duration at) {
    return at >= event.at && at < event.at + event.lasts;
}

BankPlan make_plan(Sequence sequence, std::uint64_t seed, Duration length, bool from_bytes) {
    BankPlan plan;
    plan.sequence = sequence;
    plan.seed = seed;
    plan.length = length;
    Random random(sim::mix(seed * 3 + static_cast<std::uint64_t>(sequence)));
    const auto count = 1 + random.below(sequence == Sequence::incidents ? 4 : 2);
    for (std::uint32_t i = 0; i < count; ++i) draw_pack(plan, random);
    plan.packs.front().configured = true;
    plan.packs.front().refuses_47 = plan.packs.front().refuses_80 = false;
    if (sequence == Sequence::incidents) {
        for (std::size_t i = 1; i < plan.packs.size(); ++i) {
            if (random.chance(0.4)) plan.packs[i].joins = between(random, 0s, length / 2);
        }
    }
    if (random.chance(0.15)) plan.charge_current_max = between(random, 20, 150);
    if (random.chance(0.15)) plan.discharge_current_max = between(random, 20, 150);
    plan.holds = random.chance(0.1);
    const auto events = 1 + random.below(sequence == Sequence::fields ? 3 : 8);
    for (std::uint32_t i = 0; i < events; ++i) {
        auto event = draw(random, sequence, from_bytes);
        event.pack = random.below(count);
        event.at = between(random, length / 20, length * 3 / 4);
        const auto left = length - event.at;
        event.lasts = between(random, 5s, std::max<Duration>(6s, std::min<Duration>(left, length / 4)));
        plan.events.push_back(event);
    }
    std::ranges::sort(plan.events, {}, &PlannedEvent::at);
    return plan;
}

bank::ChargeSettings charge_settings(const BankPlan& plan) {
    bank::ChargeSettings settings;
    settings.charge_current_max = plan.charge_current_max;
    settings.discharge_current_max = plan.discharge_current_max;
    if (plan.holds) settings.on_loss = bank::OnLoss::hold;
    return settings;
}

std::string to_text(const BankPlan& plan) {
    const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
    auto text = fmt::format("{} {}, {:.0f} s{}\n", name(plan.sequence), plan.seed, seconds(plan.length),
                            plan.holds ? ", on_loss hold" : "");
    if (plan.charge_current_max)
        text += fmt::format("  charge_current_max {:.1f}\n", *plan.charge_current_max);
    if (plan.discharge_current_max)
        text += fmt::format("  discharge_current_max {:.1f}\n", *plan.discharge_current_max);
    for (std::size_t i = 0; i < plan.packs.size(); ++i) {
        const auto& pack = plan.packs[i];
        text += fmt::format("  pack {}: {} Ah, {} A, weight {:.2f}{}{}{}", i + 1, pack.capacity, pack.limit,
                            pack.weight, pack.configured ? ", configured" : "",
                            pack.refuses_47 ? ", no 47" : "", pack.refuses_80 ? ", no 80" : "");
        if (pack.joins > Duration::zero()) text += fmt::format(", joins at {:.0f} s", seconds(pack.joins));
        text += '\n';
    }
    for (const auto& event : plan.events) {
        text += fmt::format("  {:.1f} s: {} of pack {} for {:.1f} s, ramp {:.0f} s, {:.3f}",
                            seconds(event.at), name(event.what), event.pack + 1, seconds(event.lasts),
                            seconds(event.ramp), event.value);
        if (event.raw != 0 || !event.field.empty())
            text += fmt::format(", {}[{}] = {}", event.field, event.place, event.raw);
        text += '\n';
    }
    return text;
}

PackMoment moment_of(const BankPlan& plan, std::size_t pack, Duration at) {
    PackMoment moment;
    auto& live = moment.live;
    const auto& planned = plan.packs[pack];
    live.cells.assign(16, 3.305);
    live.full = planned.capacity;
    live.remaining = 0.6 * planned.capacity;
    double current = resting_current;
    for (const auto& event : plan.events) {
        if (!is_active(event, at)) continue;
        if (event.what == Happening::current) current = event.value;
        moment.silent = moment.silent || event.what == silent_line;
        if (event.pack != pack) continue;
        apply_battery(moment, event, at);
        moment.silent = moment.silent || event.what == silence;
        moment.refuses = moment.refuses || event.what == refusal;
        moment.mutes_limits = moment.mutes_limits || event.what == mute_limits;
        if (event.what == damage) moment.damage = std::max(moment.damage, event.value);
        if (event.what == limit) moment.limit_factor = event.value;
    }
    moment.silent = moment.silent || at < planned.joins;
    protect(moment);
    round_to_wire(moment, plan, pack, at);
    double weight = 0;
    for (const auto& other : plan.packs) weight += at >= other.joins ? other.weight : 0;
    const bool flows = current > 0 ? live.charge_on : live.discharge_on;
    if (!flows) current = 0;
    live.current = std::clamp(
        std::round(100 * current * planned.weight / std::max(weight, planned.weight)) / 100, -300.0, 300.0);
    auto& truth = moment.truth;
    truth.cells = live.cells;
    truth.temperatures = live.temperatures;
    truth.mosfet = live.mosfet;
    truth.current = live.current;
    truth.capacity = planned.capacity;
    truth.weight = planned.weight;
    truth.charge_on = live.charge_on;
    truth.discharge_on = live.discharge_on;
    for (const auto& event : plan.events) {
        if (event.pack == pack && is_active(event, at)) apply_telling(moment, event);
    }
    take_out_broken(moment);
    return moment;
}

bool is_disturbed(const BankPlan& plan, Duration at) {
    return std::ranges::any_of(plan.events, [&](const PlannedEvent& event) {
        // What no limit follows from disturbs nothing, however long it lasts.
        return event.what != field && is_active(event, at);
    });
}

namespace {

/// In the order of TrueWords; what 80 tells of currents goes with the limit.
double word(const PlannedPack& pack, double factor, double part) {
    return std::round(pack.limit * factor * part * 10) / 10;
}

}  // namespace

Words words_of(const PlannedPack& pack, double factor) {
    return {
        {"47.charge_current_limit", word(pack, factor, 1.3)},
        {"80.charge_current_limit", word(pack, factor, 1)},
        {"charge_overcurrent_1_alarm_threshold", word(pack, factor, 1.1)},
        {"charge_overcurrent_1_protection_threshold", word(pack, factor, 1.2)},
        {"discharge_overcurrent_1_alarm_threshold", word(pack, factor, 1.1)},
        {"discharge_overcurrent_1_protection_threshold", word(pack, factor, 1.2)},
        {"cell_voltage_upper_limit", overvoltage},
        {"cell_voltage_lower_limit", undervoltage},
        {"pack_voltage_upper_limit_per_cell", overvoltage},
        {"pack_voltage_lower_limit_per_cell", undervoltage},
        {"temperature_upper_limit", charge_hot},
        {"temperature_lower_limit", charge_cold},
        {"charge_voltage_limit", 56},
        {"pack_overvoltage_alarm_threshold", 57.28},
        {"cell_overvoltage_alarm_threshold", 3.58},
        {"cell_overvoltage_protection_threshold", overvoltage},
        {"cell_undervoltage_alarm_threshold", 2.7},
        {"cell_undervoltage_alarm_release", 2.9},
        {"cell_undervoltage_protection_threshold", undervoltage},
        {"charge_over_temperature_protection_threshold", charge_hot},
        {"charge_under_temperature_protection_threshold", charge_cold},
        {"discharge_over_temperature_protection_threshold", discharge_hot},
        {"discharge_under_temperature_protection_threshold", discharge_cold},
        {"mosfet_over_temperature_protection_threshold", mosfet_hot},
    };
}

TrueWords true_words(const PlannedPack& pack, double factor, std::string_view service, TrueWords before) {
    auto words = before;
    if (service == "47") {
        words.charge_current_47 = word(pack, factor, 1.3);
        words.trip_hot = charge_hot;
        words.trip_cold = charge_cold;
        return words;
    }
    words.charge_current_80 = word(pack, factor, 1);
    words.charge_alarm = word(pack, factor, 1.1);
    words.charge_protection = word(pack, factor, 1.2);
    words.discharge_alarm = word(pack, factor, 1.1);
    words.discharge_protection = word(pack, factor, 1.2);
    words.charge_voltage = 56;
    words.pack_overvoltage_alarm = 57.28;
    words.cell_overvoltage_alarm = 3.58;
    words.cell_overvoltage_protection = overvoltage;
    words.cell_undervoltage_alarm = 2.7;
    words.cell_undervoltage_release = 2.9;
    words.cell_undervoltage_protection = undervoltage;
    words.charge_hot = charge_hot;
    words.charge_cold = charge_cold;
    words.discharge_hot = discharge_hot;
    words.discharge_cold = discharge_cold;
    words.mosfet_hot = mosfet_hot;
    return words;
}

}  // namespace packwire::test
