// SPDX-License-Identifier: MIT
#include "model/format.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>

#include "model/sample.hpp"

namespace packwire::model {
namespace {

TEST(Number, HasTheDigitsOfTheWire) {
    struct Case {
        std::int64_t raw;
        Scale scale;
        const char* text;
    };
    constexpr Case cases[] = {
        {0, {}, "0"},
        {-5, {}, "-5"},
        {65535, {}, "65535"},
        {4294967295, {}, "4294967295"},
        {115, {.per = 1, .bias = -50}, "65"},
        {45, {.per = 1, .bias = -50}, "-5"},
        {0, {.per = 10}, "0.0"},
        {260, {.per = 10}, "26.0"},
        {-1, {.per = 10}, "-0.1"},
        {-400, {.per = 10}, "-40.0"},
        {-32768, {.per = 10}, "-3276.8"},
        {4294967295, {.per = 10}, "429496729.5"},
        {0, {.per = 100}, "0.00"},
        {6700, {.per = 100}, "67.00"},
        {5312, {.per = 100}, "53.12"},
        {7, {.per = 100}, "0.07"},
        {-7, {.per = 100}, "-0.07"},
        {-10, {.per = 100}, "-0.10"},
        {-1396, {.per = 100}, "-13.96"},
        {3329, {.per = 1000}, "3.329"},
        {3000, {.per = 1000}, "3.000"},
        {1, {.per = 1000}, "0.001"},
        {-1005, {.per = 1000}, "-1.005"},
        {20, {.per = 10000}, "0.0020"},
    };
    for (const auto& test : cases) EXPECT_EQ(number(test.raw, test.scale), test.text);
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

TEST(JsonString, EscapesWhatMustBe) {
    EXPECT_EQ(json_string(""), R"("")");
    EXPECT_EQ(json_string("JD2M02150860 1"), R"("JD2M02150860 1")");
    EXPECT_EQ(json_string("a\"b\\c/"), R"("a\"b\\c/")");
    EXPECT_EQ(json_string(std::string_view("\0\n\x1F\x7E\x7F\x80\xFF", 7)),
              R"("\u0000\u000a\u001f~\u007f\u0080\u00ff")");
}

TEST(JsonString, IsReadBackByOthers) {
    for (int i = 0; i < 256; ++i) {
        const std::string text(1, static_cast<char>(i));
        const auto parsed = nlohmann::json::parse(json_string(text));
        const auto back = parsed.get<std::string>();  // UTF-8
        if (i < 0x80) {
            EXPECT_EQ(back, text);
        } else {
            EXPECT_EQ(back.size(), 2U) << i;
        }
    }
}

class Format : public testing::Test {
protected:
    std::string json(std::span<const std::uint8_t> info) {
        const auto record = decoder.decode(sample::service, info);
        EXPECT_TRUE(record);
        std::string out;
        if (record) append_fields_json(out, *record);
        EXPECT_TRUE(nlohmann::json::accept(out)) << out;
        return out;
    }
    Decoder decoder;
};

TEST_F(Format, EveryKindOfField) {
    EXPECT_EQ(json(sample::bytes),
              R"({"echo":90,"voltage":53.12,"sensors":2,"temperature":[26.0,-10.0],"total":4294967294,)"
              R"("word":{"raw":32801,"flags":["hot_protection","asleep"],"mode":2},"switch":1,)"
              R"("mask":{"raw":2147647489,"cells":[1,16,18,32]},"label":"T1","version":"1.5.10",)"
              R"("made":"2025-09-24","health":80})");
}

TEST_F(Format, InvalidIsNullAndMissingIsAbsent) {
    auto info = sample::bytes;
    info[1] = 0x7F, info[2] = 0xFF;
    info[6] = 0x7F, info[7] = 0xFF;
    info[24] = info[25] = info[26] = 0xFF;
    info[29] = 0x7F;
    const auto text = json(std::span(info).first(info.size() - 3));
    EXPECT_EQ(text.find("health"), std::string::npos);
    const auto parsed = nlohmann::json::parse(text);
    EXPECT_TRUE(parsed["voltage"].is_null());
    EXPECT_TRUE(parsed["temperature"][1].is_null());
    EXPECT_TRUE(parsed["made"].is_null());
    EXPECT_EQ(parsed["mask"]["cells"], (nlohmann::json{1, 16}));
}

TEST_F(Format, NoSensorsIsAnEmptyList) {
    Draft draft(decoder.layouts(), sample::service, sample::variants[0], {0});
    ASSERT_TRUE(draft.set("voltage", 50));
    const auto info = draft.encode();
    EXPECT_EQ(nlohmann::json::parse(json(info)).at("temperature"), nlohmann::json::array());
}

TEST_F(Format, RowsForPeople) {
    const auto text_of = [&](std::span<const std::uint8_t> info, std::string_view field) {
        const auto record = decoder.decode(sample::service, info);
        EXPECT_TRUE(record);
        for (const auto& row : field_texts(*record)) {
            if (row.name == field) return row.value;
        }
        return std::string("no such row");
    };
    EXPECT_EQ(text_of(sample::bytes, "voltage"), "53.12 V");
    EXPECT_EQ(text_of(sample::bytes, "temperature"), "26.0 -10.0 °C");
    EXPECT_EQ(text_of(sample::bytes, "word"), "8021 hot_protection, asleep, mode 2");
    EXPECT_EQ(text_of(sample::bytes, "switch"), "1 on");
    EXPECT_EQ(text_of(sample::bytes, "mask"), "1 16 18 32");
    EXPECT_EQ(text_of(sample::bytes, "label"), "T1");
    auto info = sample::bytes;
    info[12] = info[13] = 0;
    info[14] = 2;
    info[15] = info[16] = info[27] = info[28] = 0;
    std::ranges::fill(std::span(info).subspan(17, 4), 0xFF);
    EXPECT_EQ(text_of(info, "word"), "0000");
    EXPECT_EQ(text_of(info, "switch"), "2");
    EXPECT_EQ(text_of(info, "mask"), "none");
    EXPECT_EQ(text_of(info, "label"), "not set");
}

}  // namespace
}  // namespace packwire::model
