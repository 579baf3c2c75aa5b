// SPDX-License-Identifier: MIT
/// Rows that many services begin with.
#pragma once

#include <algorithm>
#include <array>

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
inline constexpr Field data_flag{.name = "data_flag", .wire = Wire::u8};

inline constexpr std::array<Field, 1> group_only{group};

/// One table out of two.
template <std::size_t A, std::size_t B>
[[nodiscard]] constexpr std::array<Field, A + B> join(const std::array<Field, A>& first,
                                                      const std::array<Field, B>& second) {
    std::array<Field, A + B> all{};
    std::ranges::copy(first, all.begin());
    std::ranges::copy(second, all.begin() + static_cast<std::ptrdiff_t>(A));
    return all;
}

}  // namespace packwire::dialect::daren
