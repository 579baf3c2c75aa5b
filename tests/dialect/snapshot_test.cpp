// SPDX-License-Identifier: MIT
/// What follows from 42 and 47: derived quantities, and the two alarms that need more than their bit. Source:
/// bank 9.
#include "model/snapshot.hpp"

#include <gtest/gtest.h>

#include "dialect/live.hpp"
#include "model/derived.hpp"

namespace packwire {
namespace {

using namespace std::chrono_literals;
using model::Alarm;
using model::metric;
using test::LiveDraft;

class Derived : public testing::Test {
protected:
    void take() {
        const auto record = live.decode();
        ASSERT_TRUE(record) << to_string(record.error());
        pack.update(*record, start);
    }
    /// 47 with an upper limit of the cells of 3.650 V.
    void take_parameters(TimePoint when = {}) {
        const auto& service = dialect::daren::system_parameters;
        model::Draft draft(live.decoder.layouts(), service, service.variants[0]);
        ASSERT_TRUE(draft.set("cell_voltage_upper_limit", 3.65) &&
                    draft.set("pack_voltage_upper_limit_per_cell", 3.65) &&
                    draft.set("pack_voltage_lower_limit_per_cell", 2.5));
        const auto info = draft.encode();
        const auto record = live.decoder.decode(service, info);
        ASSERT_TRUE(record);
        pack.update(*record, when);
    }
    int level(Alarm alarm) { return model::alarms_of(pack)[static_cast<std::size_t>(alarm)]; }

    LiveDraft live;
    model::Snapshot pack;
    const TimePoint start{50s};
};

TEST_F(Derived, PowerHasTheSignOfTheCurrent) {
    take();
    // 16 cells of 3300 + 0, 7, 14, 21, 28 by turns: 53.010 V.
    EXPECT_DOUBLE_EQ(pack.value(metric("pack_voltage")).value(), 53.01);
    EXPECT_NEAR(pack.value(metric("pack_power")).value(), 53.01 * -13.96, 1e-9);
    EXPECT_EQ(pack.when(metric("pack_power")), start);
    ASSERT_TRUE(live.draft.set_raw("pack_current", 0x7FFF));
    take();
    EXPECT_FALSE(pack.value(metric("pack_power")));
}

TEST_F(Derived, ExtremesAndTheirNames) {
    ASSERT_TRUE(live.draft.set_raw("cell_voltage", 3250, 2));
    ASSERT_TRUE(live.draft.set_raw("cell_voltage", 3400, 11));
    ASSERT_TRUE(live.draft.set_raw("cell_temperature", 205, 1));
    take();
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_voltage.min")).value(), 3.25);
    EXPECT_EQ(pack.text(metric("cell_voltage.min_id")), "C3");
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_voltage.max")).value(), 3.4);
    EXPECT_EQ(pack.text(metric("cell_voltage.max_id")), "C12");
    EXPECT_NEAR(pack.value(metric("cell_voltage.difference")).value(), 0.15, 1e-9);
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_temperature.min")).value(), 15.5);
    EXPECT_EQ(pack.text(metric("cell_temperature.min_id")), "T4");
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_temperature.max")).value(), 20.5);
    EXPECT_EQ(pack.text(metric("cell_temperature.max_id")), "T2");
}

TEST_F(Derived, TheFirstOfEqualsIsNamed) {
    for (std::size_t i = 0; i < 16; ++i) ASSERT_TRUE(live.draft.set_raw("cell_voltage", 3310, i));
    take();
    EXPECT_EQ(pack.text(metric("cell_voltage.min_id")), "C1");
    EXPECT_EQ(pack.text(metric("cell_voltage.max_id")), "C1");
    EXPECT_NEAR(pack.value(metric("cell_voltage.sum")).value(), 52.96, 1e-9);
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_voltage.difference")).value(), 0);
}

TEST_F(Derived, ACellThatWasNotMeasuredIsNoExtremeAndMakesNoSum) {
    ASSERT_TRUE(live.draft.set_raw("cell_voltage", 0x7FFF, 0));
    take();
    EXPECT_EQ(pack.text(metric("cell_voltage.max_id")), "C5");
    EXPECT_EQ(pack.text(metric("cell_voltage.min_id")), "C6");
    EXPECT_FALSE(pack.value(metric("cell_voltage.sum")));
    EXPECT_TRUE(pack.value(metric("cell_voltage.difference")));
}

TEST_F(Derived, NoSensorsNoTemperatures) {
    LiveDraft bare(16, 0);
    const auto record = bare.decode();
    ASSERT_TRUE(record);
    pack.update(*record, start);
    EXPECT_FALSE(pack.value(metric("cell_temperature.min")));
    EXPECT_EQ(pack.text(metric("cell_temperature.min_id")), "");
}

TEST_F(Derived, ConsumedIsNeverPositive) {
    take();
    EXPECT_NEAR(pack.value(metric("consumed_capacity")).value(), -26.4, 1e-9);
    ASSERT_TRUE(live.draft.set_raw("remaining_capacity", 8100));
    take();
    EXPECT_DOUBLE_EQ(pack.value(metric("consumed_capacity")).value(), 0);
}

TEST_F(Derived, BalancingByMaskOrByIo) {
    take();
    EXPECT_DOUBLE_EQ(pack.value(metric("balancing")).value(), 0);
    ASSERT_TRUE(live.draft.set_mask("cell_balancing", 0x10000));
    take();
    EXPECT_DOUBLE_EQ(pack.value(metric("balancing")).value(), 1) << "cell 17";
    ASSERT_TRUE(live.draft.set_mask("cell_balancing", 0));
    ASSERT_TRUE(live.draft.set_raw("io_status", 0x4200));
    take();
    EXPECT_DOUBLE_EQ(pack.value(metric("balancing")).value(), 1);
}

TEST_F(Derived, MosfetsAllowAndBlock) {
    for (const int fets : {0x20, 0x21, 0x22, 0x23}) {
        ASSERT_TRUE(live.draft.set_raw("fet_status", fets));
        take();
        EXPECT_EQ(pack.value(metric("charge_allowed")), fets & 1);
        EXPECT_EQ(pack.value(metric("charge_blocked")), 1 - (fets & 1));
        EXPECT_EQ(pack.value(metric("discharge_allowed")), fets >> 1 & 1);
        EXPECT_EQ(pack.value(metric("discharge_blocked")), 1 - (fets >> 1 & 1));
    }
}

TEST_F(Derived, PackLimitsAreMultipliedByTheCells) {
    take_parameters();
    EXPECT_FALSE(pack.value(metric("pack_voltage_upper_limit"))) << "cell_count was not read yet";
    take();
    EXPECT_NEAR(pack.value(metric("pack_voltage_upper_limit")).value(), 58.4, 1e-9);
    EXPECT_NEAR(pack.value(metric("pack_voltage_lower_limit")).value(), 40.0, 1e-9);
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_voltage_upper_limit")).value(), 3.65);
}

TEST_F(Derived, OtherServicesStayWhenOneIsUpdated) {
    take_parameters(start - 10s);
    take();
    EXPECT_EQ(pack.when(metric("cell_voltage_upper_limit")), start - 10s);
    EXPECT_EQ(pack.when(metric("pack_voltage")), start);
}

TEST_F(Derived, EveryRowHasExactlyOneFunction) {
    for (const auto& row : model::derived_metrics()) {
        EXPECT_NE(row.value == nullptr, row.text == nullptr) << row.metric.row().name;
        EXPECT_EQ(model::find_derived(row.metric), &row);
        EXPECT_FALSE(pack.value(row.metric));
        EXPECT_EQ(pack.text(row.metric), "");
    }
}

TEST_F(Derived, EndOfChargeIsNoAlarm) {
    const auto at_the_end = [&](std::int32_t current, std::int32_t highest, std::int32_t fets) {
        EXPECT_TRUE(live.draft.set_raw("voltage_status", 1) && live.draft.set_raw("pack_current", current) &&
                    live.draft.set_raw("cell_voltage", highest, 3) && live.draft.set_raw("fet_status", fets));
        take();
        return level(Alarm::high_cell_voltage);
    };
    EXPECT_EQ(at_the_end(0, 3660, 0x22), 2) << "the limit was not read";
    take_parameters();
    EXPECT_EQ(at_the_end(0, 3660, 0x22), 0);
    EXPECT_EQ(at_the_end(99, 3669, 0x22), 0);
    EXPECT_EQ(at_the_end(-99, 3650, 0x22), 0);
    EXPECT_EQ(at_the_end(100, 3660, 0x22), 2) << "1 A flows";
    EXPECT_EQ(at_the_end(-100, 3660, 0x22), 2);
    EXPECT_EQ(at_the_end(0, 3671, 0x22), 2) << "more than 20 mV beyond";
    EXPECT_EQ(at_the_end(0, 3660, 0x23), 2) << "the charge MOSFET is on";
    ASSERT_TRUE(live.draft.set_raw("voltage_status", 0x11));
    EXPECT_TRUE(live.draft.set_raw("fet_status", 0x22));
    take();
    EXPECT_EQ(level(Alarm::high_cell_voltage), 1) << "the alarm bit stays what it is";
}

TEST_F(Derived, Bit8IsHotMosfetOrLowSoc) {
    // Within 10 °C of the threshold of 100 °C that packs are delivered with.
    for (const auto& [raw, hot] :
         {std::pair{899, false}, {900, true}, {1000, true}, {0x7FFF, false}, {-100, false}}) {
        ASSERT_TRUE(live.draft.set_raw("alarm_status", 0x0100) &&
                    live.draft.set_raw("mosfet_temperature", raw));
        take();
        EXPECT_EQ(level(Alarm::high_internal_temperature), hot ? 2 : 0) << raw;
        EXPECT_EQ(level(Alarm::low_soc), hot ? 0 : 2) << raw;
    }
}

TEST_F(Derived, TheWorstOfSeveralBitsCounts) {
    ASSERT_TRUE(live.draft.set_raw("voltage_status", 0x01A2));  // a pack run empty: protocol 5, captures
    take();
    EXPECT_EQ(level(Alarm::low_cell_voltage), 2);
    EXPECT_EQ(level(Alarm::low_voltage), 1);
    EXPECT_EQ(level(Alarm::cell_imbalance), 1);
    EXPECT_EQ(level(Alarm::high_cell_voltage), 0);
}

TEST_F(Derived, NothingReadRaisesNothing) {
    EXPECT_EQ(model::alarms_of(pack), model::AlarmLevels{});
}

}  // namespace
}  // namespace packwire
