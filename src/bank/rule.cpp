// SPDX-License-Identifier: MIT
#include "bank/rule.hpp"

#include <fmt/format.h>

#include <iterator>

namespace packwire::bank {

std::string pack_name(std::size_t number, std::size_t packs) {
    return packs > 1 ? fmt::format("P{}", number + 1) : std::string("the pack");
}

std::string in_words(const Rule& rule, std::size_t packs) {
    std::string words(rule.over ? "recovers from " : "");
    words += rule.words;
    const auto out = std::back_inserter(words);
    const bool named = rule.pack != Rule::nobody && packs > 1;
    const bool placed = rule.kind != 0 && rule.place != Rule::nobody;
    if (named || placed) fmt::format_to(out, " of");
    if (named) fmt::format_to(out, " P{}", rule.pack + 1);
    if (placed) fmt::format_to(out, " {}{:02}", rule.kind, rule.place + 1);
    if (!rule.unit.empty())
        fmt::format_to(out, " {:.{}f} {}", rule.value, rule.unit == "V" ? 2 : 0, rule.unit);
    return words;
}

}  // namespace packwire::bank
