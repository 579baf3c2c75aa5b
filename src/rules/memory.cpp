// SPDX-License-Identifier: MIT
#include "rules/memory.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>

namespace packwire::rules {

namespace {

constexpr std::string_view last_line = "end";

/// "on 1767225600000 name"
std::optional<std::pair<std::string, Kept>> entry(std::string_view line) {
    const auto first = line.find(' ');
    const auto second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto state = line.substr(0, first);
    if (state != "on" && state != "off") return std::nullopt;
    std::int64_t ms = 0;
    const auto* end = line.data() + second;
    const auto [stop, error] = std::from_chars(line.data() + first + 1, end, ms);
    constexpr std::int64_t year_2200 = 7'258'118'400'000;
    if (error != std::errc{} || stop != end || ms < 0 || ms > year_2200) return std::nullopt;
    Kept kept;
    kept.on = state == "on";
    kept.since = WallTime(std::chrono::milliseconds(ms));
    return std::pair(std::string(line.substr(second + 1)), kept);
}

}  // namespace

std::string save(const Memory& memory) {
    std::string out;
    for (const auto& [name, kept] : memory) {
        const auto ms = std::chrono::floor<std::chrono::milliseconds>(kept.since.time_since_epoch()).count();
        fmt::format_to(std::back_inserter(out), "{} {} {}\n", kept.on ? "on" : "off", ms, name);
    }
    return out.append(last_line).append("\n");
}

Result<Memory> load(std::string_view text) {
    Memory memory;
    while (!text.empty()) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) break;
        const auto line = text.substr(0, end);
        if (line == last_line) return memory;
        auto one = entry(line);
        if (!one)
            return fail(Errc::io, fmt::format("expected on or off, a time and a name, got \"{}\"", line));
        memory.insert_or_assign(std::move(one->first), one->second);
        text.remove_prefix(end + 1);
    }
    return fail(Errc::io, "cut off");
}

}  // namespace packwire::rules
