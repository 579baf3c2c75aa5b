// SPDX-License-Identifier: MIT
#include "support/memory_port.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "support/run.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

class MemoryPortTest : public testing::Test {
protected:
    void SetUp() override { ASSERT_TRUE(run(loop, time, port.open(), 0s)); }

    /// What one read gives: the bytes, or the name of the error.
    std::string read(TimePoint deadline, Duration limit = 1h) {
        const auto count = run(loop, time, port.read(buffer, deadline), limit);
        return count ? std::string(buffer.data(), *count) : std::string(name(count.error().code));
    }
    bus::Task<void> read_and_note(TimePoint deadline) {
        const auto count = co_await port.read(buffer, deadline);
        noted = count ? std::string(buffer.data(), *count) : std::string(name(count.error().code));
        noted_when = time.now();
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    TimePoint start = time.now();
    std::array<char, 4> buffer{};
    std::string noted;
    TimePoint noted_when;
};

TEST_F(MemoryPortTest, AnswersFromTheScriptAtTheSaidTime) {
    port.on_write = [this](std::string_view bytes) {
        port.deliver(time.now() + 3s, std::string(bytes) + "!");
    };
    ASSERT_TRUE(run(loop, time, port.write("ask"), 0s));
    bus::asio::co_spawn(loop, read_and_note(start + 5s), bus::asio::detached);
    time.run_for(1min);
    EXPECT_EQ(noted, "ask!");
    EXPECT_EQ(noted_when, start + 3s);
    EXPECT_EQ(port.written(), "ask");
}

TEST_F(MemoryPortTest, WakesAReadForWhatIsScheduledLater) {
    bus::asio::co_spawn(loop, read_and_note(start + 1h), bus::asio::detached);
    time.run_for(1s);
    port.deliver(start + 2s, "x");
    time.run_for(1min);
    EXPECT_EQ(noted, "x");
    EXPECT_EQ(noted_when, start + 2s);
}

TEST_F(MemoryPortTest, SilenceIsATimeoutAtTheDeadline) {
    port.deliver(start + 2s, "late");
    bus::asio::co_spawn(loop, read_and_note(start + 1s), bus::asio::detached);
    time.run_for(1s);
    EXPECT_EQ(noted, "timeout");
    EXPECT_EQ(noted_when, start + 1s);
    EXPECT_EQ(read(start + 3s), "late");
}

TEST_F(MemoryPortTest, KeepsWhatDidNotFitAndDiscardsOnlyWhatCame) {
    port.deliver(start, "abcdef");
    port.deliver(start + 2s, "new");
    EXPECT_EQ(read(start, 0s), "abcd");
    port.discard_input();
    EXPECT_EQ(read(start + 1h), "new");
}

TEST_F(MemoryPortTest, VanishesDuringAReadAndComesBack) {
    bus::asio::co_spawn(loop, read_and_note(start + 1h), bus::asio::detached);
    time.run_for(1s);
    port.vanish();
    time.run_for(0s);
    EXPECT_EQ(noted, "port_gone");
    EXPECT_FALSE(port.is_open());
    EXPECT_EQ(run(loop, time, port.open(), 0s).error().code, Errc::port_missing);
    port.come_back();
    EXPECT_EQ(run(loop, time, port.write("x"), 0s).error().code, Errc::port_gone);
    EXPECT_TRUE(run(loop, time, port.open(), 0s));
    EXPECT_EQ(port.opens(), 3);
}

TEST_F(MemoryPortTest, FailsToOpenAsTold) {
    port.refuse_open(Error{Errc::port_busy, "busy"});
    EXPECT_EQ(run(loop, time, port.open(), 0s).error().code, Errc::port_busy);
    port.refuse_open(std::nullopt);
    EXPECT_TRUE(run(loop, time, port.open(), 0s));
}

TEST_F(MemoryPortTest, HasABaudRateUnlessAGateway) {
    ASSERT_TRUE(port.set_baud(9600));
    EXPECT_EQ(port.baud(), 9600U);
    EXPECT_EQ(port.character_time(), Duration{10s} / 9600);
    port.refuse_baud();
    EXPECT_EQ(port.set_baud(19200).error().code, Errc::port_refused);
}

}  // namespace
}  // namespace packwire::test
