// SPDX-License-Identifier: MIT
#include "bank/pack_limits.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/pack_reading.hpp"

namespace packwire::test {
namespace {

using bank::ChargeSettings;
using bank::pack_limits;
using bank::PackLimits;

class PackLimitsTest : public testing::Test {
protected:
    PackLimitsTest() { reader.read_live(pack, Live{}); }
    [[nodiscard]] PackLimits limits() const { return pack_limits(pack, settings); }

    PackReader reader;
    model::Snapshot pack;
    ChargeSettings settings;
    /// As one real pack has them: 47 and word 105 allow what it trips at long before. Source: bank 4.
    Words real{{"47.charge_current_limit", 130},
               {"80.charge_current_limit", 100},
               {"charge_overcurrent_1_protection_threshold", 65},
               {"charge_overcurrent_1_alarm_threshold", 60},
               {"charge_overcurrent_2_alarm_threshold", 0},
               {"discharge_overcurrent_1_protection_threshold", 110},
               {"discharge_overcurrent_1_alarm_threshold", 105},
               {"discharge_overcurrent_2_alarm_threshold", 0}};
};

TEST_F(PackLimitsTest, TheSmallestCurrentOf47And80Holds) {
    reader.read_47(pack, real);
    reader.read_80(pack, real);
    const auto found = limits();
    ASSERT_TRUE(found.usable());
    EXPECT_DOUBLE_EQ(found.charge_current->value, 58.5);
    EXPECT_EQ(found.charge_current->rule, "margin to charge overcurrent protection");
    EXPECT_DOUBLE_EQ(found.discharge_current->value, 99);
    EXPECT_EQ(found.discharge_current->rule, "margin to discharge overcurrent protection");
    EXPECT_FALSE(found.absurd);
}

TEST_F(PackLimitsTest, EachCurrentCanBeTheSmallest) {
    struct Case {
        std::string_view word;
        double says, limit;
        std::string_view rule;
    };
    for (const auto& one :
         {Case{"47.charge_current_limit", 30, 30, "service 47 charge current limit"},
          Case{"80.charge_current_limit", 31, 31, "service 80 charge current limit"},
          Case{"charge_overcurrent_1_alarm_threshold", 32, 32, "service 80 charge alarm threshold"},
          Case{"charge_overcurrent_1_protection_threshold", 40, 36,
               "margin to charge overcurrent protection"}}) {
        auto words = real;
        words[one.word] = one.says;
        reader.read_47(pack, words);
        reader.read_80(pack, words);
        EXPECT_DOUBLE_EQ(limits().charge_current->value, one.limit) << one.word;
        EXPECT_EQ(limits().charge_current->rule, one.rule);
    }
}

TEST_F(PackLimitsTest, UnsetIsNeverZeroAmperes) {
    for (const auto unset : {0.0, std::nan("")}) {
        Words words{{"47.charge_current_limit", unset},
                    {"80.charge_current_limit", unset},
                    {"charge_overcurrent_1_alarm_threshold", unset},
                    {"discharge_overcurrent_1_alarm_threshold", unset}};
        reader.read_47(pack, words);
        reader.read_80(pack, words);
        const auto found = limits();
        ASSERT_TRUE(found.usable()) << unset;
        EXPECT_DOUBLE_EQ(found.charge_current->value, 108) << "0.9 of the simulator's 120 A";
        EXPECT_DOUBLE_EQ(found.discharge_current->value, 108);
        EXPECT_FALSE(found.absurd);
    }
}

TEST_F(PackLimitsTest, AbsurdIsNotSetAndSaidSo) {
    reader.read_47(pack, {{"47.charge_current_limit", 655.35}});
    reader.read_80(pack, {{"80.charge_current_limit", 0.3}, {"charge_voltage_limit", 5.0}});
    const auto found = limits();
    EXPECT_TRUE(found.absurd);
    EXPECT_DOUBLE_EQ(found.charge_current->value, 108);
    EXPECT_DOUBLE_EQ(found.charge_voltage->value, 55.2);
}

TEST_F(PackLimitsTest, Without80TheChargeLimitIsAlsoThatOfDischarge) {
    reader.read_47(pack, {{"47.charge_current_limit", 50}});
    auto found = limits();
    ASSERT_TRUE(found.usable());
    EXPECT_DOUBLE_EQ(found.discharge_current->value, 50);
    EXPECT_EQ(found.discharge_current->rule, "charge current limit; the pack tells no discharge limit");
    settings.discharge_current_max = 80;
    found = limits();
    EXPECT_DOUBLE_EQ(found.discharge_current->value, 80);
    EXPECT_EQ(found.discharge_current->rule, "configured; the pack tells no discharge limit");
    EXPECT_DOUBLE_EQ(found.thresholds.undervoltage_protection, 2.5) << "47's trip point";
}

TEST_F(PackLimitsTest, WithoutAnythingItIsNoUse) {
    EXPECT_FALSE(limits().usable());
    reader.read_47(pack, {{"47.charge_current_limit", 0}});
    EXPECT_FALSE(limits().usable()) << "trip points are no limits";
    settings.charge_current_max = 25;
    ASSERT_TRUE(limits().usable());
    EXPECT_DOUBLE_EQ(limits().charge_current->value, 25);
    EXPECT_EQ(limits().charge_current->rule, "configured charge current");
}

TEST_F(PackLimitsTest, EachVoltageCanBeTheSmallest) {
    reader.read_47(pack);
    struct Case {
        std::string_view word;
        double says, limit;
        std::string_view rule;
    };
    for (const auto& one :
         {Case{"charge_voltage_limit", 56, 55.2, "maximum cell voltage"},
          Case{"charge_voltage_limit", 54.4, 54.4, "service 80 charge voltage limit"},
          Case{"cell_overvoltage_alarm_threshold", 3.5, 54.4, "margin to cell overvoltage alarm"},
          Case{"pack_overvoltage_alarm_threshold", 55, 54.6, "margin to pack overvoltage alarm"}}) {
        reader.read_80(pack, {{one.word, one.says}});
        EXPECT_NEAR(limits().charge_voltage->value, one.limit, 1e-9) << one.word;
        EXPECT_EQ(limits().charge_voltage->rule, one.rule);
    }
    reader.read_80(
        pack, {{"cell_overvoltage_alarm_threshold", 0}, {"cell_overvoltage_protection_threshold", 3.55}});
    EXPECT_NEAR(limits().charge_voltage->value, 16 * 3.40, 1e-9) << "without an alarm, the protection";
}

TEST_F(PackLimitsTest, FloatAndLowVoltageFollowTheCells) {
    reader.read_47(pack);
    reader.read_80(pack);
    EXPECT_DOUBLE_EQ(limits().float_voltage.value, 54);
    EXPECT_NEAR(limits().low_voltage, 16 * 2.7, 1e-9);
    reader.read_live(pack, Live{.cells = std::vector<double>(15, 3.3)});
    EXPECT_NEAR(limits().charge_voltage->value, 15 * 3.45, 1e-9);
    settings.cell_voltage_max = 3.35;
    EXPECT_NEAR(limits().float_voltage.value, 15 * 3.35, 1e-9) << "never above CVL";
}

TEST_F(PackLimitsTest, ConfigurationTightensOnly) {
    reader.read_47(pack, real);
    reader.read_80(pack, real);
    settings.charge_current_max = 500;
    settings.discharge_current_max = 500;
    settings.charge_voltage_max = 60;
    settings.cell_voltage_max = 3.65;
    settings.overcurrent_margin = 2;
    settings.cell_overvoltage_margin = -1;
    settings.pack_overvoltage_margin = -5;
    const auto found = limits();
    EXPECT_DOUBLE_EQ(found.charge_current->value, 60) << "the alarm; 100 % of the protection is 65 A";
    EXPECT_DOUBLE_EQ(found.discharge_current->value, 105);
    EXPECT_LE(found.charge_voltage->value, 56.0);
    settings.charge_current_max = 20;
    settings.discharge_current_max = 10;
    settings.charge_voltage_max = 54.5;
    EXPECT_DOUBLE_EQ(limits().charge_current->value, 20);
    EXPECT_DOUBLE_EQ(limits().discharge_current->value, 10);
    EXPECT_DOUBLE_EQ(limits().charge_voltage->value, 54.5);
}

TEST_F(PackLimitsTest, ThresholdsOfDischarge) {
    reader.read_47(pack);
    reader.read_80(pack);
    auto found = limits().thresholds;
    EXPECT_NEAR(found.discharge_stop, 2.70, 1e-9) << "alarm 2.7 and protection 2.5 + 0.2";
    EXPECT_NEAR(found.discharge_stop_now, 2.55, 1e-9);
    EXPECT_NEAR(found.discharge_again, 3.10, 1e-9);
    EXPECT_NEAR(found.charge_stop, 3.58, 1e-9);
    reader.read_80(pack,
                   {{"cell_undervoltage_alarm_threshold", 2.9}, {"cell_undervoltage_alarm_release", 3.15}});
    found = limits().thresholds;
    EXPECT_NEAR(found.discharge_stop, 2.90, 1e-9);
    EXPECT_NEAR(found.discharge_again, 3.15, 1e-9);
}

/// A15: a claim far out moves neither floor nor ceiling, and one on the wrong side stops no healthy battery.
TEST_F(PackLimitsTest, ThresholdsFarOutAreBounded) {
    auto words = real;
    words["cell_undervoltage_protection_threshold"] = 1.5;
    words["cell_undervoltage_alarm_threshold"] = 1.6;
    words["cell_overvoltage_protection_threshold"] = 4.5;
    words["cell_overvoltage_alarm_threshold"] = 4.4;
    words["discharge_over_temperature_protection_threshold"] = 130;
    words["discharge_under_temperature_protection_threshold"] = -45;
    words["mosfet_over_temperature_protection_threshold"] = 134;
    words["charge_under_temperature_protection_threshold"] = -40;
    words["charge_over_temperature_protection_threshold"] = 120;
    reader.read_47(pack, words);
    reader.read_80(pack, words);
    const auto found = limits().thresholds;
    EXPECT_GE(found.discharge_stop_now, 2.5);
    EXPECT_GE(found.discharge_stop, 2.7);
    EXPECT_LE(found.charge_stop, 3.6);
    EXPECT_LE(found.discharge_over_temperature, 65);
    EXPECT_GE(found.discharge_under_temperature, -25);
    EXPECT_LE(found.mosfet_over_temperature, 115);
    EXPECT_GE(found.charge_under_temperature, -2);
    EXPECT_LE(found.charge_over_temperature, 60);
}

TEST_F(PackLimitsTest, ThresholdsThatWouldStopAHealthyBatteryCountAsNotSet) {
    auto words = real;
    words["cell_undervoltage_protection_threshold"] = 3.25;
    words["cell_undervoltage_alarm_threshold"] = 3.28;
    words["cell_overvoltage_protection_threshold"] = 3.1;
    words["discharge_over_temperature_protection_threshold"] = 20;
    words["charge_under_temperature_protection_threshold"] = 25;
    reader.read_47(pack, words);
    reader.read_80(pack, words);
    const auto found = limits();
    EXPECT_TRUE(found.absurd);
    EXPECT_LE(found.thresholds.discharge_stop, 2.8);
    EXPECT_GE(found.thresholds.charge_stop, 3.4);
    EXPECT_EQ(found.thresholds.discharge_over_temperature, 65);
    EXPECT_EQ(found.thresholds.charge_under_temperature, -2);
}

}  // namespace
}  // namespace packwire::test
