// SPDX-License-Identifier: MIT
/// A disk that is full or hangs must not be felt by those who read packs.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "bank/fake_pack.hpp"
#include "bus/tasks.hpp"
#include "store/recorder.hpp"
#include "support/run.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;

/// What the other thread does, as a test says.
struct Disk {
    std::atomic<bool> full = false;
    std::atomic<unsigned> rows = 0;     ///< that it took
    std::atomic<unsigned> batches = 0;  ///< that it was asked for
    std::atomic<unsigned> syncs = 1;
    std::atomic<bool> may_drop = false;
    std::promise<void> go_on;
    std::shared_future<void> hangs;  ///< until then, if valid
};

class FakeArchive final : public Archive {
public:
    explicit FakeArchive(Disk& disk) : disk_(disk) {}
    Result<unsigned> append(const Batch& batch) override {
        ++disk_.batches;
        if (disk_.hangs.valid()) disk_.hangs.wait();
        if (disk_.full) return fail(Errc::io, "history.db: database or disk is full");
        for (const auto& track : batch.tracks) disk_.rows += static_cast<unsigned>(track.at.size());
        return disk_.syncs.load();
    }
    Result<Answer> read(const Query&, const std::vector<Sample>&) override { return Answer{}; }
    Result<std::vector<Event>> events(const EventQuery&) override { return std::vector<Event>{}; }
    Result<std::vector<Series>> series() override { return std::vector<Series>{}; }
    Result<std::vector<Setting>> settings() override { return std::vector<Setting>{}; }
    Result<bool> tidy(WallTime, bool may_drop) override {
        disk_.may_drop = may_drop;
        return false;
    }

private:
    Disk& disk_;
};

class OnADisk : public testing::Test {
protected:
    OnADisk() {
        RecorderOptions options;
        options.open = [this] {
            return Result<std::unique_ptr<Archive>>(std::make_unique<FakeArchive>(disk));
        };
        options.most_values = 40'000;
        options.log = [this](bool, const std::string& line) { log += line + "\n"; };
        recorder = std::make_unique<Recorder>(options, time, loop.get_executor());
        tasks.spawn(recorder->run());
    }
    ~OnADisk() override {
        tasks.stop();
        test::settle(loop);
        recorder.reset();
        test::settle(loop);
    }
    void read_for(Duration duration) {
        const auto end = time.now() + duration;
        while (time.now() < end) {
            recorder->publish(pack.read(time.now(), time.wall_now()).pack);
            time.run_for(1s);
        }
    }
    /// Until the other thread has done what it was asked for, and the loop knows.
    void answered() {
        bool done = false;
        recorder->events({}, [&](const auto&) { done = true; });
        test::run_until(loop, [&] { return done; });
    }

    Disk disk;
    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    std::string log;
    std::unique_ptr<Recorder> recorder;
    bus::Tasks tasks{loop.get_executor()};
    test::FakePack pack{"P1"};
};

TEST_F(OnADisk, WhatDidNotFitIsWrittenLater) {
    disk.full = true;
    for (int i = 0; i < 3; ++i) {
        read_for(61s);
        answered();
    }
    EXPECT_EQ(
        log, "history: history.db: database or disk is full; what comes is kept in memory and tried again\n");
    EXPECT_FALSE(recorder->trouble().empty());
    EXPECT_EQ(disk.rows, 0U);
    disk.full = false;
    read_for(61s);
    answered();
    EXPECT_TRUE(log.ends_with("history: is written again\n")) << log;
    EXPECT_EQ(recorder->trouble(), "");
    EXPECT_GE(disk.rows, 240U - 10);
}

TEST_F(OnADisk, WhatIsKeptInMemoryHasABound) {
    answered();
    disk.full = true;
    for (int minute = 0; minute < 30; ++minute) {
        read_for(60s);
        answered();
    }
    disk.full = false;
    for (int i = 0; i < 2; ++i) {
        time.run_for(61s);
        answered();
    }
    EXPECT_NE(log.find("rows were lost"), std::string::npos) << log;
    EXPECT_LT(disk.rows, 1000U);
    EXPECT_GT(disk.rows, 120U);
}

TEST_F(OnADisk, ADiskThatHangsIsAskedOnce) {
    answered();
    disk.hangs = disk.go_on.get_future().share();
    read_for(10min);
    EXPECT_LE(disk.batches, 1U);
    std::size_t refused = 0;
    for (int i = 0; i < 100; ++i)
        recorder->read({}, [&](const auto& result) {
            if (!result) ++refused;
        });
    EXPECT_EQ(refused, 68U) << "questions wait up to a bound, too";
    disk.go_on.set_value();
    test::run_until(loop, [&] { return disk.rows > 0; });
    test::settle(loop);
    read_for(61s);
    answered();
    EXPECT_GE(disk.rows, 600U);
}

TEST_F(OnADisk, FsyncsBeyondOneAreWaitedFor) {
    answered();
    disk.syncs = 3;
    read_for(61s);
    answered();
    disk.syncs = 1;
    read_for(120s);
    answered();
    EXPECT_EQ(disk.batches, 1U) << "two intervals longer";
    read_for(60s);
    answered();
    EXPECT_EQ(disk.batches, 2U);
}

TEST_F(OnADisk, NothingIsDroppedBeforeTheClockIsTrusted) {
    read_for(61s);
    answered();
    EXPECT_FALSE(disk.may_drop);
    read_for(1h);
    answered();
    read_for(61s);
    answered();
    EXPECT_TRUE(disk.may_drop);
}

}  // namespace
}  // namespace packwire::store
