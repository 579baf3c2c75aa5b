// SPDX-License-Identifier: MIT
#include "sim/logbook.hpp"

#include <algorithm>
#include <cmath>

#include "sim/incidents.hpp"

namespace packwire::sim {

namespace {

/// A value as service 80 has it in its thresholds: mV, 0.01 V, 0.1 A, 0.1 °C, %. Source: protocol 3.13.
std::int32_t in_words(Watched what, double value) {
    double per = 1;
    switch (what) {
        case Watched::highest_cell:
        case Watched::lowest_cell:
        case Watched::cell_difference:
            per = 1000;
            break;
        case Watched::pack_voltage:
            per = 100;
            break;
        case Watched::charge_current:
        case Watched::discharge_current:
        case Watched::hottest_sensor:
        case Watched::coldest_sensor:
        case Watched::mosfet_temperature:
        case Watched::ambient_temperature:
            per = 10;
            break;
        case Watched::state_of_charge:
            break;
    }
    return static_cast<std::int32_t>(std::lround(value * per));
}

std::vector<std::string_view> flags_of(const Pack& pack) {
    std::vector<std::string_view> flags;
    for (std::size_t i = 0; i < pack.limits().size(); ++i) {
        if (!pack.tripped(i)) continue;
        const auto* incident = find_incident(pack.limits()[i].name);
        if (incident != nullptr && !incident->flag.empty()) flags.push_back(incident->flag);
    }
    return flags;
}

}  // namespace

void Logbook::catch_up(const Pack& pack) {
    tripped_.resize(pack.limits().size());
    for (std::size_t i = 0; i < tripped_.size(); ++i) tripped_[i] = pack.tripped(i);
    charging_ = pack.flag("charging");
    discharging_ = pack.flag("discharging");
}

void Logbook::start(const Pack& pack, WallTime now) {
    catch_up(pack);
    log({.time = now, .type = "reset"});
    recorded_at_ = now;
    record(pack, now, {"system_start"});
}

void Logbook::observe(const Pack& pack, WallTime now) {
    if (tripped_.size() != pack.limits().size()) catch_up(pack);
    if (recorded_at_ == WallTime{}) recorded_at_ = now;  // an empty book begins here
    std::vector<std::string_view> happened;
    note_limits(pack, now, happened);
    note_current(pack, now, happened);
    if (now - recorded_at_ >= pack.settings().history_interval) {
        happened.emplace_back("periodic_record");
        recorded_at_ = now;
    }
    if (!happened.empty()) record(pack, now, happened);
}

void Logbook::note_limits(const Pack& pack, WallTime now, std::vector<std::string_view>& happened) {
    for (std::size_t i = 0; i < tripped_.size(); ++i) {
        const bool tripped = pack.tripped(i);
        if (tripped == tripped_[i]) continue;
        tripped_[i] = tripped;
        const auto& limit = pack.limits()[i];
        const auto* incident = find_incident(limit.name);
        if (incident == nullptr) continue;
        const auto name = tripped ? incident->occurred : incident->released;
        if (happened.empty() || happened.back() != name) happened.push_back(name);
        log({.time = now,
             .type = incident->type,
             .rank = rank_of(*incident),
             .occurred = tripped,
             .data = in_words(limit.watched, pack.measured(limit.watched)),
             .reference = in_words(limit.watched, tripped ? limit.threshold : limit.release)});
    }
}

void Logbook::note_current(const Pack& pack, WallTime now, std::vector<std::string_view>& happened) {
    const bool charging = pack.flag("charging");
    const bool discharging = pack.flag("discharging");
    if (charging_ && !charging) {
        happened.emplace_back("leave_charge");
        log({.time = now, .type = "charging_ended"});
    }
    if (discharging_ && !discharging) happened.emplace_back("leave_discharge");
    if (charging && !charging_) {
        happened.emplace_back("enter_charge");
        log({.time = now, .type = "charging"});
        ++charge_count_;
    }
    if (discharging && !discharging_) {
        happened.emplace_back("enter_discharge");
        ++discharge_count_;
    }
    charging_ = charging;
    discharging_ = discharging;
}

void Logbook::log(EventEntry entry) {
    entry.number = ++number_;
    events_.push(entry);
}

void Logbook::record(const Pack& pack, WallTime now, const std::vector<std::string_view>& happened) {
    if (event_lists_) {
        add(pack, now, happened);
        return;
    }
    for (const auto event : happened) add(pack, now, {event});
}

void Logbook::add(const Pack& pack, WallTime now, std::vector<std::string_view> happened) {
    // A second at least after the one before: whoever reads on can tell where he was.
    now = std::chrono::floor<std::chrono::seconds>(now);
    if (!history_.empty()) now = std::max(now, history_.back().time + std::chrono::seconds(1));
    HistoryEntry entry{.time = now, .events = std::move(happened), .flags = flags_of(pack)};
    entry.pack_voltage = pack.total_millivolts() / 1000.0;
    entry.pack_current = pack.current();
    entry.charge_count = charge_count_;
    entry.discharge_count = discharge_count_;
    entry.state_of_health = pack.settings().health_percent;
    entry.state_of_charge = pack.soc_percent();
    entry.charge_mosfet_on = pack.charge_mosfet_on();
    entry.discharge_mosfet_on = pack.discharge_mosfet_on();
    entry.full_charge_ah = pack.full_charge_ah();
    entry.ambient_temperature = pack.ambient_temperature();
    entry.mosfet_temperature = pack.mosfet_temperature();
    for (std::size_t i = 0; i < pack.settings().cells; ++i) {
        entry.cell_millivolts.push_back(static_cast<std::uint16_t>(pack.cell_millivolts(i)));
    }
    for (std::size_t i = 0; i < pack.settings().sensors; ++i) {
        entry.cell_temperature.push_back(static_cast<float>(pack.sensor_temperature(i)));
    }
    history_.push(std::move(entry));
}

void Logbook::keep_newest(std::size_t records) {
    history_.keep_newest(records);
    if (records == 0) events_.keep_newest(0);
    while (!history_.empty() && !events_.empty() &&
           events_.at(events_.first()).time < history_.at(history_.first()).time) {
        events_.keep_newest(events_.size() - 1);
    }
}

void Logbook::set_counts(unsigned charges, unsigned discharges) {
    charge_count_ = charges;
    discharge_count_ = discharges;
}

}  // namespace packwire::sim
