// SPDX-License-Identifier: MIT
#include <algorithm>
#include <string>

#include "fuzz/targets.hpp"
#include "wire/frame.hpp"

namespace packwire::fuzz {

namespace {

bool upper_case(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c >= 'a' && c <= 'f'; });
}

}  // namespace

void frame(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    for (const auto limits : {wire::Limits{}, wire::Limits{.max_lenid = 100'000}, wire::Limits{.soi = '>'}}) {
        wire::Frame frame;
        const bool good = wire::parse(text, limits, frame);
        const auto error = wire::explain(text, limits);
        require(!error.where.empty(), "an error has words");
        // Of a good frame explain() can only say that CHKSUM is what it should be.
        const bool faultless = error.code == Errc::bad_checksum && error.where.size() == 23 &&
                               error.where.substr(9, 4) == error.where.substr(19, 4);
        require(good == faultless, "parse() and explain() agree");
        require(wire::decode(text, limits).has_value() == good, "so does decode()");
        if (!good) continue;
        const auto sent = wire::encode(frame);
        require(!upper_case(text) || sent == text, "encode() gives the same text");
        const auto again = wire::decode(sent, limits);
        require(again.has_value() && *again == frame, "what is sent can be read");
    }
}

}  // namespace packwire::fuzz
