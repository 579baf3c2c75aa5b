// SPDX-License-Identifier: MIT
/// Every golden file, there and back; and every request and frame that protocol.md prints.
#include "support/golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/format.hpp"
#include "wire/frame.hpp"

namespace packwire {
namespace {

using dialect::daren::dialect;

class Golden : public testing::TestWithParam<std::filesystem::path> {
protected:
    test::Golden golden = test::read_golden(GetParam());
    [[nodiscard]] const model::Service* asked() const {
        const auto request = wire::decode(golden.request);
        return request ? dialect::requested_service(dialect, *request) : nullptr;
    }
};

TEST_P(Golden, RequestNamesItsServiceAndEncodesBack) {
    const auto request = wire::decode(golden.request);
    ASSERT_TRUE(request) << to_string(request.error());
    EXPECT_FALSE(dialect::check_header(dialect, *request));
    EXPECT_TRUE(dialect::is_request(*request));
    EXPECT_EQ(wire::encode(*request), golden.request);

    const auto* service = dialect::requested_service(dialect, *request);
    ASSERT_NE(service, nullptr);
    EXPECT_EQ(service->code, golden.service);
    EXPECT_EQ(wire::encode(dialect::make_request(dialect, *service, request->address)), golden.request);
}

TEST_P(Golden, ResponseDecodesAndEncodesBack) {
    const auto response = wire::decode(golden.response);
    ASSERT_TRUE(response) << to_string(response.error());
    EXPECT_FALSE(dialect::check_header(dialect, *response));
    EXPECT_FALSE(dialect::is_request(*response));
    EXPECT_EQ(wire::encode(*response), golden.response);

    const auto* service = asked();
    ASSERT_NE(service, nullptr);
    EXPECT_EQ(response->code, service->answer_code);
    model::Decoder decoder;
    const auto record = decoder.decode(*service, response->info());
    ASSERT_TRUE(record) << to_string(record.error());
    std::string json;
    model::append_fields_json(json, *record);
    EXPECT_EQ(json, golden.fields);
    EXPECT_TRUE(record->surplus().empty());

    const auto info = model::encode(*record);
    EXPECT_TRUE(std::ranges::equal(info, response->info()));
    EXPECT_EQ(wire::encode(dialect::make_answer(dialect, response->address, info, service->answer_code)),
              golden.response);
}

TEST_P(Golden, ResponseIsRecognisedWithoutItsRequest) {
    const auto response = wire::decode(golden.response);
    ASSERT_TRUE(response);
    model::Decoder decoder;
    const auto* wanted = asked();
    ASSERT_NE(wanted, nullptr);
    const auto record = decoder.decode(*wanted, response->info());
    ASSERT_TRUE(record);
    const auto* service = dialect::recognise(decoder, dialect, *response);
    if (wanted->tell_tale != nullptr && !wanted->tell_tale(*record)) {
        EXPECT_NE(service, wanted) << "too loose to be told";
    } else {
        EXPECT_EQ(service, wanted);
    }
}

TEST_P(Golden, NamesItsSource) {
    EXPECT_NE(golden.source.find("protocol.md"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Files, Golden, testing::ValuesIn(test::golden_files()),
                         [](const auto& file) { return test::test_name(file.param); });

struct Request {
    const char* service;
    std::uint8_t address;
    const char* frame;
};

TEST(Requests, AreThoseOfTheDocument) {
    // Source: protocol 5.2, 5.3, 11.1.
    constexpr Request requests[] = {
        {"42", 1, "~22014A42E00201FD28"},
        {"42", 2, "~22024A42E00202FD26"},
        {"43", 1, "~22014A430000FD9F"},
        {"44", 1, "~22014A44E00201FD26"},
        {"47", 1, "~22014A47E00201FD23"},
        {"4B", 1, "~22014A4BC0040001FCB8"},
        {"4C", 1, "~22014A4CC0040001FCB7"},
        {"4D", 1, "~22014A4D0000FD8E"},
        {"4F", 1, "~22014A4F0000FD8C"},
        {"50", 1, "~22014A500000FDA1"},
        {"50", 0, "~22004A500000FDA2"},
        {"50", 1, "~22014A50C0040104FCC5"},
        {"51", 1, "~22014A510000FDA0"},
        {"80", 1, "~22014A80E00201FD26"},
        {"83", 1, "~22014A83C0040101FCC2"},
        {"84", 1, "~22014A84E00201FD22"},
        {"8A", 1, "~22014A8AE00201FD15"},
        {"8C", 1, "~22014A8CE00201FD13"},
        {"8E", 1, "~22014A8EE00201FD11"},
        {"A0/1", 1, "~22014AA0600A0101010600FB95"},
        {"B0/1", 1, "~22014AB0600A010101FF00FB6E"},
        {"B0/2", 1, "~22014AB0600A010102FF00FB6D"},
        {"B0/3", 1, "~22014AB0600A010103FF00FB6C"},
        {"B0/4", 1, "~22014AB0600A010104FF00FB6B"},
        {"B0/4", 0, "~22004AB0600A000104FF00FB6D"},
    };
    for (const auto& request : requests) {
        const auto services = dialect::find_services(dialect, request.service);
        EXPECT_TRUE(std::ranges::any_of(services, [&](const model::Service* service) {
            return wire::encode(dialect::make_request(dialect, *service, request.address)) ==
                   std::string(request.frame) + '\r';
        })) << request.service;
    }
}

// Source: protocol 5.2, 5.3 and the requests of 3.x; of services that have no table (yet), too.
constexpr const char* frames[] = {
    "~22014A430000FD9F",
    "~22014A44E00201FD26",
    "~22014A45C0040105FCC0",
    "~22014A45C0040100FCC5",
    "~22014A45C0040106FCBF",
    "~22014A45C00401F0FCAF",
    "~22014A45C004011AFCB3",
    "~22014A45C004010FFCAF",
    "~22014A45C004010DFCB1",
    "~22014A45400C012012000000FB40",
    "~22014A49800801C3003CFBDC",
    "~22014A4BC0040001FCB8",
    "~22014A4BC0040101FCB7",
    "~22014A4BC0040201FCB6",
    "~22014A4CC0040001FCB7",
    "~22014A4D0000FD8E",
    "~22014A4E200E07EA0B16070509FA7B",
    "~22014A50C0040104FCC5",
    "~22014A80E00201FD26",
    "~22014A81800801000E42FBF1",
    "~22014A818008011EFFCEFBA2",
    "~22014A81800801660BB8FBD4",
    "~22034A81800803660BB8FBD0",
    "~22014A8200A6017FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF00147FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF"
    "7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF000A7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFF7FFFD32F",
    "~22014A83600A0102010000FBA0",
    "~22014A8AE00201FD15",
    "~22014A8B800801030060FBF2",
    "~22014A8CE00201FD13",
    "~22014A8EE00201FD11",
    "~22014AA0600A0101010600FB95",
    "~22014AB0600A010101FF00FB6E",
    "~22014AB0600A010102FF00FB6D",
    "~22014AB0200E01020403022904FAC2",
    "~22014A040000FDA2",
    "~22014A00D1A80E4203E80D3409C403E80B5403200BB801F416D003E815180FA003E8122004B00BB8000005DC03E8000004B00BB"
    "8"
    "000005DC012C000002580BB80226FFCE0BB80000028A0BB80258FF380BB8FF6A03E80BB8035202BC0BB8028AFF060BB8FF380DFC"
    "03E80D7A0A8C03E80B5401F40BB8012C166003E8159010E003E81220044C0BB8041A05780BB80514044C0BB8041A05780BB80514"
    "02260BB801F400000BB8001E02580BB80226FF6A0BB8FF9C03840BB80320028A0BB80258FF380BB8FF6A0C4E05A0003CFFF60D7A"
    "001E000F001415E003E8A124",
    "~20014043E00200FD3B",
    "~20014642E00201FD35",
    "~20014600C06E11010F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A050BC30BC30BC30BCD0BCD000"
    "0"
    "C725BF6802C3500002E553",
    "~20024642E00202FD33",
    "~200246610000FDAB",
    "~200246008062C2BF0000550008000864640CFC00020CFB00020BAB0BAC00020BA900020BA80BA800020BA800020BB00BB000020"
    "B"
    "B00002E8CC",
    "~200246630000FDA9",
    ">2201B000D030B0010104FF004A384A384A3800000000000000010018007BF3CB",
    ">2201B000B014B00101070C0406000700F993",
    ">2201B000B014B001010701040600CA00F988",
};

TEST(Frames, OfTheDocumentDecodeAndEncodeBack) {
    for (const std::string frame : frames) {
        const auto text = frame + '\r';
        const auto decoded = wire::decode(text, {.soi = frame.front()});
        ASSERT_TRUE(decoded) << frame << ": " << to_string(decoded.error());
        EXPECT_EQ(wire::encode(*decoded), text);
    }
}

TEST(Frames, ThatTheDocumentCallsWrongAreRefused) {
    // Source: protocol 5.2, errata 38.
    const auto reply = wire::decode(
        "~20024600F07A11020F0D450D440D450D440D450D440D3E0D450D4A0D4A0D4B0D4A0D4A0D4A0D4A050BC30BC30BC30BCD0BC"
        "D0000"
        "C725FFFF04FFFF000200CA58012110E1A2\r");
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error(), (Error{Errc::bad_checksum, "expected E27A, got E1A2"}));
    EXPECT_FALSE(wire::decode("~1203400456ABCEFEFC72\r"));
}

TEST(Frames, ErrorReplyRtn04) {
    const auto reply = wire::decode("~22014A040000FDA2\r");
    ASSERT_TRUE(reply);
    EXPECT_EQ(reply->code, 0x04);
    EXPECT_TRUE(reply->info().empty());
    EXPECT_FALSE(dialect::is_request(*reply));
    EXPECT_EQ(dialect::rtn_text(reply->code), "RTN 04 unsupported command");
    EXPECT_EQ(wire::encode(dialect::make_answer(dialect, 1, {}, 0x04)), "~22014A040000FDA2\r");
}

}  // namespace
}  // namespace packwire
