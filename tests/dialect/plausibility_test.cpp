// SPDX-License-Identifier: MIT
#include "model/plausibility.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "live.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using model::LineTrust;

/// One pack, read every second. What is not set stays as it was.
class PlausibilityTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_FALSE(read()); }
    /// Absent: believed.
    std::optional<Error> read(Duration later = 1s, LineTrust trust = LineTrust::sound) {
        now += later;
        const auto record = pack.decode();
        EXPECT_TRUE(record) << to_string(record.error());
        return pack_readings.judge(*record, now, trust);
    }
    void set(std::string_view field, std::int32_t raw, std::size_t i = 0) {
        ASSERT_TRUE(pack.draft.set_raw(field, raw, i)) << field;
    }
    /// All cells, and the pack with them.
    void set_cells(std::int32_t millivolts) {
        for (std::size_t i = 0; i < 16; ++i) set("cell_voltage", millivolts, i);
        set("pack_voltage", 16 * millivolts / 10);
    }
    LiveDraft pack;
    model::Plausibility pack_readings;
    TimePoint now{};
};

struct Change {
    const char* name;
    const char* field;
    std::int32_t from;
    std::int32_t to;
};

class Jumps : public PlausibilityTest, public testing::WithParamInterface<Change> {};

TEST_P(Jumps, WaitForASecondReadingThatAgrees) {
    const auto& change = GetParam();
    set(change.field, change.from);
    while (read(100s)) continue;
    set(change.field, change.to);
    const auto held = read();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->code, Errc::implausible);
    EXPECT_NE(held->where.find(change.field), std::string::npos) << held->where;
    EXPECT_FALSE(read(150ms)) << "the second one agrees";
    EXPECT_FALSE(read());
}

TEST_P(Jumps, AreForgottenWhenTheSecondReadingIsAsBefore) {
    const auto& change = GetParam();
    set(change.field, change.from);
    while (read(100s)) continue;
    set(change.field, change.to);
    ASSERT_TRUE(read());
    set(change.field, change.from);
    EXPECT_FALSE(read(150ms));
    set(change.field, change.to);
    EXPECT_TRUE(read()) << "the one held before says nothing any more";
}

INSTANTIATE_TEST_SUITE_P(
    All, Jumps,
    testing::Values(Change{"soc_recalibrated", "state_of_charge", 6700, 10000},
                    Change{"soc_by_one_digit", "state_of_charge", 6700, 6716},
                    Change{"current_without_voltage", "pack_current", -1396, -2420},
                    Change{"cell_by_two_digits_swapped", "cell_voltage", 3301, 3316},
                    Change{"cell_by_one_bit", "cell_voltage", 3300, 3316},
                    Change{"temperature_by_two_digits_swapped", "cell_temperature", 200, 215},
                    Change{"sensor_fails", "cell_temperature", 200, 0x7FFF},
                    Change{"mosfet", "mosfet_temperature", 271, 399},
                    Change{"capacity", "full_charge_capacity", 8000, 8016},
                    Change{"charge_left", "remaining_capacity", 5360, 5376},
                    Change{"health", "state_of_health", 80, 81},
                    Change{"cycles_fall", "cycle_count", 204, 203},
                    Change{"cycles_leap", "cycle_count", 204, 206},
                    Change{"protection", "voltage_status", 0, 1}, Change{"mosfets", "fet_status", 0x23, 0x21},
                    Change{"what_nobody_knows", "user_defined", 1, 9}),
    [](const auto& one) { return std::string(one.param.name); });

TEST_F(PlausibilityTest, LoadStepsAreNormal) {
    set_cells(3320);
    set("pack_current", 0);
    while (read(100s)) continue;
    // 200 A one way and the other; packs of 5 to 24 mΩ. The cells sag each as it can.
    for (const int milliohm : {5, 12, 24}) {
        for (const int amperes : {-200, 0, 200, -200, 150, -20}) {
            set_cells(3320 + amperes * milliohm / 16);
            set("pack_current", 100 * amperes);
            const auto held = read(1s);
            EXPECT_FALSE(held) << milliohm << " mOhm, " << amperes << " A: " << held->where;
        }
        set_cells(3320);
        set("pack_current", 0);
        (void)read();
    }
}

TEST_F(PlausibilityTest, WhatMovesSlowlyIsNeverHeld) {
    for (int i = 1; i <= 450; ++i) {
        set("state_of_charge", 6700 + 5 * i);
        set("remaining_capacity", 5360 + 5 * i);
        set("cell_temperature", 200 + i / 2);
        set("mosfet_temperature", 271 + i / 2);
        set("cell_voltage", 3321 + i, 3);
        set("pack_voltage", (53010 + i) / 10);
        ASSERT_FALSE(read()) << i;
    }
    set("state_of_charge", 2000);
    EXPECT_FALSE(read(30min)) << "after a long silence anything may have happened";
}

TEST_F(PlausibilityTest, ACellThatDropsFastCostsOneQuestionMore) {
    for (const int millivolts : {3200, 3100, 3000}) {
        set("cell_voltage", millivolts, 6);
        EXPECT_TRUE(read()) << millivolts;
        set("cell_voltage", millivolts - 9, 6);
        EXPECT_FALSE(read(150ms)) << millivolts;
    }
    // Six of eight readings have moved so: that is how it falls, and it costs no more questions.
    for (const int millivolts : {2900, 2800}) {
        set("cell_voltage", millivolts, 6);
        EXPECT_FALSE(read()) << millivolts;
    }
}

TEST_F(PlausibilityTest, ABrokenSensorKeepsNothingFromBeingRead) {
    for (const auto trust : {LineTrust::sound, LineTrust::bad}) {
        int believed = 0;
        for (int i = 0; i < 60; ++i) {
            set("cell_temperature", i * 7919 % 400);
            set("state_of_charge", 6700 + i % 3);
            if (!read(150ms, trust)) ++believed;
        }
        EXPECT_GE(believed, 18) << static_cast<int>(trust);
    }
}

TEST_F(PlausibilityTest, AValueOutOfItsRangeIsAJumpOnce) {
    set("cell_temperature", -500, 2);
    const auto held = read();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->code, Errc::implausible);
    EXPECT_FALSE(read(150ms));
    for (int i = 0; i < 30; ++i) {
        set("cell_temperature", -500 - 7919 * i % 20000, 2);
        EXPECT_FALSE(read()) << "whatever it says now";
    }
    set("cell_temperature", 215, 2);
    EXPECT_TRUE(read()) << "a number is a jump again";
    EXPECT_FALSE(read(150ms));
}

TEST_F(PlausibilityTest, ABrokenSensorHidesNoJumpOfAnother) {
    set("state_of_health", 200);
    while (read(150ms)) continue;
    set("state_of_health", 300);
    set("cell_voltage", 3390, 4);
    EXPECT_TRUE(read());
    set("cell_voltage", 3328, 4);
    set("state_of_health", 400);
    EXPECT_FALSE(read(150ms));
    EXPECT_EQ(pack_readings.exposed(), "cell_voltage");
}

TEST_F(PlausibilityTest, TheFirstReadingWithAnOddValueWaitsForASecond) {
    model::Plausibility fresh;
    set("cycle_count", 0xFFFF);
    const auto judge = [&] {
        now += 150ms;
        const auto record = pack.decode();
        return fresh.judge(*record, now, LineTrust::sound);
    };
    const auto held = judge();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->where, "cycle_count: expected 0 to 20000, got 65535, and no second reading confirms it");
    EXPECT_FALSE(judge());
    EXPECT_FALSE(judge());
}

TEST_F(PlausibilityTest, AnOddValueThatIsTakenBackShowsABadLine) {
    set("cycle_count", 0xFFFF);
    ASSERT_TRUE(read());
    set("cycle_count", 204);
    set("cell_voltage", 3301);
    EXPECT_TRUE(read(150ms)) << "believed only if it is what was believed before, to the last byte";
    EXPECT_TRUE(pack_readings.took_back());
    EXPECT_FALSE(read(150ms, LineTrust::bad));
    EXPECT_FALSE(pack_readings.took_back());
}

TEST_F(PlausibilityTest, ALittleAboveTheRatingIsNoJump) {
    set("state_of_health", 100);
    while (read(100s)) continue;
    for (const int percent : {101, 103, 100, 105, 102}) {
        set("state_of_health", percent);
        EXPECT_FALSE(read()) << percent;
    }
    set("state_of_health", 99);
    EXPECT_TRUE(read());
}

TEST_F(PlausibilityTest, AnotherLayoutIsAnotherPack) {
    LiveDraft other(15);
    for (const bool expected : {true, false}) {
        const auto record = other.decode();
        ASSERT_TRUE(record);
        EXPECT_EQ(pack_readings.judge(*record, now, LineTrust::sound).has_value(), expected);
    }
}

TEST_F(PlausibilityTest, OnABadLineTheSameHasToBeSaidTwice) {
    EXPECT_FALSE(read(1s, LineTrust::bad)) << "not one byte is new";
    set("cell_voltage", 3301, 0);
    const auto held = read(1s, LineTrust::bad);
    ASSERT_TRUE(held);
    EXPECT_EQ(held->code, Errc::unconfirmed);
    EXPECT_FALSE(read(150ms, LineTrust::bad));
    // Values that move all the time: the third that agrees.
    for (int i = 0; i < 5; ++i) {
        set("cell_voltage", 3301 + i % 2, 0);
        set("cell_voltage", 3302 + i, 4);
        EXPECT_EQ(read(150ms, LineTrust::bad).has_value(), i % 3 != 2) << i;
    }
}

TEST_F(PlausibilityTest, OnABadLineNobodyIsBelievedAtOnce) {
    model::Plausibility fresh;
    const auto record = pack.decode();
    EXPECT_TRUE(fresh.judge(*record, now, LineTrust::bad));
    EXPECT_FALSE(fresh.judge(*record, now, LineTrust::bad));
}

TEST_F(PlausibilityTest, SaysWhichNumberThatWasHeldIsExposed) {
    set("cell_voltage", 3400, 0);
    set("cell_voltage", 3207, 1);
    ASSERT_TRUE(read());
    EXPECT_EQ(pack_readings.exposed(), "");
    set("cell_voltage", 3300, 0);
    set("cell_voltage", 3307, 1);
    ASSERT_FALSE(read(150ms));
    EXPECT_EQ(pack_readings.exposed(), "cell_voltage") << "numbers do not come and go";
    set("voltage_status", 1);
    ASSERT_TRUE(read());
    set("voltage_status", 0);
    ASSERT_FALSE(read(150ms));
    EXPECT_EQ(pack_readings.exposed(), "") << "flags do";
    set("cell_voltage", 3320, 0);
    ASSERT_TRUE(read());
    set("cell_voltage", 3300, 0);
    ASSERT_FALSE(read(150ms));
    EXPECT_EQ(pack_readings.exposed(), "") << "so does what is near its limit";
}

/// A current that leaps at every reading, as ripple does, while the voltages do not.
class Ripple : public PlausibilityTest {
protected:
    /// Asked again at once until it is believed; how often it was asked.
    int ask(std::int32_t amperes, LineTrust trust = LineTrust::sound) {
        set("pack_current", -100 * amperes);
        int questions = 1;
        for (Duration later = 1s; read(later, trust); later = 150ms) {
            set("pack_current", -100 * (amperes + (questions % 2 == 0 ? 25 : -25)));
            if (++questions > model::Plausibility::enough) ADD_FAILURE() << "lost";
        }
        return questions;
    }
    void learn() {
        for (int i = 0; i < 8; ++i) (void)ask(i % 2 == 0 ? 30 : 70);
    }
};

TEST_F(Ripple, IsBelievedAtOnceWhenItIsKnown) {
    int questions = 0;
    for (int i = 0; i < 600; ++i) questions += ask(20 + i * 37 % 60);
    EXPECT_LE(questions, 612);
    EXPECT_EQ(pack_readings.exposed(), "");
}

TEST_F(Ripple, ExcusesNoOtherFieldAndNothingBeyondIt) {
    learn();
    EXPECT_EQ(ask(50), 1);
    set("pack_current", 22000);
    EXPECT_TRUE(read()) << "it was never so far";
    set("pack_current", -5000);
    EXPECT_FALSE(read(150ms));
    for (const auto& [field, raw] : {std::pair{"state_of_charge", 6716}, std::pair{"mosfet_temperature", 399},
                                     std::pair{"voltage_status", 1}}) {
        set(field, raw);
        const auto held = read();
        ASSERT_TRUE(held) << field;
        EXPECT_NE(held->where.find(field), std::string::npos) << held->where;
        EXPECT_FALSE(read(150ms)) << field;
    }
}

TEST_F(Ripple, IsNoExcuseOnABadLineNorAfterIt) {
    learn();
    ASSERT_EQ(ask(50), 1);
    set("pack_current", -2000);
    EXPECT_TRUE(read(1s, LineTrust::bad));
    EXPECT_FALSE(read(150ms, LineTrust::bad)) << "the same again";
    set("pack_current", -7000);
    EXPECT_TRUE(read(1s, LineTrust::sound)) << "what was learnt before is forgotten";
}

TEST_F(Ripple, IsForgottenWhenItEnds) {
    learn();
    ASSERT_EQ(ask(50), 1);
    for (int i = 0; i < 70; ++i) EXPECT_EQ(ask(50), 1);
    EXPECT_GE(ask(90), 2);
}

TEST_F(PlausibilityTest, OnAProvenLineWhatHappensEachMinuteIsKnown) {
    for (const auto trust : {LineTrust::sound, LineTrust::proven}) {
        int held = 0;
        for (int i = 0; i < 1200; ++i) {
            set("state_of_charge", i / 50 % 2 == 0 ? 6700 : 6750);
            set("fet_status", i / 50 % 2 == 0 ? 0x23 : 0x21);
            if (!read(1s, trust)) continue;
            ++held;
            EXPECT_FALSE(read(150ms, trust));
        }
        if (trust == LineTrust::proven) {
            EXPECT_LE(held, 4);
        } else {
            EXPECT_EQ(held, 23) << "each change";
        }
    }
}

TEST_F(PlausibilityTest, ARareJumpIsHeldOnAProvenLineToo) {
    for (int i = 0; i < 5; ++i) {
        for (int n = 0; n < 256; ++n) ASSERT_FALSE(read(1s, LineTrust::proven));
        set("cell_voltage", 3364, 0);
        EXPECT_TRUE(read(1s, LineTrust::proven)) << i;
        set("cell_voltage", 3300, 0);
        EXPECT_FALSE(read(150ms, LineTrust::proven)) << i;
    }
}

}  // namespace
}  // namespace packwire::test
