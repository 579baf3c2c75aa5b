// SPDX-License-Identifier: MIT
/// A grid as bytes, and back: columns of small differences, deflated. docs/adr/0061.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/grid.hpp"

namespace packwire::store {

/// What a column of a block was when it was written: the catalogue may have grown since.
struct Slot {
    Key key;  ///< its metric does not exist when this version does not know the name
    std::uint8_t decimals = 0;
    std::size_t quantity = 0;  ///< counts names, from 0: columns of one name share it
};
/// Which columns a block has. Many blocks share one.
using Layout = std::vector<Slot>;
/// "cell_voltage 0 3" a line. Names, because places in the catalogue change.
[[nodiscard]] std::string layout_text(const Grid& grid);
/// Lines that are none become slots of a metric that does not exist.
[[nodiscard]] Layout layout_of(std::string_view text);

/// `split`: each metric is deflated by itself, so that one can be read without the others. Worth it for many
/// rows.
[[nodiscard]] std::string encode(const Grid& grid, bool split);

/// A block as it is read; what is not asked for is not inflated.
class Block {
public:
    /// Errors: io; a damaged block.
    [[nodiscard]] static Result<Block> open(std::string bytes, Layout layout);
    [[nodiscard]] const std::vector<Tick>& at() const { return at_; }
    /// In today's decimals; absent when the block has no such column. Errors: io.
    [[nodiscard]] Result<std::optional<GridColumn>> column(Key key);
    /// Every column that this version knows. Errors: io.
    [[nodiscard]] Result<Grid> grid();

private:
    struct Group {
        std::size_t begin = 0;  ///< in bytes_
        std::size_t length = 0;
        std::size_t size = 0;           ///< inflated
        std::string text;               ///< inflated, once it was
        std::vector<std::size_t> ends;  ///< in `text`, of each column
        std::size_t data = 0;           ///< in `text`, where its columns begin
        std::size_t first = 0;          ///< slot of its first column
    };
    [[nodiscard]] Result<void> inflate(Group& group);
    [[nodiscard]] Result<void> read_times(std::string_view text, std::size_t& used);
    [[nodiscard]] Result<GridColumn> decode(Group& group, std::size_t slot);
    [[nodiscard]] Group* group_of(std::size_t slot);

    std::string bytes_;
    Layout layout_;
    bool rolled_ = false;
    bool split_ = false;
    std::vector<Tick> at_;
    std::vector<Group> groups_;
};

}  // namespace packwire::store
