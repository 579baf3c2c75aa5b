// SPDX-License-Identifier: MIT
/// Whatever packs say, whenever they say it, and whatever is configured.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "bank/charge_control.hpp"
#include "bank/pack_limits.hpp"
#include "support/control_scene.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::ChargeSettings;
using bank::Freshness;

const auto nothing = std::nan("");

template <class... T>
rc::Gen<double> one_of(T... values) {
    return rc::gen::element<double>(static_cast<double>(values)...);
}

/// In steps of `per`.
rc::Gen<double> between(int low, int high, double per) {
    return rc::gen::map(rc::gen::inRange(low, high + 1), [per](int raw) { return raw * per; });
}

const auto current_words = std::to_array<std::string_view>(
    {"47.charge_current_limit", "80.charge_current_limit", "charge_overcurrent_1_alarm_threshold",
     "charge_overcurrent_1_protection_threshold", "discharge_overcurrent_1_alarm_threshold",
     "discharge_overcurrent_1_protection_threshold"});
const auto cell_words = std::to_array<std::string_view>(
    {"cell_overvoltage_alarm_threshold", "cell_undervoltage_protection_threshold",
     "cell_undervoltage_alarm_threshold", "cell_undervoltage_alarm_release"});

/// Sensible, unset, 7FFF, contradictory and absurd words.
Words any_words() {
    Words words;
    for (const auto word : current_words) {
        if (*rc::gen::arbitrary<bool>())
            words[word] = *rc::gen::oneOf(one_of(0.0, nothing, 0.2, 655.3), between(1, 300, 1));
    }
    for (const auto word : cell_words) {
        if (*rc::gen::arbitrary<bool>())
            words[word] = *rc::gen::oneOf(one_of(0.0, nothing, 0.1, 9.9), between(200, 400, 0.01));
    }
    // By this word the table is told from one with another head: it has to be a voltage.
    if (*rc::gen::arbitrary<bool>())
        words["cell_overvoltage_protection_threshold"] = *between(300, 450, 0.01);
    for (const auto word : {"charge_voltage_limit", "pack_overvoltage_alarm_threshold"}) {
        if (*rc::gen::arbitrary<bool>())
            words[word] = *rc::gen::oneOf(one_of(0.0, nothing, 3.0, 200.0), between(480, 600, 0.1));
    }
    return words;
}

ChargeSettings any_settings() {
    ChargeSettings settings;
    if (*rc::gen::arbitrary<bool>()) settings.charge_current_max = *between(0, 200, 1);
    if (*rc::gen::arbitrary<bool>()) settings.discharge_current_max = *between(0, 200, 1);
    if (*rc::gen::arbitrary<bool>()) settings.charge_voltage_max = *between(500, 600, 0.1);
    settings.cell_voltage_max = *between(335, 365, 0.01);
    settings.cell_voltage_float = *between(330, 345, 0.01);
    settings.overcurrent_margin = *between(0, 20, 0.1);
    settings.cell_overvoltage_margin = *between(-10, 30, 0.01);
    settings.pack_overvoltage_margin = *between(-10, 10, 0.1);
    settings.sharing = *between(0, 20, 0.1);
    return settings;
}

Live any_live() {
    Live live;
    const auto mean = *rc::gen::oneOf(between(320, 340, 0.01), between(240, 380, 0.01));
    for (auto& cell : live.cells) cell = mean;
    if (*rc::gen::arbitrary<bool>())
        live.cells[*rc::gen::inRange<std::size_t>(0, 16)] = *between(150, 450, 0.01);
    const auto temperature = *rc::gen::oneOf(between(15, 35, 1), between(-40, 120, 1));
    for (auto& sensor : live.temperatures) sensor = temperature;
    live.mosfet = *rc::gen::oneOf(between(15, 50, 1), between(-40, 150, 1));
    live.current = *between(-150, 150, 1);
    live.remaining = *between(0, 100, 1);
    live.charge_on = *rc::gen::inRange(0, 8) != 0;
    live.discharge_on = *rc::gen::inRange(0, 8) != 0;
    if (*rc::gen::inRange(0, 8) == 0)
        live.flags.push_back(*rc::gen::element<std::string_view>(
            "cell_overvoltage_protection", "cell_undervoltage_protection",
            "charge_under_temperature_protection", "short_circuit_protection",
            "mosfet_over_temperature_protection"));
    return live;
}

bool is_number(double value) {
    return std::isfinite(value) && value >= 0;
}

void check_numbers(const ControlScene& scene) {
    const auto& limits = scene.limits;
    RC_ASSERT(is_number(limits.charge_voltage));
    RC_ASSERT(is_number(limits.charge_current));
    RC_ASSERT(is_number(limits.discharge_current));
    RC_ASSERT(is_number(limits.low_voltage));
    RC_ASSERT(!limits.charge_mode.empty());
    RC_ASSERT(!limits.charge_limitation.empty());
    RC_ASSERT(!limits.discharge_limitation.empty());
}

/// Of all that answer, and CVL of all that are known.
void check_within_packs(const ControlScene& scene) {
    double charge = 0;
    double discharge = 0;
    bool fresh = false;
    for (const auto& pack : scene.packs) {
        const auto own = bank::pack_limits(pack->snapshot, scene.settings);
        if (own.charge_voltage) RC_ASSERT(scene.limits.charge_voltage <= own.charge_voltage->value + 1e-6);
        if (scene.limits.charge_current <= 0 && own.charge_voltage)
            RC_ASSERT(scene.limits.charge_voltage <= own.float_voltage.value + 1e-6);
        if (pack->freshness != Freshness::fresh) continue;
        fresh = true;
        charge += own.charge_current ? own.charge_current->value : 0;
        discharge += own.discharge_current ? own.discharge_current->value : 0;
    }
    if (!fresh) return;
    RC_ASSERT(scene.limits.charge_current <= charge + 1e-6);
    RC_ASSERT(scene.limits.discharge_current <= discharge + 1e-6);
}

void check_rises(const ControlScene& scene, const bank::Limits& before, double seconds) {
    const auto& settings = scene.settings;
    const auto& now = scene.limits;
    RC_ASSERT(now.charge_current - before.charge_current <=
              settings.current_rate * seconds + settings.current_step + 1e-6);
    RC_ASSERT(now.charge_voltage - before.charge_voltage <=
              settings.charge_voltage_rate * seconds + settings.charge_voltage_step + 1e-6);
}

ControlScene any_scene() {
    ControlScene scene(0, any_settings());
    const auto packs = *rc::gen::inRange(1, 5);
    for (int i = 0; i < packs; ++i) scene.add(any_words());
    return scene;
}

/// Time passes, packs change.
double anything_happens(ControlScene& scene) {
    const auto seconds = *rc::gen::element(0, 1, 3, 11, 61, 100);
    scene.now += std::chrono::seconds(seconds);
    scene.wall += std::chrono::seconds(*rc::gen::element(seconds, -100000, 100000));
    for (std::size_t i = 0; i < scene.packs.size(); ++i) {
        if (*rc::gen::arbitrary<bool>()) scene.live[i] = any_live();
        if (*rc::gen::inRange(0, 4) == 0)
            scene.packs[i]->freshness = *rc::gen::element(Freshness::fresh, Freshness::fresh,
                                                          Freshness::stale, Freshness::lost, Freshness::gone);
    }
    if (*rc::gen::inRange(0, 10) == 0)
        scene.control->request({.charging_off = *rc::gen::arbitrary<bool>(),
                                .discharging_off = *rc::gen::arbitrary<bool>(),
                                .full_charge_now = *rc::gen::arbitrary<bool>()},
                               scene.now);
    return seconds;
}

RC_GTEST_PROP(ChargeControlProperty, LimitsAreNumbersWithinThePacksAndRiseSlowly, ()) {
    auto scene = any_scene();
    bool told = false;
    for (int i = 0; i < 12; ++i) {
        const auto seconds = anything_happens(scene);
        const auto before = scene.limits;
        const bool tells = scene.step().has_value();
        RC_ASSERT(tells || !told);
        if (!tells) continue;
        check_numbers(scene);
        check_within_packs(scene);
        if (told) check_rises(scene, before, seconds);
        told = true;
        RC_ASSERT(scene.control->next() > scene.now);
    }
}

RC_GTEST_PROP(ChargeControlProperty, ARestartIsNeverMoreGenerous, ()) {
    auto scene = any_scene();
    for (int i = 0; i < 6; ++i) {
        anything_happens(scene);
        scene.step();
    }
    const auto memory = scene.control->memory();
    RC_PRE(memory.limits.has_value());
    scene.restart(memory);
    const auto told = scene.step();
    RC_ASSERT(told.has_value());
    RC_ASSERT(told->charge_voltage <= memory.limits->charge_voltage + 1e-9);
    RC_ASSERT(told->charge_current <= memory.limits->charge_current + 1e-9);
    RC_ASSERT(told->discharge_current <= memory.limits->discharge_current + 1e-9);
}

RC_GTEST_PROP(PackLimitsProperty, NothingConfiguredLoosensWhatAPackSays, ()) {
    PackReader reader;
    model::Snapshot pack;
    reader.read_live(pack, Live{});
    const auto words = any_words();
    reader.read_47(pack, words);
    reader.read_80(pack, words);
    const auto limits = bank::pack_limits(pack, any_settings());
    const auto sane = [&](std::string_view word, double low, double high) -> std::optional<double> {
        const auto found = words.find(word);
        if (found == words.end() || !(found->second >= low && found->second <= high)) return std::nullopt;
        return found->second;
    };
    for (const auto word : current_words) {
        const auto says = sane(word, 1, 600);
        if (!says) continue;
        const auto& bound = word.starts_with("discharge") ? limits.discharge_current : limits.charge_current;
        RC_ASSERT(bound.has_value());
        RC_ASSERT(bound->value <= *says + 1e-6);
    }
    for (const auto word : {"charge_voltage_limit", "pack_overvoltage_alarm_threshold"}) {
        if (const auto says = sane(word, 48, 72)) RC_ASSERT(limits.charge_voltage->value <= *says + 1e-6);
    }
    if (const auto says = sane("cell_overvoltage_alarm_threshold", 3.35, 4.5))
        RC_ASSERT(limits.charge_voltage->value <= 16 * *says + 1e-6);
    RC_ASSERT(limits.float_voltage.value <= limits.charge_voltage->value + 1e-9);
}

RC_GTEST_PROP(PackLimitsProperty, TighteningTightens, ()) {
    PackReader reader;
    model::Snapshot pack;
    reader.read_live(pack, Live{});
    const auto words = any_words();
    reader.read_47(pack, words);
    reader.read_80(pack, words);
    auto settings = any_settings();
    const auto tight = bank::pack_limits(pack, settings);
    settings.charge_current_max.reset();
    settings.discharge_current_max.reset();
    settings.charge_voltage_max.reset();
    const auto loose = bank::pack_limits(pack, settings);
    if (loose.charge_current) RC_ASSERT(tight.charge_current->value <= loose.charge_current->value);
    RC_ASSERT(tight.charge_voltage->value <= loose.charge_voltage->value);
}

}  // namespace
}  // namespace packwire::test
