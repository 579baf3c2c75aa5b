// SPDX-License-Identifier: MIT
#include "app/address_list.hpp"

#include <gtest/gtest.h>

namespace packwire::app {
namespace {

using List = std::vector<std::uint8_t>;

TEST(AddressList, ReadsEveryForm) {
    EXPECT_EQ(parse_addresses("1"), List({1}));
    EXPECT_EQ(parse_addresses("1,2,5"), List({1, 2, 5}));
    EXPECT_EQ(parse_addresses("0-3"), List({0, 1, 2, 3}));
    EXPECT_EQ(parse_addresses("1-4,7"), List({1, 2, 3, 4, 7}));
    EXPECT_EQ(parse_addresses(" 2 , 4 - 5 "), List({2, 4, 5}));
    EXPECT_EQ(parse_addresses("7-7"), List({7}));
}

TEST(AddressList, KeepsTheOrderAndNamesEachOnce) {
    EXPECT_EQ(parse_addresses("5,1,5,0-1"), List({5, 1, 0}));
}

TEST(AddressList, RefusesWhatIsNone) {
    for (const auto* text : {"", ",", "1,", "a", "1-", "-1", "1--2", "0x1", "1.5", "auto", "1 2"}) {
        const auto parsed = parse_addresses(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Errc::usage);
        EXPECT_NE(parsed.error().where.find("expected addresses such as 1 or 1,2,5 or 0-15"),
                  std::string::npos);
    }
}

TEST(AddressList, RefusesWhatNoPackCanHave) {
    EXPECT_EQ(parse_addresses("32").error().where, "address 32: expected 0 to 31");
    EXPECT_EQ(parse_addresses("0-16", 15).error().where, "address 16: expected 0 to 15");
    EXPECT_FALSE(parse_addresses("99999999999999999999"));
    EXPECT_EQ(parse_addresses("5-2").error().where, "\"5-2\": expected the lower address first, 2-5");
}

TEST(AddressList, BackToText) {
    EXPECT_EQ(address_text({1, 2, 3, 7}), "1-3,7");
    EXPECT_EQ(address_text({}), "");
    EXPECT_EQ(address_text({4, 2}), "4,2");
}

}  // namespace
}  // namespace packwire::app
