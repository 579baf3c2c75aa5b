// SPDX-License-Identifier: MIT
/// kill -9 at any moment, 200 times.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <random>

#include "store/readings.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;
using test::new_year;
using test::series;

constexpr int rows = 10;

Batch numbered(int number) {
    Batch batch;
    for (int row = 0; row < rows; ++row)
        add(batch, series("P1", test::charged), new_year + number * 20min + row * 1s, number);
    Event event;
    event.id = number;
    event.text = "batch";
    batch.events.push_back(event);
    return batch;
}

/// In the child: writes as fast as it can, and says how far it is. Every third batch something is merged or
/// rolled up.
[[noreturn]] void write_for_ever(const std::filesystem::path& file, int number, int pipe) {
    const auto archive = open_sqlite({.file = file, .limits = {}, .log = {}});
    if (!archive) ::_exit(3);
    for (;; ++number) {
        if (!(*archive)->append(numbered(number))) ::_exit(4);
        if (::write(pipe, &number, sizeof number) != sizeof number) ::_exit(5);
        for (int i = 0; i < 3; ++i) {
            if (!(*archive)->tidy(new_year + number * 20min, true)) ::_exit(6);
        }
    }
}

/// Gives the last batch that was written before the child was killed.
int write_and_kill(const std::filesystem::path& file, int next, std::mt19937& random) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
    const auto child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        write_for_ever(file, next, ends[1]);
    }
    ::close(ends[1]);
    int last = next - 1;
    const int wanted = static_cast<int>(random() % 5);
    for (int i = 0; i < wanted; ++i) {
        if (::read(ends[0], &last, sizeof last) != sizeof last) break;
    }
    // A random moment of what it does now, which takes some milliseconds.
    const timespec moment{.tv_sec = 0, .tv_nsec = static_cast<long>(random() % 6'000'000)};
    ::nanosleep(&moment, nullptr);
    ::kill(child, SIGKILL);
    int number = 0;
    while (::read(ends[0], &number, sizeof number) == sizeof number) last = number;
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
    return last;
}

std::string quick_check(const std::filesystem::path& file) {
    sqlite3* database = nullptr;
    std::string said;
    sqlite3_open(file.c_str(), &database);
    const auto take = [](void* into, int, char** values, char**) {
        *static_cast<std::string*>(into) += values[0];
        return 0;
    };
    sqlite3_exec(database, "PRAGMA quick_check", take, &said, nullptr);
    sqlite3_close(database);
    return said;
}

TEST(Kill, AtAnyMomentLosesNothingThatWasWritten) {
    test::HistoryFile file;
    std::mt19937 random(7);
    int last = 0;
    for (int round = 0; round < 200; ++round) {
        file.archive.reset();
        const int told = write_and_kill(file.path(), last + 1, random);
        // Opening checks, too; this is another pair of eyes.
        if (round % 10 == 0) {
            ASSERT_EQ(quick_check(file.path()), "ok") << round;
        }
        file.open();
        ASSERT_TRUE(file.archive) << file.why;
        ASSERT_EQ(file.log, "") << "nothing was moved aside";

        // Each batch whole or not at all; what was told is there, and at most the batch under way beside it.
        const auto points = file.points(series("P1", test::charged), new_year + (last - 9) * 20min,
                                        new_year + 24h * 3650, Resolution::raw);
        const auto there = points.empty() ? 0 : static_cast<int>(points.back().last);
        ASSERT_GE(there, told) << round;
        ASSERT_LE(there, told + 1) << round;
        const auto begin = points.empty() ? there + 1 : static_cast<int>(points.front().last);
        ASSERT_EQ(points.size(), static_cast<std::size_t>(there - begin + 1) * rows) << round;
        const auto events = file.archive->events({.limit = 1});
        ASSERT_TRUE(events);
        ASSERT_EQ(events->empty() ? 0 : events->front().id, there) << "a batch is one thing";
        last = there;
    }
    const auto all =
        file.points(series("P1", test::charged), new_year, new_year + 24h * 3650, Resolution::raw);
    const auto kept = last - static_cast<int>(all.front().last) + 1;  // days went by, the oldest are dropped
    EXPECT_EQ(all.size(), static_cast<std::size_t>(kept) * rows);
    // What was rolled up in between is whole, too.
    file.tidy(new_year + last * 20min + 48h, false);
    EXPECT_EQ(
        file.points(series("P1", test::charged), new_year, new_year + 24h * 3650, Resolution::minute).size(),
        static_cast<std::size_t>(last));
    EXPECT_GT(last, 200);
}

}  // namespace
}  // namespace packwire::store
