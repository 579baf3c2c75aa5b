// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/targets.hpp"
#include "wire/splitter.hpp"

namespace packwire::fuzz {

namespace {

struct Seen {
    std::vector<std::string> frames;
    wire::Splitter::Dropped dropped;
    std::size_t missing = 0;
    bool operator==(const Seen&) const = default;
};

Seen feed(std::string_view stream, std::size_t piece) {
    wire::Splitter splitter{{.max_lenid = 64}};
    Seen seen;
    while (!stream.empty()) {
        auto part = stream.substr(0, piece);
        stream.remove_prefix(part.size());
        while (const auto text = splitter.next(part)) {
            require(text->size() >= 2 && text->size() <= wire::min_text + 64, "a frame has its bounds");
            require(text->front() == '~' && text->back() == wire::eoi, "a frame begins and ends");
            const auto inside = text->substr(1, text->size() - 2);
            require(inside.find_first_not_of("0123456789ABCDEFabcdef") == inside.npos, "only digits inside");
            seen.frames.emplace_back(*text);
        }
        require(part.empty(), "all is taken");
    }
    seen.dropped = splitter.dropped();
    seen.missing = splitter.missing();
    require(splitter.inside() == (seen.missing > 0), "inside a frame something is missing");
    return seen;
}

}  // namespace

void splitter(std::span<const std::uint8_t> input) {
    if (input.empty()) return;
    const std::string stream(input.begin() + 1, input.end());
    const auto whole = feed(stream, stream.size() + 1);
    require(feed(stream, 1) == whole, "byte by byte is the same");
    require(feed(stream, 1U + input[0]) == whole, "in pieces is the same");
}

}  // namespace packwire::fuzz
