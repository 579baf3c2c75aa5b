// SPDX-License-Identifier: MIT
/// The dialect whose answers name their question. Source: protocol 2.8, 11.2.
#include "dialect/sns/sns.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "support/scripted_pack.hpp"

namespace packwire {
namespace {

namespace daren = dialect::daren;
namespace sns = dialect::sns;

TEST(Sns, AsksWithoutInfo) {
    EXPECT_EQ(wire::encode(dialect::make_request(sns::dialect, daren::live_data, 8)), ">220842420000FDA8\r");
    for (const auto* service : sns::dialect.services) {
        if (!dialect::can_ask(sns::dialect, *service)) continue;
        const auto request = dialect::make_request(sns::dialect, *service, 1);
        EXPECT_TRUE(request.info().empty()) << service->code;
        EXPECT_TRUE(dialect::is_request(request)) << service->code;
        EXPECT_FALSE(dialect::check_header(sns::dialect, request)) << service->code;
        EXPECT_EQ(dialect::requested_service(sns::dialect, request), service) << service->code;
    }
}

TEST(Sns, AsksOnlyWhatIsKnownToBeHarmlessWithoutInfo) {
    std::vector<std::string_view> asked;
    for (const auto* service : sns::dialect.services) {
        if (dialect::can_ask(sns::dialect, *service)) asked.push_back(service->code);
    }
    EXPECT_EQ(asked, (std::vector<std::string_view>{"42", "47", "4B", "4C", "4D", "51", "80"}));
    EXPECT_TRUE(std::ranges::all_of(daren::dialect.services, [](const auto* service) {
        return dialect::can_ask(daren::dialect, *service);
    }));
}

TEST(Sns, AnswersCarryTheQuestionWhereTheDeviceStood) {
    const auto answer = dialect::make_answer(sns::dialect, 1, test::seed_info("B0/4"), 0, 0xB0);
    EXPECT_EQ(wire::encode(answer).substr(0, 9), ">2201B000");
    EXPECT_FALSE(dialect::check_header(sns::dialect, answer));
    EXPECT_TRUE(dialect::may_answer(sns::dialect, answer, 0xB0));
    EXPECT_FALSE(dialect::may_answer(sns::dialect, answer, 0x42));
    model::Decoder decoder;
    EXPECT_EQ(dialect::recognise(decoder, sns::dialect, answer), &daren::capacity);
}

TEST(Sns, TheEchoDecidesWhatAnAnswerIs) {
    // The bytes of a 47, said to answer 42.
    const auto answer = dialect::make_answer(sns::dialect, 1, test::seed_info("47"), 0, 0x42);
    model::Decoder decoder;
    EXPECT_EQ(dialect::recognise(decoder, sns::dialect, answer), nullptr);
}

TEST(Sns, HeadersOfOthersAreRefused) {
    auto frame = dialect::make_answer(sns::dialect, 1, {}, 0, 0x42);
    frame.device = 0x05;  // no command is so low
    EXPECT_EQ(dialect::check_header(sns::dialect, frame)->code, Errc::wrong_device);
    auto request = dialect::make_request(sns::dialect, daren::live_data, 1);
    request.device = 0x4A;
    EXPECT_EQ(dialect::check_header(sns::dialect, request)->code, Errc::wrong_device);
    frame.version = 0x25;
    EXPECT_EQ(dialect::check_header(sns::dialect, frame)->code, Errc::wrong_version);
}

TEST(Sns, EventRecordsStayBytes) {
    const std::vector<std::uint8_t> info(84, 0x5A);
    model::Decoder decoder;
    const auto record = decoder.decode(sns::event_record, info);
    ASSERT_TRUE(record) << record.error().where;
    EXPECT_EQ(model::encode(*record), info);
    EXPECT_TRUE(record->surplus().empty());
}

TEST(Dialects, AreToldApartByTheirFirstCharacter) {
    EXPECT_EQ(dialect::with_soi('~'), &daren::dialect);
    EXPECT_EQ(dialect::with_soi('>'), &sns::dialect);
    EXPECT_EQ(dialect::with_soi('^'), nullptr);
}

TEST(Dialects, NameWhatTheyNeverAsk) {
    EXPECT_EQ(dialect::command_name(daren::dialect, 0x45), "remote control");
    EXPECT_EQ(dialect::command_name(daren::dialect, 0x42), "live data");
    EXPECT_EQ(dialect::command_name(daren::dialect, 0x61), "");
    for (const auto* one : dialect::all()) {
        for (const auto& writing : one->writings) {
            const auto is_it = [&](const auto* service) { return service->cid2 == writing.cid2; };
            EXPECT_TRUE(std::ranges::none_of(one->services, is_it)) << writing.name;
        }
    }
}

}  // namespace
}  // namespace packwire
