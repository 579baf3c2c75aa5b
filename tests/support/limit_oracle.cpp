// SPDX-License-Identifier: MIT
#include "support/limit_oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace packwire::test {

namespace {

using namespace std::chrono_literals;
using bank::Limits;

/// Each state may begin so much later than its time. Source: bank 7.
constexpr Duration state_delay = 200ms;
constexpr Duration jitter = 50ms;
constexpr double volts_apart = 1e-6;
constexpr double amperes_apart = 0.11;    ///< limits are rounded to 0.1 A
constexpr double bound_tolerance = 1.03;  ///< of a share that is measured …
constexpr double many_tolerance = 1.06;   ///< … among more than two, of which some were away meanwhile
constexpr double blur_celsius = 0.06;     ///< temperatures are told in 0.1 °C
constexpr double next_to_zero = 0.35;     ///< A; a bound under this may be rounded to 0
constexpr double least_part = 0.97;       ///< of full, to be back
constexpr std::size_t usual_cells = 16;
constexpr std::size_t most_complaints = 4;  ///< of one law in one run; more are only counted

constexpr auto names = std::to_array<std::string_view>(
    {"numbers",       "permanence", "charge_bound", "discharge_bound", "voltage_bound", "coupling",
     "stale",         "lost",       "overload",     "no_blind_rise",   "rise",          "gate",
     "needless_zero", "recovery",   "freshness",    "alarms",          "request",       "belief",
     "naming",        "pace",       "restart"});
static_assert(names.size() == law_count);

double seconds(Duration time) {
    return std::chrono::duration<double>(time).count();
}

double on_curve(const bank::Curve& curve, double at) {
    if (curve.empty()) return 1;
    if (at <= curve.front().at) return curve.front().fraction;
    for (std::size_t i = 1; i < curve.size(); ++i) {
        if (at > curve[i].at) continue;
        const auto& low = curve[i - 1];
        const auto& high = curve[i];
        return low.fraction + (high.fraction - low.fraction) * (at - low.at) / (high.at - low.at);
    }
    return curve.back().fraction;
}

/// The smallest of those that are set.
std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

std::optional<double> within(std::optional<double> value, double low, double high) {
    return value && *value >= low && *value <= high ? value : std::nullopt;
}

std::optional<double> plus(std::optional<double> value, double more) {
    return value ? std::optional(*value + more) : std::nullopt;
}

std::optional<double> times(std::optional<double> value, double factor) {
    return value ? std::optional(*value * factor) : std::nullopt;
}

double highest(const std::vector<double>& values) {
    return *std::ranges::max_element(values);
}
double lowest(const std::vector<double>& values) {
    return *std::ranges::min_element(values);
}

void follow(std::optional<TimePoint>& since, bool holds, TimePoint now) {
    if (!holds) {
        since.reset();
    } else if (!since) {
        since = now;
    }
}

bool lasts(const std::optional<TimePoint>& since, Duration time, TimePoint now) {
    return since && now - *since >= time;
}

double rounded_down(double volts, double step) {
    return std::floor(volts / step + 1e-6) * step;
}

}  // namespace

std::string_view name(Law law) {
    return names[static_cast<std::size_t>(law)];
}

void LimitOracle::complain(Law law, TimePoint now, std::string text) {
    auto& count = counted_[static_cast<std::size_t>(law)];
    if (++count > static_cast<int>(most_complaints)) return;
    complaints_.push_back({law, now - begin_, std::move(text)});
}

double LimitOracle::stop_voltage(const Known& pack) const {
    const auto& charge = settings_.charge;
    const auto words = pack.words.value_or(TrueWords{});
    const auto protection =
        within(words.cell_undervoltage_protection, 1.5, 3.3).value_or(charge.undervoltage_protection);
    return std::max(within(words.cell_undervoltage_alarm, 1.5, 3.3).value_or(0),
                    protection + charge.discharge_stop_margin);
}

double LimitOracle::release_voltage(const Known& pack) const {
    const auto& charge = settings_.charge;
    const auto words = pack.words.value_or(TrueWords{});
    return std::max(
        within(words.cell_undervoltage_release, 1.5, 3.6).value_or(charge.undervoltage_alarm_release),
        charge.discharge_again);
}

void LimitOracle::heard(std::size_t pack, TruePack truth, TimePoint now) {
    auto& known = packs_[pack];
    const bool was_away = known.now && now - known.last > settings_.loss.stale;
    const auto low = lowest(truth.cells);
    if (was_away) {
        for (auto* since : {&known.low_since, &known.over_charge_since, &known.over_discharge_since,
                            &known.unmeasured_since, &known.odd_since, &known.broken_since,
                            &known.stopped_charge_since, &known.stopped_discharge_since})
            since->reset();
    }
    follow(known.low_since, truth.discharge_on && low < stop_voltage(known) - 0.001, now);
    if (truth.discharge_on && low <= release_voltage(known)) known.last_not_above = now;
    follow(known.stopped_charge_since, truth.charge_on && truth.charge_stopped, now);
    follow(known.stopped_discharge_since, truth.discharge_on && truth.discharge_stopped, now);
    follow(known.unmeasured_since, truth.cell_unmeasured, now);
    follow(known.odd_since, truth.sensor_odd, now);
    follow(known.broken_since, truth.sensor_broken, now);
    known.last_current = known.now ? known.now->current : std::nullopt;
    known.before = known.now ? known.last : now;
    known.now = std::move(truth);
    known.last = now;
    const auto over = [&](Side side) {
        const auto own = own_limit(known, side, now);
        const auto current = known.now->current.value_or(0) * (side == Side::charge ? 1 : -1);
        return own && current > *own * 1.05 + 0.5;
    };
    follow(known.over_charge_since, over(Side::charge), now);
    follow(known.over_discharge_since, over(Side::discharge), now);
    last_heard_ = now;
}

void LimitOracle::told(std::size_t pack, const TrueWords& words, TimePoint now) {
    auto& known = packs_[pack];
    if (known.words && told_limit(*known.words, Side::charge)) {
        known.kept = known.words;
        known.kept_at = now;
    }
    known.words = words;
}

void LimitOracle::set_other_bms(bool present, TimePoint now) {
    if (other_bms_ && !present) other_bms_left_ = now;
    other_bms_ = present;
}

void LimitOracle::set_requests(bool charging_off, bool discharging_off) {
    charging_off_ = charging_off;
    discharging_off_ = discharging_off;
}

void LimitOracle::restarted(TimePoint now) {
    fresh_start_ = true;
    restarted_at_ = now;
    before_restart_ = limits_;
    zero_since_.reset();
    if (std::ranges::any_of(packs_, [](const auto& entry) { return entry.second.expected; }))
        std::erase_if(packs_, [](const auto& entry) { return !entry.second.expected; });
    for (auto& [id, known] : packs_) {
        known.last = {};
        for (auto* since : {&known.unmeasured_since, &known.odd_since, &known.broken_since,
                            &known.over_charge_since, &known.over_discharge_since, &known.low_since,
                            &known.stopped_charge_since, &known.stopped_discharge_since})
            since->reset();
    }
}

// ---- what the packs allow
// -------------------------------------------------------------------------------------

LimitOracle::Members LimitOracle::answering(TimePoint now, Duration grace) const {
    Members members;
    for (const auto& [id, known] : packs_) {
        if (known.now && known.last != TimePoint{} && now - known.last < settings_.loss.stale + grace)
            members.push_back(&known);
    }
    return members;
}

bool LimitOracle::all_answer(TimePoint now, Duration grace) const {
    return answering(now, grace).size() == packs_.size();
}

std::optional<Duration> LimitOracle::youngest(TimePoint now) const {
    std::optional<Duration> age;
    for (const auto& [id, known] : packs_) {
        if (known.now && known.last != TimePoint{} && (!age || now - known.last < *age))
            age = now - known.last;
    }
    return age;
}

std::optional<double> LimitOracle::told_limit(const TrueWords& words, Side side) const {
    const auto& charge = settings_.charge;
    const auto set = [&](std::optional<double> value) {
        return within(value, charge.absurd_current_low, charge.absurd_current);
    };
    const auto charges = smaller(
        smaller(set(words.charge_current_47), set(words.charge_current_80)),
        smaller(set(words.charge_alarm), times(set(words.charge_protection), charge.overcurrent_margin)));
    if (side == Side::charge) return charges;
    const auto discharges = smaller(set(words.discharge_alarm),
                                    times(set(words.discharge_protection), charge.overcurrent_margin));
    if (discharges) return discharges;
    return charge.discharge_current_max ? charge.discharge_current_max : charges;
}

/// Where words that set a limit have become unset, the last ones stand in for a while.
std::optional<double> LimitOracle::own_limit(const Known& pack, Side side, TimePoint now) const {
    const auto& charge = settings_.charge;
    if (pack.words) {
        if (const auto told = told_limit(*pack.words, side)) return told;
    }
    const auto configured = side == Side::charge || !charge.discharge_current_max
                                ? charge.charge_current_max
                                : charge.discharge_current_max;
    if (!pack.kept || now - pack.kept_at >= charge.limits_kept + settings_.interval) return configured;
    const auto kept = told_limit(*pack.kept, side);
    return kept && configured ? std::max(*kept, *configured) : kept;
}

double LimitOracle::full_voltage() const {
    const auto& charge = settings_.charge;
    double least = charge.charge_voltage_max.value_or(1e9);
    for (const auto& [id, known] : packs_) {
        const auto cells = static_cast<double>(known.now ? known.now->cells.size() : usual_cells);
        least = std::min(least, cells * charge.cell_voltage_max);
        if (!known.words) continue;
        const auto& words = *known.words;
        const auto pack_volts = [&](std::optional<double> value) {
            return within(value, cells * charge.absurd_cell_low, cells * charge.absurd_cell_high);
        };
        const auto cell_volts = [&](std::optional<double> value) {
            return times(within(value, charge.absurd_cell_low, charge.absurd_cell_high), cells);
        };
        const auto by_pack =
            smaller(pack_volts(words.charge_voltage),
                    plus(pack_volts(words.pack_overvoltage_alarm), -charge.pack_overvoltage_margin));
        const auto by_cell =
            plus(cell_volts(words.cell_overvoltage_alarm), -cells * charge.cell_overvoltage_margin);
        least = std::min(least, smaller(by_pack, by_cell).value_or(least));
    }
    return rounded_down(least, charge.charge_voltage_step);
}

double LimitOracle::float_voltage() const {
    double least = full_voltage();
    for (const auto& [id, known] : packs_) {
        const auto cells = static_cast<double>(known.now ? known.now->cells.size() : usual_cells);
        least = std::min(least, cells * settings_.charge.cell_voltage_float);
    }
    return rounded_down(least, settings_.charge.charge_voltage_step);
}

/// Of its own limit: what cells, temperatures, MOSFETs and protections of one pack leave.
LimitOracle::Bound LimitOracle::fraction(const Known& pack, Side side, TimePoint now) const {
    const auto& charge = settings_.charge;
    const auto& truth = *pack.now;
    const auto words = pack.words.value_or(TrueWords{});
    Bound bound{1, "its own limit"};
    const auto tighten = [&](double to, std::string why) {
        if (to < bound.most) bound = {std::max(to, 0.0), std::move(why)};
    };
    const bool charges = side == Side::charge;
    // Pack voltage is told in 10 mV, so it leaves a cell that is not measured so much room.
    const double blur = truth.cell_unmeasured || truth.contradicts ? 0.025 : 0.0015;
    const auto stop_after = charge.discharge_stop_after + settings_.interval + 500ms;
    if (charges) {
        const auto cell = highest(truth.cells) - blur;
        tighten(on_curve(charge.charge_by_cell, cell), fmt::format("highest cell {:.3f} V", cell));
        const auto protection = within(words.cell_overvoltage_protection, 3.0, 4.5);
        if (cell >= protection.value_or(charge.overvoltage_protection) - charge.charge_stop_margin)
            tighten(0, fmt::format("cell {:.3f} V is at its protection", cell));
        if (lasts(pack.stopped_charge_since, stop_after, now)) tighten(0, "a charge protection is reported");
    } else {
        const auto cell = lowest(truth.cells) + blur;
        tighten(on_curve(charge.discharge_by_cell, cell), fmt::format("lowest cell {:.3f} V", cell));
        const auto protection =
            within(words.cell_undervoltage_protection, 1.5, 3.3).value_or(charge.undervoltage_protection);
        if (cell < protection + charge.discharge_stop_now)
            tighten(0, fmt::format("cell {:.3f} V is at its protection", cell));
        if (lasts(pack.low_since, stop_after, now))
            tighten(0, fmt::format("cell {:.3f} V is under its stop", cell));
        if (lasts(pack.stopped_discharge_since, stop_after, now))
            tighten(0, "a discharge protection is reported");
    }
    if (truth.temperatures.empty()) {
        tighten(charge.temperature_unknown, "no temperature");
    } else {
        const auto hot = highest(truth.temperatures);
        const auto cold = lowest(truth.temperatures);
        const auto& curve = charges ? charge.charge_by_temperature : charge.discharge_by_temperature;
        for (const auto at : {hot, cold}) {
            tighten(std::max(on_curve(curve, at - blur_celsius), on_curve(curve, at + blur_celsius)),
                    fmt::format("{:.1f} °C", at));
        }
        const auto hottest = charges ? words.charge_hot : words.discharge_hot;
        const auto coldest = charges ? words.charge_cold : words.discharge_cold;
        if (hottest && hot - blur_celsius >= *hottest - charge.temperature_margin)
            tighten(0, fmt::format("{:.1f} °C is at a protection", hot));
        if (coldest && cold + blur_celsius <= *coldest + charge.temperature_margin)
            tighten(0, fmt::format("{:.1f} °C is at a protection", cold));
    }
    const auto mosfet = truth.mosfet - blur_celsius;
    tighten(on_curve(charges ? charge.charge_by_mosfet : charge.discharge_by_mosfet, mosfet),
            fmt::format("MOSFET {:.1f} °C", mosfet));
    if (words.mosfet_hot && mosfet >= *words.mosfet_hot - charge.mosfet_margin)
        tighten(0, fmt::format("MOSFET {:.1f} °C is at its protection", mosfet));
    return bound;
}

/// Section 5: least of limit ÷ share, times sharing, at most the sum.
LimitOracle::Bound LimitOracle::bound(const Members& members, Side side, TimePoint now) const {
    const auto& charge = settings_.charge;
    struct Weight {
        double by_capacity = 0, measured = 0;
    };
    struct Part {
        double own = 0, most = 0;
        std::size_t number = 0;  // in weights
    };
    std::vector<Weight> weights;
    std::vector<Part> parts;
    std::optional<double> others;  // least fraction of packs without limits
    double capacity = 0;
    double weight = 0;
    double sum = 0;
    double sum_own = 0;
    std::size_t conducting = 0;
    std::string why = "own limits by share";
    double least = 1;
    for (const auto* pack : members) {
        if (!(side == Side::charge ? pack->now->charge_on : pack->now->discharge_on)) continue;
        ++conducting;
        capacity += pack->now->capacity;
        weight += pack->now->weight;
        weights.push_back({pack->now->capacity, pack->now->weight});
        auto part = fraction(*pack, side, now);
        if (part.most < least) {
            least = part.most;
            why = part.why;
        }
        const auto own = own_limit(*pack, side, now);
        if (!own) {
            others = std::min(others.value_or(1), part.most);
            continue;
        }
        sum += *own * part.most;
        sum_own += *own;
        parts.push_back({*own, *own * part.most, weights.size() - 1});
    }
    if (conducting == 0) return {0, "no pack that answers has its MOSFET on"};
    if (parts.empty()) return {0, "no pack that answers tells a limit"};
    const auto scale = capacity / weight;
    // The weight of each may be anywhere between that by capacity and that which is measured; the least share
    // that a pack can have so is the most generous.
    const auto by_share = [&](double Part::* limit) {
        double common = 1e9;
        for (const auto& part : parts) {
            const auto light = [&](const Weight& one) { return std::min(one.by_capacity, one.measured); };
            const auto heavy = [&](const Weight& one) { return std::max(one.by_capacity, one.measured); };
            double others_weigh = 0;
            for (std::size_t i = 0; i < weights.size(); ++i)
                others_weigh +=
                    i == part.number ? 0 : heavy({weights[i].by_capacity, weights[i].measured * scale});
            const auto own = light({weights[part.number].by_capacity, weights[part.number].measured * scale});
            common = std::min(common, part.*limit * (own + others_weigh) / own);
        }
        return common * (conducting > 1 ? charge.sharing : 1);
    };
    double most = std::min(by_share(&Part::most), sum);
    if (others) most = std::min(most, *others * std::min(by_share(&Part::own), sum_own));
    const auto cap = side == Side::charge ? charge.charge_current_max : charge.discharge_current_max;
    return {std::min(most, cap.value_or(most)), why};
}

/// A pack may count as answering or not for the first 200 ms.
LimitOracle::Bound LimitOracle::loosest(Side side, TimePoint now) const {
    const auto with = answering(now, state_delay);
    const auto without = answering(now, Duration::zero());
    auto most = bound(with, side, now);
    if (with.size() == without.size() || without.empty()) return most;
    auto other = bound(without, side, now);
    return other.most > most.most ? other : most;
}

/// The least that section 5 may mean by full, when nothing tightens it.
double LimitOracle::least_shared(const Members& members, Side side, TimePoint now) const {
    double capacity = 0;
    double weight = 0;
    double sum = 0;
    for (const auto* pack : members) {
        capacity += pack->now->capacity;
        weight += pack->now->weight;
        sum += own_limit(*pack, side, now).value_or(0);
    }
    double least = sum;
    for (const auto* pack : members) {
        const auto own = own_limit(*pack, side, now);
        if (!own) continue;
        const auto share = std::max(pack->now->capacity / capacity, pack->now->weight / weight);
        // Where DCL is the pack's CCL, that may be what is configured for the bank.
        const bool by_charge = side == Side::discharge && pack->words && !pack->words->discharge_alarm;
        const auto least_own =
            by_charge ? std::min(*own, settings_.charge.charge_current_max.value_or(*own)) : *own;
        least = std::min(least, least_own / share);
    }
    if (members.size() > 1) least *= settings_.charge.sharing;
    const auto cap =
        side == Side::charge ? settings_.charge.charge_current_max : settings_.charge.discharge_current_max;
    return std::min(least, cap.value_or(least));
}

// ---- the laws
// -------------------------------------------------------------------------------------------------

void LimitOracle::published(const bank::Bank& bank, TimePoint now) {
    ++steps_;
    check_numbers(bank, now);
    check_freshness(bank, now);
    check_alarms(bank, now);
    if (!check_permanence(bank, now)) {
        fresh_start_ = true;
        zero_since_.reset();
        limits_.reset();
        if (!answering(now, Duration::zero()).empty())
            held_.reset();  // what they are meanwhile is not published
        last_published_ = now;
        return;
    }
    const auto& limits = *bank.limits;
    check_restart(limits, now);
    check_bounds(limits, now);
    check_voltage(limits, now);
    check_loss(limits, now);
    check_overload(limits, now);
    check_zero(limits, now);
    check_gate(limits, now);
    check_rises(limits, now);
    limits_ = limits;
    if (!answering(now, Duration::zero()).empty()) held_ = limits;
    lowest_voltage_ = std::min(lowest_voltage_, limits.charge_voltage);
    given_ = true;
    fresh_start_ = false;
    last_published_ = now;
}

void LimitOracle::check_numbers(const bank::Bank& bank, TimePoint now) {
    struct Range {
        std::string_view name;
        model::Metric metric;
        double low, high;
    };
    constexpr auto ranges = std::to_array<Range>({
        {"state of charge", model::metric("state_of_charge"), 0, 100},
        {"current", model::metric("pack_current"), -1e4, 1e4},
        {"power", model::metric("pack_power"), -1e6, 1e6},
        {"voltage", model::metric("pack_voltage"), 0, 1e3},
    });
    for (const auto& range : ranges) {
        const auto value = bank.value(range.metric);
        if (value && !(*value >= range.low && *value <= range.high))
            complain(Law::numbers, now, fmt::format("{} of the bank is {}", range.name, *value));
    }
    if (!bank.limits) return;
    const auto& limits = *bank.limits;
    for (const auto value :
         {limits.charge_voltage, limits.charge_current, limits.discharge_current, limits.low_voltage}) {
        if (!std::isfinite(value) || value < 0 || value > 1e5)
            complain(Law::numbers, now, fmt::format("a limit is {}", value));
    }
    if (limits.charge_mode.empty() || limits.charge_limitation.empty() || limits.discharge_limitation.empty())
        complain(Law::numbers, now, "a limit has no words");
}

void LimitOracle::check_restart(const Limits& limits, TimePoint now) {
    const auto before = std::exchange(before_restart_, std::nullopt);
    if (!before) return;
    // It may go to its least part at once, as when it leaves 0.
    double sum = 0;
    for (const auto& [id, known] : packs_) sum += own_limit(known, Side::discharge, now).value_or(0);
    const auto least = before->discharge_current == 0 ? 0 : settings_.charge.discharge_least * sum;
    if (limits.charge_voltage > before->charge_voltage + volts_apart ||
        limits.charge_current > before->charge_current + 0.01 ||
        limits.discharge_current > std::max(before->discharge_current, least) + 0.01) {
        complain(Law::restart, now,
                 fmt::format(
                     "after a restart {:.2f} V, {:.1f} A, {:.1f} A; before it {:.2f} V, {:.1f} A, {:.1f} A",
                     limits.charge_voltage, limits.charge_current, limits.discharge_current,
                     before->charge_voltage, before->charge_current, before->discharge_current));
    }
}

bool LimitOracle::check_permanence(const bank::Bank& bank, TimePoint now) {
    if (bank.limits) {
        if (other_bms_) complain(Law::permanence, now, "limits beside another BMS");
        return true;
    }
    if (bank.monitor_reason.empty()) complain(Law::permanence, now, "no limits, and no reason is stated");
    if (other_bms_) return false;
    const auto members = answering(now, Duration::zero());
    const bool has_limits = std::ranges::any_of(
        members, [&](const Known* pack) { return own_limit(*pack, Side::charge, now).has_value(); });
    const bool returns = other_bms_left_ && now - *other_bms_left_ < 5s;
    if ((given_ && members.empty() && !returns) || (given_ && has_limits && !returns))
        complain(Law::permanence, now, fmt::format("limits vanished: {}", bank.monitor_reason));
    return false;
}

void LimitOracle::check_bounds(const Limits& limits, TimePoint now) {
    if (answering(now, state_delay).empty()) return;
    const auto tolerance = packs_.size() > 2 ? many_tolerance : bound_tolerance;
    const auto charge = loosest(Side::charge, now);
    if (limits.charge_current > charge.most * tolerance + amperes_apart) {
        complain(Law::charge_bound, now,
                 fmt::format("CCL {:.1f} A, allowed {:.1f} A: {}; said: {}", limits.charge_current,
                             charge.most, charge.why, limits.charge_limitation));
    }
    const auto discharge = loosest(Side::discharge, now);
    if (limits.discharge_current > discharge.most * tolerance + amperes_apart) {
        complain(Law::discharge_bound, now,
                 fmt::format("DCL {:.1f} A, allowed {:.1f} A: {}; said: {}", limits.discharge_current,
                             discharge.most, discharge.why, limits.discharge_limitation));
    }
    if (charging_off_ && limits.charge_current > 0)
        complain(Law::request, now, fmt::format("charging is off, CCL {:.1f} A", limits.charge_current));
    if (discharging_off_ && limits.discharge_current > 0)
        complain(Law::request, now,
                 fmt::format("discharging is off, DCL {:.1f} A", limits.discharge_current));
    if (limits.charge_request && limits.discharge_current > 0)
        complain(Law::request, now,
                 fmt::format("a charge is requested with DCL {}", limits.discharge_current));
}

void LimitOracle::check_voltage(const Limits& limits, TimePoint now) {
    const auto full = full_voltage();
    const auto resting = float_voltage();
    if (limits.charge_voltage > full + volts_apart) {
        complain(Law::voltage_bound, now,
                 fmt::format("CVL {:.2f} V, the packs allow {:.2f} V", limits.charge_voltage, full));
    }
    if (!all_answer(now, state_delay) && limits.charge_voltage > resting + volts_apart) {
        complain(Law::voltage_bound, now,
                 fmt::format("CVL {:.2f} V, over float {:.2f} V with {} of {} packs", limits.charge_voltage,
                             resting, answering(now, state_delay).size(), packs_.size()));
    }
    if (limits.charge_current == 0 && limits.charge_voltage > resting + volts_apart) {
        complain(Law::coupling, now,
                 fmt::format("CCL 0 and CVL {:.2f} V, over float {:.2f} V", limits.charge_voltage, resting));
    }
}

void LimitOracle::check_loss(const Limits& limits, TimePoint now) {
    const auto age = youngest(now);
    if (!age || *age < settings_.loss.stale + state_delay) return;
    if (held_) {
        const auto most = std::min(held_->charge_voltage, float_voltage());
        if (limits.charge_voltage > most + volts_apart ||
            limits.charge_current > held_->charge_current + 0.01 ||
            limits.discharge_current > held_->discharge_current + 0.01) {
            complain(
                Law::stale, now,
                fmt::format("no answer for {:.1f} s: CVL {:.2f} V, CCL {:.1f} A, DCL {:.1f} A; held were "
                            "{:.2f} V, {:.1f} A, {:.1f} A",
                            seconds(*age), limits.charge_voltage, limits.charge_current,
                            limits.discharge_current, most, held_->charge_current, held_->discharge_current));
        }
        held_->charge_voltage = std::min(held_->charge_voltage, limits.charge_voltage);
        held_->charge_current = std::min(held_->charge_current, limits.charge_current);
        held_->discharge_current = std::min(held_->discharge_current, limits.discharge_current);
    }
    if (*age < settings_.loss.lost + state_delay) return;
    bool holds = settings_.charge.on_loss == bank::OnLoss::hold &&
                 *age < settings_.loss.lost + settings_.charge.hold_for + state_delay;
    for (const auto& [id, known] : packs_) {
        if (!known.now) continue;
        holds = holds && lowest(known.now->cells) > settings_.charge.hold_cell_low - 0.002 &&
                highest(known.now->cells) < settings_.charge.hold_cell_high + 0.002;
    }
    if (limits.charge_current > 0 || (limits.discharge_current > 0 && !holds)) {
        complain(Law::lost, now,
                 fmt::format("no answer for {:.1f} s: CCL {:.1f} A, DCL {:.1f} A", seconds(*age),
                             limits.charge_current, limits.discharge_current));
    }
}

void LimitOracle::check_overload(const Limits& limits, TimePoint now) {
    if (!all_answer(now, Duration::zero())) return;
    double total = 0;
    for (const auto& [id, known] : packs_) {
        const auto is = known.now->current;
        const auto was = known.last_current;
        if (!is || !was || std::abs(*is - *was) > 0.02 * std::abs(*is) + 0.2) return;  // not steady
        if (now - known.last > settings_.interval + 500ms) return;
        total += *is;
    }
    for (const auto side : {Side::charge, Side::discharge}) {
        const auto sign = side == Side::charge ? 1 : -1;
        const auto said = side == Side::charge ? limits.charge_current : limits.discharge_current;
        for (const auto& [id, known] : packs_) {
            const auto own = own_limit(known, side, now);
            const auto current = *known.now->current * sign;
            if (!own || current <= *own * 1.05 + 0.5) continue;
            const auto most = total * sign * *own / current;
            if (said <= most * 1.05 + 0.3) continue;
            complain(Law::overload, now,
                     fmt::format("pack {} carries {:.1f} A of its {:.1f} A: limit {:.1f} A, expected at most "
                                 "{:.1f} A",
                                 id + 1, current, *own, said, most));
        }
    }
}

bool LimitOracle::may_be_zero(Side side, TimePoint now) const {
    if (side == Side::charge ? charging_off_ : discharging_off_) return true;
    const auto members = answering(now, Duration::zero());
    if (members.empty()) {
        const auto age = youngest(now);
        return !age || *age >= settings_.loss.lost - jitter;
    }
    if (bound(members, side, now).most < next_to_zero) return true;
    for (const auto* pack : members) {
        const auto& truth = *pack->now;
        if (!(side == Side::charge ? truth.charge_on : truth.discharge_on)) continue;
        if (truth.contradicts || truth.cell_unmeasured) return true;
        if (pack->words && !told_limit(*pack->words, side)) return true;
        if (side == Side::charge ? truth.charge_stopped : truth.discharge_stopped) return true;
        // A sensor is suspect after a minute; until then what it says may rule.
        if (pack->broken_since && now - *pack->broken_since < 60s + settings_.interval + 1s) return true;
        // Next to a threshold it may be so and so: rounding, and 5 °C beside a broken sensor.
        auto near = *pack;
        // Its own alarm is a cause, too, as it is for discharge.
        const auto alarm = pack->words ? pack->words->cell_overvoltage_alarm : std::nullopt;
        if (side == Side::charge && alarm && highest(truth.cells) > *alarm - 0.005) return true;
        const auto slack = truth.sensor_broken ? 6.0 : 1.1;
        if (near.words && !near.words->charge_hot) {
            near.words->charge_hot = near.words->discharge_hot = near.words->trip_hot;
            near.words->charge_cold = near.words->discharge_cold = near.words->trip_cold;
        }
        near.now->mosfet += 1.1;
        for (auto& cell : near.now->cells) cell += side == Side::charge ? 0.004 : -0.004;
        if (lasts(near.low_since, settings_.charge.discharge_stop_after - jitter, now)) return true;
        for (const auto shift : {-slack, 2 * slack}) {  // to one end, and to the other
            for (auto& sensor : near.now->temperatures) sensor += shift;
            if (fraction(near, side, now).most * own_limit(*pack, side, now).value_or(1e3) < next_to_zero)
                return true;
        }
    }
    return false;
}

void LimitOracle::check_zero(const Limits& limits, TimePoint now) {
    if (given_ && !limits_) return;  // another BMS was there, and what happened meanwhile was not published
    const auto falls = [&](double value, double Limits::* was) {
        return value == 0 && (!limits_ || (*limits_).*was > 0);
    };
    if (falls(limits.charge_current, &Limits::charge_current) && !may_be_zero(Side::charge, now))
        complain(Law::needless_zero, now, "CCL 0: " + limits.charge_limitation);
    if (falls(limits.discharge_current, &Limits::discharge_current) && !may_be_zero(Side::discharge, now))
        complain(Law::needless_zero, now, "DCL 0: " + limits.discharge_limitation);
}

void LimitOracle::check_gate(const Limits& limits, TimePoint now) {
    const auto value = limits.discharge_current;
    if (value == 0) {
        if (!zero_since_) {
            zero_since_ = now;
            zero_seen_ = !fresh_start_;
            ++zeros_;
        }
        return;
    }
    const auto since = std::exchange(zero_since_, std::nullopt);
    if (!since || fresh_start_) return;
    const auto& charge = settings_.charge;
    if (zero_seen_ && now - *since < charge.discharge_again_after - jitter)
        complain(Law::gate, now,
                 fmt::format("DCL {:.1f} A after {:.1f} s at 0", value, seconds(now - *since)));
    double current = 0;
    double least = 1e9;
    std::optional<TimePoint> not_above;
    for (const auto* pack : answering(now, Duration::zero())) {
        current += pack->now->current.value_or(1000);
        if (!pack->now->discharge_on) continue;
        if (pack->last_not_above)
            not_above = std::max(not_above.value_or(TimePoint{}), *pack->last_not_above);
        least = std::min(least, own_limit(*pack, Side::discharge, now).value_or(least));
    }
    if (not_above && now - *not_above < charge.discharge_again_after - jitter && current < 0.5) {
        complain(Law::gate, now,
                 fmt::format("DCL {:.1f} A, {:.1f} s after a cell was not above its release", value,
                             seconds(now - *not_above)));
    }
    least = std::min(
        {least, charge.discharge_current_max.value_or(least), charge.charge_current_max.value_or(least)});
    if (least < 1e9 && value < charge.discharge_least * charge.sharing * least - 0.15)
        complain(Law::gate, now, fmt::format("DCL leaves 0 to {:.1f} A, under 20 %", value));
}

void LimitOracle::check_rise(std::string_view what, Track& track, double value, double rate, double step,
                             Duration hold, TimePoint now) {
    // A rise may wait for a reading, which a pack that is not stale gives within that time.
    const auto most = settings_.loss.stale + settings_.interval;
    track.allowance = std::min(rate * seconds(most), track.allowance + rate * seconds(now - last_published_));
    if (value < track.value - 1e-6) track.fell = now;
    if (value > track.value + 1e-6) {
        if (hold > Duration::zero() && track.fell && now - *track.fell < hold - jitter) {
            complain(Law::rise, now,
                     fmt::format("{} {:.2f} to {:.2f}, {:.1f} s after a fall", what, track.value, value,
                                 seconds(now - *track.fell)));
        }
        if (value - track.value > track.allowance + step + 1e-6) {
            complain(Law::rise, now,
                     fmt::format("{} {:.2f} to {:.2f}, expected at most {:.2f} more at {} a second", what,
                                 track.value, value, track.allowance, rate));
        }
        track.allowance = std::max(0.0, track.allowance - (value - track.value));
    }
    track.value = value;
}

void LimitOracle::check_rises(const Limits& limits, TimePoint now) {
    const auto& charge = settings_.charge;
    const bool leaves_zero = limits_ && limits_->discharge_current == 0 && limits.discharge_current > 0;
    struct Row {
        std::string_view what;
        Track& track;
        double value, rate, step;
        Duration hold;
    };
    for (const auto& row : {Row{"CVL", voltage_, limits.charge_voltage, charge.charge_voltage_rate,
                                charge.charge_voltage_step, charge.charge_voltage_hold},
                            Row{"CCL", charge_, limits.charge_current, charge.current_rate,
                                charge.current_step, charge.current_hold},
                            Row{"DCL", discharge_, limits.discharge_current, charge.current_rate,
                                leaves_zero ? 1e9 : charge.current_step, Duration::zero()}}) {
        if (fresh_start_) {
            row.track = Track{};
            row.track.value = row.value;
            row.track.allowance = 1e9;
            continue;
        }
        if (row.value > row.track.value + 1e-6) {
            // Readings of other packs that waited for this one's may give a last bit.
            const auto last_bit = row.rate * 1 + row.step;
            if (row.track.rose && last_heard_ <= *row.track.rose && row.value - row.track.value > last_bit) {
                complain(
                    Law::no_blind_rise, now,
                    fmt::format("{} {:.2f} to {:.2f} by a reading of {:.1f} s ago that it rose by before",
                                row.what, row.track.value, row.value, seconds(now - last_heard_)));
            }
            row.track.rose = now;
        }
        check_rise(row.what, row.track, row.value, row.rate, row.step, row.hold, now);
    }
}

void LimitOracle::check_freshness(const bank::Bank& bank, TimePoint now) {
    const auto age = youngest(now);
    if (!age) return;
    const auto& loss = settings_.loss;
    const bool fresh = bank.freshness == bank::Freshness::fresh;
    if (!fresh && *age < loss.stale - jitter)
        complain(Law::freshness, now, fmt::format("not fresh {:.1f} s after an answer", seconds(*age)));
    if (fresh && *age > loss.stale + state_delay)
        complain(Law::freshness, now, fmt::format("fresh {:.1f} s after the last answer", seconds(*age)));
    int expected = *age > loss.lost + state_delay ? 2 : *age > loss.stale + state_delay ? 1 : 0;
    for (const auto& [id, known] : packs_) {
        const bool heard = known.last != TimePoint{};
        const bool away = heard ? now - known.last > loss.lost + state_delay
                                : now - restarted_at_ > settings_.missing_after + loss.lost + 5s;
        if (away) expected = std::max(expected, 1);
    }
    const int cable = bank.alarms[static_cast<std::size_t>(model::Alarm::bms_cable)];
    if (cable < expected)
        complain(Law::freshness, now, fmt::format("BmsCable {}, expected {}", cable, expected));
}

void LimitOracle::check_alarms(const bank::Bank& bank, TimePoint now) {
    const auto level = [&](model::Alarm alarm) -> int {
        return bank.alarms[static_cast<std::size_t>(alarm)];
    };
    const auto hold = 5s + 2 * settings_.interval + 5s;
    const auto overload_hold = settings_.charge.current_hold + hold;
    for (const auto& [id, known] : packs_) {
        if (!known.now || now - known.last > settings_.interval + 500ms) continue;
        if (lasts(known.unmeasured_since, hold, now) && level(model::Alarm::internal_failure) == 0)
            complain(Law::alarms, now, fmt::format("InternalFailure 0, pack {} lacks a cell", id + 1));
        if (lasts(known.odd_since, 60s + hold, now) && level(model::Alarm::battery_temperature_sensor) == 0)
            complain(Law::alarms, now,
                     fmt::format("BatteryTemperatureSensor 0, pack {} has a broken one", id + 1));
        if (lasts(known.over_charge_since, overload_hold, now) &&
            level(model::Alarm::high_charge_current) == 0)
            complain(Law::overload, now,
                     fmt::format("HighChargeCurrent 0, pack {} is over its limit", id + 1));
        if (lasts(known.over_discharge_since, overload_hold, now) &&
            level(model::Alarm::high_discharge_current) == 0)
            complain(Law::overload, now,
                     fmt::format("HighDischargeCurrent 0, pack {} is over its limit", id + 1));
    }
}

// ---- back at full
// ---------------------------------------------------------------------------------------------

TimePoint LimitOracle::due(bool voltage) const {
    const auto& charge = settings_.charge;
    const auto members = answering(quiet_since_ + settings_.probe, 24h);
    const auto base = quiet_since_ + settings_.probe;
    const auto ramp = [&](Side side) {
        const auto amperes = least_shared(members, side, base);
        return charge.current_hold + std::chrono::duration_cast<Duration>(
                                         std::chrono::duration<double>(amperes / charge.current_rate));
    };
    constexpr Duration slack = 15s;
    auto due = base + ramp(Side::charge) + slack;
    const auto doubled = charge.discharge_again_after * (1 << std::clamp(zeros_ - 1, 0, 10));
    const auto gate =
        zeros_ > 0 ? std::min<Duration>(doubled, charge.discharge_again_most) : Duration::zero();
    due = std::max(due, base + gate + ramp(Side::discharge) + slack);
    if (!voltage) return due;
    const auto volts = full_voltage() - std::min(lowest_voltage_, float_voltage());
    const auto climb = std::chrono::duration_cast<Duration>(
        std::chrono::duration<double>((volts + charge.charge_voltage_step) / charge.charge_voltage_rate));
    return std::max(due, base + ramp(Side::charge) + charge.charge_voltage_hold + climb + 60s);
}

void LimitOracle::check_recovery(bool voltage, TimePoint now) {
    if (!limits_) {
        complain(Law::recovery, now, "no limits");
        return;
    }
    const auto members = answering(now, Duration::zero());
    const auto charge = least_shared(members, Side::charge, now);
    if (limits_->charge_current < charge * least_part - amperes_apart) {
        complain(Law::recovery, now,
                 fmt::format("CCL {:.1f} A, expected {:.1f} A; said: {}", limits_->charge_current, charge,
                             limits_->charge_limitation));
    }
    const auto discharge = least_shared(members, Side::discharge, now);
    if (limits_->discharge_current < discharge * least_part - amperes_apart) {
        complain(Law::recovery, now,
                 fmt::format("DCL {:.1f} A, expected {:.1f} A; said: {}", limits_->discharge_current,
                             discharge, limits_->discharge_limitation));
    }
    const auto volts = all_answer(now, Duration::zero()) ? full_voltage() : float_voltage();
    if (voltage && limits_->charge_voltage < volts - settings_.charge.charge_voltage_step - volts_apart) {
        complain(Law::recovery, now,
                 fmt::format("CVL {:.2f} V, expected {:.2f} V; said: {}", limits_->charge_voltage, volts,
                             limits_->charge_mode));
    }
}

}  // namespace packwire::test
