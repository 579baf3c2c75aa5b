// SPDX-License-Identifier: MIT
#include "app/address_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace packwire::app {

namespace {

constexpr std::string_view forms = "expected addresses such as 1 or 1,2,5 or 0-15";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<unsigned> number(std::string_view text) {
    unsigned value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc::result_out_of_range && stop == end) return 1000U;  // digits, and far too many
    if (error != std::errc{} || stop != end) return std::nullopt;
    return value;
}

Result<void> add_range(std::string_view part, unsigned highest, std::vector<std::uint8_t>& into) {
    const auto dash = part.find('-');
    const auto first = number(trimmed(part.substr(0, dash)));
    const auto last = dash == std::string_view::npos ? first : number(trimmed(part.substr(dash + 1)));
    if (!first || !last) return fail(Errc::usage, fmt::format("\"{}\": {}", part, forms));
    if (*first > highest || *last > highest) {
        return fail(Errc::usage,
                    fmt::format("address {}: expected 0 to {}", std::max(*first, *last), highest));
    }
    if (*first > *last) {
        return fail(Errc::usage,
                    fmt::format("\"{}\": expected the lower address first, {}-{}", part, *last, *first));
    }
    for (auto address = *first; address <= *last; ++address) {
        const auto byte = static_cast<std::uint8_t>(address);
        if (std::ranges::find(into, byte) == into.end()) into.push_back(byte);
    }
    return {};
}

}  // namespace

Result<std::vector<std::uint8_t>> parse_addresses(std::string_view text, std::uint8_t highest) {
    std::vector<std::uint8_t> addresses;
    while (true) {
        const auto comma = text.find(',');
        const auto added = add_range(trimmed(text.substr(0, comma)), highest, addresses);
        if (!added) return std::unexpected(added.error());
        if (comma == std::string_view::npos) return addresses;
        text.remove_prefix(comma + 1);
    }
}

std::string address_text(const std::vector<std::uint8_t>& addresses) {
    std::string text;
    for (std::size_t i = 0; i < addresses.size();) {
        std::size_t end = i + 1;
        while (end < addresses.size() && addresses[end] == addresses[end - 1] + 1) ++end;
        if (!text.empty()) text += ',';
        text += end - i > 1 ? fmt::format("{}-{}", addresses[i], addresses[end - 1])
                            : fmt::format("{}", addresses[i]);
        i = end;
    }
    return text;
}

}  // namespace packwire::app
