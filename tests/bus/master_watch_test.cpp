// SPDX-License-Identifier: MIT
#include "bus/master_watch.hpp"

#include <gtest/gtest.h>

#include "bus/echoes.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

wire::Frame request(const model::Service& service, std::uint8_t address = 1) {
    return dialect::make_request(dialect::daren::dialect, service, address);
}

class MasterWatchTest : public testing::Test {
protected:
    bus::MasterWatch watch;
    TimePoint now = TimePoint{} + 1h;
};

TEST_F(MasterWatchTest, OneQuestionMayBeNoiseTwoAreAMaster) {
    EXPECT_FALSE(watch.present(now));
    watch.heard(request(dialect::daren::live_data), now);
    EXPECT_FALSE(watch.present(now));
    now += 59s;
    watch.heard(request(dialect::daren::live_data, 2), now);
    EXPECT_TRUE(watch.present(now));
    EXPECT_EQ(watch.what(), "42 to address 2");
}

TEST_F(MasterWatchTest, TwoQuestionsFarApartAreTwiceNoise) {
    for (int i = 0; i < 5; ++i) {
        watch.heard(request(dialect::daren::live_data), now);
        EXPECT_FALSE(watch.present(now));
        now += 61s;
    }
}

TEST_F(MasterWatchTest, TheLinkBetweenPacksIsProofByItself) {
    watch.heard(request(dialect::daren::slave_data, 3), now);
    EXPECT_TRUE(watch.present(now));
    EXPECT_EQ(watch.what(), "84 to address 3");
    bus::MasterWatch other;
    const std::vector<std::uint8_t> info(dialect::link_answer_bytes, 0);
    other.heard(dialect::make_answer(dialect::daren::dialect, 3, info, dialect::link_answer_code), now);
    EXPECT_TRUE(other.present(now));
    EXPECT_EQ(other.what(), "85 from address 3");
}

TEST_F(MasterWatchTest, IsGoneAMinuteAfterItsLastQuestion) {
    watch.heard(request(dialect::daren::slave_data), now);
    watch.heard_again(now + 30s);
    EXPECT_TRUE(watch.present(now + 89s));
    EXPECT_EQ(watch.gone_at(), now + 90s);
    EXPECT_FALSE(watch.present(now + 90s));
    watch.heard(request(dialect::daren::live_data), now + 5min);
    EXPECT_FALSE(watch.present(now + 5min)) << "a new one has to be proven anew";
}

class EchoesTest : public testing::Test {
protected:
    bus::Echoes echoes;
    TimePoint now = TimePoint{} + 1h;
    std::string first = wire::encode(request(dialect::daren::live_data, 1));
    std::string second = wire::encode(request(dialect::daren::manufacturing, 2));
};

TEST_F(EchoesTest, EachQuestionComesBackOnceAtMost) {
    echoes.sent(first, now);
    EXPECT_TRUE(echoes.is_echo(first, now + 5s)) << "late is an echo all the same";
    EXPECT_FALSE(echoes.is_echo(first, now + 5s)) << "the second time somebody else asks the same";
    EXPECT_FALSE(echoes.is_echo(second, now));
}

TEST_F(EchoesTest, QuestionsComeBackInTheirOrder) {
    echoes.sent(first, now);
    echoes.sent(second, now + 1s);
    EXPECT_TRUE(echoes.is_echo(second, now + 1s));
    EXPECT_FALSE(echoes.is_echo(first, now + 1s)) << "an older one cannot follow";
}

TEST_F(EchoesTest, NothingComesBackAfterTheAnswer) {
    echoes.sent(first, now);
    echoes.sent(second, now);
    echoes.answered(second);
    EXPECT_FALSE(echoes.is_echo(first, now));
    EXPECT_FALSE(echoes.is_echo(second, now));
}

TEST_F(EchoesTest, WhereThereAreEchoesAnAnswerDoesNotSettleAQuestion) {
    echoes.sent(first, now);
    ASSERT_TRUE(echoes.is_echo(first, now));
    // Late by one round: what is taken for the answer to the second question is that to the first.
    echoes.sent(first, now + 1s);
    echoes.answered(first);
    EXPECT_TRUE(echoes.is_echo(first, now + 2s));
}

TEST_F(EchoesTest, AMasterThatHitTheGapDoesNotMakeALineEcho) {
    echoes.sent(first, now);
    ASSERT_TRUE(echoes.is_echo(first, now)) << "it asked the same before our pack had answered";
    for (int i = 0; i < 2; ++i) {
        echoes.sent(second, now);
        echoes.answered(second);
    }
    EXPECT_FALSE(echoes.is_echo(second, now));
}

TEST_F(EchoesTest, ADamagedEchoThatPassesTheChecksumIsStillOurs) {
    auto damaged = first;
    // One up, one down: the sum stays.
    damaged[3] = '1';
    damaged[4] = '0';
    ASSERT_TRUE(wire::decode(damaged));
    ASSERT_NE(damaged, first);
    echoes.sent(first, now);
    EXPECT_TRUE(echoes.is_echo(damaged, now));
}

TEST_F(EchoesTest, AnswersAndOtherQuestionsAreNone) {
    echoes.sent(first, now);
    EXPECT_FALSE(echoes.is_echo(seed_answer("42", 1), now));
    EXPECT_FALSE(echoes.is_echo(wire::encode(request(dialect::daren::live_data, 2)), now));
    EXPECT_FALSE(echoes.is_echo(first, now + 11s)) << "no gateway holds bytes back so long";
}

}  // namespace
}  // namespace packwire::test
