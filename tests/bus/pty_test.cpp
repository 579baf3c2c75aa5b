// SPDX-License-Identifier: MIT
#include "bus/pty.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <fstream>
#include <optional>

#include "bus/serial_port.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::bus {
namespace {

namespace fs = std::filesystem;

/// Whether the line is in exclusive mode.
bool exclusive(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return errno == EBUSY;
    int flag = 0;
    ::ioctl(descriptor, TIOCGEXCL, &flag);
    ::close(descriptor);
    return flag != 0;
}

class PtyTest : public testing::Test {
protected:
    std::unique_ptr<Pty> make_pty(std::optional<fs::path> link = std::nullopt) {
        auto made = Pty::open(loop.get_executor(), std::move(link));
        if (!made) throw std::runtime_error(to_string(made.error()));
        return std::move(*made);
    }

    asio::io_context loop;
    test::TempDir dir;
    std::unique_ptr<Pty> pty = make_pty();
    std::array<char, 64> buffer{};
};

TEST_F(PtyTest, FreesTheLineOfAKilledProgram) {
    const int descriptor = ::open(pty->path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(descriptor, 0);
    ASSERT_EQ(::ioctl(descriptor, TIOCEXCL), 0);
    ASSERT_EQ(::write(descriptor, "x", 1), 1);
    ::close(descriptor);
    ASSERT_TRUE(exclusive(pty->path()));
    EXPECT_EQ(test::run(loop, pty->read(buffer)), 1U);
    EXPECT_FALSE(exclusive(pty->path()));
}

TEST_F(PtyTest, WriteGoesOnWhenSomeoneOpensTheLine) {
    std::optional<Result<void>> written;
    const std::string bytes(100'000, 'x');
    asio::co_spawn(loop, pty->write(bytes),
                   [&](const std::exception_ptr&, Result<void> result) { written = result; });
    test::settle(loop);
    EXPECT_FALSE(written);
    LoopTime time(loop.get_executor());
    SerialPort port(pty->path(), 19200, time, loop.get_executor());
    ASSERT_TRUE(test::run(loop, port.open()));
    while (!written) {
        ASSERT_TRUE(test::run(loop, port.read(buffer, time.now() + test::patience)));
    }
    EXPECT_TRUE(*written);
}

TEST_F(PtyTest, MayEndDuringARead) {
    std::optional<Result<std::size_t>> count;
    asio::co_spawn(loop, pty->read(buffer),
                   [&](const std::exception_ptr&, Result<std::size_t> result) { count = result; });
    test::settle(loop);
    pty.reset();
    test::settle(loop);
    ASSERT_TRUE(count);
    EXPECT_EQ(count->error().code, Errc::port_gone);
}

TEST_F(PtyTest, LinkAppearsReadyAndGoesWithThePty) {
    const auto link = dir / "line";
    fs::create_symlink("/dev/pts/left-over", link);
    pty = make_pty(link);
    EXPECT_EQ(fs::read_symlink(link), pty->path());
    EXPECT_EQ(pty->link(), link);
    pty.reset();
    EXPECT_FALSE(fs::is_symlink(fs::symlink_status(link)));
}

TEST_F(PtyTest, LinkOfASuccessorStays) {
    const auto link = dir / "line";
    pty = make_pty(link);
    const auto successor = make_pty(link);
    pty.reset();
    EXPECT_EQ(fs::read_symlink(link), successor->path());
}

TEST_F(PtyTest, LinkReplacesNothingButLinks) {
    std::ofstream(dir / "file") << "precious";
    fs::create_directory(dir / "directory");
    for (const auto* name : {"file", "directory"}) {
        const auto made = Pty::open(loop.get_executor(), dir / name);
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, Errc::port_refused);
    }
    std::string content;
    std::ifstream(dir / "file") >> content;
    EXPECT_EQ(content, "precious");
    EXPECT_EQ(Pty::open(loop.get_executor(), dir / "no/such/place").error().code, Errc::io);
}

TEST_F(PtyTest, IsRawAndSilentFromTheStart) {
    const int descriptor = ::open(pty->path().c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    ASSERT_GE(descriptor, 0);
    ASSERT_TRUE(test::run(loop, pty->write("~\r")));
    EXPECT_EQ(::read(descriptor, buffer.data(), buffer.size()), 2);
    EXPECT_EQ(std::string_view(buffer.data(), 2), "~\r");
    ASSERT_EQ(::write(descriptor, "x", 1), 1);
    EXPECT_EQ(test::run(loop, pty->read(buffer)), 1U) << "no echo came before";
    EXPECT_EQ(buffer[0], 'x');
    ::close(descriptor);
}

}  // namespace
}  // namespace packwire::bus
