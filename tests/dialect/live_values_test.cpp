// SPDX-License-Identifier: MIT
/// Values of 42: units, sentinels, ranges, and what contradicts itself. Source: protocol 3.1, 11.3; bank 8.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dialect/dialect.hpp"
#include "dialect/live.hpp"
#include "model/format.hpp"
#include "model/remark.hpp"
#include "model/snapshot.hpp"
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

/// What is said of the pack's record; "refused" when it has none.
std::string remark(LiveDraft& pack) {
    const auto record = pack.decode();
    if (!record) return "refused";
    const auto remarks = model::remarks(*record);
    EXPECT_LE(remarks.size(), 1U);
    return remarks.empty() ? "" : remarks.front().where;
}

TEST(LiveValues, OutOfTheRangeOfTheDocumentIsUnknownAndRefusesNothing) {
    // Source: protocol 3.1, column "plausible"; nullptr where the wire cannot carry it.
    constexpr Range ranges[] = {
        {"ambient_temperature", -400, 1200, "ambient_temperature: expected -40 to 120 °C, got -40.1",
         "ambient_temperature: expected -40 to 120 °C, got 120.1"},
        {"pack_temperature", -400, 1200, "pack_temperature: expected -40 to 120 °C, got -40.1",
         "pack_temperature: expected -40 to 120 °C, got 120.1"},
        {"mosfet_temperature", -400, 1500, "mosfet_temperature: expected -40 to 150 °C, got -40.1",
         "mosfet_temperature: expected -40 to 150 °C, got 150.1"},
        {"pack_current", -32700, 32700, "pack_current: expected -327 to 327 A, got -327.01",
         "pack_current: expected -327 to 327 A, got 327.01"},
        {"internal_resistance", 0, 10000, nullptr, "internal_resistance: expected 0 to 1000 mΩ, got 1000.1"},
        {"state_of_health", 80, 105, nullptr, "state_of_health: expected 0 to 100 %, got 106"},
        {"full_charge_capacity", 5360, 5360, nullptr, nullptr},
        {"remaining_capacity", 5360, 5360, nullptr, nullptr},
        {"cycle_count", 0, 20000, nullptr, "cycle_count: expected 0 to 20000, got 20001"},
    };
    for (const auto& range : ranges) {
        for (const auto& [raw, where] :
             {std::pair{range.low - 1, range.below}, {range.high + 1, range.above}}) {
            if (where == nullptr) continue;
            LiveDraft pack;
            ASSERT_TRUE(pack.draft.set_raw(range.field, raw));
            EXPECT_EQ(remark(pack), where);
            auto json = fields(*pack.decode());
            EXPECT_TRUE(json[range.field].is_null()) << range.field;
            EXPECT_EQ(model::encode(*pack.decode()), pack.info);
            LiveDraft healthy;
            auto others = fields(*healthy.decode());
            for (auto* fields_of : {&json, &others}) fields_of->erase(range.field);
            EXPECT_EQ(json, others) << range.field << ": no other value is touched";
        }
        for (const auto raw : {range.low, range.high}) {
            LiveDraft pack;
            ASSERT_TRUE(pack.draft.set_raw(range.field, raw));
            const auto record = pack.decode();
            ASSERT_TRUE(record) << range.field << to_string(record.error());
            EXPECT_TRUE(record->value(record->slot(record->layout().find(range.field).first).field->metric));
        }
    }
}

TEST(LiveValues, FieldsThatFirmwareHasNoValueFor) {
    // Public reports: FFFF and 7FFF where there is no sentinel, -50 °C, 2550 °C, 273.1 °C and 255 °C where no
    // sensor is, the most negative word, SOH of 128 %.
    constexpr std::pair<const char*, std::int32_t> odd[] = {
        {"cycle_count", 0xFFFF},         {"internal_resistance", 0x7FFF}, {"internal_resistance", 0xFFFF},
        {"cell_temperature", -500},      {"cell_temperature", 25500},     {"cell_temperature", 2731},
        {"cell_temperature", 2550},      {"cell_temperature", -0x8000},   {"cell_temperature", -401},
        {"mosfet_temperature", -1},      {"pack_current", -0x8000},       {"state_of_health", 128},
        {"state_of_health", 0xFFFF},     {"state_of_charge", 0xFFFF},     {"full_charge_capacity", 0},
        {"ambient_temperature", -0x8000}};
    for (const auto& [field, raw] : odd) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw(field, raw));
        const auto record = pack.decode();
        ASSERT_TRUE(record) << field << ' ' << raw << ' ' << to_string(record.error());
        const auto slot = record->layout().find(field).first;
        const bool plausible = std::string_view(field) == "mosfet_temperature";
        EXPECT_EQ(record->valid(slot), plausible) << field << ' ' << raw;
        EXPECT_EQ(remark(pack).empty(), plausible) << field << ' ' << raw;
    }
}

TEST(LiveValues, ALittleMoreThanTheRatingIsAllThereIs) {
    for (const auto& [field, per] : {std::pair{"state_of_health", 1}, {"state_of_charge", 100}}) {
        for (const int percent : {101, 103, 105}) {
            LiveDraft pack;
            ASSERT_TRUE(pack.draft.set_raw("remaining_capacity", 8000));
            ASSERT_TRUE(pack.draft.set_raw(field, percent * per));
            const auto record = pack.decode();
            ASSERT_TRUE(record);
            EXPECT_EQ(fields(*record)[field], 100) << field << percent;
            const auto slot = record->layout().find(field).first;
            EXPECT_EQ(record->value(slot), 100.0);
            const auto remarks = model::remarks(*record);
            ASSERT_FALSE(remarks.empty());
            EXPECT_EQ(remarks.front().kind, model::Remark::Kind::taken);
        }
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw(field, 106 * per));
        EXPECT_TRUE(fields(*pack.decode())[field].is_null()) << field;
    }
}

TEST(LiveValues, StateOfChargeAndCapacitiesThatDisagreeAreARemark) {
    for (const auto& [soc, remaining, words] :
         {std::tuple{10000, 3040,
                     "state_of_charge: expected 38 % by remaining and full-charge capacity, got 100 %"},
          {0, 5360, "state_of_charge: expected 67 % by remaining and full-charge capacity, got 0 %"},
          {10000, 7200, ""},
          {6000, 5360, ""}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("state_of_charge", soc));
        ASSERT_TRUE(pack.draft.set_raw("remaining_capacity", remaining));
        EXPECT_EQ(remark(pack), words);
        EXPECT_EQ(fields(*pack.decode())["state_of_charge"], soc / 100.0) << "shown as it came";
    }
}

TEST(LiveValues, CellsProveTheFrameAndRefuseIt) {
    for (const auto& [raw, got] : {std::pair{1499, "1.499"}, std::pair{4501, "4.501"}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("cell_voltage", raw, 2));
        EXPECT_EQ(
            pack.decode().error(),
            (Error{Errc::out_of_range, std::string("cell_voltage 3: expected 1.5 to 4.5 V, got ") + got}));
    }
    for (const auto& [raw, got] : {std::pair{99, "0.99"}, std::pair{15001, "150.01"}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("pack_voltage", raw));
        EXPECT_EQ(pack.decode().error(),
                  (Error{Errc::out_of_range, std::string("pack_voltage: expected 1 to 150 V, got ") + got}));
    }
}

TEST(LiveValues, ACellThatIsNotMeasuredIsWhatTheOthersLeave) {
    // 16 cells; `left` mV of the pack voltage for those that say 7FFF.
    const auto decode = [](std::size_t missing, std::int32_t left) {
        LiveDraft pack(16, 4);
        std::int32_t sum = left;
        for (std::size_t i = 0; i < 16; ++i) {
            const bool gone = i >= 3 && i < 3 + missing;
            EXPECT_TRUE(pack.draft.set_raw("cell_voltage", gone ? 0x7FFF : 3300, i));
            sum += gone ? 0 : 3300;
        }
        EXPECT_TRUE(pack.draft.set_raw("pack_voltage", sum / 10));
        EXPECT_TRUE(pack.draft.set_raw("pack_current", 0));
        const auto record = pack.decode();
        return record ? Errc{} : record.error().code;
    };
    EXPECT_EQ(decode(1, 3300), Errc{});
    EXPECT_EQ(decode(1, 3650), Errc{});
    EXPECT_EQ(decode(1, 2000), Errc{});
    EXPECT_EQ(decode(1, 0), Errc::inconsistent) << "no cell has 0 V and works";
    EXPECT_EQ(decode(1, 990), Errc::inconsistent);
    EXPECT_EQ(decode(1, 5010), Errc::inconsistent);
    EXPECT_EQ(decode(1, -3300), Errc::inconsistent);
    EXPECT_EQ(decode(2, 6600), Errc{});
    EXPECT_EQ(decode(2, 3300), Errc{}) << "1.65 V each";
    EXPECT_EQ(decode(2, 2000), Errc::inconsistent);
    EXPECT_EQ(decode(13, 13 * 3300), Errc{});
    EXPECT_EQ(decode(13, 6 * 3300), Errc{});
    EXPECT_EQ(decode(13, 5 * 3300), Errc::inconsistent);
}

TEST(LiveValues, WhatNoCellHasIsNoNumberWhenItIsBelieved) {
    for (const auto& [raw, value] : {std::pair{0, 0.0},
                                     {1400, 1.4},
                                     {4600, 4.6},
                                     {5000, 5.0},
                                     {5001, -1.0},
                                     {0x8000, -1.0},
                                     {0xFFFF, -1.0}}) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("cell_voltage", raw, 2));
        ASSERT_FALSE(pack.decode());
        model::Record record;
        ASSERT_TRUE(pack.decoder.read(test::live(), pack.info, record));
        model::Snapshot snapshot;
        snapshot.update(record, {});
        const auto cell = snapshot.value(metric("cell_voltage"), 2);
        EXPECT_EQ(cell.value_or(-1), value) << raw;
        EXPECT_TRUE(snapshot.out_of_range(metric("cell_voltage"), 2)) << raw;
        EXPECT_TRUE(snapshot.contradicts()) << raw;
        EXPECT_LE(snapshot.value(metric("cell_voltage.max")).value(), 5.0);
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
