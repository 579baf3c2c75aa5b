// SPDX-License-Identifier: MIT
#include "app/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace packwire::app {

namespace {

using namespace std::chrono_literals;

struct Unit {
    std::string_view name;
    Duration size;
};
constexpr auto units = std::to_array<Unit>({{"d", 24h}, {"h", 1h}, {"min", 1min}, {"s", 1s}, {"ms", 1ms}});
struct Size {
    std::string_view name;
    double bytes;
};
constexpr auto sizes = std::to_array<Size>({{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}});
constexpr double most_bytes = 1e13;
constexpr Duration longest = 36600 * 24h;
constexpr std::uint32_t highest_baud = 4'000'000;

constexpr auto levels = std::to_array<std::string_view>({"trace", "debug", "info", "warn", "error"});

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        auto diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
        }
    }
    return row[b.size()];
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

Result<Duration> parse_duration(std::string_view text) {
    const auto wrong = [&] { return fail(Errc::usage, fmt::format("{}, got \"{}\"", duration_forms, text)); };
    double count = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, count, std::chars_format::fixed);
    if (error != std::errc{} || text.front() == '-') return wrong();
    const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
    const auto* unit = std::ranges::find(units, suffix, &Unit::name);
    if (unit == units.end()) return wrong();
    const auto value = count * std::chrono::duration<double>(unit->size);
    if (!(value <= std::chrono::duration<double>(longest))) return wrong();
    return std::chrono::round<Duration>(value);
}

std::string duration_text(Duration duration) {
    for (const auto& unit : units) {
        if (duration >= unit.size && duration % unit.size == Duration::zero()) {
            return fmt::format("{}{}", duration / unit.size, unit.name);
        }
    }
    return fmt::format("{}ms", std::chrono::duration<double, std::milli>(duration).count());
}

Result<std::uint64_t> parse_size(std::string_view text) {
    const auto wrong = [&] {
        return fail(Errc::usage,
                    fmt::format("expected a size such as \"500MB\" or \"2GB\", got \"{}\"", text));
    };
    double count = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, count, std::chars_format::fixed);
    if (error != std::errc{} || text.front() == '-') return wrong();
    const std::string_view suffix(stop, static_cast<std::size_t>(end - stop));
    const auto* const size = std::ranges::find(sizes, suffix, &Size::name);
    if (size == sizes.end() || !(count * size->bytes <= most_bytes)) return wrong();
    return static_cast<std::uint64_t>(count * size->bytes);
}

Result<std::optional<std::uint32_t>> parse_baud(std::string_view text) {
    if (text == "auto") return std::nullopt;
    std::uint32_t baud = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, baud);
    if (error != std::errc{} || stop != end || baud == 0 || baud > highest_baud) {
        return fail(Errc::usage,
                    fmt::format("expected auto or a baud rate such as 9600 or 19200, got \"{}\"", text));
    }
    return baud;
}

std::string_view nearest(std::string_view text, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t least = std::max<std::size_t>(1, std::min<std::size_t>(3, text.size() / 2)) + 1;
    for (const auto name : known) {
        const auto distance = edit_distance(text, name);
        if (distance >= least) continue;
        least = distance;
        best = name;
    }
    return best;
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> known) {
    const auto name = nearest(text, known);
    return name.empty() ? std::string() : fmt::format(", did you mean \"{}\"?", name);
}

bool good_site(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_name_character);
}

bool is_special_product(std::int64_t product_id) {
    constexpr auto special =
        std::to_array<std::int64_t>({0xB004, 0xB009, 0xB00A, 0xB015, 0xB019, 0xB029, 0xA3E3, 0xA3E4, 0xA3E5,
                                     0xA3E6, 0xA3E7, 0xBA77, 0xBA44});
    return std::ranges::find(special, product_id) != special.end();
}

Result<std::string> parse_bus_choice(std::string_view text) {
    constexpr auto words = std::to_array<std::string_view>({"auto", "session", "system", "off"});
    if (std::ranges::find(words, text) != words.end()) return std::string(text);
    for (const std::string_view transport : {"unix:", "tcp:", "unixexec:"}) {
        if (text.starts_with(transport) && text.find('=') != std::string_view::npos) return std::string(text);
    }
    return fail(
        Errc::usage,
        fmt::format("expected auto, session, system, off or an address such as unix:path=/run/bus, got "
                    "\"{}\"{}",
                    text, did_you_mean(text, words)));
}

Result<std::string> parse_log_level(std::string_view text) {
    if (std::ranges::find(levels, text) != levels.end()) return std::string(text);
    return fail(Errc::usage, fmt::format("expected {}, got \"{}\"{}", fmt::join(levels, ", "), text,
                                         did_you_mean(text, levels)));
}

}  // namespace packwire::app
