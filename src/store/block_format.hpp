// SPDX-License-Identifier: MIT
/// How a block is written, for those who write and read it: block_write.cpp and block.cpp alone. ADR 61.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "store/grid.hpp"

namespace packwire::store {

inline constexpr std::uint8_t block_format = 1;
inline constexpr std::uint8_t rolled_flag = 0x10;
inline constexpr std::uint8_t split_flag = 0x20;

enum Presence : std::uint8_t { nowhere, everywhere, somewhere };
/// What a value is told as the difference to: the value before, or the same in how it stands to the first
/// column of its metric. Cells rise and fall together.
enum Relation : std::uint8_t { to_before, to_first };

/// Has the row a value?
inline bool here(const Values& values, std::size_t row) {
    return values[row] != absent;
}

/// Begins and ends of what each metric has, in columns.
std::vector<std::pair<std::size_t, std::size_t>> groups_of(const auto& columns, auto metric, bool split) {
    std::vector<std::pair<std::size_t, std::size_t>> groups;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!groups.empty() && (!split || metric(columns[i]) == metric(columns[i - 1]))) {
            groups.back().second = i + 1;
        } else {
            groups.emplace_back(i, i + 1);
        }
    }
    return groups;
}

}  // namespace packwire::store
