// SPDX-License-Identifier: MIT
#include "model/plausibility.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace packwire::model {

namespace {

/// By metric: the quantity that it moves with.
constexpr auto companions = [] {
    std::array<Metric, metric_count> found{};
    for (std::size_t i = 0; i < metric_count; ++i) found[i] = find_metric(metric_rows[i].swing.with);
    return found;
}();

constexpr bool companions_exist() {
    for (std::size_t i = 0; i < metric_count; ++i) {
        if (!metric_rows[i].swing.with.empty() && !companions[i].exists()) return false;
    }
    return true;
}
static_assert(companions_exist());

/// An earlier record, its values read again.
struct Earlier {
    std::span<const std::uint8_t> info;
    std::array<std::int32_t, max_slots + lane> raw;
};

Earlier read_again(const Layout& layout, std::span<const std::uint8_t> info, std::size_t size) {
    Earlier earlier;  // NOLINT(cppcoreguidelines-pro-type-member-init): load() fills what is used
    earlier.info = info;
    layout.load(info, size, earlier.raw.data());
    return earlier;
}

double number(const Field& field, std::int32_t raw) {
    return field.wire == Wire::u32 ? static_cast<double>(static_cast<std::uint32_t>(raw))
                                   : static_cast<double>(raw);
}

bool is_number(const Field& field) {
    return field.metric.exists() &&
           (field.metric.row().kind == Kind::measurement || field.metric.row().kind == Kind::total);
}

double moved(const Earlier& before, const Record& now, std::size_t i) {
    const auto& field = *now.slot(i).field;
    const auto scale = now.scale(i);
    return scale.value_of(number(field, now.raw()[i])) - scale.value_of(number(field, before.raw[i]));
}

/// How far the quantity that it moves with has moved; nothing when the record has none.
double companion_moved(const Earlier& before, const Record& now, Metric metric) {
    const auto with = now.layout().find(companions[metric.index]);
    return with.count > 0 && with.first < now.size() ? std::abs(moved(before, now, with.first)) : 0;
}

double limit_with(const Swing& swing, double seconds, double companion) {
    return swing.at_once + swing.per_second * seconds + companion * swing.per_with;
}

/// A companion that jumped itself excuses nothing: it may be what is damaged.
double limit(const Earlier& before, const Record& now, std::size_t i, double seconds) {
    const auto metric = now.slot(i).field->metric;
    const auto companion = companions[metric.index];
    auto by = companion_moved(before, now, metric);
    if (companion.exists()) {
        const auto most = limit_with(companion.row().swing, seconds, companion_moved(before, now, companion));
        if (by > most) by = 0;
    }
    return limit_with(metric.row().swing, seconds, by);
}

bool jumped(const Earlier& before, const Record& now, std::size_t i, double seconds) {
    const auto& field = *now.slot(i).field;
    if (is_text(field)) {
        const auto length = field.to_end ? std::dynamic_extent : width(field);
        return !std::ranges::equal(before.info.subspan(now.slot(i).offset, length),
                                   now.info().subspan(now.slot(i).offset, length));
    }
    if (before.raw[i] == now.raw()[i]) return false;
    const auto sentinel = sentinel_of(field);
    const bool measured = !sentinel || (before.raw[i] != *sentinel && now.raw()[i] != *sentinel);
    if (!is_number(field) || !measured) return true;
    const auto by = moved(before, now, i);
    if (field.metric.row().kind == Kind::total && by < 0) return true;
    constexpr double rounding = 1e-6;
    return std::abs(by) > limit(before, now, i, seconds) + rounding;
}

std::string words(const Jumps& jumps, const Layout& layout, std::span<const std::uint8_t> before,
                  const Record& now, Duration elapsed) {
    constexpr std::string_view what = ", and no second reading confirms it";
    if (jumps.first == nullptr) return fmt::format("the form of the answer changed{}", what);
    const auto& slot = *jumps.first;
    const auto& field = *slot.field;
    const auto place =
        is_list(field) ? fmt::format("{} {}", field.name, slot.index + 1) : std::string(field.name);
    if (!is_number(field)) return fmt::format("{} changed{}", place, what);
    const auto earlier = read_again(layout, before, now.size());
    const auto i = static_cast<std::size_t>(&slot - layout.slots().data());
    const auto scale = now.scale(i);
    return fmt::format("{}: {} {} {:.1f} s after {} {}{}", place, scale.value_of(number(field, now.raw()[i])),
                       field.unit, std::chrono::duration<double>(elapsed).count(),
                       scale.value_of(number(field, earlier.raw[i])), field.unit, what);
}

}  // namespace

Jumps jumps(const Layout& layout, std::span<const std::uint8_t> before, const Record& now, Duration elapsed) {
    Jumps found;
    if (&layout != &now.layout() || before.size() != now.info().size()) {
        found.any = true;
        return found;
    }
    const auto earlier = read_again(layout, before, now.size());
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    for (std::size_t i = 0; i < now.size(); ++i) {
        if (!jumped(earlier, now, i, seconds)) continue;
        const auto& slot = now.slot(i);
        found.alone = !found.any;
        if (!found.any) found.first = &slot;
        found.any = true;
    }
    return found;
}

bool jumps_at(const Slot& slot, std::span<const std::uint8_t> before, const Record& now, Duration elapsed) {
    const auto& layout = now.layout();
    const auto earlier = read_again(layout, before, now.size());
    const auto i = static_cast<std::size_t>(&slot - layout.slots().data());
    return jumped(earlier, now, i, std::chrono::duration<double>(elapsed).count());
}

bool Plausibility::Reading::same_as(const Record& record) const {
    return layout == &record.layout() && std::ranges::equal(info, record.info());
}

Jumps Plausibility::between(const Reading& before, const Record& now, TimePoint when) {
    return jumps(*before.layout, before.info, now, when - before.when);
}

void Plausibility::keep(Reading& reading, const Record& record, TimePoint when) {
    reading.layout = &record.layout();
    reading.info.assign(record.info().begin(), record.info().end());
    reading.when = when;
}

std::optional<Error> Plausibility::judge(const Record& record, TimePoint when, bool line_is_bad) {
    if (settled_) in_a_row_ = agreeing_ = 0;
    settled_ = exposed_ = false;
    in_a_row_ = line_is_bad ? 0 : in_a_row_ + 1;
    const auto since = believed_.layout == nullptr ? Jumps{} : between(believed_, record, when);
    const bool follows = !since.any && (!line_is_bad || believed_.same_as(record));
    if (follows || is_confirmed(record, when, line_is_bad)) {
        exposed_ = follows && held_number_ != nullptr;
        held_number_ = nullptr;
        keep(believed_, record, when);
        held_.layout = nullptr;
        restless_ = nullptr;
        settled_ = true;
        return std::nullopt;
    }
    exposed_ = exposes(since, record, when);
    keep(held_, record, when);
    const bool number = since.first != nullptr && is_number(*since.first->field);
    held_number_ = !line_is_bad && number ? since.first : nullptr;
    if (!since.any)
        return Error{Errc::unconfirmed, "the line damages frames, and no second answer says the same"};
    return Error{Errc::implausible,
                 words(since, *believed_.layout, believed_.info, record, when - believed_.when)};
}

/// Is the number that jumped in the reading before back where it was, and another jumps instead? A load moves
/// the same numbers again; damage strikes anywhere.
bool Plausibility::exposes(const Jumps& since, const Record& record, TimePoint when) const {
    if (held_number_ == nullptr || since.first == nullptr) return false;
    if (held_.layout != &record.layout() || believed_.layout != &record.layout()) return false;
    return !jumps_at(*held_number_, believed_.info, record, when - believed_.when);
}

/// Does the reading agree with those that are held?
bool Plausibility::is_confirmed(const Record& record, TimePoint when, bool line_is_bad) {
    if (held_.layout == nullptr) {
        agreeing_ = 1;
        return false;
    }
    if (held_.same_as(record)) return true;
    // Others said the same a moment ago, or it is no evidence: much may happen to a bad line in a second.
    constexpr Duration moment = std::chrono::milliseconds(500);
    const auto since = between(held_, record, when);
    const bool agrees = !since.any || (since.alone && since.first == restless_);
    // A value that jumps among readings asked at once, and alone, is a broken sensor; damage strikes
    // elsewhere the next time.
    const bool restless = since.alone && (restless_ == nullptr || restless_ == since.first);
    if (restless) restless_ = since.first;
    const bool goes_on = (agrees || restless) && when - held_.when <= moment;
    agreeing_ = goes_on ? agreeing_ + 1 : 1;
    if (line_is_bad) return agrees && agreeing_ >= enough;
    return agrees || in_a_row_ >= enough;
}

}  // namespace packwire::model
