// SPDX-License-Identifier: MIT
#include "bus/poller.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

struct Diary final : bus::PollListener {
    void on_appear(std::uint8_t address) override { appeared.push_back(address); }
    void on_record(std::uint8_t address, const model::Record& record) override {
        records.emplace_back(address, record.service().code);
    }
    void on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) override {
        failures.emplace_back(address, service.code, error.code);
    }
    void on_port(const Result<void>& state) override {
        ports.push_back(state ? "open" : std::string(name(state.error().code)));
    }
    void forget() {
        appeared.clear();
        records.clear();
    }
    [[nodiscard]] long count(std::uint8_t address, std::string_view service) const {
        return std::ranges::count(records, std::pair<std::uint8_t, std::string_view>(address, service));
    }
    std::vector<std::uint8_t> appeared;
    std::vector<std::pair<std::uint8_t, std::string_view>> records;
    std::vector<std::tuple<std::uint8_t, std::string_view, Errc>> failures;
    std::vector<std::string> ports;
};

class PollerTest : public testing::Test {
protected:
    void start(std::vector<std::uint8_t> addresses, Duration interval = 1s) {
        poller.emplace(line, time, bus::poll_plan(dialect::daren::dialect, std::move(addresses), interval),
                       diary);
        bus::asio::co_spawn(loop, poller->run(), bus::asio::detached);
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus{port, time};
    bus::Line line{port, time, dialect::daren::dialect};
    Diary diary;
    std::optional<bus::Poller> poller;
};

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
    EXPECT_EQ(codes(plan.others), (std::vector<std::string_view>{"B0/3", "47", "51", "83", "B0/4"}));
    EXPECT_TRUE(plan.others[0].first) << "what names a pack goes first";
    EXPECT_FALSE(plan.others[1].first);
    EXPECT_EQ(plan.others[1].every, Duration(1min));
    EXPECT_EQ(plan.others[2].every, Duration::zero());
}

TEST(PollPlan, WhereThereIsNoSerialNumberTheBarcodeGoesFirst) {
    static constexpr auto services =
        std::to_array<const model::Service*>({&dialect::daren::live_data, &dialect::daren::manufacturer_info,
                                              &dialect::daren::system_parameters, &dialect::daren::clock});
    static constexpr model::Dialect dialect{.name = "serialless", .services = services};
    const auto plan = bus::poll_plan(dialect, {1}, 1s);
    EXPECT_EQ(codes(plan.others), (std::vector<std::string_view>{"47", "51"}));
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

TEST_F(PollerTest, AsksARefusedServiceNoMore) {
    bus.packs[1] = {};
    bus.packs[1].refused = {"83"};
    start({1});
    time.run_for(10min);
    EXPECT_EQ(bus.count("83", 1), 1U);
    EXPECT_EQ(diary.failures.size(), 1U);
    EXPECT_GE(diary.count(1, "B0/4"), 9);
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
    start({1, 2, 3, 4}, 10s);
    time.run_for(13h);
    bus.packs[3].silent = true;
    const auto before = diary.count(3, "42");
    time.run_for(11h);
    EXPECT_GE(before, 13 * 360 - 2);
    EXPECT_EQ(diary.count(3, "42"), before);
    EXPECT_GE(diary.count(4, "42"), 24 * 360 - 10);
}

}  // namespace
}  // namespace packwire::test
