// SPDX-License-Identifier: MIT
#include "bus/scan.hpp"

#include <gtest/gtest.h>

#include "dialect/sns/sns.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

/// A line that is looked at in every dialect; its packs speak one.
class ScanTest : public testing::Test {
protected:
    void open(const dialect::Dialect& spoken, std::uint32_t baud) {
        packs.emplace(port, time, spoken);
        packs->baud = baud;
        ASSERT_TRUE(run(loop, time, port.open(), 0s));
    }
    Result<std::vector<bus::Found>> look(std::vector<std::uint32_t> bauds = {}) {
        bus::ScanWish wish;
        wish.bauds = std::move(bauds);
        wish.addresses = {0, 1, 2, 3};
        wish.known = known;
        wish.progress = [this](const bus::ScanProgress& at) { asked.emplace_back(at.dialect, at.baud); };
        return run(loop, time, bus::scan({&daren, &sns}, time, std::move(wish)), 5min);
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    std::optional<ScriptedBus> packs;
    bus::Line daren{port, time, dialect::daren::dialect,
                    bus::timing_for(bus::PortUrl::Kind::serial, dialect::daren::dialect)};
    bus::Line sns{port, time, dialect::sns::dialect,
                  bus::timing_for(bus::PortUrl::Kind::serial, dialect::sns::dialect)};
    std::vector<std::uint8_t> known;
    std::vector<std::pair<const dialect::Dialect*, std::uint32_t>> asked;
};

TEST_F(ScanTest, FindsNativePacksAndSpeaksNothingElse) {
    open(dialect::daren::dialect, 9600);
    packs->packs[1] = {};
    packs->packs[3] = {};
    const auto found = look();
    ASSERT_TRUE(found) << found.error().where;
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->at(0).dialect, &dialect::daren::dialect);
    EXPECT_EQ(found->at(0).baud, 9600U);
    EXPECT_EQ(found->at(1).address, 3);
    EXPECT_EQ(port.baud(), 9600U);
    EXPECT_EQ(port.written().find('>'), std::string::npos);
}

TEST_F(ScanTest, FindsABoardOfTheOtherDialect) {
    open(dialect::sns::dialect, 9600);
    packs->packs[2] = {};
    const auto found = look();
    ASSERT_TRUE(found) << found.error().where;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->at(0).dialect, &dialect::sns::dialect);
    EXPECT_EQ(found->at(0).address, 2);
    EXPECT_EQ(port.baud(), 9600U);
}

TEST_F(ScanTest, WaitsForASlowBoardInTheEnd) {
    open(dialect::sns::dialect, 9600);
    packs->packs[2].latency = 2500ms;
    const auto found = look();
    ASSERT_TRUE(found) << found.error().where;
    ASSERT_EQ(found->size(), 1U);
    EXPECT_EQ(found->at(0).dialect, &dialect::sns::dialect);
    EXPECT_GE(found->at(0).latency, 2400ms);
}

TEST_F(ScanTest, ASlowPackIsFoundBesideQuickOnes) {
    for (const std::uint8_t slow : {std::uint8_t{0}, std::uint8_t{3}}) {
        if (!packs) open(dialect::daren::dialect, 19200);
        packs->packs.clear();
        packs->packs[1] = {};
        packs->packs[2] = {};
        packs->packs[slow].latency = 240ms;
        const auto found = look({19200});
        ASSERT_TRUE(found) << found.error().where;
        EXPECT_EQ(found->size(), 3U) << int{slow};
        time.run_for(1s);
    }
}

TEST_F(ScanTest, AsksEachAddressOnceWhereSomebodyAnswers) {
    open(dialect::daren::dialect, 19200);
    packs->packs[0] = {};
    ASSERT_TRUE(look({19200}));
    EXPECT_EQ(asked.size(), 4U);
    EXPECT_EQ(packs->asked.size(), 4U);
}

TEST_F(ScanTest, WhereAllKnownOnesAnswerNobodyElseIsAsked) {
    open(dialect::daren::dialect, 9600);
    packs->packs[1] = {};
    packs->packs[3] = {};
    known = {3, 1};
    const auto found = look();
    ASSERT_TRUE(found) << found.error().where;
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->at(0).address, 1);
    EXPECT_EQ(found->at(1).address, 3);
    for (const auto& question : packs->asked) EXPECT_TRUE(question.address == 1 || question.address == 3);
}

TEST_F(ScanTest, WhereAKnownOneIsMissingEverybodyIsAsked) {
    open(dialect::daren::dialect, 19200);
    packs->packs[1] = {};
    packs->packs[2] = {};
    known = {1, 3};
    const auto found = look({19200});
    ASSERT_TRUE(found) << found.error().where;
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->at(1).address, 2);
}

TEST_F(ScanTest, ASpeedThatWasNamedHoldsForAllDialects) {
    open(dialect::sns::dialect, 19200);
    const auto found = look({9600});
    ASSERT_TRUE(found) << found.error().where;
    EXPECT_TRUE(found->empty());
    for (const auto& [dialect, baud] : asked) EXPECT_EQ(baud, 9600U);
    const auto tried = [&](const dialect::Dialect& dialect) {
        return std::ranges::count(asked, &dialect, [](const auto& one) { return one.first; });
    };
    EXPECT_EQ(tried(dialect::daren::dialect), 8);
    EXPECT_EQ(tried(dialect::sns::dialect), 8);
}

TEST_F(ScanTest, PutsTheDeadlinesBack) {
    open(dialect::daren::dialect, 19200);
    packs->packs[1] = {};
    ASSERT_TRUE(look());
    EXPECT_EQ(daren.timing().first_character, 500ms);
    EXPECT_EQ(sns.timing().first_character, 3s);
}

}  // namespace
}  // namespace packwire::test
