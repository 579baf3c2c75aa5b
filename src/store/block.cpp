// SPDX-License-Identifier: MIT
#include "store/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "store/block_format.hpp"
#include "store/bytes.hpp"

namespace packwire::store {

namespace {

constexpr std::size_t most_rows = 1'000'000;
constexpr std::size_t most_bytes = 256'000'000;

std::unexpected<Error> damaged() {
    return fail(Errc::io, "a block of history is damaged");
}

/// Damaged bytes may add up to anything.
std::int64_t plus(std::int64_t one, std::int64_t other) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(one) + static_cast<std::uint64_t>(other));
}
std::int64_t minus(std::int64_t one, std::int64_t other) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(one) - static_cast<std::uint64_t>(other));
}

std::int32_t rescaled(std::int64_t value, int by) {
    const auto scaled = std::round(static_cast<double>(value) * std::pow(10.0, by));
    return std::abs(scaled) < absent * -1.0 ? static_cast<std::int32_t>(scaled) : absent;
}

Values read_presence(Bytes& bytes, std::size_t rows) {
    Values values(rows, absent);
    const auto presence = bytes.byte();
    if (presence == everywhere) std::ranges::fill(values, 0);
    if (presence != somewhere) return values;
    for (std::size_t row = 0; row < rows; row += 8) {
        const unsigned bits = bytes.byte();
        for (std::size_t i = row; i < std::min(row + 8, rows); ++i) {
            if ((bits >> (i - row) & 1U) != 0) values[i] = 0;
        }
    }
    return values;
}

}  // namespace

Layout layout_of(std::string_view text) {
    Layout layout;
    std::string_view before;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto first = line.find(' ');
        const auto second = line.rfind(' ');
        Slot slot;
        const auto name = line.substr(0, first);
        if (!layout.empty()) slot.quantity = layout.back().quantity + (name == before ? 0 : 1);
        before = name;
        if (first != std::string_view::npos && second > first) {
            const auto number = [](std::string_view digits, std::uint8_t& into) {
                return std::from_chars(digits.data(), digits.data() + digits.size(), into).ec == std::errc();
            };
            const bool good = number(line.substr(first + 1, second - first - 1), slot.key.index) &&
                              number(line.substr(second + 1), slot.decimals);
            if (good) slot.key.metric = model::find_metric(name);
        }
        layout.push_back(slot);
    }
    return layout;
}

Result<Block> Block::open(std::string bytes, Layout layout) {
    Block block;
    block.bytes_ = std::move(bytes);
    block.layout_ = std::move(layout);
    Bytes in(block.bytes_);
    const auto head = in.byte();
    if ((head & 0x0FU) != block_format) return fail(Errc::io, "a block of history is of another format");
    block.rolled_ = (head & rolled_flag) != 0;
    block.split_ = (head & split_flag) != 0;
    const auto count = in.get();
    if (count > block.layout_.size() + 1) return damaged();
    block.groups_.resize(static_cast<std::size_t>(count));
    for (auto& group : block.groups_) {
        // Judged before they are narrowed: a file's 64 bits are more than a 32-bit machine's size has.
        const auto size = in.get();
        const auto length = in.get();
        if (size > most_bytes || length > block.bytes_.size()) return damaged();
        group.size = static_cast<std::size_t>(size);
        group.length = static_cast<std::size_t>(length);
    }
    auto place = block.bytes_.size() - in.left();
    for (auto& group : block.groups_) {
        if (group.length > block.bytes_.size() - place) return damaged();
        group.begin = place;
        place += group.length;
    }
    if (!in.good() || block.groups_.empty()) return damaged();
    const auto quantity = [](const Slot& slot) { return slot.quantity; };
    const auto columns = groups_of(block.layout_, quantity, block.split_);
    const std::size_t times = block.split_ ? 1 : 0;
    if (columns.size() + times != count) return damaged();
    for (std::size_t i = 0; i < columns.size(); ++i) block.groups_[i + times].first = columns[i].first;
    const auto ready = block.inflate(block.groups_.front());
    if (!ready) return std::unexpected(ready.error());
    return block;
}

Result<void> Block::inflate(Group& group) {
    if (!group.ends.empty()) return {};
    auto text = inflated(std::string_view(bytes_).substr(group.begin, group.length), group.size);
    if (!text) return std::unexpected(text.error());
    group.text = std::move(*text);
    if (&group == &groups_.front()) {
        const auto read = read_times(group.text, group.data);
        if (!read) return read;
    }
    Bytes in(std::string_view(group.text).substr(group.data));
    while (in.left() > 0) {
        const auto length = in.get();
        if (!in.good() || length > in.left()) return damaged();
        (void)in.text(static_cast<std::size_t>(length));
        group.ends.push_back(group.text.size() - in.left());
    }
    if (group.ends.empty()) group.ends.push_back(0);  // of times alone
    return {};
}

Result<void> Block::read_times(std::string_view text, std::size_t& used) {
    Bytes in(text);
    const auto rows = in.get();
    if (rows > most_rows || rows > text.size()) return damaged();
    Tick before = 0;
    Tick step = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto tick = plus(plus(before, step), in.get_signed());
        step = before == 0 ? 0 : minus(tick, before);
        before = tick;
        at_.push_back(tick);
    }
    used = text.size() - in.left();
    return in.good() ? Result<void>{} : damaged();
}

Block::Group* Block::group_of(std::size_t slot) {
    Group* found = &groups_.front();
    for (auto& group : groups_) {
        if (group.first <= slot) found = &group;
    }
    return found;
}

Result<GridColumn> Block::decode(Group& group, std::size_t slot) {
    const auto place = slot - group.first;
    if (place >= group.ends.size()) return damaged();
    // Between the end of the column before and its own end stands its length, which is known.
    const std::string_view text = group.text;
    const std::size_t begin = place == 0 ? group.data : group.ends[place - 1];
    Bytes in(text.substr(begin, group.ends[place] - begin));
    (void)in.get();
    const auto& about = layout_[slot];
    GridColumn column{.key = about.key, .parts = {}};
    auto& values = column.parts[mean];
    values = read_presence(in, at_.size());
    const auto relation = in.byte();
    GridColumn first;
    if (relation == to_first) {
        auto other = slot;
        while (other > group.first && layout_[other - 1].quantity == about.quantity) --other;
        if (other == slot) return damaged();
        auto decoded = decode(group, other);
        if (!decoded) return decoded;
        first = std::move(*decoded);
    }
    std::int64_t before = 0;
    for (std::size_t row = 0; row < values.size(); ++row) {
        if (!here(values, row)) continue;
        before = plus(before, in.get_signed());
        values[row] =
            static_cast<std::int32_t>(plus(before, relation == to_first ? first.parts[mean][row] : 0));
    }
    for (std::size_t part = low; part < (rolled_ ? part_count : 1); ++part) {
        column.parts[part].assign(values.size(), absent);
        for (std::size_t row = 0; row < values.size(); ++row) {
            if (here(values, row))
                column.parts[part][row] = static_cast<std::int32_t>(plus(values[row], in.get_signed()));
        }
    }
    if (!in.good()) return damaged();
    return column;
}

Result<std::optional<GridColumn>> Block::column(Key key) {
    const auto found = std::ranges::find(layout_, key, &Slot::key);
    if (found == layout_.end()) return std::nullopt;
    const auto slot = static_cast<std::size_t>(found - layout_.begin());
    auto* const group = group_of(slot);
    const auto ready = inflate(*group);
    if (!ready) return std::unexpected(ready.error());
    auto column = decode(*group, slot);
    if (!column) return std::unexpected(column.error());
    const int by = static_cast<int>(key.metric.row().decimals) - static_cast<int>(found->decimals);
    if (by == 0) return std::move(*column);
    for (auto& part : column->parts) {
        for (auto& value : part) value = value == absent ? absent : rescaled(value, by);
    }
    return std::move(*column);
}

Result<Grid> Block::grid() {
    Grid all{.rolled = rolled_, .at = at_, .columns = {}};
    for (const auto& slot : layout_) {
        if (!slot.key.metric.exists()) continue;
        auto one = column(slot.key);
        if (!one) return std::unexpected(one.error());
        if (auto& only = *one) all.columns.push_back(std::move(*only));
    }
    std::ranges::sort(all.columns, {}, &GridColumn::key);
    return all;
}

}  // namespace packwire::store
