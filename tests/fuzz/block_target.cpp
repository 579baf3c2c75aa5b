// SPDX-License-Identifier: MIT
#include <string>

#include "fuzz/targets.hpp"
#include "store/block.hpp"
#include "store/bytes.hpp"

namespace packwire::fuzz {

namespace {

/// A block with one group, which holds that text: nobody finds what deflate makes of it by chance.
std::string with_text(std::string_view text) {
    constexpr unsigned flags = 0x10;
    std::string bytes(1, static_cast<char>(1U | (static_cast<unsigned char>(text[0]) & flags)));
    text.remove_prefix(1);
    const auto small = store::deflated(text);
    store::put(bytes, 1);
    store::put(bytes, text.size());
    store::put(bytes, small.size());
    return bytes + small;
}

}  // namespace

/// Lines up to an empty one are the layout, the rest is a block of a history file, or after a 'T' what is in
/// it.
void block(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    const auto end = std::min(text.find("\n\n"), text.size());
    auto layout = store::layout_of(std::string_view(text).substr(0, end + 1));
    auto rest = text.substr(std::min(end + 2, text.size()));
    if (rest.size() > 2 && rest[0] == 'T') rest = with_text(std::string_view(rest).substr(1));
    auto block = store::Block::open(std::move(rest), std::move(layout));
    if (!block) {
        require(!block.error().where.empty(), "an error has words");
        return;
    }
    const auto grid = block->grid();
    if (!grid) return;
    for (const auto& column : grid->columns)
        require(column.parts[store::mean].size() == grid->at.size(), "each row has its value");
}

}  // namespace packwire::fuzz
