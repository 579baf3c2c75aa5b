// SPDX-License-Identifier: MIT
#include "support/jittering_pack.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "wire/frame.hpp"

namespace packwire::test {

namespace {

using dialect::daren::live_data;

constexpr std::uint8_t cells = 16;
constexpr std::uint8_t sensors = 4;
constexpr double rest_mv = 3300;
constexpr double milliohm = 0.6;  // of a cell

double still(double, sim::Random&) {
    return -5;
}
double ripple_20_to_80(double, sim::Random& random) {
    return -50 + random.spread(30);
}
double nine_amperes(double, sim::Random& random) {
    return -10 + random.spread(9);
}
/// 60 A of sun, and a cloud of 20 s each minute; its edges take 4 s.
double clouds(double seconds, sim::Random& random) {
    const auto at = std::fmod(seconds, 60);
    const auto shade = std::clamp(std::min(at - 20, 44 - at) / 4, 0.0, 1.0);
    return 60 - 55 * shade + random.spread(0.3);
}
/// 40 A, 10 s in 25, as its thermostat wants.
double kettle(double seconds, sim::Random& random) {
    return (std::fmod(seconds, 25) < 10 ? -42.0 : -2.0) + random.spread(0.2);
}
double next_to_nothing(double, sim::Random& random) {
    return -0.1 + random.spread(0.1);
}
/// The pack measures somewhere on the 100 Hz of an inverter.
double inverter(double, sim::Random& random) {
    return -60 + 50 * std::sin(2 * std::numbers::pi * random.unit());
}
double soc_at_rest(double) {
    return 67;
}
/// A counter that is corrected by half a percent, there and back, each 40 s.
double soc_that_jumps(double seconds) {
    return std::fmod(seconds, 80) < 40 ? 67 : 67.5;
}

constexpr auto profiles = std::to_array<JitterProfile>({
    {"1 mV, 20 to 80 A of ripple, voltages filtered", 1, true, ripple_20_to_80, 20, soc_at_rest},
    {"5 mV a cell", 5, false, still, 0, soc_at_rest},
    {"8 mV and 9 A, voltages filtered", 8, true, nine_amperes, 10, soc_at_rest},
    {"clouds", 1, true, clouds, 0, soc_at_rest},
    {"clouds, voltages filtered", 1, true, clouds, 20, soc_at_rest},
    {"a kettle's switch, voltages filtered", 1, true, kettle, 20, soc_at_rest},
    {"0.1 A, SOC jumps by 0.5 %", 1, true, next_to_nothing, 0, soc_that_jumps},
    {"100 A of inverter ripple, voltages filtered", 1, true, inverter, 20, soc_at_rest},
    {"100 A of inverter ripple, voltages with it", 2, false, inverter, 0, soc_at_rest},
});

}  // namespace

std::span<const JitterProfile> jitter_profiles() {
    return profiles;
}

JitteringPack::JitteringPack(const JitterProfile& profile, std::uint64_t seed)
    : profile_(profile),
      random_(sim::mix(seed)),
      draft_(layouts_, live_data, live_data.variants.front(), {cells, sensors}) {
    for (std::size_t i = 0; i < sensors; ++i) draft_.set("cell_temperature", 21, i);
    draft_.set("pack_temperature", 21);
    draft_.set("mosfet_temperature", 24);
    draft_.set("state_of_health", 99);
    draft_.set("full_charge_capacity", 100);
    draft_.set_raw("fet_status", 0x23);
}

double JitteringPack::noise() {
    if (profile_.even) return random_.spread(profile_.cell_noise);
    const auto radius = std::sqrt(-2 * std::log(1 - random_.unit()));
    return profile_.cell_noise * radius * std::cos(2 * std::numbers::pi * random_.unit());
}

std::string JitteringPack::answer(TimePoint now, std::uint8_t address) {
    if (begun_ == TimePoint{}) begun_ = last_ = now;
    const auto seconds = [](Duration duration) { return std::chrono::duration<double>(duration).count(); };
    const auto current = profile_.current(seconds(now - begun_), random_);
    const bool follows = profile_.filter <= 0 || now == begun_;
    const auto weight = follows ? 1 : 1 - std::exp(-seconds(now - last_) / profile_.filter);
    filtered_ += (current - filtered_) * weight;
    last_ = now;
    const auto cell = rest_mv + filtered_ * milliohm;
    for (std::size_t i = 0; i < cells; ++i) draft_.set("cell_voltage", (cell + noise()) / 1000, i);
    draft_.set("pack_voltage", cells * cell / 1000);
    draft_.set("pack_current", current);
    const auto soc = profile_.state_of_charge(seconds(now - begun_));
    draft_.set("state_of_charge", soc);
    draft_.set("remaining_capacity", soc);
    return wire::encode(dialect::make_answer(dialect::daren::dialect, address, draft_.encode()));
}

}  // namespace packwire::test
