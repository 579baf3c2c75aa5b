// SPDX-License-Identifier: MIT
#include "model/snapshot.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "model/sample.hpp"

namespace packwire::model {
namespace {

using namespace std::chrono_literals;

class SnapshotTest : public testing::Test {
protected:
    void update(std::span<const std::uint8_t> info, TimePoint when) {
        const auto record = decoder.decode(sample::service, info);
        ASSERT_TRUE(record) << to_string(record.error());
        pack.update(*record, when);
    }
    Decoder decoder;
    Snapshot pack;
    const TimePoint start{100s};
};

TEST_F(SnapshotTest, EmptyHasNothing) {
    EXPECT_EQ(pack.find(metric("pack_voltage")), nullptr);
    EXPECT_FALSE(pack.value(metric("pack_voltage")));
    EXPECT_FALSE(pack.value(metric("pack_power")));
    EXPECT_FALSE(pack.value(metric("balancing")));
    EXPECT_FALSE(pack.bits(metric("voltage_status")));
    EXPECT_FALSE(pack.flag(metric("voltage_status"), "hot_alarm"));
    EXPECT_EQ(pack.text(metric("product_code")), "");
    EXPECT_EQ(pack.text(metric("cell_temperature.min_id")), "");
    EXPECT_EQ(pack.count(metric("cell_temperature")), 0U);
    EXPECT_FALSE(pack.when(metric("pack_voltage")));
    EXPECT_EQ(pack.find(Metric{}), nullptr);
}

TEST_F(SnapshotTest, TakesOverEveryQuantity) {
    update(sample::bytes, start);
    EXPECT_DOUBLE_EQ(pack.value(metric("pack_voltage")).value(), 53.12);
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_temperature"), 1).value(), -10.0);
    EXPECT_FALSE(pack.value(metric("cell_temperature"), 2));
    EXPECT_EQ(pack.count(metric("cell_temperature")), 2U);
    EXPECT_DOUBLE_EQ(pack.value(metric("total_charge_capacity")).value(), 4294967294.0);
    EXPECT_EQ(pack.bits(metric("voltage_status")), 0x8021U);
    EXPECT_TRUE(pack.flag(metric("voltage_status"), "hot_protection"));
    EXPECT_FALSE(pack.flag(metric("voltage_status"), "hot_alarm"));
    EXPECT_FALSE(pack.flag(metric("voltage_status"), "mode")) << "a number, not a flag";
    EXPECT_EQ(pack.bits(metric("cell_balancing")), 0x80028001U);
    EXPECT_EQ(pack.text(metric("product_code")), "T1");
    EXPECT_EQ(pack.text(metric("software_version")), "1.5.10");
    EXPECT_EQ(pack.text(metric("production_date")), "2025-09-24");
    EXPECT_EQ(pack.when(metric("pack_voltage")), start);
}

TEST_F(SnapshotTest, OutlivesItsFrameAndItsDecoder) {
    {
        auto own = std::make_unique<Decoder>();
        auto info = std::make_unique<decltype(sample::bytes)>(sample::bytes);
        const auto record = own->decode(sample::service, *info);
        ASSERT_TRUE(record);
        pack.update(*record, start);
    }
    EXPECT_EQ(pack.text(metric("product_code")), "T1");
    EXPECT_TRUE(pack.flag(metric("voltage_status"), "asleep"));
    EXPECT_EQ(pack.find(metric("pack_voltage"))->field->name, "voltage");
}

TEST_F(SnapshotTest, WhatTheRecordLacksBecomesAbsent) {
    update(sample::bytes, start);
    EXPECT_TRUE(pack.value(metric("state_of_health")));
    update(std::span(sample::bytes).first(sample::bytes.size() - 1), start + 5s);
    EXPECT_FALSE(pack.value(metric("state_of_health")));
    EXPECT_EQ(pack.find(metric("state_of_health")), nullptr);
    EXPECT_EQ(pack.when(metric("pack_voltage")), start + 5s);
}

TEST_F(SnapshotTest, InvalidIsReadButHasNoValue) {
    auto info = sample::bytes;
    info[1] = 0x7F, info[2] = 0xFF;
    update(info, start);
    EXPECT_NE(pack.find(metric("pack_voltage")), nullptr);
    EXPECT_FALSE(pack.value(metric("pack_voltage")));
    EXPECT_EQ(pack.when(metric("pack_voltage")), start);
}

TEST_F(SnapshotTest, FewerSensorsLeaveNoneBehind) {
    update(sample::bytes, start);
    Draft draft(decoder.layouts(), sample::service, sample::variants[0], {1});
    ASSERT_TRUE(draft.set("voltage", 50));
    ASSERT_TRUE(draft.set("temperature", 5));
    update(draft.encode(), start + 1s);
    EXPECT_EQ(pack.count(metric("cell_temperature")), 1U);
    EXPECT_FALSE(pack.value(metric("cell_temperature"), 1));
    EXPECT_DOUBLE_EQ(pack.value(metric("cell_temperature.max")).value(), 5);
}

TEST_F(SnapshotTest, ClearForgetsAll) {
    update(sample::bytes, start);
    pack.clear();
    EXPECT_FALSE(pack.value(metric("pack_voltage")));
    EXPECT_EQ(pack.text(metric("product_code")), "");
}

}  // namespace
}  // namespace packwire::model
