// SPDX-License-Identifier: MIT
#include "store/block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>

#include "store/bytes.hpp"

namespace packwire::store {

namespace {

constexpr std::uint8_t format = 1;
constexpr std::uint8_t rolled_flag = 0x10;
constexpr std::uint8_t split_flag = 0x20;
constexpr std::size_t most_rows = 1'000'000;
constexpr std::size_t most_bytes = 256'000'000;

enum Presence : std::uint8_t { nowhere, everywhere, somewhere };
/// What a value is told as the difference to: the value before, or the same in how it stands to the first
/// column of its metric. Cells rise and fall together.
enum Relation : std::uint8_t { to_before, to_first };

std::unexpected<Error> damaged() {
    return fail(Errc::io, "a block of history is damaged");
}

bool here(const Values& values, std::size_t row) {
    return values[row] != absent;
}

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

void put_group(std::string& directory, std::string& data, const std::string& text) {
    const auto packed = deflated(text);
    put(directory, text.size());
    put(directory, packed.size());
    data += packed;
}

/// Damaged bytes may add up to anything.
std::int64_t plus(std::int64_t one, std::int64_t other) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(one) + static_cast<std::uint64_t>(other));
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

std::string layout_text(const Grid& grid) {
    std::string text;
    for (const auto& column : grid.columns) {
        const auto& row = column.key.metric.row();
        text += fmt::format("{} {} {}\n", row.name, column.key.index, row.decimals);
    }
    return text;
}

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
    const auto head = format | (grid.rolled ? rolled_flag : 0) | (split ? split_flag : 0);
    return static_cast<char>(head) + directory + data;
}

Result<Block> Block::open(std::string bytes, Layout layout) {
    Block block;
    block.bytes_ = std::move(bytes);
    block.layout_ = std::move(layout);
    Bytes in(block.bytes_);
    const auto head = in.byte();
    if ((head & 0x0FU) != format) return fail(Errc::io, "a block of history is of another format");
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
        step = before == 0 ? 0 : plus(tick, -before);
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
        if (*one) all.columns.push_back(std::move(**one));
    }
    std::ranges::sort(all.columns, {}, &GridColumn::key);
    return all;
}

}  // namespace packwire::store
