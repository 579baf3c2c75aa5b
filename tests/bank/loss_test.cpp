// SPDX-License-Identifier: MIT
#include "bank/loss.hpp"

#include <gtest/gtest.h>

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::effective;
using bank::LossTimes;

constexpr LossTimes times(Duration stale, Duration lost, Duration gone) {
    return {.stale = stale, .lost = lost, .gone = gone};
}

TEST(EffectiveLoss, IsAsConfiguredOnAFastBus) {
    EXPECT_EQ(effective({}, {}, true), LossTimes{});
    EXPECT_EQ(effective({}, {.round = 3300ms}, true), LossTimes{});
    EXPECT_EQ(effective(times(5s, 25s, 60s), {.round = 1s}, true), times(5s, 25s, 60s));
}

TEST(EffectiveLoss, FollowsTheRoundUpToTheCeiling) {
    EXPECT_EQ(effective({}, {.round = 8s}, true), times(24s, 44s, 74s));
    EXPECT_EQ(effective({}, {.round = 10s}, true), times(30s, 50s, 80s));
    for (const Duration round : {11s, 61s, 161s, 3600s}) {
        EXPECT_EQ(effective({}, {.round = round}, true), times(30s, 50s, 80s));
        EXPECT_EQ(effective({}, {.round = round}, false), times(30s, 50s, 80s))
            << "what is learnt is bounded everywhere";
    }
}

TEST(EffectiveLoss, WhatIsConfiguredObeysTheCeilingWhereItMatters) {
    const auto wanted = times(600s, 1800s, 3600s);
    EXPECT_EQ(effective(wanted, {.round = 1s}, true), times(30s, 60s, 3600s));
    EXPECT_EQ(effective(wanted, {.round = 1s}, false), wanted);
    EXPECT_EQ(effective(times(10s, 1800s, 1900s), {}, true), times(10s, 60s, 1900s));
}

TEST(EffectiveLoss, AnotherMasterMayBeSlower) {
    EXPECT_EQ(effective({}, {.listening = true}, true), LossTimes{});
    EXPECT_EQ(effective({}, {.round = 15s, .listening = true}, true), times(45s, 65s, 95s));
    EXPECT_EQ(effective({}, {.round = 1h, .listening = true}, true), times(60s, 80s, 110s));
    EXPECT_EQ(effective(times(600s, 1800s, 3600s), {.listening = true}, true), times(60s, 90s, 3600s));
}

TEST(EffectiveLoss, AMonitorThatAsksRarelyIsNotAlwaysStale) {
    EXPECT_EQ(effective({}, {.interval = 60s, .round = 60s}, false), times(180s, 200s, 230s));
    EXPECT_EQ(effective({}, {.interval = 60s, .round = 1h}, false), times(180s, 200s, 230s));
}

}  // namespace
}  // namespace packwire::test
