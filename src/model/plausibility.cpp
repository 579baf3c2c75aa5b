// SPDX-License-Identifier: MIT
#include "model/plausibility.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/remark.hpp"

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

std::size_t index_of(const Layout& layout, const Slot& slot) {
    return static_cast<std::size_t>(&slot - layout.slots().data());
}

bool is_number(const Field& field) {
    return field.metric.exists() &&
           (field.metric.row().kind == Kind::measurement || field.metric.row().kind == Kind::total);
}

double moved(const Earlier& before, const Record& now, std::size_t i) {
    const auto& field = *now.slot(i).field;
    const auto scale = now.scale(i);
    const auto in_unit = [&](std::int32_t raw) {
        return scale.value_of(number_of(field, now.layout().taken(i, raw)));
    };
    return in_unit(now.raw()[i]) - in_unit(before.raw[i]);
}

/// Was it known before, and is it now?
bool has_values(const Earlier& before, const Record& now, std::size_t i) {
    return now.layout().has_value(i, before.raw[i]) && now.layout().has_value(i, now.raw()[i]);
}

bool is_unknown(const Record& record, std::size_t i) {
    return record.standing(i) == Standing::out_of_range;
}

/// How far the quantity that it moves with has moved; nothing when the record does not know.
double companion_moved(const Earlier& before, const Record& now, Metric metric) {
    const auto with = now.layout().find(companions[metric.index]);
    const bool known = with.count > 0 && with.first < now.size() && has_values(before, now, with.first);
    return known ? std::abs(moved(before, now, with.first)) : 0;
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

/// How a value moved from one reading to the next, if further than is believed at once.
struct Move {
    enum class Kind : std::uint8_t {
        none,
        distance,
        state,   ///< of a status word, of what has no row, to or from a value that says nothing
        denied,  ///< of a text, or of a total that falls
    };
    Kind kind = Kind::none;
    double by = Fluctuations::of_state;  ///< of a distance
    bool gross = false;                  ///< several times the limit
};

Move move_of(const Earlier& before, const Record& now, std::size_t i, double seconds) {
    const auto& field = *now.slot(i).field;
    if (is_text(field)) {
        const auto length = field.to_end ? std::dynamic_extent : width(field);
        const bool same = std::ranges::equal(before.info.subspan(now.slot(i).offset, length),
                                             now.info().subspan(now.slot(i).offset, length));
        return {.kind = same ? Move::Kind::none : Move::Kind::denied};
    }
    if (before.raw[i] == now.raw()[i]) return {};
    if (!is_number(field)) return {.kind = Move::Kind::state};
    // Between two values that say nothing nothing moves: a broken sensor says something else each time.
    const bool was_known = now.layout().has_value(i, before.raw[i]);
    const bool is_known = now.layout().has_value(i, now.raw()[i]);
    if (!was_known && !is_known) return {};
    if (was_known != is_known) return {.kind = Move::Kind::state};
    const auto by = moved(before, now, i);
    if (field.metric.row().kind == Kind::total && by < 0) return {.kind = Move::Kind::denied};
    constexpr double rounding = 1e-6;
    constexpr double several = 3;
    const auto most = limit(before, now, i, seconds) + rounding;
    if (std::abs(by) <= most) return {};
    return {.kind = Move::Kind::distance, .by = std::abs(by), .gross = std::abs(by) > several * most};
}

/// Does it fit what the field does again and again?
bool is_usual(const Fluctuations& fluctuations, const Field& field, const Move& move, LineTrust trust) {
    return move.kind != Move::Kind::denied && fluctuations.explains(field, move.by, trust);
}

void count(Jumps& jumps, const Slot& slot, const Move& move) {
    jumps.alone = !jumps.any;
    if (!jumps.any) {
        jumps.first = &slot;
        jumps.gross = move.gross;
    }
    jumps.any = true;
}

/// Calls `each(slot, move)` for every value that moved too far. False: the records have different layouts.
template <class Each>
bool for_each_move(const Layout& layout, std::span<const std::uint8_t> before, const Record& now,
                   Duration elapsed, Each each) {
    if (&layout != &now.layout() || before.size() != now.info().size()) return false;
    const auto earlier = read_again(layout, before, now.size());
    const auto seconds = std::chrono::duration<double>(elapsed).count();
    for (std::size_t i = 0; i < now.size(); ++i) {
        const auto move = move_of(earlier, now, i, seconds);
        if (move.kind != Move::Kind::none) each(now.slot(i), move);
    }
    return true;
}

std::string words(const Jumps& jumps, const Layout& layout, std::span<const std::uint8_t> before,
                  const Record& now, Duration elapsed) {
    constexpr std::string_view what = ", and no second reading confirms it";
    if (jumps.first == nullptr) return fmt::format("the form of the answer changed{}", what);
    const auto& slot = *jumps.first;
    const auto& field = *slot.field;
    if (!is_number(field)) return fmt::format("{} changed{}", place_of(slot), what);
    const auto earlier = read_again(layout, before, now.size());
    const auto i = index_of(layout, slot);
    const auto in_unit = [&](std::int32_t raw) { return now.scale(i).value_of(number_of(field, raw)); };
    return fmt::format("{}: {} {} {:.1f} s after {} {}{}", place_of(slot), in_unit(now.raw()[i]), field.unit,
                       std::chrono::duration<double>(elapsed).count(), in_unit(earlier.raw[i]), field.unit,
                       what);
}

}  // namespace

bool Plausibility::Reading::same_as(const Record& record) const {
    return layout == &record.layout() && std::ranges::equal(info, record.info());
}

Jumps Plausibility::since_believed(const Record& record, TimePoint when, LineTrust trust) {
    Jumps found;
    if (believed_.layout == nullptr) return found;
    const auto each = [&](const Slot& slot, const Move& move) {
        if (!is_usual(fluctuations_, *slot.field, move, trust)) count(found, slot, move);
        if (trust != LineTrust::bad && move.kind != Move::Kind::denied)
            fluctuations_.note(*slot.field, move.by);
    };
    if (!for_each_move(*believed_.layout, believed_.info, record, when - believed_.when, each))
        found.any = true;
    fluctuations_.end_reading();
    return found;
}

Jumps Plausibility::since_held(const Record& record, TimePoint when, LineTrust trust) const {
    Jumps found;
    const auto each = [&](const Slot& slot, const Move& move) {
        if (!is_usual(fluctuations_, *slot.field, move, trust)) count(found, slot, move);
    };
    if (!for_each_move(*held_.layout, held_.info, record, when - held_.when, each)) found.any = true;
    return found;
}

void Plausibility::keep(Reading& reading, const Record& record, TimePoint when) {
    reading.layout = &record.layout();
    reading.info.assign(record.info().begin(), record.info().end());
    reading.when = when;
}

/// The first value out of its range that was not so in what was believed before; null when there is none.
const Slot* Plausibility::newly_unknown(const Record& record) const {
    if (!record.service().measures) return nullptr;
    auto i = record.layout().out_of_range(record.raw().data(), record.size());
    for (; i < record.size(); ++i) {
        if (is_unknown(record, i) && !is_known_unknown(record.slot(i))) return &record.slot(i);
    }
    return nullptr;
}

bool Plausibility::is_known_unknown(const Slot& slot) const {
    return std::ranges::find(unknown_, &slot) != unknown_.end();
}

/// Remembers what was ever out of its range: a loose contact comes and goes, and damages no frame.
void Plausibility::note_unknown(const Record& record) {
    if (believed_.layout != &record.layout()) unknown_.clear();
    while (const auto* slot = newly_unknown(record)) unknown_.push_back(slot);
}

/// The value that was out of its range in the reading before is not, this time: one of them was damaged.
bool Plausibility::is_taken_back(const Record& record) const {
    return held_unknown_ != nullptr && held_.layout == &record.layout() &&
           !is_unknown(record, index_of(record.layout(), *held_unknown_));
}

std::optional<Error> Plausibility::judge(const Record& record, TimePoint when, LineTrust trust) {
    const auto* taken_back = is_taken_back(record) ? held_unknown_ : nullptr;
    if (taken_back != nullptr) trust = LineTrust::bad;
    const bool line_is_bad = trust == LineTrust::bad;
    if (line_is_bad) fluctuations_.clear();
    if (settled_) in_a_row_ = agreeing_ = 0;
    settled_ = false;
    in_a_row_ = line_is_bad ? 0 : in_a_row_ + 1;
    const auto since = since_believed(record, when, trust);
    const auto* unknown = newly_unknown(record);
    const bool follows = !since.any && unknown == nullptr && (!line_is_bad || believed_.same_as(record));
    if (follows || is_confirmed(record, when, trust)) {
        note_exposed(follows, taken_back);
        note_unknown(record);
        keep(believed_, record, when);
        held_.layout = nullptr;
        restless_ = held_gross_ = held_unknown_ = nullptr;
        settled_ = true;
        return std::nullopt;
    }
    note_exposed(exposes(since, record, when), taken_back);
    keep(held_, record, when);
    held_unknown_ = unknown;
    const bool loose = since.first != nullptr && is_known_unknown(*since.first);
    held_gross_ = !line_is_bad && since.gross && !loose ? since.first : nullptr;
    if (unknown != nullptr && !since.any) {
        const auto i = index_of(record.layout(), *unknown);
        return Error{Errc::implausible, range_text(record, i) + ", and no second reading confirms it"};
    }
    if (!since.any)
        return Error{Errc::unconfirmed, "the line damages frames, and no second answer says the same"};
    return Error{Errc::implausible,
                 words(since, *believed_.layout, believed_.info, record, when - believed_.when)};
}

/// `taken_back`: a value that was out of its range in the last reading alone.
void Plausibility::note_exposed(bool exposes, const Slot* taken_back) {
    const bool wrong = exposes && held_gross_ != nullptr && !fluctuations_.is_lively(*held_gross_->field);
    const auto* slot = taken_back != nullptr ? taken_back : wrong ? held_gross_ : nullptr;
    exposed_ = slot != nullptr ? slot->field->name : std::string_view();
}

/// Is the number that jumped in the reading before back where it was, and another quantity jumps instead? A
/// load moves the same ones again; damage strikes anywhere.
bool Plausibility::exposes(const Jumps& since, const Record& record, TimePoint when) const {
    if (held_gross_ == nullptr || since.first == nullptr) return false;
    if (held_.layout != &record.layout() || believed_.layout != &record.layout()) return false;
    if (since.first->field == held_gross_->field) return false;
    bool jumps_still = false;
    const auto each = [&](const Slot& slot, const Move&) { jumps_still |= &slot == held_gross_; };
    (void)for_each_move(*believed_.layout, believed_.info, record, when - believed_.when, each);
    return !jumps_still;
}

/// Does the reading agree with those that are held?
bool Plausibility::is_confirmed(const Record& record, TimePoint when, LineTrust trust) {
    if (held_.layout == nullptr) {
        agreeing_ = 1;
        return false;
    }
    if (held_.same_as(record)) return true;
    // Others said the same a moment ago, or it is no evidence: much may happen to a bad line in a second.
    constexpr Duration moment = std::chrono::milliseconds(500);
    const auto since = since_held(record, when, trust);
    const bool agrees = !since.any || (since.alone && since.first == restless_);
    // A value that jumps among readings asked at once, and alone, is a broken sensor; damage strikes
    // elsewhere the next time.
    const bool restless = since.alone && (restless_ == nullptr || restless_ == since.first);
    if (restless) restless_ = since.first;
    const bool goes_on = (agrees || restless) && when - held_.when <= moment;
    agreeing_ = goes_on ? agreeing_ + 1 : 1;
    if (trust == LineTrust::bad) return agrees && agreeing_ >= enough;
    return agrees || in_a_row_ >= enough;
}

}  // namespace packwire::model
