// SPDX-License-Identifier: MIT
#include "bus/serial_port.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/system/system_error.hpp>
#include <fstream>
#include <optional>
#include <set>

#include "bus/pty.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::bus {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

/// What a read under way came to.
struct Outcome {
    std::optional<Result<std::size_t>> result;
    bool thrown = false;
};

Task<void> read_into(Port& port, std::span<char> into, TimePoint deadline, Outcome& outcome) {
    try {
        outcome.result = co_await port.read(into, deadline);
    } catch (const boost::system::system_error& error) {
        outcome.thrown = error.code() == asio::error::operation_aborted;
    }
}

Task<std::string> read_all(Port& port, std::size_t size, TimePoint deadline) {
    std::string all;
    std::array<char, 64> part{};
    while (all.size() < size) {
        const auto count = co_await port.read(part, deadline);
        if (!count) co_return all + to_string(count.error());
        all.append(part.data(), *count);
    }
    co_return all;
}

Task<std::string> read_all(Pty& pty, std::size_t size) {
    std::string all;
    std::array<char, 64> part{};
    while (all.size() < size) {
        const auto count = co_await pty.read(part);
        if (!count) co_return all + to_string(count.error());
        all.append(part.data(), *count);
    }
    co_return all;
}

std::string every_byte() {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
}

/// Whether the line is in exclusive mode.
bool is_exclusive(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return errno == EBUSY;
    int flag = 0;
    ::ioctl(descriptor, TIOCGEXCL, &flag);
    ::close(descriptor);
    return flag != 0;
}

/// Our descriptors of that line.
std::set<int> descriptors_of(const std::string& path) {
    std::set<int> found;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code ignored;
        if (fs::read_symlink(entry.path(), ignored) == path) found.insert(std::stoi(entry.path().filename()));
    }
    return found;
}

class SerialPortTest : public testing::Test {
protected:
    std::unique_ptr<Pty> make_pty(std::optional<fs::path> link = std::nullopt) {
        auto made = Pty::open(loop.get_executor(), std::move(link));
        if (!made) throw std::runtime_error(to_string(made.error()));
        return std::move(*made);
    }
    std::unique_ptr<SerialPort> make_port(const std::string& path, std::uint32_t baud = 19200) {
        return std::make_unique<SerialPort>(path, baud, time, loop.get_executor());
    }
    Errc open_error(const std::string& path) {
        const auto candidate = make_port(path);
        const auto opened = test::run(loop, candidate->open());
        EXPECT_FALSE(candidate->is_open());
        if (opened) throw std::runtime_error(path + " opened");
        EXPECT_NE(opened.error().where.find(path), std::string::npos) << opened.error().where;
        return opened.error().code;
    }
    void open(Port& closed) {
        const auto opened = test::run(loop, closed.open());
        ASSERT_TRUE(opened) << to_string(opened.error());
    }
    [[nodiscard]] TimePoint soon() const { return time.now() + test::patience; }

    asio::io_context loop;
    LoopTime time{loop.get_executor()};
    test::TempDir dir;
    std::unique_ptr<Pty> pty = make_pty();
    std::unique_ptr<SerialPort> port = make_port(pty->path());
    std::array<char, 64> buffer{};
    Outcome outcome;
};

TEST_F(SerialPortTest, CarriesEveryByteBothWays) {
    open(*port);
    const auto bytes = every_byte();
    ASSERT_TRUE(test::run(loop, port->write(bytes)));
    EXPECT_EQ(test::run(loop, read_all(*pty, bytes.size())), bytes);
    ASSERT_TRUE(test::run(loop, pty->write(bytes)));
    EXPECT_EQ(test::run(loop, read_all(*port, bytes.size(), soon())), bytes);
}

TEST_F(SerialPortTest, OpenedForListeningItCannotWrite) {
    auto before = descriptors_of(pty->path());
    SerialPort ear(pty->path(), 9600, time, loop.get_executor(), PortAccess::listen_only);
    open(ear);
    auto opened = descriptors_of(pty->path());
    for (const int descriptor : before) opened.erase(descriptor);
    ASSERT_EQ(opened.size(), 1U);
    EXPECT_EQ(::fcntl(*opened.begin(), F_GETFL) & O_ACCMODE, O_RDONLY);
    EXPECT_EQ(::write(*opened.begin(), "x", 1), -1) << "the kernel refuses";
    const auto written = test::run(loop, ear.write("~22014A42E00201FD28\r"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::port_refused);
    EXPECT_EQ(written.error().where, pty->path() + ": opened for listening only");
    EXPECT_EQ(pty->baud(), 9600U) << "it can set the speed all the same";
    const auto bytes = every_byte();
    ASSERT_TRUE(test::run(loop, pty->write(bytes)));
    EXPECT_EQ(test::run(loop, read_all(ear, bytes.size(), soon())), bytes);
}

TEST_F(SerialPortTest, WaitsForTheFirstByte) {
    open(*port);
    asio::co_spawn(loop, read_into(*port, buffer, soon(), outcome), asio::detached);
    test::settle(loop);
    EXPECT_FALSE(outcome.result);
    ASSERT_TRUE(test::run(loop, pty->write("~")));
    test::run_until(loop, [&] { return outcome.result.has_value(); });
    EXPECT_EQ(**outcome.result, 1U);
    EXPECT_EQ(buffer[0], '~');
}

TEST_F(SerialPortTest, SilenceIsATimeoutAndThePortStaysOpen) {
    open(*port);
    for (const auto deadline : {time.now() + 2ms, time.now() - 1s}) {
        const auto count = test::run(loop, port->read(buffer, deadline));
        ASSERT_FALSE(count);
        EXPECT_EQ(count.error().code, Errc::timeout);
    }
    EXPECT_TRUE(port->is_open());
    ASSERT_TRUE(test::run(loop, pty->write("late")));
    EXPECT_EQ(test::run(loop, read_all(*port, 4, soon())), "late");
}

TEST_F(SerialPortTest, WhatIsThereIsReadEvenAfterTheDeadline) {
    open(*port);
    ASSERT_TRUE(test::run(loop, pty->write("ab")));
    ASSERT_EQ(test::run(loop, read_all(*port, 1, soon())).size(), 2U);
    ASSERT_TRUE(test::run(loop, pty->write("c")));
    EXPECT_EQ(test::run(loop, read_all(*port, 1, soon())), "c");
}

TEST_F(SerialPortTest, CancelledReadThrowsAndLeavesTheNextAlone) {
    open(*port);
    asio::cancellation_signal signal;
    asio::co_spawn(loop, read_into(*port, buffer, soon(), outcome),
                   asio::bind_cancellation_slot(signal.slot(), asio::detached));
    test::settle(loop);
    signal.emit(asio::cancellation_type::terminal);
    test::settle(loop);
    EXPECT_TRUE(outcome.thrown);
    asio::co_spawn(loop, read_into(*port, buffer, soon(), outcome), asio::detached);
    test::settle(loop);
    EXPECT_FALSE(outcome.result);
    ASSERT_TRUE(test::run(loop, pty->write("x")));
    test::run_until(loop, [&] { return outcome.result.has_value(); });
    EXPECT_EQ(**outcome.result, 1U);
}

TEST_F(SerialPortTest, DiscardsWhatCameBeforeTheQuestion) {
    ASSERT_TRUE(test::run(loop, pty->write("before open")));
    open(*port);
    ASSERT_TRUE(test::run(loop, pty->write("late answer")));
    ASSERT_EQ(test::run(loop, port->read(std::span(buffer).first(1), soon())), 1U);
    port->discard_input();
    ASSERT_TRUE(test::run(loop, pty->write("new")));
    EXPECT_EQ(test::run(loop, read_all(*port, 3, soon())), "new");
}

TEST_F(SerialPortTest, HangUpEndsAReadUnderWay) {
    open(*port);
    asio::co_spawn(loop, read_into(*port, buffer, soon(), outcome), asio::detached);
    test::settle(loop);
    pty.reset();
    test::run_until(loop, [&] { return outcome.result.has_value(); });
    ASSERT_FALSE(*outcome.result);
    EXPECT_EQ(outcome.result->error().code, Errc::port_gone);
    EXPECT_FALSE(port->is_open());
    EXPECT_EQ(open_error(port->name()), Errc::port_missing);
}

TEST_F(SerialPortTest, HangUpEndsAWrite) {
    open(*port);
    pty.reset();
    const auto written = test::run(loop, port->write("~"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::port_gone);
    EXPECT_FALSE(port->is_open());
    port->discard_input();
}

TEST_F(SerialPortTest, CloseEndsAReadUnderWay) {
    open(*port);
    asio::co_spawn(loop, read_into(*port, buffer, soon(), outcome), asio::detached);
    test::settle(loop);
    port->close();
    test::settle(loop);
    ASSERT_TRUE(outcome.result);
    EXPECT_EQ(outcome.result->error().code, Errc::port_gone);
    EXPECT_EQ(test::run(loop, port->read(buffer, soon())).error().code, Errc::port_gone);
    EXPECT_EQ(test::run(loop, port->write("x")).error().code, Errc::port_gone);
}

TEST_F(SerialPortTest, ReopensWhenTheLineIsBack) {
    const auto link = dir / "line";
    pty = make_pty(link);
    const auto linked = make_port(link.string());
    open(*linked);
    pty.reset();
    EXPECT_EQ(test::run(loop, linked->read(buffer, soon())).error().code, Errc::port_gone);
    EXPECT_EQ(test::run(loop, linked->open()).error().code, Errc::port_missing);
    pty = make_pty(link);
    open(*linked);
    ASSERT_TRUE(test::run(loop, pty->write("back")));
    EXPECT_EQ(test::run(loop, read_all(*linked, 4, soon())), "back");
}

TEST_F(SerialPortTest, FollowsALinkThatPointsElsewhereAfterwards) {
    // As /dev/serial/by-id does when the adapter comes back as another device.
    const auto link = dir / "usb-adapter";
    fs::create_symlink(pty->path(), link);
    const auto linked = make_port(link.string());
    open(*linked);
    const auto other = make_pty();
    ASSERT_NE(other->path(), pty->path());
    pty.reset();
    EXPECT_EQ(test::run(loop, linked->read(buffer, soon())).error().code, Errc::port_gone);
    fs::remove(link);
    EXPECT_EQ(test::run(loop, linked->open()).error().code, Errc::port_missing);
    fs::create_symlink(other->path(), link);
    open(*linked);
    ASSERT_TRUE(test::run(loop, other->write("another")));
    EXPECT_EQ(test::run(loop, read_all(*linked, 7, soon())), "another");
}

TEST_F(SerialPortTest, BusyAlsoThroughALink) {
    fs::create_symlink(pty->path(), dir / "other");
    open(*port);
    EXPECT_EQ(open_error((dir / "other").string()), Errc::port_busy);
    EXPECT_TRUE(is_exclusive(pty->path())) << "the one that was refused must not free the line";
    ASSERT_TRUE(test::run(loop, port->write("still ours")));
    EXPECT_EQ(test::run(loop, read_all(*pty, 10)), "still ours");
}

TEST_F(SerialPortTest, FreeAgainAfterClose) {
    open(*port);
    EXPECT_TRUE(is_exclusive(pty->path()));
    port->close();
    EXPECT_FALSE(is_exclusive(pty->path()));
    open(*make_port(pty->path()));
    port.reset();
}

TEST_F(SerialPortTest, WhatCannotBeOpened) {
    std::ofstream(dir / "file") << "x";
    fs::create_symlink("/nowhere", dir / "dangling");
    EXPECT_EQ(open_error((dir / "missing").string()), Errc::port_missing);
    EXPECT_EQ(open_error((dir / "dangling").string()), Errc::port_missing);
    EXPECT_EQ(open_error((dir / "file").string()), Errc::port_refused);
    EXPECT_EQ(open_error((dir / "").string()), Errc::port_refused);
    EXPECT_EQ(open_error("/dev/null"), Errc::port_refused);
}

TEST_F(SerialPortTest, WithoutTheRightsItNamesTheGroup) {
    if (::geteuid() == 0) GTEST_SKIP() << "root may open anything";
    fs::permissions(pty->path(), fs::perms::none);
    const auto opened = test::run(loop, port->open());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::port_refused);
    EXPECT_NE(opened.error().where.find("dialout"), std::string::npos);
}

TEST_F(SerialPortTest, BaudIsSeenOnTheOtherSide) {
    for (const std::uint32_t baud : {300U, 9600U, 19200U, 115200U, 12345U}) {
        const auto slow = make_port(pty->path(), baud);
        open(*slow);
        EXPECT_EQ(pty->baud(), baud);
        EXPECT_EQ(slow->character_time(), Duration{10s} / baud);
    }
}

TEST_F(SerialPortTest, StandardBaudIsSeenByTcgetattr) {
    for (const std::uint32_t odd_one_before : {12345U, 9600U}) {
        open(*port);
        ASSERT_TRUE(port->set_baud(odd_one_before));
    }
    port->close();  // the settings stay: the other side holds the line
    const int descriptor = ::open(pty->path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    termios settings{};
    ASSERT_EQ(::tcgetattr(descriptor, &settings), 0);
    ::close(descriptor);
    EXPECT_EQ(::cfgetospeed(&settings), static_cast<speed_t>(B9600));
    EXPECT_EQ(settings.c_cflag & (CRTSCTS | HUPCL), 0U);
    EXPECT_EQ(settings.c_cc[VMIN], 1);
}

TEST_F(SerialPortTest, BaudChangesWhileOpen) {
    ASSERT_TRUE(port->set_baud(4800));
    open(*port);
    EXPECT_EQ(pty->baud(), 4800U);
    ASSERT_TRUE(port->set_baud(9600));
    EXPECT_EQ(pty->baud(), 9600U);
    EXPECT_EQ(port->character_time(), Duration{10s} / 9600);
    EXPECT_EQ(port->set_baud(0).error().code, Errc::port_refused);
    EXPECT_EQ(port->character_time(), Duration{10s} / 9600);
}

TEST_F(SerialPortTest, LongWriteGoesThroughWhileTheOtherSideReads) {
    open(*port);
    const std::string bytes(100'000, 'x');
    std::optional<Result<void>> written;
    asio::co_spawn(loop, port->write(bytes),
                   [&](const std::exception_ptr&, Result<void> result) { written = result; });
    EXPECT_EQ(test::run(loop, read_all(*pty, bytes.size())), bytes);
    test::run_until(loop, [&] { return written.has_value(); });
    EXPECT_TRUE(*written);
}

TEST_F(SerialPortTest, WriteToALineThatTakesNothingIsATimeout) {
    VirtualTime still(loop);
    SerialPort stuck(pty->path(), 19200, still, loop.get_executor());
    const auto opened = test::run(loop, still, stuck.open());
    ASSERT_TRUE(opened);
    const auto written = test::run(loop, still, stuck.write(std::string(1'000'000, 'x')));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::timeout);
    EXPECT_TRUE(stuck.is_open());
}

}  // namespace
}  // namespace packwire::bus
