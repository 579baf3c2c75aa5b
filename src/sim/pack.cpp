// SPDX-License-Identifier: MIT
#include "sim/pack.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/random.hpp"

namespace packwire::sim {

namespace {

using namespace std::chrono_literals;

constexpr double taper_s = 5;         // how fast a charger follows
constexpr double largest_a = 327.67;  // s16 in 0.01 A

constexpr double balance_start_v = 3.45;
constexpr double balance_difference_v = 0.030;
// 3 s of 10. Source: protocol 11.5.
constexpr std::uint64_t balance_period_ticks = 20;
constexpr std::uint64_t balance_on_ticks = 6;

double clamp_unit(double value) {
    return std::clamp(value, 0.0, 1.0);
}

}  // namespace

Pack::Pack(const PackSettings& settings)
    : settings_(settings),
      tick_s_(std::chrono::duration<double>(settings.tick).count()),
      taper_gain_(std::min(tick_s_ / taper_s, 1.0)),
      profile_(settings.profile) {
    settings_.cells = std::clamp(settings_.cells, 1U, 32U);
    settings_.sensors = std::min(settings_.sensors, 20U);
    limits_ = default_limits(settings_.cells);
    states_.resize(limits_.size());
    Random random(settings_.seed);
    const auto full = full_charge_ah();
    // A cell of 100 Ah has 0.5 mΩ or so; smaller ones have more.
    const auto resistance = 0.0005 * 100 / std::max(settings_.capacity_ah, 1.0);
    for (unsigned i = 0; i < settings_.cells; ++i) {
        Cell cell;
        cell.capacity_ah = full * (1.002 + 0.01 * random.unit());
        cell.resistance_ohm = resistance * (1 + random.spread(0.2));
        cells_.push_back(cell);
    }
    for (unsigned i = 0; i < settings_.sensors; ++i) sensor_offset_.push_back(random.spread(0.6));
    ambient_ = settings_.ambient_c;
    cells_c_ = mosfet_c_ = ambient_;
    set_soc(settings_.soc_percent);
    set_current(settings_.current_a);
    values_ = measure();
    set_profile(settings_.profile);
}

double Pack::full_charge_ah() const {
    return settings_.capacity_ah * settings_.health_percent / 100;
}

void Pack::set_current(double amperes) {
    profile_ = Profile::fixed;
    demand_a_ = std::clamp(amperes, -largest_a, largest_a);
}

void Pack::set_soc(double percent) {
    const auto full = full_charge_ah();
    remaining_ah_ = full * std::clamp(percent, 0.0, 100.0) / 100;
    Random random(settings_.seed ^ 0xC0FFEEU);
    for (auto& cell : cells_) {
        // Balanced at the top, nearly: there the differences of capacity do not show.
        const auto imbalance = 0.002 * full * random.unit();
        cell.charge_ah = std::max(cell.capacity_ah - (full - remaining_ah_) - imbalance, 0.0);
        cell.polarisation_v = 0;
    }
}

void Pack::fix_cell_voltage(std::size_t cell, std::optional<double> volts) {
    if (cell < cells_.size()) cells_[cell].fixed_v = volts;
}

void Pack::unbalance_cell(std::size_t cell, double ahead_ah, double capacity) {
    if (cell >= cells_.size()) return;
    cells_[cell].capacity_ah *= capacity;
    cells_[cell].charge_ah = cells_[cell].charge_ah * capacity + ahead_ah;
    values_ = measure();
}

void Pack::release_overrides() {
    for (auto& cell : cells_) cell.fixed_v.reset();
    fixed_temperature_.reset();
    ambient_ = settings_.ambient_c;
    release_current();
}

void Pack::release_current() {
    set_current(settings_.current_a);
    set_profile(settings_.profile);
}

void Pack::set_profile(Profile profile) {
    profile_ = profile;
    if (profile_ == Profile::day) update_demand();
}

void Pack::reboot() {
    std::ranges::fill(states_, LimitState{});
    charge_stopped_ = discharge_stopped_ = false;
}

void Pack::advance(Duration elapsed, const Observer& observer) {
    left_over_ += std::max(elapsed, Duration::zero());
    while (left_over_ >= settings_.tick) {
        left_over_ -= settings_.tick;
        tick();
        if (observer) observer(left_over_);
    }
}

void Pack::tick() {
    ++ticks_;
    if (profile_ == Profile::day) update_demand();
    const auto amperes = current();
    for (auto& cell : cells_) cell.step(amperes, tick_s_);
    warm(amperes);
    values_ = measure();
    count_charge(measured(Watched::pack_voltage), amperes);
    watch();
    balance();
}

void Pack::count_charge(double volts, double amperes) {
    const auto ah = std::abs(amperes) * tick_s_ / 3600;
    (amperes > 0 ? totals_.charge_ah : totals_.discharge_ah) += ah;
    (amperes > 0 ? totals_.charge_kwh : totals_.discharge_kwh) += ah * volts / 1000;
    remaining_ah_ = std::clamp(remaining_ah_ + (amperes > 0 ? ah : -ah), 0.0, full_charge_ah());
}

void Pack::warm(double amperes) {
    const auto size = settings_.capacity_ah / 100 * settings_.cells / 16;
    double ohm = 0;
    for (const auto& cell : cells_) ohm += 2 * cell.resistance_ohm;  // at rest and polarised
    constexpr double heat_capacity = 40'000;                         // J/K of 16 cells of 100 Ah
    constexpr double to_air = 2;                                     // W/K of their case
    const auto cells_w = amperes * amperes * ohm - (cells_c_ - ambient_) * to_air * size;
    cells_c_ += cells_w * tick_s_ / (heat_capacity * size);
    constexpr double mosfet_ohm = 0.002;
    constexpr double mosfet_heat_capacity = 300;
    const auto mosfet_w = amperes * amperes * mosfet_ohm - (mosfet_c_ - cells_c_) * 1.0;
    mosfet_c_ += mosfet_w * tick_s_ / mosfet_heat_capacity;
}

void Pack::update_demand() {
    demand_a_ = day_demand();
    const auto room =
        demand_a_ > 0 ? (3.50 - measured(Watched::highest_cell)) / 0.05 : (soc_percent() - 10) / 5;
    taper_ += taper_gain_ * (clamp_unit(room) - taper_);
    demand_a_ *= taper_;
}

/// Before any taper, in A.
double Pack::day_demand() const {
    const double ticks_an_hour = 3600 / tick_s_;
    const auto start = std::chrono::duration<double, std::ratio<3600>>(settings_.time_of_day).count();
    const auto hour = std::fmod(start + static_cast<double>(ticks_) / ticks_an_hour, 24.0);
    double c_rate = -0.03;
    if (hour >= 6 && hour < 8) c_rate = -0.08;
    if (hour >= 8 && hour < 17) c_rate = 0.2 * std::sin(std::numbers::pi * (hour - 8) / 9) - 0.02;
    if (hour >= 17 && hour < 22) c_rate = -0.11;
    // Clouds and kettles: another factor every minute.
    const auto minute = ticks_ / std::max<std::uint64_t>(static_cast<std::uint64_t>(60 / tick_s_), 1);
    const auto wobble = 0.75 + 0.5 * to_unit(mix(settings_.seed + minute));
    return c_rate * wobble * settings_.capacity_ah;
}

void Pack::balance() {
    const auto highest = measured(Watched::highest_cell);
    const auto difference = measured(Watched::cell_difference);
    const bool wanted = highest > balance_start_v && difference > balance_difference_v && current() >= 0;
    const bool pulse = ticks_ % balance_period_ticks < balance_on_ticks;
    const auto floor = std::max(balance_start_v, highest - difference + balance_difference_v);
    for (auto& cell : cells_) cell.bleeding = wanted && pulse && cell.voltage(current()) > floor;
}

std::array<double, watched_count> Pack::measure() const {
    const auto amperes = current();
    double lowest = 1000;
    double highest = 0;
    double sum = 0;
    for (const auto& cell : cells_) {
        const auto volts = cell.voltage(amperes);
        lowest = std::min(lowest, volts);
        highest = std::max(highest, volts);
        sum += volts;
    }
    double hottest = pack_temperature();
    double coldest = hottest;
    for (std::size_t i = 0; i < sensor_offset_.size(); ++i) {
        hottest = std::max(hottest, sensor_temperature(i));
        coldest = std::min(coldest, sensor_temperature(i));
    }
    return {highest,
            lowest,
            highest - lowest,
            sum,
            std::max(amperes, 0.0),
            std::max(-amperes, 0.0),
            hottest,
            coldest,
            mosfet_c_,
            ambient_temperature(),
            soc_percent()};
}

void Pack::watch() {
    for (std::size_t i = 0; i < limits_.size(); ++i) {
        judge(limits_[i], states_[i], measured(limits_[i].watched));
    }
    charge_stopped_ = stopped(Stops::charge);
    discharge_stopped_ = stopped(Stops::discharge);
}

void Pack::judge(const Limit& limit, LimitState& state, double value) {
    const auto sign = limit.side == Side::above ? 1.0 : -1.0;
    if (state.tripped) {
        state.since += settings_.tick;
        const bool timed = limit.locked > Duration::zero();
        const bool over = timed ? state.since >= limit.locked : sign * (value - limit.release) <= 0;
        if (over) state = {};
        return;
    }
    if (sign * (value - limit.threshold) < 0) {
        state.since = {};
        return;
    }
    state.since += settings_.tick;
    if (state.since < limit.delay) return;
    state = {.tripped = true};
    if (!limit.counter.empty()) ++counters_[limit.counter];
}

}  // namespace packwire::sim
