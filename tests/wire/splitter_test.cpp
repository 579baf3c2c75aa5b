// SPDX-License-Identifier: MIT
/// Source: protocol 2.7.
#include "wire/splitter.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace packwire::wire {
namespace {

const std::string a = "~22014A42E00201FD28\r";
const std::string b = "~22014A4F0000FD8C\r";
const std::string hexes(1100, 'A');

using Texts = std::vector<std::string>;

/// What comes out when `stream` is fed in pieces of `piece` bytes; 0 is all at once.
Texts feed(Splitter& splitter, std::string_view stream, std::size_t piece = 0) {
    Texts found;
    while (!stream.empty()) {
        auto part = stream.substr(0, piece == 0 ? stream.size() : piece);
        stream.remove_prefix(part.size());
        while (const auto text = splitter.next(part)) found.emplace_back(*text);
        EXPECT_TRUE(part.empty());
    }
    return found;
}

struct Case {
    const char* name;
    std::string stream;
    Texts frames;
    Splitter::Dropped dropped;
};

const std::vector<Case> cases = {
    {"nothing", "", {}, {}},
    {"one", a, {a}, {}},
    {"two", a + b, {a, b}, {}},
    {"noise before, between and behind", "\x01 zz" + a + "\r\n" + b + "FF", {a, b}, {.noise_bytes = 8}},
    {"CR and digits outside", "\r\r0D\r" + a, {a}, {.noise_bytes = 5}},
    {"SOI begins anew", "~22014A" + a, {a}, {.cut_off = 1}},
    {"SOI behind SOI", "~~~" + a, {a}, {.cut_off = 3}},
    {"SOI in the last place", a.substr(0, a.size() - 1) + b, {b}, {.cut_off = 1}},
    {"bad byte", "~2201 4A42\r" + a, {a}, {.noise_bytes = 5, .bad_byte = 1}},
    {"bad byte right behind SOI", "~\n" + a, {a}, {.bad_byte = 1}},
    {"bad byte in the last place", a.substr(0, a.size() - 1) + "\x8D" + b, {b}, {.bad_byte = 1}},
    {"NUL", std::string("~22\0", 4) + a, {a}, {.bad_byte = 1}},
    {"an empty frame is a frame to decode() to judge", "~\r" + a, {"~\r", a}, {}},
    {"lower case passes", "~ab\r", {"~ab\r"}, {}},
    {"longest", "~" + hexes.substr(0, 1040) + "\r" + a, {"~" + hexes.substr(0, 1040) + "\r", a}, {}},
    {"too long by one", "~" + hexes.substr(0, 1041) + "\r" + a, {a}, {.too_long = 1}},
    {"too long by more", "~" + hexes + "\r" + a, {a}, {.noise_bytes = 59, .too_long = 1}},
    {"too long, then SOI", "~" + hexes + a, {a}, {.noise_bytes = 58, .too_long = 1}},
    {"full, then a bad byte", "~" + hexes.substr(0, 1041) + " " + a, {a}, {.bad_byte = 1}},
    {"full, then SOI", "~" + hexes.substr(0, 1041) + a, {a}, {.cut_off = 1}},
    {"cut off at the end stays inside", a + "~22014A", {a}, {}},
};

TEST(Splitter, FindsTheFramesAndCountsTheRestHoweverTheStreamIsCut) {
    for (const auto& test : cases) {
        for (const std::size_t piece : {0U, 1U, 2U, 3U, 7U, 64U}) {
            Splitter splitter;
            EXPECT_EQ(feed(splitter, test.stream, piece), test.frames)
                << test.name << ", pieces of " << piece;
            const auto& dropped = splitter.dropped();
            EXPECT_EQ(dropped, test.dropped)
                << test.name << ", pieces of " << piece << ": noise " << dropped.noise_bytes << ", cut off "
                << dropped.cut_off << ", bad byte " << dropped.bad_byte << ", too long " << dropped.too_long;
        }
    }
}

TEST(Splitter, TakesOnlyTheFirstFrame) {
    Splitter splitter;
    const auto stream = "xx" + a + b;
    std::string_view rest = stream;
    const auto first = splitter.next(rest);
    ASSERT_TRUE(first);
    EXPECT_EQ(*first, a);
    EXPECT_EQ(rest, b);
}

TEST(Splitter, TheViewDoesNotLookAtTheInput) {
    Splitter splitter;
    auto stream = a;
    std::string_view rest = stream;
    const auto found = splitter.next(rest);
    ASSERT_TRUE(found);
    std::ranges::fill(stream, 'x');
    EXPECT_EQ(*found, a);
    std::string_view nothing;
    EXPECT_FALSE(splitter.next(nothing));
}

TEST(Splitter, OtherSoi) {
    Splitter splitter{{.soi = '>'}};
    EXPECT_EQ(feed(splitter, a + ">22\r"), Texts{">22\r"});
    EXPECT_EQ(splitter.dropped().noise_bytes, a.size());
}

TEST(Splitter, OtherBound) {
    Splitter splitter{{.max_lenid = 2}};
    EXPECT_EQ(feed(splitter,
                   "~22014A42C004010100\r"
                   "~0123456789ABCDEF0123\r" +
                       a),
              (Texts{"~22014A42C004010100\r", a}));
    EXPECT_EQ(splitter.dropped().too_long, 1U);
    // Beyond what its room holds, the room is the bound.
    Splitter huge{{.max_lenid = 100'000}};
    EXPECT_EQ(feed(huge, "~" + std::string(5000, '0') + "\r" + a), Texts{a});
    EXPECT_EQ(huge.dropped().too_long, 1U);
}

TEST(Splitter, ResetForgetsWhatHasBegun) {
    Splitter splitter;
    EXPECT_TRUE(feed(splitter, a.substr(0, 10)).empty());
    EXPECT_TRUE(splitter.inside());
    splitter.reset();
    EXPECT_FALSE(splitter.inside());
    EXPECT_EQ(splitter.dropped().cut_off, 1U);
    EXPECT_TRUE(feed(splitter, a.substr(10)).empty());
    EXPECT_EQ(splitter.dropped().noise_bytes, a.size() - 10);
    EXPECT_EQ(feed(splitter, b), Texts{b});
    splitter.reset();
    EXPECT_EQ(splitter.dropped().cut_off, 1U) << "nothing had begun";
}

TEST(Splitter, AFrameThatWasHandedOutIsNotInside) {
    Splitter splitter;
    std::string_view rest = a;
    ASSERT_TRUE(splitter.next(rest));
    EXPECT_FALSE(splitter.inside());
    EXPECT_EQ(splitter.missing(), 0U);
    splitter.reset();
    EXPECT_EQ(splitter.dropped(), Splitter::Dropped{});
}

TEST(Splitter, MissingIsNeverTooMuchAndExactFromTheHeaderOn) {
    for (const auto& text : {a, b}) {
        Splitter splitter;
        for (std::size_t i = 0; i + 1 < text.size(); ++i) {
            EXPECT_TRUE(feed(splitter, text.substr(i, 1)).empty());
            const auto to_come = text.size() - i - 1;
            EXPECT_GE(splitter.missing(), 1U);
            EXPECT_LE(splitter.missing(), to_come);
            if (i + 1 >= header_size) {
                EXPECT_EQ(splitter.missing(), to_come) << i;
            }
        }
    }
}

TEST(Splitter, MissingDoesNotBelieveABadLength) {
    Splitter splitter;
    EXPECT_EQ(splitter.missing(), 0U);
    EXPECT_TRUE(feed(splitter, "~22014A00F0C6").empty());  // LCHKSUM is E
    EXPECT_EQ(splitter.missing(), 5U);
    EXPECT_TRUE(feed(splitter, "0123456789").empty());
    EXPECT_EQ(splitter.missing(), 1U);
    splitter.reset();
    EXPECT_TRUE(feed(splitter, "~22014A00A402").empty());  // LENID 402, beyond the bound
    EXPECT_EQ(splitter.missing(), 5U);
}

}  // namespace
}  // namespace packwire::wire
