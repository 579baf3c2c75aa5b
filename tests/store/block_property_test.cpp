// SPDX-License-Identifier: MIT
/// Blocks give back what was put into them, whatever that was; rubbish is refused; roll-ups are those that a
/// loop over everything finds.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "store/block.hpp"

namespace packwire::store {
namespace {

constexpr auto first = model::metric("state_of_charge");
constexpr auto cells = model::metric("cell_voltage");

rc::Gen<std::int32_t> any_value() {
    return rc::gen::oneOf(rc::gen::just(absent), rc::gen::inRange(3300, 3310),
                          rc::gen::inRange(std::numeric_limits<std::int32_t>::min() / 2,
                                           std::numeric_limits<std::int32_t>::max() / 2));
}

Grid any_grid(bool rolled) {
    Grid grid{.rolled = rolled, .at = {}, .columns = {}};
    const auto rows = *rc::gen::inRange(1, 60);
    Tick at = *rc::gen::inRange<Tick>(-1'000'000, 20'000'000'000);
    for (int i = 0; i < rows; ++i) {
        grid.at.push_back(at);
        at += *rc::gen::oneOf(rc::gen::just<Tick>(10), rc::gen::inRange<Tick>(1, 100'000));
    }
    const auto count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
        GridColumn column;
        column.key = i == 0 ? Key{.metric = first, .index = 0}
                            : Key{.metric = cells, .index = static_cast<std::uint8_t>(i)};
        for (auto& part : column.parts)
            part.assign(rolled || &part == &column.parts[mean] ? grid.at.size() : 0, absent);
        for (std::size_t row = 0; row < grid.at.size(); ++row) {
            const auto value = *any_value();
            if (value == absent) continue;
            column.parts[mean][row] = value;
            if (!rolled) continue;
            column.parts[low][row] = value - *rc::gen::inRange(0, 50);
            column.parts[high][row] = value + *rc::gen::inRange(0, 50);
            column.parts[last][row] = value + *rc::gen::inRange(-50, 50);
        }
        grid.columns.push_back(std::move(column));
    }
    return grid;
}

bool same(const Grid& one, const Grid& other) {
    if (one.at != other.at || one.columns.size() != other.columns.size()) return false;
    for (std::size_t i = 0; i < one.columns.size(); ++i) {
        if (one.columns[i].key != other.columns[i].key) return false;
        for (std::size_t part = 0; part < one.parts(); ++part) {
            if (one.columns[i].parts[part] != other.columns[i].parts[part]) return false;
        }
    }
    return true;
}

TEST(Block, GivesBackWhatWasPutIn) {
    const bool held = rc::check([] {
        const auto grid = any_grid(*rc::gen::arbitrary<bool>());
        auto block = Block::open(encode(grid, *rc::gen::arbitrary<bool>()), layout_of(layout_text(grid)));
        RC_ASSERT(block.has_value());
        const auto back = block->grid();
        RC_ASSERT(back.has_value());
        RC_ASSERT(same(grid, *back));
    });
    EXPECT_TRUE(held);
}

TEST(Block, DamageIsRefusedOrReadAsOtherNumbers) {
    const bool held = rc::check([] {
        const auto grid = any_grid(*rc::gen::arbitrary<bool>());
        auto bytes = encode(grid, *rc::gen::arbitrary<bool>());
        const auto hits = *rc::gen::inRange(1, 4);
        for (int i = 0; i < hits; ++i)
            bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
        if (*rc::gen::arbitrary<bool>()) bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
        auto block = Block::open(std::move(bytes), layout_of(layout_text(grid)));
        if (block) (void)block->grid();  // the sanitizers look on
    });
    EXPECT_TRUE(held);
}

TEST(Block, UnknownQuantitiesArePassedOver) {
    Grid grid{.rolled = false, .at = {100, 110}, .columns = {}};
    for (const auto metric : {first, cells}) {
        GridColumn column{.key = {.metric = metric, .index = 0}, .parts = {}};
        column.parts[mean] = {metric == first ? 1 : 2, 3};
        grid.columns.push_back(column);
    }
    auto text = layout_text(grid);
    text.replace(0, first.row().name.size(), "something_of_later");
    for (const bool split : {false, true}) {
        auto block = Block::open(encode(grid, split), layout_of(text));
        ASSERT_TRUE(block);
        const auto back = block->grid();
        ASSERT_TRUE(back);
        ASSERT_EQ(back->columns.size(), 1U);
        EXPECT_EQ(back->columns.front().parts[mean], (Values{2, 3}));
    }
}

TEST(Block, OtherDecimalsAreConverted) {
    Grid grid{.rolled = false, .at = {100, 110}, .columns = {}};
    GridColumn column{.key = {.metric = cells, .index = 0}, .parts = {}};
    column.parts[mean] = {333, absent};  // 3.33 V, when it had two
    grid.columns.push_back(column);
    auto block = Block::open(encode(grid, true), layout_of("cell_voltage 0 2\n"));
    ASSERT_TRUE(block);
    const auto back = block->grid();
    ASSERT_TRUE(back);
    EXPECT_EQ(back->columns.front().parts[mean], (Values{3330, absent}));
}

TEST(Grid, RollUpsAreThoseOfABruteForce) {
    const bool held = rc::check([] {
        const auto grid = any_grid(false);
        const auto span = *rc::gen::element(minute_ticks, hour_ticks);
        const auto rolled = rolled_up(grid, span);
        for (const auto& column : rolled.columns) {
            const auto source = std::ranges::find(grid.columns, column.key, &GridColumn::key);
            RC_ASSERT(source != grid.columns.end());
            for (std::size_t i = 0; i < rolled.at.size(); ++i) {
                Values values;
                for (std::size_t row = 0; row < grid.at.size(); ++row) {
                    const auto value = source->parts[mean][row];
                    if (grid.at[row] >= rolled.at[i] && grid.at[row] < rolled.at[i] + span && value != absent)
                        values.push_back(value);
                }
                if (values.empty()) {
                    RC_ASSERT(column.parts[mean][i] == absent);
                    continue;
                }
                double sum = 0;
                for (const auto value : values) sum += value;
                RC_ASSERT(column.parts[low][i] == *std::ranges::min_element(values));
                RC_ASSERT(column.parts[high][i] == *std::ranges::max_element(values));
                RC_ASSERT(column.parts[last][i] == values.back());
                RC_ASSERT(std::abs(column.parts[mean][i] - sum / static_cast<double>(values.size())) <=
                          0.501);
            }
        }
    });
    EXPECT_TRUE(held);
}

TEST(Grid, RowsOfManyBecomeThoseOfOne) {
    const bool held = rc::check([] {
        const auto grid = any_grid(false);
        const auto at = *rc::gen::inRange<std::size_t>(0, grid.at.size());
        const auto early = cut(grid, grid.at.front(), grid.at[at]);
        const auto late = cut(grid, grid.at[at], grid.at.back() + 1);
        const auto whole = cut(grid, grid.at.front(), grid.at.back() + 1);
        RC_ASSERT(same(merged({late, early, late}), merged({whole})));
    });
    EXPECT_TRUE(held);
}

}  // namespace
}  // namespace packwire::store
