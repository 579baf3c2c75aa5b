// SPDX-License-Identifier: MIT
/// Values of 42: units, sentinels, ranges, and what contradicts itself. Source: protocol 3.1, 11.3; bank 8.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dialect/dialect.hpp"
#include "dialect/live.hpp"
#include "model/format.hpp"
#include "support/scripted_pack.hpp"

namespace packwire {
namespace {

using model::metric;
using test::LiveDraft;

nlohmann::json fields(const model::Record& record) {
    std::string json;
    model::append_fields_json(json, record);
    return nlohmann::json::parse(json);
}

TEST(LiveValues, NotMeasuredIsNull) {
    for (const auto* field :
         {"state_of_charge", "pack_voltage", "ambient_temperature", "pack_temperature", "mosfet_temperature",
          "pack_current", "state_of_health", "full_charge_capacity", "remaining_capacity"}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw(field, 0x7FFF));
        const auto record = pack.decode();
        ASSERT_TRUE(record) << field << to_string(record.error());
        EXPECT_TRUE(fields(*record).at(field).is_null()) << field;
        EXPECT_EQ(model::encode(*record), pack.info);
    }
    LiveDraft pack;
    ASSERT_TRUE(pack.draft.set_raw("cell_voltage", 0x7FFF, 2));
    ASSERT_TRUE(pack.draft.set_raw("cell_temperature", 0x7FFF, 3));
    const auto record = pack.decode();
    ASSERT_TRUE(record);
    EXPECT_TRUE(fields(*record)["cell_voltage"][2].is_null());
    EXPECT_EQ(fields(*record)["cell_voltage"][1], 3.307);
    EXPECT_TRUE(fields(*record)["cell_temperature"][3].is_null());
}

TEST(LiveValues, StatusWordsMasksAndCountersHaveNoSentinel) {
    LiveDraft pack;
    for (const auto* field : {"voltage_status", "current_status", "temperature_status", "alarm_status",
                              "fet_status", "io_status"}) {
        ASSERT_TRUE(pack.draft.set_raw(field, 0x7FFF));
    }
    ASSERT_TRUE(pack.draft.set_raw("machine_status", 0x7F));
    ASSERT_TRUE(pack.draft.set_mask("cell_balancing", 0x7FFF));
    const auto record = pack.decode();
    ASSERT_TRUE(record);
    const auto json = fields(*record);
    EXPECT_EQ(json["voltage_status"]["raw"], 0x7FFF);
    EXPECT_EQ(json["machine_status"], 0x7F);
    EXPECT_EQ(json["cell_balancing"]["raw"], 0x7FFF);
}

TEST(LiveValues, CurrentIsInTenthsOnlyIfBothSaySo) {
    for (const int user_defined : {0, 1, 0x0C, 0x0D}) {
        for (const int status : {0, 0x0400, 0xFBFF, 0xFFFF}) {
            LiveDraft pack;
            ASSERT_TRUE(pack.draft.set_raw("user_defined", user_defined));
            ASSERT_TRUE(pack.draft.set_raw("current_status", status));
            const auto record = pack.decode();
            ASSERT_TRUE(record);
            const bool tenths = (user_defined & 1) == 0 && (status & 0x0400) != 0;
            EXPECT_DOUBLE_EQ(record->value(metric("pack_current")).value(), tenths ? -139.6 : -13.96);
            EXPECT_EQ(record->variant(), "with_data_flag");
        }
    }
}

TEST(LiveValues, TenthsPrintWithTheirDigit) {
    LiveDraft pack;
    ASSERT_TRUE(pack.draft.set_raw("user_defined", 0x0C) && pack.draft.set_raw("current_status", 0x0400));
    const auto record = pack.decode();
    ASSERT_TRUE(record);
    std::string json;
    model::append_fields_json(json, *record);
    EXPECT_NE(json.find(R"("pack_current":-139.6,)"), std::string::npos) << json;
}

struct Range {
    const char* field;
    std::int32_t low, high;
    const char* below;
    const char* above;
};

TEST(LiveValues, RangesAreThoseOfTheDocumentAndRefuse) {
    // Source: protocol 3.1, column "plausible"; nullptr where the wire cannot carry it. pack_voltage: see the
    // note in CellsAddUp, its range is wider than the document's because 32 cells are.
    constexpr Range ranges[] = {
        {"state_of_charge", 0, 10000, nullptr, "state_of_charge: expected 0 to 100 %, got 100.01"},
        {"ambient_temperature", -400, 1200, "ambient_temperature: expected -40 to 120 °C, got -40.1",
         "ambient_temperature: expected -40 to 120 °C, got 120.1"},
        {"pack_temperature", -400, 1200, "pack_temperature: expected -40 to 120 °C, got -40.1",
         "pack_temperature: expected -40 to 120 °C, got 120.1"},
        {"mosfet_temperature", -400, 1500, "mosfet_temperature: expected -40 to 150 °C, got -40.1",
         "mosfet_temperature: expected -40 to 150 °C, got 150.1"},
        {"internal_resistance", 0, 10000, nullptr, "internal_resistance: expected 0 to 1000 mΩ, got 1000.1"},
        {"state_of_health", 0, 100, nullptr, "state_of_health: expected 0 to 100 %, got 101"},
        {"full_charge_capacity", 100, 65535, "full_charge_capacity: expected 1 to 655.35 Ah, got 0.99",
         nullptr},
        {"remaining_capacity", 0, 65535, nullptr, nullptr},
        {"cycle_count", 0, 20000, nullptr, "cycle_count: expected 0 to 20000, got 20001"},
    };
    const auto decode = [](const char* field, std::int32_t raw) {
        LiveDraft pack;
        EXPECT_TRUE(pack.draft.set_raw(field, raw));
        const auto record = pack.decode();
        return record ? Error{} : record.error();
    };
    for (const auto& range : ranges) {
        EXPECT_EQ(decode(range.field, range.low), Error{}) << range.field;
        EXPECT_EQ(decode(range.field, range.high), Error{}) << range.field;
        if (range.below != nullptr) {
            EXPECT_EQ(decode(range.field, range.low - 1), (Error{Errc::out_of_range, range.below}));
        }
        if (range.above != nullptr) {
            EXPECT_EQ(decode(range.field, range.high + 1), (Error{Errc::out_of_range, range.above}));
        }
    }
}

TEST(LiveValues, RangesOfCellsNameTheCell) {
    for (const auto& [raw, got] : {std::pair{1499, "1.499"}, std::pair{4501, "4.501"}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("cell_voltage", raw, 2));
        EXPECT_EQ(
            pack.decode().error(),
            (Error{Errc::out_of_range, std::string("cell_voltage 3: expected 1.5 to 4.5 V, got ") + got}));
    }
    for (const auto& [raw, got] : {std::pair{-401, "-40.1"}, std::pair{1201, "120.1"}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("cell_temperature", raw, 3));
        EXPECT_EQ(pack.decode().error(),
                  (Error{Errc::out_of_range,
                         std::string("cell_temperature 4: expected -40 to 120 °C, got ") + got}));
    }
}

TEST(LiveValues, CellsAddUpWithinHalfAVoltAndFiveMilliohms) {
    const auto decode = [](std::int32_t off_by_10mv, std::int32_t current) {
        LiveDraft pack(10, 4);  // 33.14 V
        EXPECT_TRUE(pack.draft.set_raw("pack_voltage", 3314 + off_by_10mv));
        EXPECT_TRUE(pack.draft.set_raw("pack_current", current));
        const auto record = pack.decode();
        return record ? Error{} : record.error();
    };
    EXPECT_EQ(decode(50, 0), Error{});
    EXPECT_EQ(decode(-50, 0), Error{});
    EXPECT_EQ(decode(51, 0).code, Errc::inconsistent);
    EXPECT_EQ(decode(-51, 0).code, Errc::inconsistent);
    EXPECT_EQ(decode(99, 10000), Error{});
    EXPECT_EQ(decode(-99, -10000), Error{});
    EXPECT_EQ(decode(101, 10000).code, Errc::inconsistent);
    EXPECT_EQ(decode(-101, -10000).code, Errc::inconsistent);
    EXPECT_EQ(decode(51, 0x7FFF).code, Errc::inconsistent) << "no current, no allowance";
    EXPECT_EQ(decode(-51, 0).where,
              "pack_voltage: expected the sum of the cells within 0.50 V, got 32.63 V and cells that are "
              "0.510 V off");
}

TEST(LiveValues, CellsOfAnyNumberAddUp) {
    // 1 cell of 1.5 V and 32 of 4.5 V are within what the layout allows.
    for (const auto& [cells, cell] : {std::pair<std::uint8_t, std::int32_t>{1, 1500}, {32, 4500}}) {
        LiveDraft pack(cells, 0);
        for (std::uint8_t i = 0; i < cells; ++i) ASSERT_TRUE(pack.draft.set_raw("cell_voltage", cell, i));
        ASSERT_TRUE(pack.draft.set_raw("pack_voltage", cells * cell / 10));
        const auto record = pack.decode();
        EXPECT_TRUE(record) << to_string(record.error());
    }
}

TEST(LiveValues, StateOfChargeAgainstCapacityNeverRefuses) {
    for (const auto soc : {0, 1000, 10000}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("state_of_charge", soc));
        EXPECT_TRUE(pack.decode()) << soc;
    }
}

/// Tian/Revov: the layout ends at r+20, SOC in whole percent.
Error as_revov(std::int32_t soc, std::int32_t remaining, std::size_t more = 0) {
    LiveDraft pack(16, 2);
    EXPECT_TRUE(pack.draft.set_raw("state_of_charge", soc));
    EXPECT_TRUE(pack.draft.set_raw("remaining_capacity", remaining));
    const auto record = pack.decode_first(pack.draft.encode().size() - 13 + more);
    return record ? Error{} : record.error();
}

TEST(LookAlike, AntraIsNamed) {
    const auto info = test::seed_info("42");
    const auto& live_data = dialect::daren::live_data;
    model::Decoder decoder;
    ASSERT_TRUE(decoder.decode(live_data, info));
    // Its system block: 33 bytes, whatever they say.
    for (const int filler : {0x00, 0x01, 0x10, 0xFF}) {
        std::vector<std::uint8_t> both(33, static_cast<std::uint8_t>(filler));
        both.insert(both.end(), info.begin(), info.end());
        const auto record = decoder.decode(live_data, both);
        ASSERT_FALSE(record);
        EXPECT_EQ(record.error().code, Errc::look_alike) << record.error().where;
        EXPECT_TRUE(record.error().where.starts_with("Antra")) << record.error().where;
        both.pop_back();
        EXPECT_NE(decoder.decode(live_data, both).error().code, Errc::look_alike);
    }
}

TEST(LookAlike, TianRevovIsNamed) {
    const Error named{Errc::look_alike, "Tian/Revov: SOC in whole percent; this firmware is not supported"};
    LiveDraft pack(16, 2);
    EXPECT_EQ(2 * (pack.draft.encode().size() - 13), 0x0A4U) << "LENID of protocol 11.3";
    EXPECT_EQ(as_revov(67, 5360), named);
    EXPECT_EQ(as_revov(100, 8000), named);
    EXPECT_EQ(as_revov(65, 5360), named);
    EXPECT_EQ(as_revov(69, 5360), named);
    EXPECT_EQ(as_revov(64, 5360), Error{}) << "fits neither";
    EXPECT_EQ(as_revov(6700, 5360), Error{}) << "hundredths";
    EXPECT_EQ(as_revov(1, 80), Error{}) << "1 %: 0.01 % fits as well";
    EXPECT_EQ(as_revov(0, 0), Error{}) << "empty reads the same in both";
    EXPECT_EQ(as_revov(67, 5360, 13), Error{}) << "the layout does not end at r+20";
}

TEST(LookAlike, Eg4IsRefusedByItsHeader) {
    // Source: protocol 11.3; the frame is the head of a published capture.
    const auto& dialect = dialect::daren::dialect;
    wire::Frame frame;
    frame.version = 0x20;
    EXPECT_EQ(dialect::check_header(dialect, frame),
              (Error{Errc::look_alike,
                     "VER: expected 22, got 20; an EG4 LifePower or its kin, which is not supported"}));
    frame.device = 0x46;
    EXPECT_EQ(dialect::check_header(dialect, frame),
              (Error{Errc::wrong_version, "VER: expected 22, got 20"}));
    frame.version = 0x22;
    EXPECT_EQ(dialect::check_header(dialect, frame),
              (Error{Errc::wrong_device, "CID1: expected 4A, got 46"}));
    frame.device = 0x4A;
    EXPECT_FALSE(dialect::check_header(dialect, frame));
}

TEST(LiveMasks, CoverThirtyTwoCells) {
    for (const auto* field : {"cell_overvoltage_protection", "cell_undervoltage_protection",
                              "cell_overvoltage_alarm", "cell_undervoltage_alarm", "cell_balancing"}) {
        for (unsigned bit = 0; bit < 32; ++bit) {
            LiveDraft pack(32, 4);
            ASSERT_TRUE(pack.draft.set_mask(field, 1U << bit));
            const auto record = pack.decode();
            ASSERT_TRUE(record);
            const auto json = fields(*record);
            EXPECT_EQ(json[field], (nlohmann::json{{"raw", 1U << bit}, {"cells", {bit + 1}}}));
            std::size_t set = 0;
            for (const auto& value : json)
                set += value.is_object() && value.contains("cells") && value["raw"] != 0;
            EXPECT_EQ(set, 1U);
        }
    }
}

}  // namespace
}  // namespace packwire
