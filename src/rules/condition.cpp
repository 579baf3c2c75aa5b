// SPDX-License-Identifier: MIT
#include "rules/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <numeric>
#include <utility>

namespace packwire::rules {

namespace {

struct Sign {
    std::string_view text;
    Comparison comparison;
};
/// Longer signs first, so that >= is not read as >.
constexpr auto signs = std::to_array<Sign>({
    {">=", Comparison::at_least},
    {"<=", Comparison::at_most},
    {"==", Comparison::equal},
    {"!=", Comparison::not_equal},
    {">", Comparison::above},
    {"<", Comparison::below},
});

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string_view sign_of(Comparison comparison) {
    const auto* const found = std::ranges::find(signs, comparison, &Sign::comparison);
    return found->text;
}

std::optional<double> number_of(std::string_view text) {
    double value = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end || !std::isfinite(value)) return std::nullopt;
    return value;
}

/// A threshold that decides something: some values of a battery fulfil the condition, and some do not.
Result<Condition> decisive(const Condition& condition) {
    const auto [low, high] = range(condition.quantity);
    const auto named = name(condition.quantity);
    const auto reach = fmt::format("{} is {} to {} {}", named, low, high, unit(condition.quantity));
    const bool exact =
        condition.comparison == Comparison::equal || condition.comparison == Comparison::not_equal;
    if (exact && decimals(condition.quantity) > 0) {
        return fail(Errc::bad_config,
                    fmt::format("expected >=, >, <= or < with {}, which is hardly ever equal", named));
    }
    if (condition.threshold < low || condition.threshold > high) {
        return fail(Errc::bad_config, fmt::format("expected a threshold that can be reached, got {}: {}",
                                                  condition.threshold, trimmed(reach)));
    }
    const bool at_low = holds(condition, low);
    const bool at_high = holds(condition, high);
    if (!exact && at_low == at_high) {
        return fail(Errc::bad_config,
                    fmt::format("expected a threshold that decides something, \"{}\" is {}: {}",
                                text(condition), at_low ? "always true" : "never true", trimmed(reach)));
    }
    return condition;
}

}  // namespace

Result<Condition> parse_condition(std::string_view text, const std::optional<std::string>& subject) {
    const auto at = text.find_first_of("<>=!");
    Condition condition;
    if (at == std::string_view::npos) {
        auto quantity = parse_quantity(trimmed(text), subject);
        if (!quantity) return std::unexpected(quantity.error());
        if (quantity->what == Quantity::What::metric && decimals(*quantity) > 0) {
            return fail(Errc::bad_config, fmt::format("expected a comparison, such as \"{} >= {}\"",
                                                      name(*quantity), range(*quantity).high / 2));
        }
        condition.quantity = std::move(*quantity);
        condition.threshold = 1;
        return decisive(condition);
    }
    const auto rest = text.substr(at);
    const auto* const sign =
        std::ranges::find_if(signs, [&](const Sign& one) { return rest.starts_with(one.text); });
    if (sign == signs.end()) {
        return fail(Errc::bad_config, fmt::format("expected >=, >, <=, <, == or !=, got \"{}\"", rest));
    }
    auto quantity = parse_quantity(trimmed(text.substr(0, at)), subject);
    if (!quantity) return std::unexpected(quantity.error());
    const auto digits = trimmed(rest.substr(sign->text.size()));
    const auto threshold = number_of(digits);
    if (!threshold) {
        return fail(Errc::bad_config,
                    fmt::format("expected a number after {}, got \"{}\"", sign->text, digits));
    }
    condition.quantity = std::move(*quantity);
    condition.comparison = sign->comparison;
    condition.threshold = *threshold;
    return decisive(condition);
}

std::string text(const Condition& condition) {
    return fmt::format("{} {} {}", name(condition.quantity), sign_of(condition.comparison),
                       condition.threshold);
}

bool holds(const Condition& condition, double value) {
    switch (condition.comparison) {
        case Comparison::at_least:
            return value >= condition.threshold;
        case Comparison::above:
            return value > condition.threshold;
        case Comparison::at_most:
            return value <= condition.threshold;
        case Comparison::below:
            return value < condition.threshold;
        case Comparison::equal:
            return value == condition.threshold;
        case Comparison::not_equal:
            return std::isfinite(value) && value != condition.threshold;
    }
    return false;
}

bool overlap(const Condition& on, const Condition& off) {
    if (on.quantity != off.quantity) return false;
    // Both are intervals (but for !=): if they meet, then at a threshold, between the two, or at an end.
    const auto [low, high] = range(on.quantity);
    const double middle = std::midpoint(on.threshold, off.threshold);
    const double below = std::nextafter(std::min(on.threshold, off.threshold), low);
    const double above = std::nextafter(std::max(on.threshold, off.threshold), high);
    const auto both = [&](double value) { return holds(on, value) && holds(off, value); };
    return std::ranges::any_of(
        std::initializer_list<double>{on.threshold, off.threshold, middle, below, above}, both);
}

}  // namespace packwire::rules
