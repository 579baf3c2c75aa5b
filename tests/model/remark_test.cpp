// SPDX-License-Identifier: MIT
#include "model/remark.hpp"

#include <gtest/gtest.h>

#include "model/format.hpp"
#include "model/snapshot.hpp"
#include "sample.hpp"

namespace packwire::model {
namespace {

class RemarkTest : public testing::Test {
protected:
    Result<Record> decode() { return decoder.decode(sample::service, info); }
    std::vector<std::uint8_t> info{sample::bytes.begin(), sample::bytes.end()};
    Decoder decoder;
};

TEST_F(RemarkTest, AGoodRecordHasNone) {
    const auto record = decode();
    ASSERT_TRUE(record);
    EXPECT_TRUE(remarks(*record).empty());
    info[4] = 0x7F;  // the first temperature: not measured
    info[5] = 0xFF;
    const auto unmeasured = decode();
    ASSERT_TRUE(unmeasured);
    EXPECT_TRUE(remarks(*unmeasured).empty());
    EXPECT_FALSE(unmeasured->valid(3));
}

TEST_F(RemarkTest, AValueOutOfItsRangeIsUnknownAndTheOthersCount) {
    info[6] = 0xFE;  // the second temperature: -40.1
    info[7] = 0x6F;
    const auto record = decode();
    ASSERT_TRUE(record) << to_string(record.error());
    const auto all = remarks(*record);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].kind, Remark::Kind::unknown);
    EXPECT_EQ(all[0].where, "temperature 2: expected -40 to 120 °C, got -40.1");
    EXPECT_EQ(place_of(record->slot(all[0].slot)), "temperature 2");
    EXPECT_FALSE(record->value(metric("cell_temperature"), 1));
    EXPECT_EQ(record->value(metric("cell_temperature"), 0), 26.0);
    EXPECT_EQ(encode(*record), info) << "the record is what came";

    Snapshot snapshot;
    snapshot.update(*record, {});
    EXPECT_FALSE(snapshot.value(metric("cell_temperature"), 1));
    EXPECT_TRUE(snapshot.out_of_range(metric("cell_temperature"), 1));
    EXPECT_FALSE(snapshot.out_of_range(metric("cell_temperature"), 0));
    EXPECT_EQ(snapshot.value(metric("cell_temperature.min")), 26.0);
    EXPECT_FALSE(snapshot.contradicts());
}

TEST_F(RemarkTest, NotMeasuredIsNotOutOfRange) {
    info[6] = 0x7F;
    info[7] = 0xFF;
    const auto record = decode();
    ASSERT_TRUE(record);
    Snapshot snapshot;
    snapshot.update(*record, {});
    EXPECT_FALSE(snapshot.value(metric("cell_temperature"), 1));
    EXPECT_FALSE(snapshot.out_of_range(metric("cell_temperature"), 1));
    EXPECT_FALSE(snapshot.out_of_range(metric("pack_current"))) << "never read";
}

TEST_F(RemarkTest, WhatTheProofRestsOnRefuses) {
    info[1] = 0x17;  // 60.01 V
    info[2] = 0x71;
    EXPECT_EQ(decode().error(), (Error{Errc::out_of_range, "voltage: expected 10 to 60 V, got 60.01"}));
    Record record;
    ASSERT_TRUE(decoder.read(sample::service, info, record));
    EXPECT_FALSE(record.valid(1)) << "believed at last, it is still no voltage";
    Snapshot snapshot;
    snapshot.update(record, {});
    EXPECT_TRUE(snapshot.contradicts());
    EXPECT_TRUE(snapshot.out_of_range(metric("pack_voltage")));
}

}  // namespace
}  // namespace packwire::model
