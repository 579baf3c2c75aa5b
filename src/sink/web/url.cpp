// SPDX-License-Identifier: MIT
#include "sink/web/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

namespace packwire::sink::web {

namespace {

int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus_is_space) c = ' ';
        if (c == '%') {
            const int high = i + 1 < text.size() ? digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) return fail(Errc::usage, "% must be followed by two hexadecimal digits");
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (is_control(c)) return fail(Errc::usage, "control characters are not taken");
        out += c;
    }
    return out;
}

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

std::optional<WallTime> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    constexpr std::size_t without_fraction = 19;
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
    double fraction = 0;
    if (rest.starts_with('.')) {
        double scale = 1;
        for (rest.remove_prefix(1); !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; rest.remove_prefix(1))
            fraction += (rest[0] - '0') * (scale /= 10);
    }
    const auto offset = zone(rest);
    if (!date.ok() || part(0, 4) < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 60 || !offset)
        return std::nullopt;
    return sys_days(date) + hours(hour) + minutes(minute - *offset) + seconds(second) +
           duration_cast<WallTime::duration>(duration<double>(fraction));
}

}  // namespace

std::optional<std::string_view> Url::find(std::string_view name) const {
    const auto found =
        std::ranges::find(query | std::views::reverse, name, &std::pair<std::string, std::string>::first);
    if (found == query.rend()) return std::nullopt;
    return found->second;
}

std::vector<std::string_view> Url::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : query) {
        if (key == name) values.emplace_back(value);
    }
    return values;
}

Result<Url> parse_target(std::string_view target) {
    const auto mark = target.find('?');
    auto path = decode(target.substr(0, mark), false);
    if (!path) return std::unexpected(path.error());
    if (!path->starts_with('/')) return fail(Errc::usage, "a path begins with /");
    Url url{.path = std::move(*path), .query = {}};
    auto rest = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!rest.empty()) {
        const auto end = std::min(rest.find('&'), rest.size());
        const auto pair = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = decode(pair.substr(0, equals), true);
        auto value = decode(pair.substr(std::min(equals + 1, pair.size())), true);
        if (!name) return std::unexpected(name.error());
        if (!value) return std::unexpected(value.error());
        if (!name->empty()) url.query.emplace_back(std::move(*name), std::move(*value));
    }
    return url;
}

std::optional<WallTime> parse_time(std::string_view text) {
    constexpr double latest = 7'258'118'400;  // 2200-01-01
    double seconds = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, seconds, std::chars_format::fixed);
    if (error != std::errc{} || stop != end) {
        const auto calendar = parse_rfc3339(text);
        if (!calendar) return std::nullopt;
        seconds = std::chrono::duration<double>(calendar->time_since_epoch()).count();
        if (seconds < 0 || seconds > latest) return std::nullopt;
        return calendar;
    }
    if (!(seconds >= 0 && seconds <= latest)) return std::nullopt;  // NaN, too
    return WallTime(std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(seconds)));
}

std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t min, std::int64_t max) {
    std::int64_t value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || value < min || value > max) return std::nullopt;
    return value;
}

}  // namespace packwire::sink::web
