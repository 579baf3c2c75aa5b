// SPDX-License-Identifier: MIT
/// Packs in parallel to the numbers of one battery. Source: bank 5.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bank/bank.hpp"
#include "bank/pack.hpp"

namespace packwire::bank {

struct AggregateSettings {
    /// How fast the SOC may rise to its new value after a pack or a shunt left or joined, % per second. Down
    /// is at once.
    double soc_rise = 0.1;
    /// TimeToGo ends at this SOC, %, unless the ESS says another.
    double minimum_soc = 10;
    /// TimeToGo goes by the current as smoothed over this.
    Duration smoothing = std::chrono::minutes(1);
    /// A reading takes part in the sum of currents while it is younger than two rounds of its bus and the
    /// longest exchange that the next reading may have to wait for; than this while no round is measured.
    Duration longest_age = std::chrono::seconds(10);
    bool operator==(const AggregateSettings&) const = default;
};

/// What an external shunt says, within its ranges; it replaces our own values of the bank, never what limits
/// go by. `when`: its owner last said so then; a value that rests is said again. Source: bank 8, 12.
struct External {
    std::optional<double> state_of_charge;  ///< %
    std::optional<double> current;          ///< A, charge is positive
    TimePoint when{};
    Duration fresh_for = std::chrono::seconds(10);
    /// A: no shunt of a house measures more; what claims it is damaged.
    static constexpr double most_current = 3000;
};

/// A pack of the bank, with what the aggregate has to know besides.
struct Part {
    const Pack* pack = nullptr;
    std::string name;  ///< short, for extremes: "P2"; empty when it is the only one
    Pace pace{};       ///< of its bus
};

/// Keeps what the numbers of a moment need of the moments before.
class Aggregate {
public:
    explicit Aggregate(AggregateSettings settings) : settings_(settings) {}

    /// Sets every number, and with a single pack every text, that follows from the packs. Bank::freshness,
    /// members and `when` are set already. Measurements are absent unless the bank is fresh.
    void fill(Bank& bank, std::span<const Part> parts);

    void set_external(std::optional<External> external) { external_ = external; }
    /// Does an external shunt say current or state of charge?
    [[nodiscard]] bool is_external(TimePoint now) const { return fresh_external(now) != nullptr; }
    /// Of the ESS; absent: the setting rules.
    void set_minimum_soc(std::optional<double> percent) { minimum_soc_ = percent; }
    /// When a reading becomes too old to take part: fill() is worth calling then. TimePoint::max(): never.
    [[nodiscard]] TimePoint next() const { return next_; }

private:
    void fill_current(Bank& bank, std::span<const Part> fresh);
    void fill_state_of_charge(Bank& bank, std::span<const Part> held);
    void fill_time_to_go(Bank& bank);
    void smooth(std::optional<double> current, TimePoint now);
    /// `sources`: what the SOC is made of.
    [[nodiscard]] double slewed(double soc, std::vector<std::string> sources, TimePoint now);
    [[nodiscard]] Duration longest_age(const Part& part) const;
    /// nullptr when there is none, or it is too old.
    [[nodiscard]] const External* fresh_external(TimePoint now) const;

    AggregateSettings settings_;
    std::optional<External> external_;
    std::optional<double> minimum_soc_;
    std::optional<double> soc_;        ///< as shown last
    std::vector<std::string> soc_of_;  ///< ids of the packs it was made of, or that of the shunt
    bool slewing_ = false;
    TimePoint soc_at_{};
    std::optional<double> current_;  ///< smoothed
    TimePoint current_at_{};
    TimePoint next_ = TimePoint::max();
};

}  // namespace packwire::bank
