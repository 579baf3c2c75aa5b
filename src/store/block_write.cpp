// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "store/block.hpp"
#include "store/block_format.hpp"
#include "store/bytes.hpp"

namespace packwire::store {

namespace {

/// Where there is a value the other has one, too.
bool covers(const Values& other, const Values& values) {
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (here(values, row) && !here(other, row)) return false;
    }
    return true;
}

template <class Take>
void differences(const Values& values, const Values* first, Take take) {
    std::int64_t before = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!here(values, row)) continue;
        const auto value = std::int64_t{values[row]} - (first != nullptr ? (*first)[row] : 0);
        take(value - before);
        before = value;
    }
}

/// About how many bits they take.
std::size_t cost(const Values& values, const Values* first) {
    std::size_t bits = 0;
    differences(values, first, [&](std::int64_t by) {
        if (by != 0) bits += 2 + static_cast<std::size_t>(std::bit_width(fold(by)));
    });
    return bits;
}

void put_presence(std::string& out, const Values& values) {
    const auto count =
        static_cast<std::size_t>(std::ranges::count_if(values, [](auto value) { return value != absent; }));
    const auto presence = count == 0 ? nowhere : count == values.size() ? everywhere : somewhere;
    out += static_cast<char>(presence);
    if (presence != somewhere) return;
    for (std::size_t row = 0; row < values.size(); row += 8) {
        unsigned bits = 0;
        for (std::size_t i = row; i < std::min(row + 8, values.size()); ++i) {
            if (here(values, i)) bits |= 1U << (i - row);
        }
        out += static_cast<char>(bits);
    }
}

std::string encode(const GridColumn& column, const GridColumn* first, std::size_t parts) {
    std::string out;
    const auto& values = column.parts[mean];
    put_presence(out, values);
    const auto* other =
        first != nullptr && covers(first->parts[mean], values) ? &first->parts[mean] : nullptr;
    if (other != nullptr && cost(values, other) >= cost(values, nullptr)) other = nullptr;
    out += static_cast<char>(other != nullptr ? to_first : to_before);
    differences(values, other, [&](std::int64_t by) { put_signed(out, by); });
    for (std::size_t part = low; part < parts; ++part) {
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (here(values, row)) put_signed(out, std::int64_t{column.parts[part][row]} - values[row]);
        }
    }
    return out;
}

std::string encode_times(const std::vector<Tick>& at) {
    std::string out;
    put(out, at.size());
    Tick before = 0;
    Tick step = 0;
    for (const auto tick : at) {
        put_signed(out, tick - before - step);
        step = before == 0 ? 0 : tick - before;
        before = tick;
    }
    return out;
}

void put_group(std::string& directory, std::string& data, const std::string& text) {
    const auto packed = deflated(text);
    put(directory, text.size());
    put(directory, packed.size());
    data += packed;
}

}  // namespace

std::string layout_text(const Grid& grid) {
    std::string text;
    for (const auto& column : grid.columns) {
        const auto& row = column.key.metric.row();
        text += fmt::format("{} {} {}\n", row.name, column.key.index, row.decimals);
    }
    return text;
}

std::string encode(const Grid& grid, bool split) {
    std::string directory;
    std::string data;
    const auto times = encode_times(grid.at);
    const auto metric = [](const GridColumn& column) { return column.key.metric.index; };
    const auto groups = groups_of(grid.columns, metric, split);
    put(directory, groups.size() + (split ? 1U : 0U));
    if (split) put_group(directory, data, times);
    for (const auto& [begin, end] : groups) {
        std::string text = split ? std::string() : times;
        const GridColumn* first = nullptr;
        for (std::size_t i = begin; i < end; ++i) {
            const auto& column = grid.columns[i];
            if (first == nullptr || first->key.metric != column.key.metric) first = nullptr;
            const auto bytes = encode(column, first, grid.parts());
            put(text, bytes.size());
            text += bytes;
            if (first == nullptr) first = &column;
        }
        put_group(directory, data, text);
    }
    const auto head = block_format | (grid.rolled ? rolled_flag : 0) | (split ? split_flag : 0);
    return static_cast<char>(head) + directory + data;
}

}  // namespace packwire::store
