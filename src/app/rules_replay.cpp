// SPDX-License-Identifier: MIT
#include "app/rules_replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/rules_values.hpp"
#include "base/time_text.hpp"

namespace packwire::app {

using namespace std::chrono_literals;
using rules::Quantity;

namespace {

constexpr Duration tick = 1s;
constexpr Duration longest_gap = std::chrono::days(31);

std::chrono::minutes time_of_day(WallTime now) {
    const auto local = local_time(now);
    return std::chrono::floor<std::chrono::minutes>(local - std::chrono::floor<std::chrono::days>(local));
}

bool looks_at_bank(const rules::Rule& rule) {
    return rule.when.quantity.pack.empty() || (rule.until && rule.until->quantity.pack.empty());
}

}  // namespace

Replay::Replay(const std::vector<rules::Rule>& rules, Duration lost,
               std::function<void(const Switching&)> switched)
    : rules_(rules), lost_(lost), switched_(std::move(switched)), slots_(rules, start) {
    for (const auto& rule : rules_) {
        switches_.emplace_back(rule, start);
        totals_.push_back({.rule = &rule, .switchings = 0, .on = {}});
    }
    of_bank_ = std::ranges::any_of(rules_, looks_at_bank);
}

Result<void> Replay::take(const std::string& text) {
    const auto line = nlohmann::json::parse(text, nullptr, false);
    const bool object = line.is_object() && line.contains("time") && line["time"].is_string();
    const auto time = object ? read_time(line["time"].get<std::string>()) : std::nullopt;
    const bool bank = object && line.contains("bank");
    const bool pack = object && line.contains("id") && line["id"].is_string();
    if (!time || (!bank && !pack)) return fail(Errc::io, "no line of JSON lines");
    if (begun_ == WallTime{}) begun_ = *time;
    const auto to = start + (*time - begun_);
    // A clock is set now and then; seconds are no reason to give up.
    if (to < now_ - lost_ || to - now_ > longest_gap)
        return fail(Errc::io, fmt::format("time leaps from {} to {}", rfc3339(ended()), rfc3339(*time)));
    advance(std::max(to, now_));
    const auto id = bank ? std::string() : line["id"].get<std::string>();
    heard_[id] = now_;
    silent_.erase(id);
    static_cast<void>(app::take(slots_, line));
    if (is_bank(id)) {
        slots_.take(
            line.contains("freshness") && line["freshness"] == "fresh",
            [](const Quantity& quantity) { return quantity.pack.empty(); },
            [&](const Quantity& quantity) { return read(quantity, line); });
    }
    step();
    return {};
}

/// A bank of one pack is that pack. That it is the only one shows when no other was heard for a while.
bool Replay::is_bank(const std::string& id) const {
    constexpr Duration a_while = 5s;
    return of_bank_ && now_ - start >= a_while && heard_.size() == 1 && !id.empty();
}

Result<void> Replay::finish() const {
    if (!of_bank_ || heard_.contains("") || heard_.size() < 2) return {};
    return fail(
        Errc::io,
        "several packs and no line of the bank, at which a rule looks; record with [json_lines] bank = "
        "true");
}

void Replay::advance(TimePoint to) {
    while (now_ + tick <= to) {
        now_ += tick;
        for (std::size_t i = 0; i < switches_.size(); ++i) {
            if (switches_[i].on()) totals_[i].on += tick;
        }
        forget_silent();
        step();
    }
}

void Replay::forget_silent() {
    for (const auto& [id, when] : heard_) {
        if (now_ - when <= lost_ || !silent_.insert(id).second) continue;
        const bool only_pack = !heard_.contains("") && heard_.size() == 1;
        slots_.take(
            false,
            [&](const Quantity& quantity) {
                return quantity.pack.empty() ? id.empty() || only_pack : rules::is_of(quantity, id);
            },
            [](const Quantity& quantity) {
                return quantity.what == Quantity::What::stale ? std::optional(1.0) : std::nullopt;
            });
    }
}

void Replay::step() {
    const auto wall = ended();
    for (std::size_t i = 0; i < switches_.size(); ++i) {
        const auto seen = slots_.seen(i, now_);
        const auto before = switches_[i].since();
        const auto local = rules_[i].between ? time_of_day(wall) : 0min;
        if (!switches_[i].step(seen, now_, local) || switches_[i].since() == before) continue;
        ++totals_[i].switchings;
        switched_({.at = wall,
                   .rule = &rules_[i],
                   .on = switches_[i].on(),
                   .because = switches_[i].because(),
                   .value = seen.when});
    }
}

}  // namespace packwire::app
