// SPDX-License-Identifier: MIT
/// Rows that many services begin with.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "model/record.hpp"
#include "model/service.hpp"

namespace packwire::dialect::daren {

using model::Field;
using model::metric;
using model::Scale;
using model::Wire;

inline constexpr Scale hundredth{.per = 100};
inline constexpr Scale tenth{.per = 10};
inline constexpr Scale thousandth{.per = 1000};

/// COMMAND GROUP of a request: the pack's own address; packs take any. Source: protocol 3.
inline constexpr Field group{.name = "group", .wire = Wire::u8, .constant = model::own_address};
/// Bits 0 and 4: unread changes. Nobody needs them. Source: protocol 2.9.
inline constexpr Field data_flag{.name = "data_flag", .wire = Wire::u8, .framing = true};
/// COMMAND GROUP as an answer repeats it.
inline constexpr Field answered_group{.name = "group", .wire = Wire::u8, .framing = true};

inline constexpr std::array<Field, 1> group_only{group};

/// What a cell has that is believed at once, in V.
inline constexpr model::Interval cell_plausible{1.5, 4.5};
/// What a cell can have at all: shorted, up to far overcharged. What is beyond was not measured.
inline constexpr model::Interval cell_possible{0, 5};
/// New cells hold more than their rating, so packs say more than 100 %: up to here it is taken as 100 %.
inline constexpr model::Interval beyond_rating{0, 105};

/// Names of values that do not follow each other.
struct Named {
    std::uint8_t value = 0;
    std::string_view name;
};
template <std::size_t size, std::size_t count>
[[nodiscard]] constexpr std::array<std::string_view, size> sparse_names(
    const std::array<Named, count>& some) {
    std::array<std::string_view, size> names{};
    for (const auto& [value, name] : some) names[value] = name;
    return names;
}

/// Tell-tales. Source of all of them: the plausible values of protocol 3.
[[nodiscard]] inline bool never(const model::Record& /*record*/) {
    return false;
}
/// Every value with a range lies within it.
[[nodiscard]] bool all_plausible(const model::Record& record);
/// Every value of a field that names its values has a name.
[[nodiscard]] bool all_named(const model::Record& record);
/// Every text can be read, and at least one is not empty.
[[nodiscard]] bool all_readable(const model::Record& record);
/// The number in a field; -1 when the record does not have it.
[[nodiscard]] std::int32_t raw_of(const model::Record& record, std::string_view field);

/// One table out of two.
template <std::size_t A, std::size_t B>
[[nodiscard]] constexpr std::array<Field, A + B> join(const std::array<Field, A>& first,
                                                      const std::array<Field, B>& second) {
    std::array<Field, A + B> all{};
    std::ranges::copy(first, all.begin());
    std::ranges::copy(second, all.begin() + static_cast<std::ptrdiff_t>(A));
    return all;
}

inline constexpr Field read_operation{.name = "operation", .wire = Wire::u8, .constant = 1, .framing = true};

/// How A0 and B0 ask for one function of a module, or for all of B0's (FF). Source: protocol 3.21, 3.22.
template <std::int64_t module, std::int64_t function>
inline constexpr auto module_request = std::to_array<Field>({
    group,
    read_operation,
    {.name = "module", .wire = Wire::u8, .constant = module},
    {.name = "function", .wire = Wire::u8, .constant = function},
    {.name = "length", .wire = Wire::u8},
});

/// How their answers begin. `length` is not to be relied on: one firmware sends 0 before 18 bytes. Source:
/// protocol 3.22.
template <std::int64_t service, std::int64_t module, std::int64_t function>
inline constexpr auto module_header = std::to_array<Field>({
    {.name = "service_echo", .wire = Wire::u8, .constant = service, .framing = true},
    answered_group,
    read_operation,
    {.name = "module", .wire = Wire::u8, .constant = module, .framing = true},
    {.name = "function", .wire = Wire::u8, .constant = function, .framing = true},
    {.name = "length", .wire = Wire::u8, .framing = true},
});

}  // namespace packwire::dialect::daren
