// SPDX-License-Identifier: MIT
#include "bank/tally.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace packwire::bank {

using model::Alarm;
using model::metric;

namespace {

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// Two ends of a time during which a quantity went straight from one to the other.
struct Line {
    double from = 0;
    double to = 0;
};

/// The area above zero, times the time.
double positive_area(Line line, double time) {
    const auto low = std::min(line.from, line.to);
    const auto high = std::max(line.from, line.to);
    if (high <= 0) return 0;
    if (low >= 0) return (low + high) / 2 * time;
    return high / 2 * time * high / (high - low);
}

double negative_area(Line line, double time) {
    return positive_area({-line.from, -line.to}, time);
}

void lower(std::optional<double>& lowest, std::optional<double> value) {
    if (value && (!lowest || *value < *lowest)) lowest = value;
}
void lift(std::optional<double>& highest, std::optional<double> value) {
    if (value && (!highest || *value > *highest)) highest = value;
}

bool rings(const Bank& bank, Alarm pack, Alarm cell) {
    constexpr std::uint8_t alarm = 2;
    return bank.alarms[static_cast<std::size_t>(pack)] == alarm ||
           bank.alarms[static_cast<std::size_t>(cell)] == alarm;
}

/// A total of the history, and how it is published. 15 packs of 5 kWh that are charged and discharged twice a
/// day come to 1 GWh in 20 years; what claims more was not counted by us.
struct Total {
    double History::* amount = nullptr;         ///< kWh or Ah; else
    std::uint64_t History::* number = nullptr;  ///< how often
    double sign = 1;
    double most = 1e6;

    [[nodiscard]] double published(const History& history) const {
        return 0 + sign * (amount != nullptr ? history.*amount : static_cast<double>(history.*number));
    }
    void set(History& history, double value) const {
        if (amount != nullptr) {
            history.*amount = sign * value;
        } else {
            history.*number = static_cast<std::uint64_t>(std::llround(value));
        }
    }
};

// clang-format off
constexpr auto total_names = std::to_array<model::Metric>({
    metric("charged_energy"), metric("discharged_energy"), metric("drawn_charge"),
    metric("full_discharges"), metric("low_voltage_alarms"), metric("high_voltage_alarms"),
});
constexpr std::array<Total, total_names.size()> totals{{
    {.amount = &History::charged},
    {.amount = &History::discharged},
    {.amount = &History::drawn, .sign = -1, .most = 1e8},
    {.number = &History::full_discharges},
    {.number = &History::low_voltage_alarms},
    {.number = &History::high_voltage_alarms},
}};
// clang-format on

void count(std::uint64_t& counter, std::optional<bool>& before, bool now) {
    if (before && now && !*before) ++counter;
    before = now;
}

}  // namespace

std::optional<HistoryPart> history_part(int number) {
    if (number < static_cast<int>(HistoryPart::all) || number > static_cast<int>(HistoryPart::energy))
        return std::nullopt;
    return static_cast<HistoryPart>(number);
}

Tally::Tally(TallySettings settings, History history) : settings_(settings), history_(history) {
    if (history_.since_full) away_since_ = history_.written;
}

std::span<const model::Metric> total_metrics() {
    return total_names;
}

/// After a time in which nothing could be written, more was published than is on the disk.
void Tally::keep(const History& history) {
    kept_ = kept_ || withheld_ ? history : history_;
    withheld_ = false;
}

void Tally::publish_as_counted() {
    kept_.reset();
    withheld_ = false;
}

std::vector<model::Metric> Tally::raise(const PublishedTotals& published) {
    std::vector<model::Metric> raised;
    if (published.clears != history_.clears && !history_.recovering) return raised;
    if (history_.recovering) history_.clears = std::max(history_.clears, published.clears);
    for (const auto& [metric, value] : published.values) {
        const auto place = std::ranges::find(total_names, metric);
        if (place == total_names.end()) continue;
        const auto& total = totals.at(static_cast<std::size_t>(place - total_names.begin()));
        const auto theirs = total.sign * value;
        if (!std::isfinite(theirs) || theirs > total.most) continue;
        // As published it is rounded: what that adds was not counted.
        const auto rounding = 0.5 * std::pow(10.0, -metric.row().decimals) + 1e-9;
        if (theirs - total.sign * total.published(history_) <= rounding) continue;
        total.set(history_, value);
        raised.push_back(metric);
    }
    if (!kept_) return raised;
    kept_->clears = history_.clears;
    for (std::size_t i = 0; i < totals.size(); ++i) {  // they are kept where they come from
        if (std::ranges::find(raised, total_names.at(i)) != raised.end())
            totals.at(i).set(*kept_, totals.at(i).published(history_));
    }
    return raised;
}

void Tally::step(Bank& bank) {
    if (!started_) started_ = stepped_ = bank.when;
    note_time(bank);
    if (bank.freshness == Freshness::fresh) {
        integrate(bank);
        note_extremes(bank);
        note_charge(bank);
        note_alarms(bank);
    } else {
        last_.reset();
    }
    show(bank);
}

void Tally::integrate(const Bank& bank) {
    constexpr double joules_a_kilowatt_hour = 3.6e6;
    constexpr double seconds_an_hour = 3600;
    const auto power = bank.value(metric("pack_power"));
    const auto current = bank.value(metric("pack_current"));
    if (!power || !current) {
        last_.reset();
        return;
    }
    const Sample now{.when = bank.when, .power = *power, .current = *current};
    if (last_ && now.when > last_->when && now.when - last_->when <= settings_.gap) {
        const auto time = seconds(now.when - last_->when);
        const Line energy{.from = last_->power, .to = now.power};
        history_.charged += positive_area(energy, time) / joules_a_kilowatt_hour;
        history_.discharged += negative_area(energy, time) / joules_a_kilowatt_hour;
        history_.drawn += negative_area({last_->current, now.current}, time) / seconds_an_hour;
    }
    last_ = now;
}

void Tally::note_extremes(const Bank& bank) {
    lower(history_.voltage_min, bank.value(metric("pack_voltage")));
    lift(history_.voltage_max, bank.value(metric("pack_voltage")));
    lower(history_.cell_voltage_min, bank.value(metric("cell_voltage.min")));
    lift(history_.cell_voltage_max, bank.value(metric("cell_voltage.max")));
    lower(history_.temperature_min, bank.value(metric("cell_temperature.min")));
    lift(history_.temperature_max, bank.value(metric("cell_temperature.max")));
}

void Tally::note_charge(const Bank& bank) {
    const auto soc = bank.value(metric("state_of_charge"));
    const auto consumed = bank.value(metric("consumed_capacity"));
    capacity_ = bank.value(metric("full_charge_capacity")).value_or(capacity_);
    if (!soc) return;
    count(history_.full_discharges, empty_,
          *soc <= settings_.empty || (empty_.value_or(false) && *soc < settings_.rearm));
    if (*soc >= settings_.full) {
        note_full();
        return;
    }
    if (!consumed) return;
    const auto depth = -*consumed;
    if (!full_) full_ = false;
    if (depth < settings_.least_depth * capacity_) return;
    if (*full_) history_.last = 0;  // a new discharge begins
    full_ = false;
    history_.last = std::max(history_.last, depth);
    history_.deepest = std::max(history_.deepest, depth);
}

void Tally::note_full() {
    history_.since_full = 0;
    away_since_.reset();
    const bool arrives = full_ == false;
    full_ = true;
    if (!arrives || history_.last <= 0) return;
    history_.average_sum += history_.last;
    ++history_.discharges;
}

/// The monotonic clock counts, so that a wall clock that is set does not. Only for the time between two runs
/// there is nothing else; a wall clock that stands before the last run is not set yet, and waited for.
void Tally::note_time(const Bank& bank) {
    constexpr auto longest_away = std::chrono::days(92);
    if (history_.since_full) *history_.since_full += seconds(bank.when - stepped_);
    stepped_ = bank.when;
    const auto elapsed =
        std::chrono::duration_cast<WallTime::duration>(bank.when - started_.value_or(bank.when));
    if (away_since_ && history_.since_full && bank.at - elapsed >= *away_since_) {
        const auto away = std::min<WallTime::duration>(bank.at - elapsed - *away_since_, longest_away);
        *history_.since_full += seconds(away);
        away_since_.reset();
    }
    history_.written = bank.at;
}

void Tally::note_alarms(const Bank& bank) {
    count(history_.low_voltage_alarms, low_voltage_,
          rings(bank, Alarm::low_voltage, Alarm::low_cell_voltage));
    count(history_.high_voltage_alarms, high_voltage_,
          rings(bank, Alarm::high_voltage, Alarm::high_cell_voltage));
}

void Tally::clear(HistoryPart part) {
    ++history_.clears;
    history_.recovering = false;
    const auto clears = [&](HistoryPart one) { return part == one || part == HistoryPart::all; };
    const History none;
    if (clears(HistoryPart::capacity)) {
        history_.drawn = history_.deepest = history_.last = history_.average_sum = 0;
        history_.discharges = history_.full_discharges = 0;
    }
    if (clears(HistoryPart::voltage)) {
        history_.voltage_min = history_.voltage_max = std::nullopt;
        history_.cell_voltage_min = history_.cell_voltage_max = std::nullopt;
    }
    if (clears(HistoryPart::time)) {
        history_.since_full.reset();
        away_since_.reset();
    }
    if (clears(HistoryPart::alarm)) history_.low_voltage_alarms = history_.high_voltage_alarms = 0;
    if (clears(HistoryPart::temperature)) history_.temperature_min = history_.temperature_max = std::nullopt;
    if (clears(HistoryPart::energy)) history_.charged = history_.discharged = 0;
}

/// What never happened is absent, but for counts. What only moves one way is published as far as it is kept.
void Tally::show(Bank& bank) const {
    const auto& kept = kept_ ? *kept_ : history_;
    const auto discharge = [&](model::Metric metric, double depth) {
        bank.set(metric, depth > 0 ? std::optional(-depth) : std::nullopt);
    };
    discharge(metric("deepest_discharge"), kept.deepest);
    discharge(metric("last_discharge"), history_.last);
    const auto cycles = static_cast<double>(std::max<std::uint64_t>(history_.discharges, 1));
    discharge(metric("average_discharge"), history_.average_sum / cycles);
    for (std::size_t i = 0; !withheld_ && i < totals.size(); ++i)
        bank.set(total_names.at(i), totals.at(i).published(kept));
    bank.history_clears = kept.clears;
    bank.set(metric("lowest_voltage"), kept.voltage_min);
    bank.set(metric("highest_voltage"), kept.voltage_max);
    bank.set(metric("lowest_cell_voltage"), kept.cell_voltage_min);
    bank.set(metric("highest_cell_voltage"), kept.cell_voltage_max);
    bank.set(metric("lowest_temperature"), kept.temperature_min);
    bank.set(metric("highest_temperature"), kept.temperature_max);
    bank.set(metric("time_since_full"), history_.since_full);
}

}  // namespace packwire::bank
