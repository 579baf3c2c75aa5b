// SPDX-License-Identifier: MIT
#include "wire/hex.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace packwire::wire {
namespace {

TEST(Hex, NibbleKnowsEveryCharacter) {
    const std::string_view upper = "0123456789ABCDEF";
    const std::string_view lower = "0123456789abcdef";
    for (int i = 0; i < 256; ++i) {
        const auto c = static_cast<char>(i);
        const auto place = std::min(upper.find(c), lower.find(c));
        if (place == std::string_view::npos) {
            EXPECT_NE(nibble(c) & 0x80U, 0U) << i;
        } else {
            EXPECT_EQ(nibble(c), place) << i;
        }
    }
}

TEST(Hex, ThereAndBack) {
    std::vector<std::uint8_t> bytes(256);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
    const auto text = to_hex(bytes);
    EXPECT_EQ(text.substr(0, 8), "00010203");
    EXPECT_EQ(text.substr(504), "FCFDFEFF");
    std::vector<std::uint8_t> back(256);
    ASSERT_TRUE(from_hex(text.data(), back.size(), back.data()));
    EXPECT_EQ(back, bytes);
}

TEST(Hex, NoDigitAnywhereIsFound) {
    const std::string good(80, 'A');
    std::array<std::uint8_t, 40> out{};
    EXPECT_TRUE(from_hex(good.data(), out.size(), out.data()));
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const char bad : {'G', 'g', '/', ':', '@', '`', ' ', '\0', '\r', '~', '\xC1', '\xFF'}) {
            auto text = good;
            text[i] = bad;
            EXPECT_FALSE(from_hex(text.data(), out.size(), out.data())) << i;
        }
    }
}

TEST(Hex, NothingIsGood) {
    EXPECT_TRUE(from_hex("", 0, nullptr));
    EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, AppendKeepsWhatIsThere) {
    std::string text = "~";
    append_hex(text, std::array<std::uint8_t, 2>{0x0A, 0xF0});
    EXPECT_EQ(text, "~0AF0");
}

TEST(Hex, SumCountsBytesAsUnsigned) {
    EXPECT_EQ(sum_of(""), 0U);
    EXPECT_EQ(sum_of("0A"), 0x71U);
    EXPECT_EQ(sum_of("\xFF\xFF"), 510U);
}

}  // namespace
}  // namespace packwire::wire
