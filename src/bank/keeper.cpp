// SPDX-License-Identifier: MIT
#include "bank/keeper.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "bank/identity.hpp"
#include "bank/rule.hpp"
#include "dialect/polling.hpp"

namespace packwire::bank {

using model::metric;
using model::ServiceState;

namespace {

Place place_of(const model::PackIdentity& identity) {
    return {.bus = identity.bus, .address = identity.address};
}

struct LimitStates {
    bool any_read = false;
    bool all_settled = true;
};

LimitStates limit_states(const model::ServiceStates& services) {
    static const auto wanted = dialect::limit_services();
    LimitStates states;
    for (const auto* service : wanted) {
        const auto state = services.of(*service);
        states.any_read = states.any_read || state == ServiceState::answered;
        states.all_settled = states.all_settled && state != ServiceState::unknown;
    }
    return states;
}

std::vector<const Pack*> pointers(const auto& some) {
    std::vector<const Pack*> packs;
    packs.reserve(some.size());
    for (const auto* known : some) packs.push_back(&known->pack);
    return packs;
}

}  // namespace

Keeper::Keeper(KeeperSettings settings, const Memory& memory)
    : settings_(std::move(settings)),
      aggregate_(settings_.aggregate),
      alarms_(settings_.alarms),
      tally_(settings_.tally, memory.history),
      audit_(settings_.audit),
      control_(settings_.charge, memory.control) {
    for (const auto& expected : memory.packs) {
        const Place place{.bus = expected.bus, .address = expected.address};
        if (!(settings_.expected.empty() || is_expected(place)) ||
            std::ranges::find(settings_.exclude, expected.id) != settings_.exclude.end())
            continue;
        auto& known = packs_[expected.id];
        known.pack.snapshot.identity = {.id = expected.id, .bus = expected.bus, .address = expected.address};
        known.pack.last_good_at = expected.seen;
        known.pack.freshness = Freshness::lost;
        known.missing_for = expected.missing_for;
    }
    add_expected();
}

bool Keeper::is_expected(const Place& place) const {
    return std::ranges::find(settings_.expected, place) != settings_.expected.end();
}

/// Somebody wrote that a pack is there, so it counts, also before it ever answered.
void Keeper::add_expected() {
    for (const auto& place : settings_.expected) {
        const auto here = [&](const auto& entry) {
            return place_of(entry.second.pack.snapshot.identity) == place;
        };
        auto id = place_id(place.bus, place.address);
        if (std::ranges::any_of(packs_, here) ||
            std::ranges::find(settings_.exclude, id) != settings_.exclude.end())
            continue;
        auto& known = packs_[id];
        known.pack.snapshot.identity = {.id = id, .bus = place.bus, .address = place.address};
        known.pack.freshness = Freshness::lost;
        known.placeholder = true;
    }
}

void Keeper::on_pack(const Pack& pack) {
    const auto& identity = pack.snapshot.identity;
    if (std::ranges::find(settings_.exclude, identity.id) != settings_.exclude.end()) return;
    if (pack.freshness == Freshness::gone && !packs_.contains(identity.id)) return;
    std::erase_if(packs_, [&](const auto& other) {
        return other.first != identity.id &&
               place_of(other.second.pack.snapshot.identity) == place_of(identity);
    });
    auto& known = packs_[identity.id];
    const bool reading = !known.since || known.pack.last_good != pack.last_good;
    known.pack = pack;
    known.placeholder = false;
    touched_ = true;
    if (!known.since) known.since = pack.last_good;
    if (reading) {
        known.sensors.note(known.pack.snapshot, settings_.sensors, pack.last_good);
        known.frozen.note(known.pack.snapshot, pack.last_good);
    }
    check(known);
    const auto states = limit_states(pack.services);
    known.settled = known.settled || states.all_settled;
    known.ripe = known.ripe || known.settled || states.any_read;
}

/// What the checks say of it, into the copy that everybody sees.
void Keeper::check(Known& known) {
    auto& pack = known.pack;
    pack.suspect_sensors = known.sensors.suspects() | known.sensors.unreadable();
    pack.limits_pending = !known.ready;
    if (known.frozen.is_lost(settings_.frozen)) {
        pack.freshness = std::max(pack.freshness, Freshness::lost);
    } else if (known.frozen.is_stale(settings_.frozen)) {
        pack.freshness = std::max(pack.freshness, Freshness::stale);
    }
}

/// A pack at rest may well say the same again and again, unless others move on the same wires.
void Keeper::check_frozen() {
    for (auto& [id, known] : packs_) {
        if (!known.frozen.is_same(settings_.frozen)) continue;
        double others = 0;
        for (const auto& [other_id, other] : packs_) {
            if (other_id == id || other.pack.freshness != Freshness::fresh) continue;
            others += other.pack.snapshot.value(metric("pack_current")).value_or(0);
        }
        known.frozen.note_others(others);
    }
}

void Keeper::set_pace(const std::string& bus, const Pace& pace) {
    touched_ = touched_ || paces_[bus] != pace;
    paces_[bus] = pace;
}

void Keeper::set_other_bms(std::string name) {
    touched_ = touched_ || other_bms_ != name;
    other_bms_ = std::move(name);
}

void Keeper::set_external(std::optional<External> external) {
    touched_ = true;
    // Whoever asks the other service has its own gate; this one is for everybody.
    constexpr double whole = 100;
    const auto within = [](std::optional<double>& value, double low, double high) {
        if (value && !(*value >= low && *value <= high)) value.reset();
    };
    if (external) {
        within(external->state_of_charge, 0, whole);
        within(external->current, -External::most_current, External::most_current);
    }
    aggregate_.set_external(external);
}

void Keeper::set_minimum_soc(std::optional<double> percent) {
    touched_ = true;
    aggregate_.set_minimum_soc(percent);
}

void Keeper::clear_history(HistoryPart part) {
    touched_ = true;
    tally_.clear(part);
}

void Keeper::request(const Requests& wanted, TimePoint now) {
    touched_ = true;
    control_.request(wanted, now);
}

std::optional<Bank> Keeper::step(TimePoint now, WallTime wall) {
    now_ = now;
    wall_ = wall;
    touched_ = false;
    if (!started_) started_ = now;
    note_ready();
    count_missing();
    forget();
    check_frozen();
    if (!may_publish()) return std::nullopt;
    Bank bank;
    bank.site = settings_.site;
    bank.when = now;
    bank.at = wall;
    bank.freshness = freshness();
    fill_members(bank);
    fill_limits(bank);
    find(bank);
    fill_alarms(bank);
    tally_.step(bank);
    return bank;
}

TimePoint Keeper::ready_at(const Known& known) const {
    if (!known.since) return TimePoint::max();
    return *known.since + (known.ripe ? settings_.patience : settings_.silence);
}

void Keeper::note_ready() {
    for (auto& [id, known] : packs_) {
        if (!known.since || known.ready) continue;
        known.ready = known.settled || now_ >= ready_at(known);
        known.pack.limits_pending = !known.ready;
        if (known.ready && !first_ready_) first_ready_ = now_;
    }
}

/// While nobody answers nobody is missed: it may be the line.
void Keeper::count_missing() {
    const auto elapsed = now_ - counted_.value_or(now_);
    for (auto& [id, known] : packs_) {
        if (known.pack.freshness == Freshness::fresh) {
            known.missing_for = {};
        } else if (answered_) {
            known.missing_for += elapsed;
        }
    }
    counted_ = now_;
    answered_ = freshness() == Freshness::fresh;
}

void Keeper::forget() {
    std::erase_if(packs_, [&](const auto& entry) {
        const auto& known = entry.second;
        return known.missing_for > settings_.forget && !is_expected(place_of(known.pack.snapshot.identity));
    });
}

bool Keeper::all_ready() const {
    if (settings_.expected.empty())
        return std::ranges::all_of(packs_, [](const auto& entry) { return entry.second.ready; });
    return std::ranges::all_of(settings_.expected, [&](const Place& place) {
        return std::ranges::any_of(packs_, [&](const auto& entry) {
            return entry.second.ready && place_of(entry.second.pack.snapshot.identity) == place;
        });
    });
}

bool Keeper::may_publish() {
    if (!published_ && first_ready_) published_ = all_ready() || now_ >= *first_ready_ + settings_.patience;
    return published_ && !packs_.empty();
}

std::vector<const Keeper::Known*> Keeper::in_order() const {
    std::vector<const Known*> all;
    all.reserve(packs_.size());
    for (const auto& [id, known] : packs_) all.push_back(&known);
    std::ranges::sort(all, {}, [](const Known* known) {
        const auto& identity = known->pack.snapshot.identity;
        return std::tie(identity.bus, identity.address, identity.id);
    });
    return all;
}

/// That of the freshest pack: the bank goes on with those that answer. It stays when all are gone.
Freshness Keeper::freshness() const {
    auto best = Freshness::lost;
    for (const auto& [id, known] : packs_) {
        if (known.since) best = std::min(best, known.pack.freshness);
    }
    const auto leaves = leaves_at();
    return best == Freshness::lost && leaves && now_ >= *leaves ? Freshness::gone : best;
}

std::optional<TimePoint> Keeper::leaves_at() const {
    if (!settings_.bank_gone) return std::nullopt;
    std::optional<TimePoint> last;
    for (const auto& [id, known] : packs_) {
        if (known.since) last = std::max(last.value_or(TimePoint::min()), known.pack.last_good);
    }
    return last ? std::optional(*last + *settings_.bank_gone) : std::nullopt;
}

void Keeper::fill_members(Bank& bank) {
    const auto all = in_order();
    std::vector<Part> parts;
    for (const auto* known : all) {
        const auto& identity = known->pack.snapshot.identity;
        bank.members.push_back({.id = identity.id, .freshness = known->pack.freshness});
        const auto pace = paces_.find(identity.bus);
        parts.push_back({.pack = &known->pack,
                         .name = all.size() > 1 ? pack_name(parts.size(), all.size()) : std::string(),
                         .pace = pace == paces_.end() ? Pace{} : pace->second});
    }
    aggregate_.fill(bank, parts);
    audit_.step(bank, parts, aggregate_.is_external(now_));
}

std::string Keeper::monitor_reason() const {
    if (!settings_.control) return "control is switched off in the configuration";
    if (!other_bms_.empty()) return fmt::format("another BMS is on the bus: {}", other_bms_);
    return control_.monitor_reason();
}

/// A pack that has not told its limits yet has a say all the same; one that is only remembered counts as
/// lost. Control goes on while another BMS rules, so that it knows what to say when that one leaves.
void Keeper::fill_limits(Bank& bank) {
    if (settings_.control) {
        bank.limits = control_.step(pointers(in_order()), now_, wall_);
    }
    bank.monitor_reason = monitor_reason();
    if (!bank.monitor_reason.empty()) bank.limits.reset();
    if (!bank.limits) return;
    const auto& limits = *bank.limits;
    bank.set(metric("charge_voltage_limit"), limits.charge_voltage);
    bank.set(metric("charge_current_limit"), limits.charge_current);
    bank.set(metric("discharge_current_limit"), limits.discharge_current);
    bank.set(metric("battery_low_voltage"), limits.low_voltage);
    bank.set(metric("charge_request"), limits.charge_request ? 1 : 0);
    bank.set(metric("charge_mode"), limits.charge_mode);
    bank.set(metric("charge_limitation"), limits.charge_limitation);
    bank.set(metric("discharge_limitation"), limits.discharge_limitation);
    const auto forbid = [&](model::Metric allowed, double limit) {
        if (limit <= 0 && bank.value(allowed)) bank.set(allowed, 0.0);
    };
    forbid(metric("charge_allowed"), limits.charge_current);
    forbid(metric("discharge_allowed"), limits.discharge_current);
}

void Keeper::find(Bank& bank) const {
    if (settings_.control) std::ranges::copy(control_.findings(), std::back_inserter(bank.findings));
    const auto all = in_order();
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i]->pack.freshness > Freshness::stale) continue;
        const auto name = pack_name(i, all.size());
        if (auto finding = sensor_finding(*all[i], name)) bank.findings.push_back(std::move(*finding));
        if (auto finding = frozen_finding(*all[i], name)) bank.findings.push_back(std::move(*finding));
    }
}

std::optional<Finding> Keeper::sensor_finding(const Known& known, const std::string& name) const {
    const auto unreadable = known.sensors.unreadable();
    const auto mask = known.sensors.contradicting() | unreadable;
    if (mask == 0) return std::nullopt;
    std::string sensors;
    for (std::size_t i = 0; i < model::max_values; ++i) {
        if ((mask >> i & 1U) == 0) continue;
        const auto value = known.pack.snapshot.value(metric("cell_temperature"), i);
        sensors += fmt::format("{}T{:02} {}", sensors.empty() ? "" : ", ", i + 1,
                               value ? fmt::format("{:.1f} °C", *value) : "unreadable");
    }
    const bool left_out = (known.sensors.suspects() | unreadable) != 0;
    return Finding{
        .key = fmt::format("sensor.{}", known.pack.snapshot.identity.id),
        .text = fmt::format("temperature sensors of {} are not to be believed ({}); {}", name, sensors,
                            left_out ? fmt::format("left out, the others rule with {:.0f} °C margin",
                                                   settings_.charge.sensor_margin)
                                     : "the worst of all rules"),
        .alarm = model::Alarm::battery_temperature_sensor};
}

std::optional<Finding> Keeper::frozen_finding(const Known& known, const std::string& name) const {
    const auto frozen = known.frozen.frozen(settings_.frozen);
    if (!frozen) return std::nullopt;
    return Finding{
        .key = fmt::format("frozen.{}", known.pack.snapshot.identity.id),
        .text = fmt::format("{} has answered the same to the last digit for {} s at {:.1f} A; its "
                            "values are frozen (a gateway that caches, or a BMS that hangs)",
                            name, std::chrono::duration_cast<std::chrono::seconds>(*frozen).count(),
                            known.pack.snapshot.value(metric("pack_current")).value_or(0)),
        .alarm = model::Alarm::internal_failure};
}

void Keeper::fill_alarms(Bank& bank) {
    auto all = in_order();
    if (started_ && now_ < *started_ + settings_.missing_after)
        std::erase_if(all, [](const Known* known) { return !known->since; });
    const auto packs = pointers(all);
    bank.alarms = alarms_.step(packs, cable_alarm(packs), bank.findings, now_);
}

TimePoint Keeper::next() const {
    if (touched_) return now_;
    auto next = TimePoint::max();
    const auto at = [&](TimePoint when) {
        if (when > now_) next = std::min(next, when);
    };
    for (const auto& [id, known] : packs_) {
        if (known.since && !known.ready) at(ready_at(known));
        if (!known.since && started_) at(*started_ + settings_.missing_after);
    }
    if (!published_ && first_ready_) at(*first_ready_ + settings_.patience);
    if (!published_) return next;
    if (const auto leaves = leaves_at()) at(*leaves);
    at(aggregate_.next());
    at(alarms_.next());
    if (settings_.control) at(control_.next());
    return next;
}

Memory Keeper::memory() const {
    Memory memory;
    for (const auto* known : in_order()) {
        if (known->placeholder) continue;
        const auto& identity = known->pack.snapshot.identity;
        memory.packs.push_back({.id = identity.id,
                                .bus = identity.bus,
                                .address = identity.address,
                                .seen = known->pack.last_good_at,
                                .missing_for = known->missing_for});
    }
    memory.history = tally_.history();
    memory.control = control_.memory();
    return memory;
}

}  // namespace packwire::bank
