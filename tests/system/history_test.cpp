// SPDX-License-Identifier: MIT
/// packwire history against a pack of the test's own on a pty.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <csignal>

#include "bus/pty.hpp"
#include "support/ring_pack.hpp"
#include "support/scripted_pack.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

class HistoryCommand : public testing::Test {
protected:
    void SetUp() override {
        auto made = bus::Pty::open(loop.get_executor());
        ASSERT_TRUE(made) << made.error().where;
        pty = std::move(*made);
        boost::asio::co_spawn(loop, serve(*pty, pack, mute_after), boost::asio::detached);
        for (std::uint32_t i = 0; i < 20; ++i) pack.history.push(history_info(i));
        for (std::uint32_t i = 0; i < 3; ++i) pack.events.push(event_info(i));
    }
    void TearDown() override {
        pty.reset();
        settle(loop);
    }
    static bus::Task<void> serve(bus::Pty& pty, RingPack& pack, std::optional<std::size_t>& mute_after) {
        std::array<char, 256> part{};
        std::string heard;
        while (true) {
            const auto count = co_await pty.read(part);
            if (!count) co_return;
            heard.append(part.data(), *count);
            const auto end = heard.find('\r');
            if (end == std::string::npos) continue;
            const auto text = pack.reply(heard.substr(0, end + 1));
            heard.erase(0, end + 1);
            if (mute_after && pack.questions > *mute_after) continue;
            const auto written = co_await pty.write(text);
            if (!written) co_return;
        }
    }
    Outcome history(const std::string& words) {
        return packwire(loop, directory, "history " + pty->path() + " --address 1 " + words);
    }
    /// Numbers of the records of 4B in the file, as the pack counted them.
    std::vector<int> numbers() const {
        std::stringstream text;
        text << std::ifstream(file).rdbuf();
        std::vector<int> found;
        for (const auto& line : json_lines(text.str())) {
            if (line["service"] == "4B") found.push_back(line["fields"]["running_mileage"]);
        }
        return found;
    }
    static std::vector<int> count_to(int end) {
        std::vector<int> all;
        for (int i = 0; i < end; ++i) all.push_back(i);
        return all;
    }

    boost::asio::io_context loop;
    TempDir directory;
    std::string file = (directory / "pack1.jsonl").string();
    std::unique_ptr<bus::Pty> pty;
    RingPack pack;
    std::optional<std::size_t> mute_after;
};

TEST_F(HistoryCommand, ShowsRecordsAndEventsAndSaysHowMany) {
    const auto shown = history("");
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_NE(shown.out.find("2026-01-01 00:00:19  periodic_record"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("cell_high"), std::string::npos) << shown.out;
    EXPECT_EQ(std::count(shown.out.begin(), shown.out.end(), '\n'), 25) << shown.out;
    EXPECT_TRUE(shown.err.starts_with(
        "packwire history: pack 1: 20 history records, 2026-01-01 00:00:00 to 2026-01-01 00:00:19, "
        "complete; 3 event records, 2026-01-01 00:00:00 to 2026-01-01 00:00:02, complete; "
        "clock: 2026-11-22 07:05:09, "))
        << shown.err;
}

TEST_F(HistoryCommand, AnInterruptedDownloadIsGoneOnWith) {
    mute_after = 9;
    const auto first = history("--output " + file);
    EXPECT_EQ(first.code, 1);
    EXPECT_NE(first.err.find("timeout: pack 1, history record: "), std::string::npos) << first.err;
    EXPECT_NE(first.err.find(", not complete; event records not asked for; "), std::string::npos)
        << first.err;
    EXPECT_NE(first.err.find("; the same command goes on"), std::string::npos) << first.err;
    const auto kept = numbers();
    EXPECT_EQ(kept, count_to(static_cast<int>(kept.size())));
    EXPECT_GT(kept.size(), 3U);
    mute_after.reset();
    const auto second = history("--output " + file);
    EXPECT_EQ(second.code, 0) << second.err;
    EXPECT_EQ(numbers(), count_to(20));
    EXPECT_NE(second.err.find("20 history records"), std::string::npos) << second.err;
    pack.history.overwrite(5);
    pack.history.push(history_info(20));
    const auto third = history("--output " + file);
    EXPECT_EQ(third.code, 0) << third.err;
    EXPECT_NE(
        third.err.find("21 history records, 2026-01-01 00:00:00 to 2026-01-01 00:00:20, 1 new, complete"),
        std::string::npos)
        << third.err;
    EXPECT_NE(third.err.find("3 event records, 2026-01-01 00:00:00 to 2026-01-01 00:00:02, 0 new, complete"),
              std::string::npos)
        << third.err;
    EXPECT_EQ(numbers(), count_to(21));
}

TEST_F(HistoryCommand, ASignalEndsItWithWhatWasRead) {
    mute_after = 9;
    Child child(loop, {binary(), "history", pty->path(), "--address", "1", "--output", file});
    run_until(loop, [&] { return pack.questions > *mute_after || child.ended(); });
    child.stop();
    run_until(loop, [&] { return child.ended(); });
    EXPECT_NE(child.output().find("packwire history: interrupted\n"), std::string::npos) << child.output();
    EXPECT_NE(child.output().find("not complete"), std::string::npos) << child.output();
    const auto kept = numbers();
    EXPECT_EQ(kept, count_to(static_cast<int>(kept.size())));
    EXPECT_GT(kept.size(), 3U);
    mute_after.reset();
    EXPECT_EQ(history("--output " + file).code, 0);
    EXPECT_EQ(numbers(), count_to(20));
}

TEST_F(HistoryCommand, ASignalLeavesThePackWhereTheFileEnds) {
    pack.history = {};
    constexpr int many = 4000;
    for (std::uint32_t i = 0; i < many; ++i) pack.history.push(history_info(i));
    // The shell says whom to interrupt.
    const auto words = " history " + pty->path() + " --address 1 --what records --output " + file;
    const Child child(loop, {"sh", "-c", "echo $$; exec " + binary() + words});
    run_until(loop, [&] { return pack.questions > 100 || child.ended(); });
    ASSERT_EQ(::kill(std::stoi(child.output()), SIGINT), 0);
    run_until(loop, [&] { return child.ended(); });
    EXPECT_NE(child.output().find("packwire history: interrupted\n"), std::string::npos) << child.output();
    const auto kept = numbers().size();
    EXPECT_LT(kept, 4000U);
    pack.asked.clear();
    const auto second = history("--what records --limit 3 --output " + file);
    EXPECT_EQ(second.code, 0) << second.err;
    EXPECT_NE(pack.asked.find("02 01 01 01"), std::string::npos) << pack.asked;
    EXPECT_EQ(numbers(), count_to(static_cast<int>(kept) + 3));
}

TEST_F(HistoryCommand, AHistoryThatGoesRoundIsOneLineAndAllIsKept) {
    pack.history.end_mark = false;
    pack.history.wraps = true;
    const auto read = history("--what records --format json");
    EXPECT_EQ(read.code, 1);
    EXPECT_EQ(json_lines(read.out).size(), 20U);
    EXPECT_NE(read.err.find("bad_history: pack 1, history record: it repeats itself"), std::string::npos)
        << read.err;
    EXPECT_EQ(std::count(read.err.begin(), read.err.end(), '\n'), 2) << read.err;
}

TEST_F(HistoryCommand, ALimitOfTheUserIsNoError) {
    const auto read = history("--what records --format json --limit 5");
    EXPECT_EQ(read.code, 0) << read.err;
    EXPECT_EQ(json_lines(read.out).size(), 5U);
    EXPECT_NE(read.err.find("more follow"), std::string::npos) << read.err;
}

TEST_F(HistoryCommand, WhatTheFirmwareDoesNotHaveIsSaid) {
    pack.refuse = [](std::uint8_t cid2, std::uint8_t) -> std::optional<std::uint8_t> {
        if (cid2 == 0x4C) return std::uint8_t{4};
        return std::nullopt;
    };
    const auto both = history("");
    EXPECT_EQ(both.code, 0) << both.err;
    EXPECT_NE(both.err.find("; event records not supported by this firmware"), std::string::npos) << both.err;
    const auto events = history("--what events");
    EXPECT_EQ(events.code, 1);
    EXPECT_NE(
        events.err.find("unsupported: pack 1, event record: service 4C (event record) is not supported"),
        std::string::npos)
        << events.err;
}

TEST_F(HistoryCommand, AnEmptyHistoryIsNoError) {
    pack.history = {};
    const auto read = history("");
    EXPECT_EQ(read.code, 0) << read.err;
    EXPECT_NE(read.err.find("no history records"), std::string::npos) << read.err;
}

TEST_F(HistoryCommand, AFileOfAnotherPackIsLeftAlone) {
    std::ofstream(file) << R"({"address":2,"service":"4B","info":"00"})" << '\n';
    const auto read = history("--output " + file);
    EXPECT_EQ(read.code, 2);
    EXPECT_NE(read.err.find("the history of pack 2, not of pack 1"), std::string::npos) << read.err;
    EXPECT_EQ(pack.asked, "");
}

TEST_F(HistoryCommand, ReadShowsHowFarTheClockIsOff) {
    const auto sim = Sim(loop, directory, {});
    const auto table = packwire(loop, directory, "read " + sim.link() + " --address 1 --service 4D");
    EXPECT_NE(table.out.find("  clock: 20"), std::string::npos) << table.out;
    const auto json =
        packwire(loop, directory, "read " + sim.link() + " --address 1 --service 4D --format json");
    EXPECT_LE(std::abs(json_lines(json.out).at(0)["drift_s"].get<int>()), 86400) << json.out;
}

}  // namespace
}  // namespace packwire::test
