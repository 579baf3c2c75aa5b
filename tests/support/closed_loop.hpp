// SPDX-License-Identifier: MIT
/// Charge control in a closed loop with simulated packs and a simulated Victron system, and a watch on what
/// must never happen. Source: bank 10.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "bank/charge_control.hpp"
#include "support/pack_reading.hpp"
#include "support/parallel_packs.hpp"

namespace packwire::test {

/// Looks at every step of the limits.
class LimitWatch {
public:
    explicit LimitWatch(const bank::ChargeSettings& settings) : settings_(settings) {}
    void look(const bank::Limits& limits, TimePoint now);

    [[nodiscard]] const std::vector<std::string>& complaints() const { return complaints_; }
    std::size_t changes = 0;        ///< of any of the three limits
    std::size_t falls_to_zero = 0;  ///< of DCL

private:
    /// One limit that may only rise after a hold, and only so fast.
    struct Rising {
        std::string_view name;
        double rate, step;
        Duration hold;
        double last = 0;
        TimePoint fell{};
        double base = 0;  ///< where the rise began
        TimePoint rose{};
    };
    void look_at(Rising& limit, double value, TimePoint now);
    void look_at_zero(double value, TimePoint now);
    void complain(std::string text) {
        if (complaints_.size() < 20) complaints_.push_back(std::move(text));
    }

    bank::ChargeSettings settings_;
    Rising cvl_{"CVL", settings_.charge_voltage_rate, settings_.charge_voltage_step,
                settings_.charge_voltage_hold};
    Rising ccl_{"CCL", settings_.current_rate, settings_.current_step, settings_.current_hold};
    std::vector<std::string> complaints_;
    bool first_ = true;
    double last_dcl_ = 0;
    TimePoint last_{};
    TimePoint shut_{};
};

inline void LimitWatch::look(const bank::Limits& limits, TimePoint now) {
    for (const auto value : {limits.charge_voltage, limits.charge_current, limits.discharge_current}) {
        if (!std::isfinite(value) || value < 0) complain(fmt::format("a limit is {}", value));
    }
    if (limits.charge_current == 0 && limits.charge_voltage > 16 * settings_.cell_voltage_float + 1e-6)
        complain(fmt::format("CCL 0 and CVL {}", limits.charge_voltage));
    if (first_) {
        cvl_.last = limits.charge_voltage;
        ccl_.last = limits.charge_current;
        last_dcl_ = limits.discharge_current;
    }
    first_ = false;
    const bool changed = cvl_.last != limits.charge_voltage || ccl_.last != limits.charge_current ||
                         last_dcl_ != limits.discharge_current;
    if (changed) ++changes;
    look_at(cvl_, limits.charge_voltage, now);
    look_at(ccl_, limits.charge_current, now);
    look_at_zero(limits.discharge_current, now);
    last_ = now;
}

inline void LimitWatch::look_at(Rising& limit, double value, TimePoint now) {
    const auto hours = std::chrono::duration<double, std::ratio<3600>>(now.time_since_epoch()).count();
    if (value < limit.last) limit.fell = now;
    if (value > limit.last) {
        if (limit.fell != TimePoint{} && now - limit.fell < limit.hold)
            complain(fmt::format("{} rises too soon, at {:.3f} h", limit.name, hours));
        const auto seconds = std::chrono::duration<double>(now - last_).count();
        if (value - limit.last > limit.rate * seconds + limit.step + 1e-6)
            complain(fmt::format("{} rises by {} in {} s, at {:.3f} h", limit.name, value - limit.last,
                                 seconds, hours));
    }
    limit.last = value;
}

inline void LimitWatch::look_at_zero(double value, TimePoint now) {
    if (value == 0 && last_dcl_ > 0) {
        ++falls_to_zero;
        shut_ = now;
    }
    if (value > 0 && last_dcl_ == 0 && shut_ != TimePoint{} && now - shut_ < settings_.discharge_again_after)
        complain("DCL leaves 0 too soon");
    last_dcl_ = value;
}

class ClosedLoop {
public:
    /// Sun and load at that time, and whatever else shall happen.
    using Script = std::function<void(ClosedLoop&, Duration elapsed)>;

    explicit ClosedLoop(std::size_t packs = 1, double soc = 50, bank::ChargeSettings chosen = {},
                        Duration step_time = std::chrono::seconds(3))
        : settings(std::move(chosen)), control(settings), watch(settings), step_time_(step_time) {
        for (std::size_t i = 0; i < packs; ++i) {
            batteries.add({.soc_percent = soc, .seed = i + 1, .tick = step_time});
            known.push_back(std::make_unique<bank::Pack>());
            known.back()->snapshot.identity.id = "PACK" + std::to_string(i + 1);
            reader.read_47(known[i]->snapshot, {}, batteries.at(i));
            reader.read_80(known[i]->snapshot, {}, batteries.at(i));
            pointers.push_back(known[i].get());
        }
    }
    void run(Duration time, const Script& script) {
        for (Duration elapsed{}; elapsed < time; elapsed += step_time_) {
            script(*this, elapsed);
            step();
        }
    }
    void step();

    /// Reads packs and limits every 12 s, and every minute while no cell is near full or empty: for many
    /// days.
    bool patient = false;

    /// The nearest that any cell came to its protection, V; negative: beyond.
    [[nodiscard]] double margin() const { return std::min(high_margin, low_margin); }
    /// Of voltages, and of all else that a limit could have kept.
    [[nodiscard]] unsigned voltage_trips() const;
    [[nodiscard]] unsigned other_trips() const;
    [[nodiscard]] double soc() const;
    [[nodiscard]] double highest_cell() const;

    bank::ChargeSettings settings;
    ParallelPacks batteries;
    Plant plant;
    std::vector<std::unique_ptr<bank::Pack>> known;
    std::vector<const bank::Pack*> pointers;
    PackReader reader;
    bank::ChargeControl control;
    LimitWatch watch;
    bank::Limits limits;
    TimePoint now = TimePoint{} + std::chrono::hours(1);
    WallTime wall = WallTime{} + std::chrono::days(20000);
    unsigned full_charges = 0;
    double high_margin = 10;
    double low_margin = 10;

private:
    [[nodiscard]] unsigned trips(std::span<const std::string_view> names) const;
    Duration step_time_;
    TimePoint read_at_{};
};

inline void ClosedLoop::step() {
    now += step_time_;
    wall += std::chrono::duration_cast<WallTime::duration>(step_time_);
    batteries.advance(plant.step(batteries, step_time_), step_time_);
    bool quiet = patient && now - read_at_ < std::chrono::seconds(60);
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto high = batteries.at(i).measured(sim::Watched::highest_cell);
        const auto low = batteries.at(i).measured(sim::Watched::lowest_cell);
        high_margin = std::min(high_margin, 3.65 - high);
        low_margin = std::min(low_margin, low - 2.5);
        quiet = quiet && high < 3.39 && low > 3.0;
    }
    if (quiet || (patient && now - read_at_ < std::chrono::seconds(12))) return;
    read_at_ = now;
    for (std::size_t i = 0; i < known.size(); ++i) {
        const auto& pack = batteries.at(i);
        if (known[i]->freshness == bank::Freshness::fresh) {
            reader.read_live(known[i]->snapshot, live_of(pack), now);
            known[i]->last_good = now;
        }
    }
    // The chargers read what was said before this reading.
    plant.cvl = limits.charge_voltage;
    plant.ccl = limits.charge_current;
    plant.dcl = limits.discharge_current;
    if (const auto told = control.step(pointers, now, wall)) {
        const bool was_full = limits.charge_mode.starts_with("Float");
        limits = *told;
        if (!was_full && limits.charge_mode.starts_with("Float")) ++full_charges;
        watch.look(limits, now);
    }
}

inline unsigned ClosedLoop::trips(std::span<const std::string_view> names) const {
    unsigned trips = 0;
    for (std::size_t i = 0; i < batteries.size(); ++i) {
        for (const auto name : names) trips += batteries.at(i).counter(name);
    }
    return trips;
}

inline unsigned ClosedLoop::voltage_trips() const {
    constexpr auto names =
        std::to_array<std::string_view>({"cell_overvoltage_count", "cell_undervoltage_count",
                                         "pack_overvoltage_count", "pack_undervoltage_count"});
    return trips(names);
}

inline unsigned ClosedLoop::other_trips() const {
    constexpr auto names = std::to_array<std::string_view>(
        {"charge_over_temperature_count", "charge_under_temperature_count",
         "discharge_over_temperature_count", "discharge_under_temperature_count",
         "mosfet_over_temperature_count", "charge_overcurrent_count", "discharge_overcurrent_count"});
    return trips(names);
}

inline double ClosedLoop::soc() const {
    double remaining = 0;
    double full = 0;
    for (std::size_t i = 0; i < batteries.size(); ++i) {
        remaining += batteries.at(i).remaining_ah();
        full += batteries.at(i).full_charge_ah();
    }
    return 100 * remaining / full;
}

inline double ClosedLoop::highest_cell() const {
    double highest = 0;
    for (std::size_t i = 0; i < batteries.size(); ++i)
        highest = std::max(highest, batteries.at(i).measured(sim::Watched::highest_cell));
    return highest;
}

/// Sun from six to six, kettles in the evening; `elapsed` begins at midnight.
inline void solar_day(Plant& plant, Duration elapsed, double sun_peak, double load) {
    const auto hour = std::fmod(std::chrono::duration<double, std::ratio<3600>>(elapsed).count(), 24.0);
    const bool day = hour > 6 && hour < 18;
    plant.sun = day ? sun_peak * std::sin(std::numbers::pi * (hour - 6) / 12) : 0;
    plant.load = load * (hour >= 17 && hour < 22 ? 2.5 : 1);
}

}  // namespace packwire::test
