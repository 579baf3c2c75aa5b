// SPDX-License-Identifier: MIT
#include "base/time_text.hpp"

#include <fmt/chrono.h>

#include <ctime>

namespace packwire {

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
