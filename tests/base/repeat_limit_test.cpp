// SPDX-License-Identifier: MIT
#include "base/repeat_limit.hpp"

#include <gtest/gtest.h>

namespace packwire {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint start{1h};

TEST(RepeatLimit, ABurstThenOneEachPauseWithHowManyWereLeftOut) {
    RepeatLimit<int> limit(RepeatRate{.burst = 3, .pause = 10s});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.admit(1, start), std::optional(0U));
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(limit.admit(1, start + 9999ms));
    EXPECT_EQ(limit.admit(1, start + 10s), std::optional(1000U));
    EXPECT_FALSE(limit.admit(1, start + 19s));
    EXPECT_EQ(limit.admit(1, start + 20s), std::optional(1U));
}

TEST(RepeatLimit, TheBurstGrowsBackAndNoFurther) {
    RepeatLimit<int> limit(RepeatRate{.burst = 3, .pause = 10s});
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(limit.admit(1, start));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.admit(1, start + 24h));
    EXPECT_FALSE(limit.admit(1, start + 24h));
}

TEST(RepeatLimit, TopicsDoNotCountForEachOther) {
    RepeatLimit<std::string> limit(RepeatRate{.burst = 1, .pause = 10s});
    EXPECT_TRUE(limit.admit("a", start));
    EXPECT_FALSE(limit.admit("a", start));
    EXPECT_TRUE(limit.admit("b", start));
}

TEST(MessageLimit, SaysWhatIsMissing) {
    MessageLimit limit(RepeatRate{.burst = 1, .pause = 10s});
    EXPECT_EQ(limit.pass("switch", "on", start), "on");
    EXPECT_EQ(limit.pass("switch", "off", start), std::nullopt);
    EXPECT_EQ(limit.pass("switch", "on", start + 10s), "on (1 messages like this one were left out)");
}

}  // namespace
}  // namespace packwire
