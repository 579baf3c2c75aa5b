// SPDX-License-Identifier: MIT
#include "app/when.hpp"

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <optional>

#include "app/values.hpp"
#include "base/time_text.hpp"

namespace packwire::app {

namespace {

using namespace std::chrono;

constexpr int last_year = 2200;   // the clock counts nanoseconds, and ends in 2262 …
constexpr int first_year = 1700;  // … as it begins in 1677

std::unexpected<Error> refuse(std::string_view text) {
    return fail(Errc::usage,
                fmt::format("expected a time such as 2026-11-22, 2026-11-22T10:15:30Z, -7d or yesterday, "
                            "got \"{}\"",
                            text));
}

/// Takes `digits` digits off the front.
std::optional<int> take(std::string_view& text, std::size_t digits) {
    int value = 0;
    if (text.size() < digits) return std::nullopt;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + digits, value);
    if (error != std::errc() || stop != text.data() + digits || text.front() == '-') return std::nullopt;
    text.remove_prefix(digits);
    return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

/// A number behind one of these characters.
std::optional<int> take_behind(std::string_view& text, std::string_view any_of) {
    if (!skip(text, any_of)) return std::nullopt;
    return take(text, 2);
}

/// What the clock on the wall shows, as a time; with summer time as it was then.
WallTime local(LocalTime shown) {
    const auto midnight = floor<days>(shown);
    const year_month_day date(midnight);
    const hh_mm_ss time(shown - midnight);
    std::tm calendar{};
    calendar.tm_year = int(date.year()) - 1900;
    calendar.tm_mon = static_cast<int>(unsigned(date.month())) - 1;
    calendar.tm_mday = static_cast<int>(unsigned(date.day()));
    calendar.tm_hour = static_cast<int>(time.hours().count());
    calendar.tm_min = static_cast<int>(time.minutes().count());
    calendar.tm_sec = static_cast<int>(time.seconds().count());
    calendar.tm_isdst = -1;
    return system_clock::from_time_t(std::mktime(&calendar));
}

/// The rest of a time behind its seconds: a zone, or none.
std::optional<WallTime> with_zone(LocalTime shown, milliseconds rest, std::string_view zone) {
    if (zone.empty()) return local(shown) + rest;
    const WallTime utc(shown.time_since_epoch() + rest);
    if (zone == "Z" || zone == "z") return utc;
    const bool east = zone.front() == '+';
    const auto hour = take_behind(zone, "+-");
    if (!hour) return std::nullopt;
    (void)skip(zone, ":");
    const auto minute = take(zone, 2);
    if (!minute || !zone.empty()) return std::nullopt;
    const auto offset = hours(*hour) + minutes(*minute);
    return east ? utc - offset : utc + offset;
}

std::optional<WallTime> calendar(std::string_view text) {
    const auto y = take(text, 4);
    const auto m = y ? take_behind(text, "-") : std::nullopt;
    const auto d = m ? take_behind(text, "-") : std::nullopt;
    if (!d) return std::nullopt;
    const year_month_day date(year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d)));
    if (!date.ok() || *y < first_year || *y > last_year) return std::nullopt;
    LocalTime shown = local_days(date);
    if (text.empty()) return local(shown);
    const auto hour = take_behind(text, "T t_");
    if (!hour || *hour > 23) return std::nullopt;
    const int minute = take_behind(text, ":").value_or(60);  // there is none such
    if (minute > 59) return std::nullopt;
    const auto second = take_behind(text, ":").value_or(0);
    if (second > 60) return std::nullopt;
    shown += hours(*hour) + minutes(minute) + seconds(second);
    milliseconds rest{};
    if (skip(text, ".")) {
        const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
        int worth = 100;
        for (const char digit : text.substr(0, digits)) {
            rest += milliseconds((digit - '0') * worth);
            worth /= 10;
        }
        text.remove_prefix(digits);
    }
    return with_zone(shown, rest, text);
}

}  // namespace

Result<WallTime> parse_when(std::string_view text, WallTime now) {
    const auto midnight = floor<days>(local_time(now));
    if (text == "now") return now;
    if (text == "today") return local(midnight);
    if (text == "yesterday") return local(midnight - days(1));
    if (text.starts_with('-')) {
        const auto ago = parse_duration(text.substr(1));
        if (!ago) return refuse(text);
        return now - duration_cast<WallTime::duration>(*ago);
    }
    if (const auto found = calendar(text)) return *found;
    std::int64_t unix_seconds = 0;
    const auto* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, unix_seconds);
    constexpr std::int64_t most = 9'000'000'000;  // what the clock can hold
    if (error != std::errc() || stop != end || unix_seconds < 0 || unix_seconds > most) return refuse(text);
    return WallTime(seconds(unix_seconds));
}

}  // namespace packwire::app
