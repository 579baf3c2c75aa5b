// SPDX-License-Identifier: MIT
#include "bank/charge_audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace packwire::bank {

using model::Alarm;
using model::metric;

namespace {

constexpr double whole = 100;  // %
constexpr double seconds_an_hour = 3600;

std::string minutes(Duration span) {
    const auto seconds = std::chrono::duration<double>(span).count();
    return seconds < 120 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.0f} min", seconds / 60);
}

std::string_view movement(double moved) {
    if (std::abs(moved) < 0.05) return "stayed the same";
    return moved < 0 ? "fell" : "rose";
}

/// "state of charge of P1 fell by 12.0 % in 31 min while 1.1 Ah (0.4 %) were discharged"
std::string drift_text(std::string_view counter, const std::string& of, const CounterDeviation& drift,
                       double full) {
    const auto verb = movement(drift.moved);
    const auto by =
        std::abs(drift.moved) < 0.05 ? std::string() : fmt::format(" by {:.1f} %", std::abs(drift.moved));
    return fmt::format("{}{} {}{} in {} while {:.1f} Ah ({:.1f} %) were {}", counter, of, verb, by,
                       minutes(drift.span), std::abs(drift.counted) * full / whole, std::abs(drift.counted),
                       drift.counted < 0 ? "discharged" : "charged");
}

Finding warning(std::string key, std::string text) {
    return {.key = std::move(key), .text = std::move(text), .alarm = Alarm::internal_failure, .level = 1};
}

}  // namespace

void ChargeAudit::Subject::begin_anew() {
    last_.reset();
    charge_.begin_anew();
    remaining_.begin_anew();
}

/// False: the time up to here is a gap.
bool ChargeAudit::Subject::count(const Reading& reading) {
    const auto before = std::exchange(last_, reading);
    if (!before || reading.when - before->when > settings_.gap) return false;
    const auto hours = std::chrono::duration<double>(reading.when - before->when).count() / seconds_an_hour;
    const auto charge = (*before->current + *reading.current) / 2 * hours;
    counted_ += whole * charge / *reading.full;
    throughput_ += whole * std::abs(charge) / *reading.full;
    return true;
}

void ChargeAudit::Subject::step(const Reading& reading) {
    check_contradiction(reading);
    check_voltage(reading);
    const bool measured =
        reading.current && reading.full && *reading.full > 0 && reading.highest && reading.lowest;
    if (!measured) return begin_anew();
    if (last_ && reading.when <= last_->when) return;
    if (!count(reading)) {
        charge_.begin_anew();
        remaining_.begin_anew();
    }
    full_ = *reading.full;
    check_drift(reading);
}

void ChargeAudit::Subject::check_drift(const Reading& reading) {
    CounterDrift::Reading step{.when = reading.when,
                               .counter = 0,
                               .counted = counted_,
                               .throughput = throughput_,
                               .highest = *reading.highest,
                               .lowest = *reading.lowest,
                               .capacity = *reading.full};
    if (reading.state_of_charge) {
        step.counter = *reading.state_of_charge;
        charge_.step(step);
    } else {
        charge_.begin_anew();
    }
    if (reading.remaining) {
        step.counter = whole * *reading.remaining / *reading.full;
        remaining_.step(step);
    } else {
        remaining_.begin_anew();
    }
}

void ChargeAudit::Subject::check_contradiction(const Reading& reading) {
    const bool known = reading.state_of_charge && reading.remaining && reading.full && *reading.full > 0;
    const bool contradicts =
        known && std::abs(*reading.state_of_charge - whole * *reading.remaining / *reading.full) >
                     settings_.contradiction;
    const bool lasts = contradicts_.step(contradicts, reading.when, settings_.contradiction_after);
    if (!lasts) contradiction_.reset();
    if (lasts && !contradiction_) contradiction_ = reading;
}

void ChargeAudit::Subject::check_voltage(const Reading& reading) {
    const bool known =
        reading.state_of_charge && reading.current && reading.full && reading.highest && reading.lowest;
    const bool rests = known && std::abs(*reading.current) <= settings_.rest * *reading.full;
    const bool not_empty = rests && *reading.lowest > settings_.empty_not_above;
    const bool not_full = rests && *reading.highest < settings_.full_not_below;
    const auto soc = reading.state_of_charge.value_or(0);
    const auto when = reading.when;
    // Each is asked: all of them count time.
    const bool empty = empty_.step(not_empty && soc <= settings_.empty, when, settings_.rest_for);
    const bool full = full_claim_.step(not_full && soc >= settings_.full, when, settings_.rest_for);
    const bool near_empty =
        near_empty_.step(not_empty && soc <= settings_.extreme, when, settings_.extreme_after);
    const bool near_full =
        near_full_.step(not_full && soc >= whole - settings_.extreme, when, settings_.extreme_after);
    const bool impossible = empty || full || near_empty || near_full;
    if (!impossible) impossible_.reset();
    if (impossible && !impossible_) impossible_ = reading;
}

void ChargeAudit::Subject::report(std::vector<Finding>& findings, const std::string& name,
                                  const std::string& id) const {
    const auto of = name.empty() ? std::string() : " of " + name;
    const auto key = [&](std::string_view what) {
        return id.empty() ? std::string(what) : fmt::format("{}.{}", what, id);
    };
    if (charge_.deviation()) {
        findings.push_back(
            warning(key("state_of_charge"), drift_text("state of charge", of, *charge_.deviation(), full_)));
    } else if (remaining_.deviation()) {
        findings.push_back(warning(key("remaining_capacity"),
                                   drift_text("remaining capacity", of, *remaining_.deviation(), full_)));
    }
    if (impossible_) {
        findings.push_back(
            warning(key("state_of_charge_at_rest"),
                    fmt::format("state of charge{} is {:.1f} % with cells at {:.3f} to {:.3f} V and {:.1f} A",
                                of, *impossible_->state_of_charge, *impossible_->lowest,
                                *impossible_->highest, *impossible_->current)));
    }
    if (contradiction_) {
        auto remark = warning(
            key("charge_contradiction"),
            fmt::format("state of charge{} is {:.1f} % and its remaining capacity {:.1f} of "
                        "{:.1f} Ah ({:.1f} %)",
                        of, *contradiction_->state_of_charge, *contradiction_->remaining,
                        *contradiction_->full, whole * *contradiction_->remaining / *contradiction_->full));
        remark.alarm = Alarm::none;
        findings.push_back(std::move(remark));
    }
}

ChargeAudit::Reading ChargeAudit::reading_of(const Pack& pack) {
    const auto& snapshot = pack.snapshot;
    Reading reading;
    reading.when = pack.last_good;
    reading.current = snapshot.value(metric("pack_current"));
    reading.state_of_charge = snapshot.value(metric("state_of_charge"));
    reading.remaining = snapshot.value(metric("remaining_capacity"));
    reading.full = snapshot.value(metric("full_charge_capacity"));
    for (std::size_t i = 0; i < snapshot.count(metric("cell_voltage")); ++i) {
        const auto voltage = snapshot.value(metric("cell_voltage"), i);
        if (!voltage) continue;
        reading.highest = std::max(reading.highest.value_or(*voltage), *voltage);
        reading.lowest = std::min(reading.lowest.value_or(*voltage), *voltage);
    }
    return reading;
}

void ChargeAudit::step(Bank& bank, std::span<const Part> parts, bool shunt) {
    std::erase_if(packs_, [&](const auto& entry) {
        return std::ranges::none_of(
            parts, [&](const Part& part) { return part.pack->snapshot.identity.id == entry.first; });
    });
    const auto before = bank.findings.size();
    for (const auto& part : parts) {
        const auto& id = part.pack->snapshot.identity.id;
        auto& [subject, last_good] = packs_.try_emplace(id, settings_).first->second;
        if (part.pack->freshness != Freshness::fresh) {
            subject.begin_anew();
            continue;
        }
        if (std::exchange(last_good, part.pack->last_good) != part.pack->last_good)
            subject.step(reading_of(*part.pack));
        subject.report(bank.findings, part.name, id);
    }
    const bool explained = bank.findings.size() > before;  // the bank's numbers are made of theirs
    if (parts.size() < 2 && !shunt) return;
    step_bank(bank, parts, shunt);
    if (!explained || shunt) bank_.report(bank.findings, "", "");
}

void ChargeAudit::step_bank(Bank& bank, std::span<const Part> parts, bool shunt) {
    std::vector<std::string> ids;
    Reading reading;
    reading.when = bank.when;
    for (const auto& part : parts) {
        if (part.pack->freshness != Freshness::fresh) continue;
        ids.push_back(part.pack->snapshot.identity.id);
        // Not the bank's, in which a pack whose reading is late has no part.
        if (const auto current = part.pack->snapshot.value(metric("pack_current")))
            reading.current = reading.current.value_or(0) + *current;
    }
    if (shunt) reading.current = bank.value(metric("pack_current"));
    reading.state_of_charge = bank.value(metric("state_of_charge"));
    reading.full = bank.value(metric("full_charge_capacity"));
    reading.highest = bank.value(metric("cell_voltage.max"));
    reading.lowest = bank.value(metric("cell_voltage.min"));
    const bool other_source = std::exchange(bank_by_shunt_, shunt) != shunt;
    if (other_source || ids != bank_of_) {
        bank_of_ = std::move(ids);
        bank_from_ = bank.when + settings_.settle;
        bank_.begin_anew();
    }
    if (bank.when >= bank_from_) bank_.step(reading);
}

}  // namespace packwire::bank
