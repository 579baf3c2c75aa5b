// SPDX-License-Identifier: MIT
#include "base/time_text.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace packwire {

namespace {

/// "07" of "2026-07-…": exactly `digits` digits at `at`.
std::optional<int> number_at(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() < at + digits) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// "Z", "+02:00", "-05:30", in minutes.
std::optional<int> zone(std::string_view text) {
    if (text == "Z" || text == "z") return 0;
    if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto hours = number_at(text, 1, 2);
    const auto minutes = number_at(text, 4, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return (text[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

/// Takes ".250" off the front; nothing is zero.
std::chrono::nanoseconds take_fraction(std::string_view& text) {
    std::chrono::nanoseconds fraction{};
    if (!text.starts_with('.')) return fraction;
    std::chrono::nanoseconds worth = std::chrono::seconds(1);
    for (text.remove_prefix(1); !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1))
        fraction += (text[0] - '0') * (worth /= 10);
    return fraction;
}

}  // namespace

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    constexpr std::size_t without_fraction = 19;
    constexpr int first_year = 1970;
    constexpr int last_year = 2200;
    const auto part = [&](std::size_t at, std::size_t digits) {
        return number_at(text, at, digits).value_or(-1);
    };
    if (text.size() <= without_fraction || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
        text[16] != ':' || (text[10] != 'T' && text[10] != 't' && text[10] != ' '))
        return std::nullopt;
    const auto date = year(part(0, 4)) / part(5, 2) / part(8, 2);
    const int hour = part(11, 2);
    const int minute = part(14, 2);
    const int second = part(17, 2);
    auto rest = text.substr(without_fraction);
    const auto fraction = take_fraction(rest);
    const auto offset = zone(rest);
    if (!date.ok() || part(0, 4) < first_year || part(0, 4) > last_year || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 60 || !offset)
        return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute - *offset) + seconds(second) + fraction;
}

std::string rfc3339(WallTime when) {
    const auto second = std::chrono::floor<std::chrono::seconds>(when);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(when - second).count();
    const auto calendar = fmt::gmtime(std::chrono::system_clock::to_time_t(second));
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", calendar, rest);
}

LocalTime local_time(WallTime when) {
    using namespace std::chrono;
    const auto seconds_since_epoch = system_clock::to_time_t(floor<seconds>(when));
    std::tm here{};
    ::localtime_r(&seconds_since_epoch, &here);
    constexpr int first_year = 1900;
    const auto date = year(first_year + here.tm_year) / (here.tm_mon + 1) / here.tm_mday;
    return local_days(date) + hours(here.tm_hour) + minutes(here.tm_min) + seconds(here.tm_sec);
}

std::string calendar_text(LocalTime when, char between) {
    using namespace std::chrono;
    const auto midnight = floor<days>(when);
    const year_month_day date(midnight);
    const hh_mm_ss time(when - midnight);
    return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                       unsigned(date.day()), between, time.hours().count(), time.minutes().count(),
                       time.seconds().count());
}

}  // namespace packwire
