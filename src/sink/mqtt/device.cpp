// SPDX-License-Identifier: MIT
#include "sink/mqtt/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/time_text.hpp"
#include "model/format.hpp"
#include "sink/mqtt/retained_totals.hpp"

namespace packwire::sink::mqtt {

namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::metric;

/// A bank of many packs changes with each of them.
constexpr Duration bank_pace = 250ms;
/// Below this a charge rests. A
constexpr double charging_from = 0.5;

/// Members in braces, of what append_members leaves: a comma at the end.
std::string braced(std::string members) {
    if (members.ends_with(',')) members.pop_back();
    members.insert(members.begin(), '{');
    members += '}';
    return members;
}

void append_charging(std::string& out, const Source& source) {
    const auto current = source.value(metric("pack_current"));
    std::string_view charging = "null";
    if (current) charging = *current >= charging_from ? "1" : "0";
    fmt::format_to(std::back_inserter(out), "\"charging\":{},", charging);
}

std::string alarms_json(const std::vector<std::optional<std::uint8_t>>& levels) {
    std::string out;
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        std::string level = "null";
        std::string_view on = "null";
        if (const auto& known = levels[i]) {
            level = fmt::format("{}", *known);
            on = *known > 0 ? "1" : "0";
        }
        fmt::format_to(std::back_inserter(out), "\"{}\":{{\"on\":{},\"level\":{}}},",
                       model::alarm_rows[i].name, on, level);
    }
    return braced(std::move(out));
}

}  // namespace

Device::Device(const std::string& id, bool bank, const Options& options) : options_(options), pack_id_(id) {
    about_.id = bank ? std::string(bank_id) : topic_id(id);
    about_.bank = bank;
    topic_ = Topics{.base = options.base, .site = options.site}.device(about_.id);
}

void Device::name_bank(const std::string& site) {
    about_.name = "Battery bank " + site;
    about_.model = "packwire bank";
    about_.manufacturer = "packwire";
}

void Device::name_pack(const bank::Pack& pack) {
    const auto& snapshot = pack.snapshot;
    about_.name = "Battery " + snapshot.identity.id;
    about_.manufacturer = snapshot.text(metric("manufacturer"));
    about_.model = snapshot.text(metric("hardware_type"));
    about_.software = snapshot.text(metric("software_version"));
    about_.hardware = snapshot.text(metric("hardware_version"));
    about_.serial = snapshot.text(metric("pack_serial_number"));
}

std::vector<std::string> Device::take_events() {
    return std::exchange(events_, {});
}

TimePoint Device::show(const Source& source, TimePoint now, Outbox& outbox) {
    if (grow(shape_, source)) grown_at_ = now;
    tell_freshness(source, now, outbox);
    const auto next = tell_state(source, now, outbox);
    tell_cells(source, now, outbox);
    tell_alarms(source, now, outbox);
    return next;
}

bool Device::is_old(const Told& told, TimePoint now) const {
    return !told.ever || now - told.at >= options_.max_age;
}

void Device::tell_freshness(const Source& source, TimePoint now, Outbox& outbox) {
    const auto is = source.freshness();
    const auto was = std::exchange(freshness_, is);
    if (was == is) return;
    if (was) {
        events_.push_back(fmt::format(R"({{"time":"{}","event":"freshness","freshness":"{}"}})",
                                      rfc3339(source.heard_at()), bank::name(is)));
    }
    state_.ever = cells_.ever = alarms_.ever = false;  // at once, whatever the pace
    if (!was) grown_at_ = now;
    const bool here = is == Freshness::fresh || is == Freshness::stale;
    outbox.put(topic_ + "/availability", here ? "online" : "offline");
}

TimePoint Device::tell_state(const Source& source, TimePoint now, Outbox& outbox) {
    auto values = read(shape_, source, Topic::state);
    const bool again = is_old(state_, now);
    std::string switched;
    for (const auto& [key, offered] : options_.switches) {
        if (about_.bank) switched += fmt::format("\"{}\":{},", key, offered.is_on() ? 1 : 0);
    }
    if (!again && switched == switched_ && !are_news(state_.values, values)) return TimePoint::max();
    const bool hurry = again || switched != switched_ || !about_.bank;
    if (!hurry && now - state_.at < bank_pace) return state_.at + bank_pace;
    switched_ = switched;
    outbox.put(topic_ + "/state", state_json(source, values), true);
    tell_flat(values, again, outbox);
    state_ = {.values = std::move(values), .at = now, .ever = true};
    return TimePoint::max();
}

std::string Device::state_json(const Source& source, const std::vector<Shown>& values) {
    auto out = fmt::format("\"last_good\":\"{}\",\"freshness\":\"{}\",", rfc3339(source.heard_at()),
                           bank::name(source.freshness()));
    append_members(out, values);
    append_charging(out, source);
    out += switched_;
    if (const auto clears = source.history_clears())
        fmt::format_to(std::back_inserter(out), "\"{}\":{},", clears_key, *clears);
    if (!about_.bank) append_line(out);
    return braced(std::move(out));
}

void Device::append_line(std::string& out) {
    if (!options_.line_quality) return;
    const auto line = options_.line_quality(pack_id_);
    if (!line && !tells_line_) return;
    tells_line_ = true;
    // Unknown is not 0: Home Assistant would add up the counts once more when they are back.
    const auto count = [&](std::uint64_t LineQuality::* counter) {
        return line ? fmt::format("{}", *line.*counter) : std::string("null");
    };
    fmt::format_to(
        std::back_inserter(out),
        "\"line\":{{\"exchanges\":{},\"retries\":{},\"timeouts\":{},\"damaged\":{},\"answer_time\":{}}},",
        count(&LineQuality::exchanges), count(&LineQuality::retries), count(&LineQuality::timeouts),
        count(&LineQuality::damaged),
        line && line->answer_time ? fmt::format("{:.0f}", *line->answer_time) : "null");
}

void Device::tell_cells(const Source& source, TimePoint now, Outbox& outbox) {
    auto values = read(shape_, source, Topic::cells);
    if (values.empty()) return;
    const bool again = is_old(cells_, now);
    if (!again && (now - cells_.at < options_.cells_pace || !are_news(cells_.values, values))) return;
    std::string members;
    append_members(members, values);
    outbox.put(topic_ + "/cells", braced(std::move(members)), true);
    tell_flat(values, again, outbox);
    cells_ = {.values = std::move(values), .at = now, .ever = true};
}

void Device::tell_alarms(const Source& source, TimePoint now, Outbox& outbox) {
    Levels levels;
    for (std::size_t i = 0; i < model::alarm_count; ++i)
        levels.push_back(source.level(static_cast<model::Alarm>(i)));
    if (!is_old(alarms_, now) && levels == levels_) return;
    note_alarms(levels, source.heard_at());
    outbox.put(topic_ + "/alarms", alarms_json(levels), true);
    levels_ = std::move(levels);
    alarms_.at = now;
    alarms_.ever = true;
}

void Device::note_alarms(const Levels& now, WallTime when) {
    for (std::size_t i = 0; i < model::alarm_count && i < levels_.size(); ++i) {
        const auto& level = now[i];
        if (!level || !levels_[i] || level == levels_[i]) continue;
        events_.push_back(fmt::format(R"({{"time":"{}","event":"alarm","alarm":"{}","level":{}}})",
                                      rfc3339(when), model::alarm_rows[i].name, *level));
    }
}

void Device::tell_flat(const std::vector<Shown>& values, bool again, Outbox& outbox) {
    if (!options_.flat) return;
    for (const auto& shown : values) {
        auto topic = topic_ + '/';
        for (const auto c : shown.metric.row().name) topic += c == '.' ? '/' : c;
        if (shown.repeated) topic += fmt::format("/{}", shown.place + 1);
        auto& told = flat_[topic];
        if (!again && told.metric.exists() && !is_news(told, shown)) continue;
        told = shown;
        outbox.put(topic, plain(shown), again);
    }
}

}  // namespace packwire::sink::mqtt
