// SPDX-License-Identifier: MIT
#include "sink/web/url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ranges>

#include "base/time_text.hpp"

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
    // NOLINTNEXTLINE(readability-simplify-boolean-expr): NaN is refused, too
    if (!(seconds >= 0 && seconds <= latest)) return std::nullopt;
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
