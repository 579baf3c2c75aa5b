// SPDX-License-Identifier: MIT
/// Which table of 42 it is. Source: protocol 3.1.
#include <gtest/gtest.h>

#include "dialect/live.hpp"

namespace packwire {
namespace {

using model::metric;
using test::LiveDraft;

TEST(LiveLayout, EveryCombinationDecodesBack) {
    model::Decoder decoder;
    for (const auto* variant : {&test::with_flag(), &test::without_flag()}) {
        const std::size_t b = variant == &test::with_flag() ? 1 : 0;
        for (std::uint8_t cells = 1; cells <= 32; ++cells) {
            for (std::uint8_t sensors = 0; sensors <= 20; ++sensors) {
                model::Draft draft(decoder.layouts(), test::live(), *variant, {cells, sensors});
                test::make_healthy(draft, cells, sensors);
                const auto info = draft.encode();
                ASSERT_EQ(info.size(), 58U + b + 2U * cells + 2U * sensors);
                const auto record = decoder.decode(test::live(), info);
                ASSERT_TRUE(record) << to_string(record.error());
                ASSERT_EQ(record->variant(), variant->name) << int{cells} << ' ' << int{sensors};
                ASSERT_TRUE(*record == draft.record());
                ASSERT_EQ(record->raw(metric("cell_voltage")).size(), cells);
                ASSERT_EQ(record->raw(metric("cell_temperature")).size(), sensors);
                ASSERT_EQ(model::encode(*record), info);
            }
        }
    }
}

TEST(LiveLayout, OffsetsAreThoseOfTheDocument) {
    // m = 16, n = 4, b = 1. Source: protocol 3.1, third column.
    constexpr std::pair<const char*, std::size_t> table[] = {
        {"data_flag", 0},
        {"state_of_charge", 1},
        {"pack_voltage", 3},
        {"cell_count", 5},
        {"cell_voltage", 6},
        {"ambient_temperature", 38},
        {"pack_temperature", 40},
        {"mosfet_temperature", 42},
        {"cell_temperature", 45},
        {"temperature_sensor_count", 44},
        {"pack_current", 53},
        {"internal_resistance", 55},
        {"state_of_health", 57},
        {"user_defined", 59},
        {"full_charge_capacity", 60},
        {"remaining_capacity", 62},
        {"cycle_count", 64},
        {"voltage_status", 66},
        {"current_status", 68},
        {"temperature_status", 70},
        {"alarm_status", 72},
        {"fet_status", 74},
        {"machine_status", 96},
        {"io_status", 97},
    };
    LiveDraft pack;
    const auto& layout = pack.draft.record().layout();
    for (const auto& [field, offset] : table) {
        EXPECT_EQ(layout.slots()[layout.find(field).first].offset, offset) << field;
    }
    constexpr std::tuple<const char*, std::size_t, std::size_t> masks[] = {
        {"cell_overvoltage_protection", 76, 88},
        {"cell_undervoltage_protection", 78, 90},
        {"cell_overvoltage_alarm", 80, 92},
        {"cell_undervoltage_alarm", 82, 94},
        {"cell_balancing", 84, 86},
    };
    for (const auto& [field, low, high] : masks) {
        const auto& slot = layout.slots()[layout.find(field).first];
        EXPECT_EQ(slot.offset, low) << field;
        EXPECT_EQ(layout.slots()[slot.high].offset, high) << field;
    }
    EXPECT_EQ(layout.size(), 99U);
}

TEST(LiveLayout, ShortTailsAreReadByTheirCells) {
    for (const auto* variant : {&test::with_flag(), &test::without_flag()}) {
        LiveDraft pack(16, 4, *variant);
        const auto full = pack.draft.encode().size();
        for (auto size = full - 13; size <= full; ++size) {
            const auto record = pack.decode_first(size);
            ASSERT_TRUE(record) << size << ": " << to_string(record.error());
            EXPECT_EQ(record->variant(), variant->name) << size;
            EXPECT_DOUBLE_EQ(record->value(metric("pack_current")).value(), -13.96) << size;
            EXPECT_EQ(record->raw(metric("machine_status")).empty(), size < full - 2) << size;
            EXPECT_EQ(record->raw(metric("io_status")).empty(), size < full) << size;
            EXPECT_EQ(model::encode(*record), pack.info) << size;
        }
        EXPECT_EQ(pack.decode_first(full - 14).error().code, Errc::bad_layout) << "below r+20";
    }
}

TEST(LiveLayout, TrailingBytesAreKept) {
    for (const auto* variant : {&test::with_flag(), &test::without_flag()}) {
        for (std::size_t more = 1; more <= 12; ++more) {
            LiveDraft pack(16, 4, *variant);
            pack.info = pack.draft.encode();
            pack.info.insert(pack.info.end(), more, 0xA5);
            const auto record = pack.decoder.decode(test::live(), pack.info);
            ASSERT_TRUE(record) << more;
            EXPECT_EQ(record->variant(), variant->name) << more;
            EXPECT_EQ(record->surplus().size(), more);
            EXPECT_EQ(model::encode(*record), pack.info);
        }
    }
}

/// 60 bytes that both tables fit in part: 4 cells and no sensors, whichever is asked.
std::vector<std::uint8_t> fits_both() {
    std::vector<std::uint8_t> info(60, 0);
    info[4] = 4;  // cell_count without DATAFLAG
    info[5] = 4;  // with
    return info;
}

TEST(LiveLayout, TheSmallerDeviationDecides) {
    model::Decoder decoder;
    auto info = fits_both();
    const auto put = [&](std::size_t at, unsigned value) {
        info[at] = static_cast<std::uint8_t>(value >> 8U);
        info[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
    };
    put(3, 0x0504);  // 12.84 V: its low byte is the other table's count
    for (const std::size_t at : {6U, 8U, 10U, 12U}) put(at, 3210);
    model::Record record;
    ASSERT_TRUE(decoder.read(test::live(), info, record));
    EXPECT_EQ(record.variant(), "with_data_flag");
    EXPECT_EQ(record.raw(metric("cell_voltage"))[3], 3210);

    info = fits_both();
    put(2, 1020);    // 10.20 V
    put(5, 0x04B0);  // 1200 mV: its high byte is the other table's count
    for (const std::size_t at : {7U, 9U, 11U}) put(at, 3000);
    ASSERT_TRUE(decoder.read(test::live(), info, record));
    EXPECT_EQ(record.variant(), "without_data_flag");
    EXPECT_EQ(record.raw(metric("cell_voltage"))[0], 1200);
}

TEST(LiveLayout, ATieIsRefused) {
    // A cell that was not measured in either reading, and the others are as far from the pack voltage in both.
    auto info = fits_both();
    info[7] = 0x7F, info[8] = 0xFF;
    info[10] = 0x7F, info[11] = 0xFF;
    info[12] = 0x04, info[13] = 0x2C;
    model::Decoder decoder;
    const auto record = decoder.decode(test::live(), info);
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error(),
              (Error{Errc::bad_layout, "service 42: 60 bytes of INFO fit two tables equally well"}));
}

TEST(LiveLayout, CountsBeyondTheirRangeAreNoLayout) {
    model::Decoder decoder;
    LiveDraft pack;
    const auto good = pack.draft.encode();
    for (const int count : {0, 33, 255}) {
        auto info = good;
        info[5] = static_cast<std::uint8_t>(count);
        EXPECT_EQ(decoder.decode(test::live(), info).error().code, Errc::bad_layout) << count;
    }
    for (const int count : {21, 255}) {
        auto info = good;
        info[44] = static_cast<std::uint8_t>(count);
        EXPECT_EQ(decoder.decode(test::live(), info).error().code, Errc::bad_layout) << count;
    }
    EXPECT_EQ(decoder.decode(test::live(), {}).error().code, Errc::bad_layout);
}

}  // namespace
}  // namespace packwire
