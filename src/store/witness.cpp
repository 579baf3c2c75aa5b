// SPDX-License-Identifier: MIT
#include "store/witness.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace packwire::store {

using namespace std::chrono_literals;

namespace {

using bank::Freshness;
using model::Metric;

constexpr Duration words_settle = 20s;
constexpr Duration words_pause = 2min;
constexpr Duration stale_pause = 10min;

std::string plain(std::string_view name) {
    std::string words(name);
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string alarm_text(std::string_view name, int level) {
    constexpr std::array<std::string_view, 3> states{"over", "warning", "alarm"};
    return fmt::format("{}: {}", plain(name), states.at(static_cast<std::size_t>(std::clamp(level, 0, 2))));
}

/// "30 s", "5 min", "2 h".
std::string age_text(Duration age) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(age).count();
    constexpr std::int64_t minute = 60;
    if (seconds < 2 * minute) return fmt::format("{} s", seconds);
    if (seconds < 2 * minute * minute) return fmt::format("{} min", seconds / minute);
    return fmt::format("{} h", seconds / minute / minute);
}

std::string value_text(Metric metric, double value) {
    const auto& row = metric.row();
    return fmt::format("{:.{}f}{}{}", value, row.decimals, row.unit.empty() ? "" : " ", row.unit);
}

/// The rule without what it measured, which changes all the time: "cell voltage of P2 C07 3.47 V".
std::string without_value(const std::string& words) {
    constexpr auto units = std::to_array<std::string_view>({" V", " A", " °C", " %"});
    for (const auto unit : units) {
        if (!words.ends_with(unit)) continue;
        const auto number = words.rfind(' ', words.size() - unit.size() - 1);
        if (number != std::string::npos) return words.substr(0, number);
    }
    return words;
}

}  // namespace

void Witness::recall(const std::vector<Setting>& settings) {
    for (const auto& one : settings) known_.try_emplace(std::pair(one.device, one.metric.index), one.value);
    recalled_ = true;
}

void Witness::take(const bank::Pack& pack, Now now) {
    auto& device = devices_[pack.snapshot.identity.id];
    compare_freshness(pack, device, now);
    if (pack.freshness != Freshness::fresh) return;
    const std::array one{&pack};
    compare_alarms(pack.snapshot.identity.id, device.levels, device.alarms.step(one, 0, {}, now.time),
                   now.wall);
    if (recalled_) compare_settings(pack, device, now);
}

void Witness::take(const bank::Bank& bank, Now now) {
    compare_alarms(std::string(bank_device), bank_levels_, bank.alarms, now.wall);
    compare_words("monitor", "the bank gives no limits", bank.monitor_reason, now);
    if (!bank.limits) return;
    const auto& limits = *bank.limits;
    const auto stop = [](double limit) { return limit == 0 ? "0 A, " : ""; };
    compare_words("charge_voltage_limit", "CVL", limits.charge_mode, now);
    compare_words("charge_current_limit", "CCL", stop(limits.charge_current) + limits.charge_limitation, now);
    compare_words("discharge_current_limit", "DCL",
                  stop(limits.discharge_current) + limits.discharge_limitation, now);
}

void Witness::compare_alarms(const std::string& device, model::AlarmLevels& before,
                             const model::AlarmLevels& levels, WallTime at) {
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        if (std::exchange(before[i], levels[i]) == levels[i]) continue;
        const auto name = model::alarm_rows[i].name;
        events_.push_back({.at = at,
                           .device = device,
                           .kind = EventKind::alarm,
                           .name = std::string(name),
                           .level = levels[i],
                           .text = alarm_text(name, levels[i])});
    }
}

void Witness::compare_freshness(const bank::Pack& pack, Device& device, Now now) {
    const auto& id = pack.snapshot.identity.id;
    const auto is = pack.freshness;
    const auto silent = age_text(now.time - pack.last_good);
    const auto before = std::exchange(device.last_good, pack.last_good);
    if (is == device.told) return;
    if (is == Freshness::stale) {
        if (device.told != Freshness::fresh) return;  // nothing new
        if (device.told_stale && now.time - *device.told_stale < stale_pause) return;
        device.told_stale = now.time;
    }
    device.told = is;
    const auto text =
        is == Freshness::fresh   ? fmt::format("{} is back after {}", id, age_text(now.time - before))
        : is == Freshness::stale ? fmt::format("{} is silent for {}", id, silent)
                                 : fmt::format("{} {} after {} of silence", id, name(is), silent);
    events_.push_back({.at = now.wall,
                       .device = id,
                       .kind = EventKind::loss,
                       .name = std::string(name(is)),
                       .level = static_cast<int>(is),
                       .text = text});
}

void Witness::compare_settings(const bank::Pack& pack, Device& device, Now now) {
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const Metric metric{static_cast<std::uint8_t>(i)};
        if (metric.row().kind != model::Kind::setting || metric.row().scope == model::Scope::bank) continue;
        const auto when = pack.snapshot.when(metric);
        if (!when) continue;
        const auto [read, first] = device.read.try_emplace(metric.index, *when);
        if (!first && std::exchange(read->second, *when) == *when) continue;
        if (const auto value = pack.snapshot.value(metric))
            compare_setting(pack.snapshot.identity.id, metric, *value, now.wall);
    }
}

void Witness::compare_setting(const std::string& id, Metric metric, double value, WallTime at) {
    const auto [known, fresh] = known_.try_emplace(std::pair(id, metric.index), value);
    if (!fresh && to_raw(metric.row(), known->second) == to_raw(metric.row(), value)) return;
    settings_.push_back({.device = id, .metric = metric, .value = value});
    const auto before = std::exchange(known->second, value);
    if (fresh) return;
    const auto& row = metric.row();
    events_.push_back({.at = at,
                       .device = id,
                       .kind = EventKind::parameter,
                       .name = std::string(row.name),
                       .level = 0,
                       .text = fmt::format("{}: {}, was {}", row.label, value_text(metric, value),
                                           value_text(metric, before))});
}

void Witness::compare_words(std::string_view name, std::string_view label, const std::string& words,
                            Now now) {
    const auto rule = without_value(words);
    const auto found = words_.find(name);
    if (found == words_.end()) {  // how it was when we came
        words_.emplace(name, Words{.told = rule, .candidate = rule, .since = now.time, .told_at = {}});
        return;
    }
    auto& about = found->second;
    if (std::exchange(about.candidate, rule) != rule) about.since = now.time;
    if (rule == about.told || now.time - about.since < words_settle) return;
    if (about.told_at && now.time - *about.told_at < words_pause) return;
    about.told = rule;
    about.told_at = now.time;
    events_.push_back({.at = now.wall,
                       .device = std::string(bank_device),
                       .kind = EventKind::limits,
                       .name = std::string(name),
                       .level = 0,
                       .text = fmt::format("{}: {}", label, words.empty() ? "over" : words)});
}

}  // namespace packwire::store
