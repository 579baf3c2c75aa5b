// SPDX-License-Identifier: MIT
/// What can be seen of a pack.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/pack.hpp"
#include "sim/random.hpp"

namespace packwire::sim {

bool Pack::stopped(Stops direction) const {
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        if (!states_[i].tripped) continue;
        if (limits_[i].stops == Stops::both || limits_[i].stops == direction) return true;
    }
    return false;
}

double Pack::current() const {
    if (demand_a_ > 0 && !charge_mosfet_on()) return 0;
    if (demand_a_ < 0 && !discharge_mosfet_on()) return 0;
    return demand_a_;
}

int Pack::cell_millivolts(std::size_t cell) const {
    constexpr double least = 1500;
    constexpr double most = 4500;
    const auto& one = cells_[cell];
    // Noise of the converter, well under 1 mV.
    const auto noise = to_unit(mix(settings_.seed * 1000003 + ticks_ * 64 + cell)) - 0.5;
    const auto millivolts = 1000 * one.voltage(current()) + (one.fixed_v ? 0 : noise);
    return static_cast<int>(std::lround(std::clamp(millivolts, least, most)));
}

int Pack::total_millivolts() const {
    int sum = 0;
    for (std::size_t i = 0; i < cells_.size(); ++i) sum += cell_millivolts(i);
    return sum;
}

double Pack::sensor_temperature(std::size_t sensor) const {
    return fixed_temperature_ ? *fixed_temperature_ : cells_c_ + sensor_offset_[sensor];
}

double Pack::pack_temperature() const {
    if (fixed_temperature_) return *fixed_temperature_;
    if (sensor_offset_.empty()) return cells_c_;
    const auto sum = std::accumulate(sensor_offset_.begin(), sensor_offset_.end(), 0.0);
    return cells_c_ + sum / static_cast<double>(sensor_offset_.size());
}

double Pack::ambient_temperature() const {
    return ambient_ + 0.1 * (mosfet_c_ - ambient_);
}

double Pack::soc_percent() const {
    // As the firmware does it: from the hundredths of Ah that it sends.
    const auto full = std::lround(full_charge_ah() * 100);
    const auto remaining = std::lround(remaining_ah_ * 100);
    if (full <= 0) return 0;
    return static_cast<double>(std::min(remaining * 10'000 / full, 10'000L)) / 100;
}

unsigned Pack::cycle_count() const {
    const auto full = std::max(full_charge_ah(), 1.0);
    return settings_.cycle_count + static_cast<unsigned>(totals_.discharge_ah / full);
}

unsigned Pack::counter(std::string_view name) const {
    const auto found = counters_.find(name);
    return found == counters_.end() ? 0 : found->second;
}

bool Pack::balancing() const {
    return std::ranges::any_of(cells_, &Cell::bleeding);
}

bool Pack::flag(std::string_view name) const {
    if (name == "charging") return current() > 0;
    if (name == "discharging") return current() < 0;
    if (name == "charge_mosfet_on") return charge_mosfet_on();
    if (name == "discharge_mosfet_on") return discharge_mosfet_on();
    if (name == "balancer_active") return balancing();
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        if (limits_[i].flag == name && states_[i].tripped) return true;
    }
    return false;
}

std::uint32_t Pack::cell_mask(std::string_view name) const {
    std::uint32_t mask = 0;
    const auto limit = std::ranges::find(limits_, name, &Limit::name);
    const bool known = limit != limits_.end() && flag(limit->flag);
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        bool set = name == "cell_balancing" && cells_[i].bleeding;
        if (known) {
            const auto volts = cells_[i].voltage(current());
            set = limit->side == Side::above ? volts > limit->release : volts < limit->release;
        }
        if (set) mask |= std::uint32_t{1} << i;
    }
    return mask;
}

}  // namespace packwire::sim
