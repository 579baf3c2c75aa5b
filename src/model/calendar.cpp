// SPDX-License-Identifier: MIT
#include "model/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace packwire::model {

namespace {

constexpr auto parts = std::to_array<std::string_view>({"year", "month", "day", "hour", "minute", "second"});
constexpr std::string_view packed_month = "month_and_version";

std::optional<int> number_in(const Record& record, std::string_view field) {
    const auto [first, count] = record.layout().find(field);
    if (count == 0 || first >= record.size()) return std::nullopt;
    return static_cast<int>(record.value(first).value_or(-1));
}

std::optional<int> month_in(const Record& record) {
    if (const auto plain = number_in(record, "month")) return plain;
    const auto [first, count] = record.layout().find(packed_month);
    if (count == 0 || first >= record.size()) return std::nullopt;
    for (const auto& flag : record.slot(first).field->flags) {
        if (flag.name != "month") continue;
        return static_cast<int>(record.bits(first) >> flag.bit & ((1U << flag.width) - 1U));
    }
    return std::nullopt;
}

/// "14 s", "1.5 h", "10 days".
std::string duration_words(std::int64_t seconds) {
    constexpr std::int64_t hour = 3600;
    constexpr std::int64_t ten_minutes = hour / 6;
    constexpr std::int64_t day = 24 * hour;
    if (seconds < ten_minutes) return fmt::format("{} s", seconds);
    if (seconds >= 2 * day) return fmt::format("{} days", seconds / day);
    return fmt::format("{:.1f} h", static_cast<double>(seconds) / hour);
}

}  // namespace

std::optional<LocalTime> time_of(const Record& record) {
    using namespace std::chrono;
    std::array<int, parts.size()> said{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = parts[i] == "month" ? month_in(record) : number_in(record, parts[i]);
        if (!part || *part < 0) return std::nullopt;
        said[i] = *part;
    }
    const auto [y, mon, d, h, min, s] = said;
    const auto date = year(y) / mon / d;
    constexpr int hours_a_day = 24;
    constexpr int sixty = 60;
    if (!date.ok() || h >= hours_a_day || min >= sixty || s >= sixty) return std::nullopt;
    return local_days(date) + hours(h) + minutes(min) + seconds(s);
}

std::size_t time_offset(const Record& record) {
    const auto [first, count] = record.layout().find(parts.front());
    return count == 0 ? 0 : record.slot(first).offset;
}

bool is_clock(const Service& service) {
    return !service.variants.empty() && std::ranges::all_of(service.variants, [](const Variant& variant) {
        return variant.fields.size() == parts.size() &&
               std::ranges::equal(variant.fields, parts, {}, &Field::name);
    });
}

std::string clock_text(LocalTime pack, LocalTime host) {
    const auto drift = (pack - host).count();
    const auto size = drift < 0 ? -drift : drift;
    auto text = calendar_text(pack);
    // The pack cuts its seconds off, and the answer takes a part of one.
    if (size <= 1) return text + ", as this host";
    text += fmt::format(", {} {} this host", duration_words(size), drift < 0 ? "behind" : "ahead of");
    return text;
}

}  // namespace packwire::model
