// SPDX-License-Identifier: MIT
#include "model/record.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "model/format.hpp"
#include "model/sample.hpp"

namespace packwire::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes sample_bytes() {
    return {sample::bytes.begin(), sample::bytes.end()};
}

class RecordTest : public testing::Test {
protected:
    Record decoded(const Bytes& info) {
        auto record = decoder.decode(sample::service, info);
        EXPECT_TRUE(record) << to_string(record.error());
        return record ? *record : Record{};
    }
    Error refused(const Bytes& info) {
        const auto record = decoder.decode(sample::service, info);
        EXPECT_FALSE(record);
        return record ? Error{} : record.error();
    }
    static std::size_t place(const Record& record, std::string_view field) {
        return record.layout().find(field).first;
    }
    Decoder decoder;
};

TEST_F(RecordTest, ReadsEveryKindOfField) {
    const auto info = sample_bytes();
    const auto record = decoded(info);
    EXPECT_EQ(record.variant(), "plain");
    EXPECT_EQ(record.size(), 14U);
    EXPECT_DOUBLE_EQ(record.value(metric("pack_voltage")).value(), 53.12);
    EXPECT_DOUBLE_EQ(record.value(metric("cell_temperature"), 0).value(), 26.0);
    EXPECT_DOUBLE_EQ(record.value(metric("cell_temperature"), 1).value(), -10.0);
    EXPECT_FALSE(record.value(metric("cell_temperature"), 2));
    EXPECT_DOUBLE_EQ(record.value(metric("total_charge_capacity")).value(), 4294967294.0);
    EXPECT_EQ(record.bits(place(record, "word")), 0x8021U);
    EXPECT_EQ(record.bits(place(record, "mask")), 0x80028001U);
    EXPECT_EQ(record.text(place(record, "label")), "T1");
    EXPECT_EQ(record.text(place(record, "version")), "1.5.10");
    EXPECT_EQ(record.text(place(record, "made")), "2025-09-24");
    EXPECT_DOUBLE_EQ(record.value(metric("state_of_health")).value(), 80);
    EXPECT_TRUE(record.surplus().empty());
    EXPECT_EQ(encode(record), info);
    EXPECT_FALSE(record.value(metric("pack_current"))) << "the table does not have it";
    EXPECT_TRUE(record.raw(metric("pack_current")).empty());
}

TEST_F(RecordTest, EveryShortTailIsReadAndNothingShorter) {
    const auto whole = sample_bytes();
    const auto required = whole.size() - 3;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes info(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        if (size < required) {
            EXPECT_EQ(refused(info).code, Errc::bad_layout) << size;
            continue;
        }
        const auto record = decoded(info);
        EXPECT_EQ(encode(record), info) << size;
        EXPECT_EQ(record.bits(place(record, "mask")), size < required + 2 ? 0x8001U : 0x80028001U);
        EXPECT_EQ(record.surplus().size(), size == required + 1 ? 1U : 0U);
        EXPECT_FALSE(record.value(metric("state_of_health")));
    }
}

TEST_F(RecordTest, SurplusIsKept) {
    auto info = sample_bytes();
    info.insert(info.end(), {0xAA, 0xBB});
    const auto record = decoded(info);
    ASSERT_EQ(record.surplus().size(), 2U);
    EXPECT_EQ(record.surplus()[1], 0xBB);
    EXPECT_EQ(encode(record), info);
}

TEST_F(RecordTest, SentinelsAreNotMeasured) {
    auto info = sample_bytes();
    info[1] = 0x7F, info[2] = 0xFF;
    info[6] = 0x7F, info[7] = 0xFF;
    info[24] = info[25] = info[26] = 0xFF;
    info.back() = 0x7F;
    const auto record = decoded(info);
    EXPECT_FALSE(record.value(metric("pack_voltage")));
    EXPECT_TRUE(record.value(metric("cell_temperature"), 0));
    EXPECT_FALSE(record.value(metric("cell_temperature"), 1));
    EXPECT_FALSE(record.value(metric("state_of_health")));
    EXPECT_FALSE(record.valid(place(record, "made")));
    EXPECT_EQ(record.text(place(record, "made")), "");
    EXPECT_EQ(encode(record), info);
}

TEST_F(RecordTest, TextLosesAllThreePaddings) {
    auto info = sample_bytes();
    const auto text_of = [&](std::array<std::uint8_t, 4> text) {
        std::ranges::copy(text, info.begin() + 17);
        const auto record = decoded(info);
        EXPECT_EQ(encode(record), info);
        return record.text(place(record, "label"));
    };
    EXPECT_EQ(text_of({'A', 'B', 'C', 'D'}), "ABCD");
    EXPECT_EQ(text_of({'A', 0xFF, 0x00, 0x20}), "A");
    EXPECT_EQ(text_of({' ', 'A', ' ', ' '}), " A");
    EXPECT_EQ(text_of({'A', 0x00, 'B', 0x00}), std::string("A\0B", 3));
    EXPECT_EQ(text_of({0xFF, 0xFF, 0xFF, 0xFF}), "");
}

TEST_F(RecordTest, OtherScaleHoldsForItsFieldsOnly) {
    auto info = sample_bytes();
    info[1] = 0x15, info[2] = 0xB3;  // 5555
    const auto record = decoded(info);
    EXPECT_EQ(record.variant(), "shifted");
    EXPECT_DOUBLE_EQ(record.value(metric("pack_voltage")).value(), 55.55);
    EXPECT_DOUBLE_EQ(record.value(metric("cell_temperature"), 1).value(), -150.0);
}

TEST_F(RecordTest, RefusalsNameThePlace) {
    auto info = sample_bytes();
    info[0] = 0x5B;
    EXPECT_EQ(refused(info), (Error{Errc::bad_layout, "service 5A: echo: expected 5A, got 5B"}));
    info = sample_bytes();
    info[3] = 5;
    EXPECT_EQ(refused(info),
              (Error{Errc::bad_layout, "service 5A: the counts in 30 bytes of INFO fit no table"}));
    info = sample_bytes();
    info[1] = 0x17, info[2] = 0x71;
    EXPECT_EQ(refused(info), (Error{Errc::out_of_range, "voltage: expected 10 to 60 V, got 60.01"}));
    info = sample_bytes();
    info[1] = 0x05, info[2] = 0x21;
    EXPECT_EQ(refused(info), (Error{Errc::inconsistent, "voltage: expected no 13.13 V"}));
}

TEST_F(RecordTest, EqualMeansLayoutAndValues) {
    const auto info = sample_bytes();
    auto other = info;
    EXPECT_EQ(decoded(info), decoded(other));
    other[14] = 0;
    EXPECT_FALSE(decoded(info) == decoded(other));
    auto copy = decoded(info);
    const auto& same = copy;
    copy = same;
    EXPECT_EQ(copy, decoded(info));
}

TEST_F(RecordTest, RequestCarriesTheAddress) {
    EXPECT_EQ(encode_request(sample::service, 5), (Bytes{5, 7}));
}

TEST_F(RecordTest, DraftBuildsWhatDecodesBack) {
    Draft draft(decoder.layouts(), sample::service, sample::variants[0], {2});
    EXPECT_TRUE(draft.set("voltage", 53.12));
    EXPECT_TRUE(draft.set("temperature", 26.0, 0));
    EXPECT_TRUE(draft.set("temperature", -10.0, 1));
    EXPECT_TRUE(draft.set_raw("total", -2));
    EXPECT_TRUE(draft.set_raw("word", 0x8021));
    EXPECT_TRUE(draft.set_raw("switch", 1));
    EXPECT_TRUE(draft.set_mask("mask", 0x80028001));
    EXPECT_TRUE(draft.set_text("label", "T1", ' '));
    EXPECT_TRUE(draft.set_raw("version", 0x01050A));
    EXPECT_TRUE(draft.set_raw("made", 0x190918));
    EXPECT_TRUE(draft.set("health", 80));
    auto expected = sample_bytes();
    expected[20] = 0x20;
    EXPECT_EQ(draft.encode(), expected);
    EXPECT_EQ(draft.record().text(draft.record().layout().find("made").first), "2025-09-24");

    EXPECT_FALSE(draft.set("voltage", 1, 1)) << "one place only";
    EXPECT_FALSE(draft.set("temperature", 1, 2)) << "two sensors only";
    EXPECT_FALSE(draft.set_raw("nothing", 1));
    EXPECT_FALSE(draft.set_text("nothing", ""));
    EXPECT_FALSE(draft.set_mask("nothing", 1));
}

TEST_F(RecordTest, DraftKeepsWithinTheWire) {
    Draft draft(decoder.layouts(), sample::service, sample::variants[0], {1});
    const auto raw = [&](std::string_view field, double value) {
        EXPECT_TRUE(draft.set(field, value));
        return draft.record().raw()[draft.record().layout().find(field).first];
    };
    EXPECT_EQ(raw("voltage", 1e9), 0xFFFF);
    EXPECT_EQ(raw("voltage", -1), 0);
    EXPECT_EQ(raw("temperature", 1e9), 0x7FFF);
    EXPECT_EQ(raw("temperature", -1e9), -0x8000);
    EXPECT_EQ(raw("temperature", -0.06), -1);
    EXPECT_EQ(raw("health", 300), 0xFF);
    EXPECT_TRUE(draft.set_text("label", "longer than four"));
    EXPECT_EQ(draft.record().text(draft.record().layout().find("label").first), "long");
}

TEST_F(RecordTest, LayoutsAreMadeOnceAndStay) {
    std::vector<const Layout*> first;
    for (int round = 0; round < 3; ++round) {
        for (std::uint8_t sensors = 0; sensors <= 200; ++sensors) {
            const auto& layout = decoder.layouts().get(sample::service, sample::variants[0], {sensors});
            if (round == 0) first.push_back(&layout);
            EXPECT_EQ(&layout, first[sensors]);
            EXPECT_EQ(layout.size(), 26U + 2U * sensors);
        }
    }
}

// What only some tables need: lists of fixed length, opaque bytes, a field to the end, tables told apart by a
// predicate, values in hundreds.
constexpr auto plain_fields = std::to_array<Field>({
    {.name = "kind", .wire = Wire::u8},
    {.name = "pair", .wire = Wire::u8, .fixed = 2},
    {.name = "opaque", .wire = Wire::bytes, .width = 2},
    {.name = "rate", .scale = {.times = 100}, .unit = "bit/s", .min = 1200, .max = 115200},
    {.name = "rest", .wire = Wire::text, .width = 4, .to_end = true},
});
constexpr auto bare_fields = std::to_array<Field>({
    {.name = "kind", .wire = Wire::u8},
    {.name = "all", .wire = Wire::bytes, .width = 6, .to_end = true},
});
constexpr bool is_bare(std::span<const std::uint8_t> info) {
    return info[0] == 0xBB;
}
constexpr bool is_not_bare(std::span<const std::uint8_t> info) {
    return !is_bare(info);
}
constexpr auto both =
    std::to_array<Variant>({{"plain", plain_fields, &is_not_bare}, {"bare", bare_fields, &is_bare}});
constexpr Service loose{
    .code = "5B", .name = "loose", .request = {}, .variants = both, .source = "", .evidence = ""};
static_assert(well_formed(loose));
static_assert(!shape_of(std::to_array<Field>({{.name = "a", .wire = Wire::text, .width = 1, .to_end = true},
                                              {.name = "b"}}))
                   .well_formed,
              "nothing follows what goes to the end");

std::string json(const Record& record) {
    std::string text;
    append_fields_json(text, record);
    return text;
}

TEST(LooseTables, TakeWhatIsThere) {
    Decoder decoder;
    const Bytes info{1, 2, 3, 0xAB, 0x0C, 0x00, 0xC0, 'a', 'b', 'c', 'd', 'e', 0};
    for (std::size_t size = 7; size <= info.size(); ++size) {
        const Bytes some(info.begin(), info.begin() + static_cast<std::ptrdiff_t>(size));
        const auto record = decoder.decode(loose, some);
        ASSERT_TRUE(record) << size;
        EXPECT_EQ(record->variant(), "plain");
        EXPECT_TRUE(record->surplus().empty());
        EXPECT_EQ(encode(*record), some);
        const std::string rest(info.begin() + 7,
                               info.begin() + static_cast<std::ptrdiff_t>(std::min(size, info.size() - 1)));
        EXPECT_EQ(json(*record),
                  R"({"kind":1,"pair":[2,3],"opaque":"AB0C","rate":19200,"rest":")" + rest + "\"}");
    }
    EXPECT_FALSE(decoder.decode(loose, Bytes(info.begin(), info.begin() + 6)));
}

TEST(LooseTables, ArePickedByTheirPredicate) {
    Decoder decoder;
    const Bytes info{0xBB, 2, 3, 0xAB, 0x0C, 0x00, 0xC0};
    const auto record = decoder.decode(loose, info);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->variant(), "bare");
    EXPECT_EQ(json(*record), R"({"kind":187,"all":"0203AB0C00C0"})");
    EXPECT_EQ(encode(*record), info);
}

TEST(LooseTables, AreDraftedAtTheirUsualLength) {
    Layouts layouts;
    Draft draft(layouts, loose, both[0]);
    EXPECT_TRUE(draft.set("rate", 9600));
    EXPECT_TRUE(draft.set("pair", 7, 1));
    EXPECT_TRUE(draft.set_text("rest", "ok"));
    EXPECT_FALSE(draft.set("pair", 7, 2));
    EXPECT_EQ(draft.encode(), (Bytes{0, 0, 7, 0, 0, 0, 96, 'o', 'k', ' ', ' '}));
}

}  // namespace
}  // namespace packwire::model
