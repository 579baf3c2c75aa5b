// SPDX-License-Identifier: MIT
/// The physics of one pack and the acts of its BMS. No clock of its own, no I/O; the same seed and the same
/// calls give the same pack.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sim/cell.hpp"
#include "sim/limits.hpp"

namespace packwire::sim {

/// Who decides the current.
enum class Profile : std::uint8_t {
    fixed,  ///< the current that was set
    day,    ///< sun by day, a household in the evening, a charger that tapers; never empty, never tripped
};

struct PackSettings {
    unsigned cells = 16;          ///< 1 to 32
    unsigned sensors = 4;         ///< 0 to 20
    double capacity_ah = 100;     ///< by design
    double health_percent = 100;  ///< full charge capacity follows it
    double soc_percent = 60;
    Profile profile = Profile::fixed;
    double current_a = 0;  ///< charge is positive
    double ambient_c = 22;
    unsigned cycle_count = 30;
    Duration time_of_day = std::chrono::hours{9};  ///< where the day profile begins
    std::uint64_t seed = 1;                        ///< spread of cells, sensors and loads
    Duration tick =
        std::chrono::milliseconds(500);  ///< of the physics; longer ones only for a quick look back
    Duration history_interval = std::chrono::minutes(30);  ///< from one periodic record to the next
};

class Pack {
public:
    explicit Pack(const PackSettings& settings);

    /// Told after each tick how much of the elapsed time is still to come.
    using Observer = std::function<void(Duration left)>;
    /// Lets time pass. Physics goes in ticks; what is left over counts next time.
    void advance(Duration elapsed, const Observer& observer = {});

    /// Asked for from outside; what flows is current().
    void set_current(double amperes);
    void set_profile(Profile profile);
    /// The current or profile that it was made with.
    void release_current();
    /// Every cell is charged or discharged to it, and the coulomb counter agrees.
    void set_soc(double percent);
    /// From 0. Absent: physics again.
    void fix_cell_voltage(std::size_t cell, std::optional<double> volts);
    /// One cell, from 0, is `ahead_ah` fuller than the others, and holds so much of what they hold.
    void unbalance_cell(std::size_t cell, double ahead_ah, double capacity = 1);
    void fix_temperature(std::optional<double> celsius) { fixed_temperature_ = celsius; }
    void set_ambient(std::optional<double> celsius) { ambient_ = celsius.value_or(settings_.ambient_c); }
    /// Undoes all that was set from outside, but the state of charge.
    void release_overrides();
    /// The BMS forgets what it has tripped on; what still holds trips again.
    void reboot();

    [[nodiscard]] const PackSettings& settings() const { return settings_; }
    /// In A; exactly 0 when its MOSFET is off.
    [[nodiscard]] double current() const;
    [[nodiscard]] bool charge_mosfet_on() const { return !charge_stopped_; }
    [[nodiscard]] bool discharge_mosfet_on() const { return !discharge_stopped_; }
    /// As the BMS measures it, with its noise.
    [[nodiscard]] int cell_millivolts(std::size_t cell) const;
    [[nodiscard]] int total_millivolts() const;
    [[nodiscard]] double sensor_temperature(std::size_t sensor) const;
    [[nodiscard]] double pack_temperature() const;  ///< mean of the sensors
    [[nodiscard]] double mosfet_temperature() const { return mosfet_c_; }
    [[nodiscard]] double ambient_temperature() const;
    [[nodiscard]] double full_charge_ah() const;
    [[nodiscard]] double remaining_ah() const { return remaining_ah_; }
    /// In %, cut to hundredths as the firmware does. Source: protocol 11.5.
    [[nodiscard]] double soc_percent() const;
    [[nodiscard]] unsigned cycle_count() const;

    /// What went through since it was made, Ah and kWh.
    struct Totals {
        double charge_ah = 0, discharge_ah = 0, charge_kwh = 0, discharge_kwh = 0;
    };
    [[nodiscard]] const Totals& totals() const { return totals_; }
    /// Trips, by the name of service 83.
    [[nodiscard]] unsigned counter(std::string_view name) const;
    [[nodiscard]] bool balancing() const;
    /// A flag of a status word, by name.
    [[nodiscard]] bool flag(std::string_view name) const;
    /// A mask of cells, by the name of service 42: bit 0 is the first cell.
    [[nodiscard]] std::uint32_t cell_mask(std::string_view name) const;
    [[nodiscard]] const std::vector<Limit>& limits() const { return limits_; }
    [[nodiscard]] bool tripped(std::size_t limit) const { return states_[limit].tripped; }
    /// As of the last tick, in its unit.
    [[nodiscard]] double measured(Watched what) const { return values_[static_cast<std::size_t>(what)]; }
    /// What `earlier` has tripped on counts, too.
    void inherit_counters(const Pack& earlier) { counters_ = earlier.counters_; }

private:
    struct LimitState {
        bool tripped = false;
        Duration since{};  ///< beyond the threshold, or tripped
    };
    void tick();
    void update_demand();
    void count_charge(double volts, double amperes);
    void warm(double amperes);
    void balance();
    void watch();
    void judge(const Limit& limit, LimitState& state, double value);
    [[nodiscard]] std::array<double, watched_count> measure() const;
    [[nodiscard]] double day_demand() const;
    [[nodiscard]] bool stopped(Stops direction) const;

    PackSettings settings_;
    double tick_s_;
    double taper_gain_;
    std::vector<Limit> limits_;
    std::vector<LimitState> states_;
    std::vector<Cell> cells_;
    std::vector<double> sensor_offset_;
    std::map<std::string_view, unsigned> counters_;
    std::array<double, watched_count> values_{};  ///< by Watched, at the last tick
    Totals totals_;
    Profile profile_;
    bool charge_stopped_ = false;
    bool discharge_stopped_ = false;
    double demand_a_ = 0;
    double taper_ = 1;
    double remaining_ah_ = 0;
    double cells_c_ = 0;
    double mosfet_c_ = 0;
    double ambient_ = 0;
    std::optional<double> fixed_temperature_;
    Duration left_over_{};
    std::uint64_t ticks_ = 0;
};

}  // namespace packwire::sim
