// SPDX-License-Identifier: MIT
#include "bus/tap.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using Kind = bus::TapMessage::Kind;

/// What was told, without views.
struct Told {
    Kind kind{};
    std::string text;
    int address = 0;
    std::string code;
    bool paired = false;
    bool record = false;
    std::optional<Errc> error;
    TimePoint when{};
};

struct Ear final : bus::TapListener {
    void on_message(const bus::TapMessage& message) override {
        Told one;
        one.kind = message.kind;
        one.text = message.text;
        one.address = message.address;
        one.code = message.code;
        one.paired = message.paired;
        one.record = message.record != nullptr;
        if (message.error) one.error = message.error->code;
        one.when = message.when;
        told.push_back(std::move(one));
    }
    void on_speed(std::uint32_t baud, bool found) override { speeds.emplace_back(baud, found); }
    void on_port(const Result<void>& state) override {
        ports.push_back(state ? "open" : std::string(name(state.error().code)));
    }
    std::vector<Told> told;
    std::vector<std::pair<std::uint32_t, bool>> speeds;
    std::vector<std::string> ports;
};

std::string request(std::string_view code, std::uint8_t address) {
    const auto services = dialect::find_services(dialect::daren::dialect, code);
    return wire::encode(dialect::make_request(dialect::daren::dialect, *services.at(0), address));
}

/// The master's question to a slave, and its answer with 85 where RTN stands. Source: protocol 11.1.
std::string link_request(std::uint8_t address) {
    wire::Frame frame;
    frame.address = address;
    frame.code = 0x84;
    frame.set_info(std::vector<std::uint8_t>{address});
    return wire::encode(frame);
}

std::string link_answer(std::uint8_t address) {
    std::vector<std::uint8_t> info(76);
    const auto put = [&info](std::size_t at, unsigned value) {
        info[at] = static_cast<std::uint8_t>(value >> 8U);
        info[at + 1] = static_cast<std::uint8_t>(value & 0xFFU);
    };
    info[0] = address;
    put(3, 5312);
    put(5, 67);
    put(7, 100);
    put(9, 6566);
    put(11, 9800);
    put(13, 10000);
    put(15, 12);
    for (std::size_t cell = 0; cell < 16; ++cell) put(17 + 2 * cell, 3320);
    for (std::size_t sensor = 0; sensor < 6; ++sensor) put(49 + 2 * sensor, 250);
    wire::Frame frame;
    frame.address = address;
    frame.code = 0x85;
    frame.set_info(info);
    return wire::encode(frame);
}

class TapTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(run(loop, time, port.open(), 0s)); }
    void TearDown() override { EXPECT_EQ(port.written(), "") << "a tap transmits nothing"; }

    /// Bytes that follow what was said before, `pause` later, as fast as the line is.
    TimePoint say(std::string_view bytes, Duration pause = 20ms) {
        at = std::max(at, time.now()) + pause;
        for (const char c : bytes) port.deliver(at += port.character_time(), std::string(1, c));
        return at;
    }
    void hear(Duration duration = 5s) {
        const auto heard = run(loop, time, tap.hear(time.now() + duration), duration);
        EXPECT_TRUE(heard) << heard.error().where;
    }
    [[nodiscard]] bus::TapCounters counters(int address, const std::string& code) const {
        const auto statistics = tap.statistics();
        const auto found = statistics.services.find({static_cast<std::uint8_t>(address), code});
        return found == statistics.services.end() ? bus::TapCounters{} : found->second;
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    Ear ear;
    bus::Tap tap{port, time, dialect::daren::dialect, ear};
    TimePoint at{};
};

TEST_F(TapTest, PairsEachAnswerWithItsRequest) {
    for (const auto* code : {"42", "47", "51", "83", "B0/3", "B0/4"}) {
        say(request(code, 1));
        say(seed_answer(code, 1));
    }
    const auto end = at;
    hear(10s);
    ASSERT_EQ(ear.told.size(), 12U);
    for (std::size_t i = 0; i < ear.told.size(); i += 2) {
        EXPECT_EQ(ear.told[i].kind, Kind::request);
        EXPECT_EQ(ear.told[i + 1].kind, Kind::answer);
        EXPECT_EQ(ear.told[i].code, ear.told[i + 1].code);
        EXPECT_TRUE(ear.told[i + 1].paired);
        EXPECT_TRUE(ear.told[i + 1].record) << ear.told[i].code;
        EXPECT_FALSE(ear.told[i + 1].error);
    }
    EXPECT_EQ(ear.told[9].code, "B0/3");
    EXPECT_LE(ear.told.back().when - end, 16ms) << "told as soon as it has come";
    const auto statistics = tap.statistics();
    EXPECT_EQ(statistics.frames, 12U);
    EXPECT_EQ(statistics.unknown_bytes, 0U);
    EXPECT_GT(statistics.busy, 500ms);
    EXPECT_LT(statistics.busy, statistics.listened);
    bus::TapCounters expected;
    expected.requests = expected.answers = 1;
    expected.bytes = request("42", 1).size() + seed_answer("42", 1).size();
    EXPECT_EQ(counters(1, "42"), expected);
}

TEST_F(TapTest, AMastersPollsAreRequestsAndTheirAnswersAreAnswers) {
    for (std::uint8_t slave = 1; slave <= 3; ++slave) {
        say(link_request(slave));
        say(link_answer(slave));
    }
    say(link_request(4));
    hear();
    ASSERT_EQ(ear.told.size(), 7U);
    EXPECT_EQ(ear.told[0].kind, Kind::request);
    EXPECT_EQ(ear.told[0].code, "84");
    EXPECT_EQ(ear.told[1].kind, Kind::answer);
    EXPECT_EQ(ear.told[1].code, "84");
    EXPECT_TRUE(ear.told[1].paired);
    EXPECT_FALSE(ear.told[1].error) << "85 is no refusal";
    EXPECT_EQ(counters(2, "84").answers, 1U);
    EXPECT_EQ(counters(2, "84").refused, 0U);
    EXPECT_EQ(counters(4, "84").unanswered, 1U);
}

TEST_F(TapTest, AnAnswerOfALinkThatNobodyAskedForIsOneAllTheSame) {
    say(link_answer(6));
    say(request("42", 6));
    say(link_answer(6));
    say(seed_answer("42", 6));
    hear();
    ASSERT_EQ(ear.told.size(), 4U);
    EXPECT_EQ(ear.told[0].code, "84");
    EXPECT_FALSE(ear.told[0].paired);
    EXPECT_FALSE(ear.told[2].paired) << "it does not answer 42";
    EXPECT_TRUE(ear.told[3].paired);
    EXPECT_EQ(counters(6, "84").unasked, 2U);
}

TEST_F(TapTest, CountsRequestsThatNobodyAnswers) {
    say(request("42", 1));
    say(request("42", 1), 500ms);
    say(request("42", 2), 500ms);
    say(seed_answer("42", 2));
    hear();
    EXPECT_EQ(counters(1, "42").requests, 2U);
    EXPECT_EQ(counters(1, "42").unanswered, 2U);
    EXPECT_EQ(counters(2, "42").unanswered, 0U);
    say(request("47", 2));
    hear(2s);
    EXPECT_EQ(counters(2, "47").unanswered, 0U) << "it may still come";
    hear(2s);
    EXPECT_EQ(counters(2, "47").unanswered, 1U);
}

TEST_F(TapTest, ALateAnswerIsRecognisedAndTheOneAfterItIsPaired) {
    say(request("42", 1));
    say(request("B0/4", 1), 600ms);
    say(seed_answer("42", 1));
    say(seed_answer("B0/4", 1));
    hear();
    ASSERT_EQ(ear.told.size(), 4U);
    EXPECT_EQ(ear.told[2].code, "42");
    EXPECT_FALSE(ear.told[2].paired);
    EXPECT_TRUE(ear.told[2].record);
    EXPECT_EQ(ear.told[3].code, "B0/4");
    EXPECT_TRUE(ear.told[3].paired);
    EXPECT_EQ(counters(1, "42").unanswered, 1U);
    EXPECT_EQ(counters(1, "42").unasked, 1U);
    EXPECT_EQ(counters(1, "B0/4").bad, 0U);
}

TEST_F(TapTest, AnAnswerAfterTheDeadlineOrOfAnotherPackIsNotPaired) {
    say(request("4F", 1));
    say(seed_answer("4F", 1), 4s);
    say(request("42", 1));
    say(seed_answer("42", 2));
    hear(10s);
    ASSERT_EQ(ear.told.size(), 4U);
    EXPECT_FALSE(ear.told[1].paired);
    EXPECT_EQ(ear.told[1].code, "4F") << "nothing else looks like it";
    EXPECT_EQ(counters(1, "4F").unanswered, 1U);
    EXPECT_FALSE(ear.told[3].paired);
    EXPECT_EQ(ear.told[3].code, "42") << "live data confirm themselves";
    EXPECT_EQ(counters(2, "42").unasked, 1U);
}

TEST_F(TapTest, ARefusalBelongsToItsRequest) {
    say(request("83", 1));
    say(wire::encode(dialect::make_answer(dialect::daren::dialect, 1, {}, 0x04)));
    hear();
    ASSERT_EQ(ear.told.size(), 2U);
    EXPECT_EQ(ear.told[1].code, "83");
    EXPECT_FALSE(ear.told[1].error);
    EXPECT_EQ(counters(1, "83").refused, 1U);
    EXPECT_EQ(counters(1, "83").unanswered, 0U);
}

TEST_F(TapTest, GarbageIsShownAsWhatItIs) {
    say("\x01\xFF noise");
    say(request("42", 1), 200ms);
    say("xyz");
    say(seed_answer("42", 1), 1ms);
    hear();
    ASSERT_EQ(ear.told.size(), 4U);
    EXPECT_EQ(ear.told[0].kind, Kind::unknown);
    EXPECT_EQ(ear.told[0].text, "\x01\xFF noise");
    EXPECT_EQ(ear.told[0].error, Errc::bad_start);
    EXPECT_EQ(ear.told[2].kind, Kind::unknown);
    EXPECT_EQ(ear.told[2].text, "xyz");
    EXPECT_TRUE(ear.told[3].paired);
    EXPECT_EQ(tap.statistics().unknown_bytes, 11U);
}

TEST_F(TapTest, NoiseWithoutEndIsToldInPieces) {
    say(std::string(2000, '\x55'));
    hear();
    std::size_t all = 0;
    for (const auto& told : ear.told) {
        EXPECT_EQ(told.kind, Kind::unknown);
        EXPECT_LT(told.text.size(), 600U);
        all += told.text.size();
    }
    EXPECT_EQ(all, 2000U);
}

TEST_F(TapTest, AFrameThatBreaksOffIsNoFrame) {
    const auto answer = seed_answer("42", 1);
    say(request("42", 1));
    say(answer.substr(0, 100));
    say(request("42", 1), 300ms);
    say(answer);
    hear();
    ASSERT_EQ(ear.told.size(), 4U);
    EXPECT_EQ(ear.told[1].kind, Kind::unknown);
    EXPECT_EQ(ear.told[1].text, answer.substr(0, 100));
    EXPECT_EQ(ear.told[1].error, Errc::bad_end);
    EXPECT_TRUE(ear.told[3].paired);
    EXPECT_EQ(counters(1, "42").unanswered, 1U);
}

TEST_F(TapTest, ACollisionIsBadAndTheNextExchangeIsGood) {
    auto torn = seed_answer("42", 1);
    torn[60] = torn[60] == '0' ? '1' : '0';
    say(request("42", 1));
    say(torn);
    const auto mixed = request("42", 2).substr(0, 9) + request("47", 3);
    say(mixed);
    say(seed_answer("47", 3));
    hear();
    ASSERT_EQ(ear.told.size(), 5U);
    EXPECT_EQ(ear.told[1].kind, Kind::bad_frame);
    EXPECT_EQ(ear.told[1].error, Errc::bad_checksum);
    EXPECT_EQ(ear.told[2].kind, Kind::unknown) << "the first master was cut off";
    EXPECT_EQ(ear.told[3].kind, Kind::request);
    EXPECT_TRUE(ear.told[4].paired);
    EXPECT_EQ(counters(1, "42").bad, 1U);
    EXPECT_EQ(tap.statistics().of(Errc::bad_checksum), 1U);
}

TEST_F(TapTest, AnotherDeviceIsRefusedByItsHeader) {
    auto frame = dialect::make_request(dialect::daren::dialect, dialect::daren::live_data, 1);
    frame.version = 0x20;
    say(wire::encode(frame));
    hear();
    ASSERT_EQ(ear.told.size(), 1U);
    EXPECT_EQ(ear.told[0].kind, Kind::bad_frame);
    EXPECT_EQ(ear.told[0].error, Errc::look_alike);
}

TEST_F(TapTest, ValuesThatNoPackHasAreAnErrorOfTheAnswer) {
    auto info = seed_info("42");
    info[6] = 0x00;
    info[7] = 0x01;
    say(request("42", 1));
    say(wire::encode(dialect::make_answer(dialect::daren::dialect, 1, info)));
    hear();
    ASSERT_EQ(ear.told.size(), 2U);
    EXPECT_EQ(ear.told[1].kind, Kind::answer);
    EXPECT_FALSE(ear.told[1].record);
    EXPECT_TRUE(ear.told[1].error);
    EXPECT_EQ(counters(1, "42").bad, 1U);
}

TEST_F(TapTest, TakesWhatAGatewayDeliversInPieces) {
    port.deliver(time.now() + 10ms, request("42", 1) + seed_answer("42", 1).substr(0, 20));
    port.deliver(time.now() + 40ms, seed_answer("42", 1).substr(20) + request("51", 1));
    hear();
    ASSERT_EQ(ear.told.size(), 3U);
    EXPECT_TRUE(ear.told[1].paired);
    EXPECT_EQ(ear.told[2].code, "51");
}

TEST_F(TapTest, FindsTheSpeedAtWhichFramesAreGood) {
    // At 19200 there is noise, and at 9600 the line speaks.
    for (int i = 0; i < 100; ++i) {
        const auto when = time.now() + i * 100ms;
        port.deliver(when, i < 31 ? std::string("\xF0\x0F~2\xAA") : request("42", 1));
    }
    const auto found = run(loop, time, tap.find_speed({19200, 9600, 115200}, time.now() + 20s), 20s);
    ASSERT_TRUE(found);
    EXPECT_TRUE(*found);
    EXPECT_EQ(port.baud(), 9600U);
    const std::vector<std::pair<std::uint32_t, bool>> expected{{19200, false}, {9600, false}, {9600, true}};
    EXPECT_EQ(ear.speeds, expected);
    ASSERT_FALSE(ear.told.empty());
    EXPECT_EQ(ear.told.front().kind, Kind::request) << "noise at a wrong speed is not told";
    EXPECT_EQ(tap.statistics().unknown_bytes, 0U);
}

TEST_F(TapTest, ASilentLineHasNoSpeed) {
    const auto found = run(loop, time, tap.find_speed({19200, 9600}, time.now() + 10s), 10s);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_F(TapTest, RunSurvivesAPortThatVanishesAndReturns) {
    bus::asio::co_spawn(loop, tap.run({19200}), bus::asio::detached);
    time.run_for(1s);
    port.vanish();
    time.run_for(30s);
    EXPECT_EQ(ear.ports.front(), "open");
    EXPECT_LE(ear.ports.size(), 3U) << "trouble is told once, not with every attempt";
    port.come_back();
    time.run_for(6s);
    EXPECT_EQ(ear.ports.back(), "open");
    say(request("42", 1));
    time.run_for(1s);
    EXPECT_EQ(ear.told.size(), 1U);
}

}  // namespace
}  // namespace packwire::test
