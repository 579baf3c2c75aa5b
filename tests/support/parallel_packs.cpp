// SPDX-License-Identifier: MIT
#include "support/parallel_packs.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::test {

namespace {

constexpr double wire_ohm = 0.002;
constexpr double settling_s = 10;

bool blocked(const sim::Pack& pack, double current) {
    return (current > 0 && !pack.charge_mosfet_on()) || (current < 0 && !pack.discharge_mosfet_on());
}

}  // namespace

ParallelPacks::Source ParallelPacks::part(std::size_t i) const {
    const auto& pack = packs_[i];
    const auto& settings = pack.settings();
    const auto inside = settings.cells * 0.0005 * 100 / settings.capacity_ah;
    const auto volts = pack.measured(sim::Watched::pack_voltage) - pack.current() * inside;
    return {volts, inside + wire_ohm * (1 + 0.1 * static_cast<double>(i))};
}

ParallelPacks::Source ParallelPacks::source(double current) const {
    double conductance = 0;
    double weighted = 0;
    for (std::size_t i = 0; i < packs_.size(); ++i) {
        if (blocked(packs_[i], current)) continue;
        const auto [volts, ohms] = part(i);
        conductance += 1 / ohms;
        weighted += volts / ohms;
    }
    if (conductance == 0) return {packs_.front().measured(sim::Watched::pack_voltage), 1e6};
    return {weighted / conductance, 1 / conductance};
}

void ParallelPacks::advance(double current, Duration time) {
    const auto all = source(current);
    voltage_ = all.ohms < 1 ? all.volts + current * all.ohms : all.volts;
    for (std::size_t i = 0; i < packs_.size(); ++i) {
        const auto [volts, ohms] = part(i);
        auto own = (voltage_ - volts) / ohms;
        if (all.ohms > 1 || blocked(packs_[i], own) || blocked(packs_[i], current)) own = 0;
        packs_[i].set_current(own);
        packs_[i].advance(time);
    }
}

double Plant::step(const ParallelPacks& packs, Duration time) {
    const auto drawn = dcl > 0 ? load : 0;
    const auto battery = packs.source(charger - drawn);
    const auto for_voltage = drawn + (cvl + above - battery.volts) / battery.ohms;
    const auto allowed = feed_in ? sun : std::min(sun, ccl + drawn);
    const auto wanted =
        std::clamp(std::min(allowed, for_voltage), std::min(-export_most, 0.0), std::max(sun, 0.0));
    const auto seconds = std::chrono::duration<double>(time).count();
    charger += (wanted - charger) * (1 - std::exp(-seconds / settling_s));
    return battery_current();
}

}  // namespace packwire::test
