// SPDX-License-Identifier: MIT
#include "bus/poller.hpp"

#include <gtest/gtest.h>

#include "support/polled_line.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

using PollerTest = PolledLine;

std::vector<std::string_view> codes(const std::vector<bus::Recurring>& asked) {
    std::vector<std::string_view> codes;
    for (const auto& one : asked) codes.push_back(one.service->code);
    return codes;
}

TEST(PollPlan, IsWhatTheTablesOfTheDialectSay) {
    const auto plan = bus::poll_plan(dialect::daren::dialect, {1, 2}, 2s);
    EXPECT_EQ(plan.addresses, (std::vector<std::uint8_t>{1, 2}));
    EXPECT_EQ(plan.interval, Duration(2s));
    EXPECT_EQ(plan.live, &dialect::daren::live_data);
    EXPECT_EQ(codes(plan.others),
              (std::vector<std::string_view>{"B0/3", "47", "80", "4D", "51", "83", "B0/4"}));
    EXPECT_TRUE(plan.others[0].first) << "what names a pack goes first";
    EXPECT_TRUE(plan.others[2].limits) << "then what limits the bank";
    EXPECT_FALSE(plan.others[1].first);
    EXPECT_FALSE(plan.others[3].limits);
    EXPECT_EQ(plan.others[1].every, Duration(1min));
    EXPECT_EQ(plan.others[2].every, Duration(10min));
    EXPECT_EQ(plan.others[3].every, Duration(24h));
    EXPECT_EQ(plan.others[4].every, Duration::zero());
}

TEST(PollPlan, WhereThereIsNoSerialNumberTheBarcodeGoesFirst) {
    static constexpr auto services =
        std::to_array<const model::Service*>({&dialect::daren::live_data, &dialect::daren::manufacturer_info,
                                              &dialect::daren::system_parameters, &dialect::daren::clock});
    static constexpr model::Dialect dialect{.name = "serialless", .services = services};
    const auto plan = bus::poll_plan(dialect, {1}, 1s);
    EXPECT_EQ(codes(plan.others), (std::vector<std::string_view>{"47", "51", "4D"}));
    EXPECT_TRUE(plan.others[0].first);
    EXPECT_FALSE(plan.others[1].first);
}

TEST_F(PollerTest, AsksTelemetryOfEveryPackEachIntervalAndTheRestInBetween) {
    for (std::uint8_t address = 1; address <= 4; ++address) bus.packs[address] = {};
    start({1, 2, 3, 4});
    time.run_for(60s);
    for (std::uint8_t address = 1; address <= 4; ++address) {
        EXPECT_GE(diary.count(address, "42"), 58) << int{address};
        EXPECT_LE(diary.count(address, "42"), 61) << int{address};
        EXPECT_EQ(diary.count(address, "B0/3"), 1) << int{address};
        EXPECT_EQ(diary.count(address, "51"), 1) << int{address};
        EXPECT_GE(diary.count(address, "47"), 1) << int{address};
        EXPECT_LE(diary.count(address, "47"), 2) << int{address};
    }
    EXPECT_TRUE(diary.failures.empty());
}

TEST_F(PollerTest, KnowsWhoItIsWithinASecond) {
    bus.packs[1] = {};
    start({1});
    time.run_for(999ms);
    EXPECT_GE(diary.count(1, "42"), 1);
    EXPECT_EQ(diary.count(1, "B0/3"), 1);
}

TEST_F(PollerTest, KnowsEveryPackOfABankSoon) {
    for (std::uint8_t address = 1; address <= 4; ++address) bus.packs[address] = {};
    start({1, 2, 3, 4});
    time.run_for(1500ms);
    for (std::uint8_t address = 1; address <= 4; ++address)
        EXPECT_EQ(diary.count(address, "B0/3"), 1) << int{address};
}

TEST_F(PollerTest, AFullLineStillLearnsTheRest) {
    for (std::uint8_t address = 1; address <= 8; ++address) bus.packs[address] = {};
    start({1, 2, 3, 4, 5, 6, 7, 8}, 100ms);
    time.run_for(60s);
    for (std::uint8_t address = 1; address <= 8; ++address) {
        EXPECT_EQ(diary.count(address, "B0/3"), 1) << int{address};
        EXPECT_GE(diary.count(address, "42"), 40) << int{address};
    }
}

TEST_F(PollerTest, ASilentPackCostsLittleAndComesBack) {
    bus.packs[1] = {};
    bus.packs[2] = {};
    start({1, 2});
    time.run_for(10s);
    bus.packs[2].silent = true;
    diary.forget();
    time.run_for(60s);
    EXPECT_GE(diary.count(1, "42"), 50);
    EXPECT_EQ(diary.count(2, "42"), 0);
    EXPECT_LE(bus.count("42", 2) + bus.count("4F", 2), 32U);
    bus.packs[2].silent = false;
    time.run_for(22s);
    EXPECT_EQ(diary.appeared, std::vector<std::uint8_t>{2});
    EXPECT_GE(diary.count(2, "42"), 5);
    EXPECT_EQ(diary.count(2, "B0/3"), 1) << "identity is read anew: it may be another pack";
}

TEST_F(PollerTest, AsksForAnUnsupportedServiceAgainAfterTenMinutes) {
    bus.packs[1] = {};
    bus.packs[1].refused = {"83"};
    start({1});
    time.run_for(9min);
    EXPECT_EQ(bus.count("83", 1), 1U);
    time.run_for(22min);
    EXPECT_EQ(bus.count("83", 1), 4U);
    EXPECT_EQ(diary.failures.size(), 1U) << "told once";
    EXPECT_EQ(diary.failed("83", Errc::unsupported), 1);
    EXPECT_GE(diary.count(1, "B0/4"), 30);
    bus.packs[1].refused.clear();
    time.run_for(12min);
    EXPECT_GE(diary.count(1, "83"), 1) << "firmware can be updated";
}

TEST_F(PollerTest, AsksForAnUnsupportedServiceAgainWhenThePackReappears) {
    bus.packs[1] = {};
    bus.packs[1].refused = {"83"};
    start({1});
    time.run_for(1min);
    bus.packs[1].silent = true;
    time.run_for(1min);
    bus.packs[1].silent = false;
    time.run_for(1min);
    EXPECT_EQ(bus.count("83", 1), 2U);
    EXPECT_EQ(diary.failed("83", Errc::unsupported), 2) << "once an appearance";
}

TEST_F(PollerTest, WhatHasAnsweredIsNeverUnsupported) {
    bus.packs[1] = {};
    start({1});
    time.run_for(10s);
    ASSERT_EQ(diary.count(1, "83"), 1);
    bus.packs[1].refused = {"83"};
    time.run_for(5min);
    EXPECT_EQ(diary.failed("83", Errc::unsupported), 0);
    EXPECT_GE(diary.failed("83", Errc::rejected), 3) << "a failed exchange, tried again";
    bus.packs[1].refused.clear();
    time.run_for(5min);
    EXPECT_GE(diary.count(1, "83"), 2);
}

TEST_F(PollerTest, TelemetryIsNeverUnsupported) {
    bus.packs[1] = {};
    bus.packs[1].refused = {"42"};
    start({1});
    time.run_for(30s);
    EXPECT_EQ(diary.failed("42", Errc::unsupported), 0);
    EXPECT_GE(diary.failed("42", Errc::rejected), 25) << "asked every interval all the same";
    bus.packs[1].refused.clear();
    time.run_for(3s);
    EXPECT_GE(diary.count(1, "42"), 2);
}

TEST_F(PollerTest, OtherRefusalsAreTriedAgainLessAndLessOften) {
    for (const int rtn : {0x05, 0x08, 0x91}) {
        bus.asked.clear();
        diary.failures.clear();
        bus.packs[1] = {};
        bus.packs[1].silent = true;
        if (!poller) start({1});
        time.run_for(1min);
        bus.packs[1].silent = false;
        refuse("83", static_cast<std::uint8_t>(rtn));
        time.run_for(20min);
        EXPECT_EQ(diary.failed("83", Errc::unsupported), 0) << rtn;
        const auto asked = times("83");
        ASSERT_GE(asked.size(), 9U) << rtn;
        ASSERT_LE(asked.size(), 12U) << rtn;
        EXPECT_LT(asked[1] - asked[0], 4s) << rtn;
        EXPECT_GT(asked.back() - asked[asked.size() - 2], 4min + 50s) << rtn;
        EXPECT_LT(asked.back() - asked[asked.size() - 2], 5min + 10s) << rtn;
    }
}

TEST_F(PollerTest, ASilentServiceIsTriedAgainLessAndLessOftenAndIsNotUnsupported) {
    bus.packs[1] = {};
    ignore({"83"});
    start({1});
    time.run_for(30min);
    EXPECT_EQ(diary.failed("83", Errc::unsupported), 0);
    const auto asked = times("83");
    ASSERT_GE(asked.size(), 10U);
    ASSERT_LE(asked.size(), 15U);
    EXPECT_LT(asked[1] - asked[0], 4s);
    EXPECT_GT(asked.back() - asked[asked.size() - 2], 4min + 50s);
    bus.tamper = nullptr;
    time.run_for(6min);
    EXPECT_GE(diary.count(1, "83"), 1);
}

TEST_F(PollerTest, SilentServicesHoldTelemetryUpByOneTimeoutAtMost) {
    bus.packs[1] = {};
    bus.packs[2] = {};
    ignore({"B0/3", "47", "4F", "51", "83", "B0/4"});
    start({1, 2});
    time.run_for(30min);
    EXPECT_EQ(diary.appeared.size(), 2U) << "the packs are there all the time";
    EXPECT_EQ(diary.failed("42", Errc::timeout), 0);
    EXPECT_EQ(bus.count("4F", 1), 0U) << "telemetry brings the line in step by itself";
    for (const std::uint8_t address : {std::uint8_t{1}, std::uint8_t{2}}) {
        std::optional<TimePoint> last;
        Duration longest{};
        for (const auto& question : bus.asked) {
            if (question.service != "42" || question.address != address) continue;
            if (last) longest = std::max(longest, question.when - *last);
            last = question.when;
        }
        // The interval, one timeout of 500 ms, and the frames of one exchange of the other pack.
        EXPECT_LE(longest, 1s + 500ms + 300ms) << int{address};
    }
}

TEST_F(PollerTest, WhenAServiceIsSilentTelemetryTellsWhetherThePackIs) {
    bus.packs[1] = {};
    start({1}, 10s);
    time.run_for(55s);
    bus.packs[1].silent = true;
    time.run_for(30s);
    // Of the four services that are due each minute none but the first is waited for.
    EXPECT_LE(std::ranges::count_if(diary.failures, [](const auto& one) { return std::get<1>(one) != "42"; }),
              1);
    EXPECT_GE(diary.failed("42", Errc::timeout), 1);
}

TEST_F(PollerTest, SurvivesAPortThatVanishesAndReturns) {
    bus.packs[1] = {};
    start({1});
    time.run_for(5s);
    port.vanish();
    time.run_for(30s);
    EXPECT_EQ(diary.ports.front(), "open");
    EXPECT_TRUE(diary.ports.at(1) == "port_gone" || diary.ports.at(1) == "port_missing") << diary.ports.at(1);
    EXPECT_LE(diary.ports.size(), 3U) << "trouble is told once, not with every attempt";
    const auto before = diary.count(1, "42");
    port.come_back();
    time.run_for(10s);
    EXPECT_EQ(diary.ports.back(), "open");
    EXPECT_GE(diary.count(1, "42"), before + 4);
    EXPECT_LE(poller->round(), 2s) << "an outage is no round: staleness is a multiple of it";
}

TEST_F(PollerTest, TellsABusyPortOnceAndKeepsTrying) {
    bus.packs[1] = {};
    port.refuse_open(Error{Errc::port_busy, "memory: another program holds it"});
    start({1});
    time.run_for(60s);
    EXPECT_EQ(diary.ports, std::vector<std::string>{"port_busy"});
    EXPECT_GE(port.opens(), 10);
    port.refuse_open(std::nullopt);
    time.run_for(10s);
    EXPECT_EQ(diary.ports.back(), "open");
    EXPECT_GE(diary.count(1, "42"), 4);
}

TEST_F(PollerTest, ADayWithOnePackThatFallsSilentAtOne) {
    for (std::uint8_t address = 1; address <= 4; ++address) bus.packs[address] = {};
    start({1, 2, 3, 4}, 1min);
    time.run_for(13h);
    bus.packs[3].silent = true;
    const auto before = diary.count(3, "42");
    time.run_for(11h);
    EXPECT_GE(before, 13 * 60 - 2);
    EXPECT_EQ(diary.count(3, "42"), before);
    EXPECT_GE(diary.count(4, "42"), 24 * 60 - 10);
}

/// Somebody else asks on the line that we poll.
class TwoMasters : public PollerTest {
protected:
    void start(bool yields = true) {
        bus.packs[1] = {};
        line.yield_to_masters(yields);
        PollerTest::start({1});
        time.run_for(10s);
        ASSERT_GE(diary.count(1, "42"), 9);
    }
    static std::string question(const model::Service& service, std::uint8_t address) {
        return wire::encode(dialect::make_request(dialect::daren::dialect, service, address));
    }
    /// A master asks, a while after our own exchange.
    void ask(const model::Service& service, std::uint8_t address, bool answered = false) {
        const auto when = time.now() + 300ms;
        port.deliver(when, question(service, address));
        if (answered) port.deliver(when + 130ms, seed_answer(service.code, address));
        time.run_for(1s);
    }
    [[nodiscard]] std::size_t asked() const { return bus.asked.size(); }
};

TEST_F(TwoMasters, WeFallSilentAndComeBackWhenTheOtherIsGone) {
    start();
    ask(dialect::daren::live_data, 2);
    EXPECT_TRUE(diary.masters.empty()) << "one frame may be noise";
    ask(dialect::daren::live_data, 3);
    EXPECT_EQ(diary.masters, std::vector<bool>{true});
    const auto before = asked();
    for (int i = 0; i < 300; ++i) ask(dialect::daren::live_data, static_cast<std::uint8_t>(1 + i % 4));
    EXPECT_EQ(asked(), before) << "not one question while another master asks";
    EXPECT_EQ(diary.masters, std::vector<bool>{true}) << "told once";
    time.run_for(55s);
    EXPECT_EQ(asked(), before);
    diary.forget();
    time.run_for(10s);
    EXPECT_EQ(diary.masters, (std::vector<bool>{true, false}));
    EXPECT_EQ(diary.appeared, std::vector<std::uint8_t>{1}) << "who is there is asked anew";
    EXPECT_EQ(diary.count(1, "B0/3"), 1);
    EXPECT_GE(diary.count(1, "42"), 4);
}

TEST_F(TwoMasters, AMasterThatAsksTheVerySameIsNoEcho) {
    start();
    ask(dialect::daren::live_data, 1, true);
    ask(dialect::daren::live_data, 1, true);
    EXPECT_EQ(diary.masters, std::vector<bool>{true});
}

TEST_F(TwoMasters, OneFrameOfTheLinkBetweenPacksIsEnough) {
    start();
    ask(dialect::daren::slave_data, 2);
    EXPECT_EQ(diary.masters, std::vector<bool>{true});
}

TEST_F(TwoMasters, AMasterIsNoticedOnALineThatWeFill) {
    bus.packs[1] = {};
    line.yield_to_masters(true);
    PollerTest::start({1}, 1ms);
    time.run_for(10s);
    ASSERT_TRUE(diary.masters.empty());
    // Between our question and its answer, as on a line where nobody waits for anybody.
    int foreign = 2;
    bus.tamper = [&](std::string answer, std::string_view, std::uint8_t) {
        if (foreign-- > 0) port.deliver(time.now() + 1ms, question(dialect::daren::capacity, 5));
        return answer;
    };
    time.run_for(5s);
    EXPECT_EQ(diary.masters, std::vector<bool>{true});
}

TEST_F(TwoMasters, AnswersToTheOtherAreTold) {
    start();
    ask(dialect::daren::slave_data, 2);
    ask(dialect::daren::live_data, 1, true);
    ask(dialect::daren::capacity, 4, true);
    EXPECT_EQ(diary.overheard, (std::vector<std::pair<std::uint8_t, std::string>>{{1, "42"}, {4, "B0/4"}}));
}

TEST_F(TwoMasters, WhereItIsIgnoredWeGoOnAndSaySo) {
    start(false);
    ask(dialect::daren::slave_data, 2);
    ask(dialect::daren::slave_data, 3);
    EXPECT_EQ(diary.masters, std::vector<bool>{true});
    const auto before = diary.count(1, "42");
    time.run_for(30s);
    EXPECT_GE(diary.count(1, "42"), before + 28);
    time.run_for(60s);
    EXPECT_EQ(diary.masters, (std::vector<bool>{true, false}));
}

TEST_F(TwoMasters, APortThatVanishesMeanwhileChangesNothing) {
    start();
    ask(dialect::daren::slave_data, 2);
    port.vanish();
    time.run_for(10s);
    port.come_back();
    const auto before = asked();
    time.run_for(20s);
    EXPECT_EQ(diary.ports.back(), "open");
    ask(dialect::daren::slave_data, 3);
    time.run_for(58s);
    EXPECT_EQ(asked(), before);
    time.run_for(5s);
    EXPECT_GT(asked(), before);
    EXPECT_EQ(diary.masters, (std::vector<bool>{true, false}));
}

/// What is said of `echo` happens to each question that we send, for ten minutes.
class OurOwnEcho : public TwoMasters {
protected:
    void poll_with(std::function<void(const std::string&)> echo, Duration latency = 20ms) {
        bus.packs[1] = {};
        bus.packs[1].latency = latency;
        bus.packs[2] = {};
        bus.packs[2].silent = true;
        line.yield_to_masters(true);
        const auto answer = port.on_write;
        port.on_write = [answer, echo](std::string_view bytes) {
            echo(std::string(bytes));
            answer(bytes);
        };
        PollerTest::start({1, 2, 3});
        time.run_for(10min);
        EXPECT_TRUE(diary.masters.empty()) << line.masters().what();
    }
};

TEST_F(OurOwnEcho, IsNoMaster) {
    poll_with([this](const std::string& question) { port.deliver(time.now() + 10ms, question); });
    EXPECT_GE(diary.count(1, "42"), 400);
    EXPECT_GE(line.counters().echoes, 500U);
}

TEST_F(OurOwnEcho, IsNoMasterEitherWhenItComesLate) {
    // A gateway that holds everything back for two seconds keeps the order.
    poll_with([this](const std::string& question) { port.deliver(time.now() + 2s, question); }, 2s);
    EXPECT_GE(line.counters().echoes, 100U);
}

TEST_F(OurOwnEcho, IsNoMasterEitherWhenItIsDamaged) {
    int count = 0;
    poll_with([this, &count](std::string question) {
        // In turn: a wrong checksum, a torn frame, and damage that the checksum does not see.
        const int kind = count++ % 3;
        if (kind == 0) question[5] = '7';
        if (kind == 1) question.erase(7, 4);
        if (kind == 2) std::swap(question[3], question[4]);
        port.deliver(time.now() + 10ms, question);
    });
}

}  // namespace
}  // namespace packwire::test
