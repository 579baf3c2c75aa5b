// SPDX-License-Identifier: MIT
/// A daemon that hangs must not keep its names on the bus: chargers would go on by what it said last.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/program.hpp"

namespace packwire::test {
namespace {

/// Standard error of the daemon, which nobody reads: once it is full the next line of the log blocks the
/// loop.
class Fifo {
public:
    explicit Fifo(std::string path) : path_(std::move(path)) {
        EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
        fd_ = ::open(path_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        ::fcntl(fd_, F_SETPIPE_SZ, 4096);
    }
    ~Fifo() { ::close(fd_); }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;
    void fill() const {
        while (::write(fd_, "x", 1) == 1) continue;
    }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    int fd_ = -1;
};

TEST(HangTest, TheNameOfADaemonThatHangsLeavesTheBus) {
    boost::asio::io_context loop;
    TempDir directory;
    PrivateBus bus(loop);
    const auto control = (directory / "control").string();
    std::ofstream{control} << "\n";
    const Sim sim(loop, directory, {"--control", control});
    const Fifo log((directory / "log").string());
    const auto command = "exec env STATE_DIRECTORY=" + (directory / "state").string() + " " + binary() +
                         " run --web off --store off --port " + sim.link() + " --address 1 --venus " +
                         bus.address() + " --socket off 2>" + log.path();
    const Child daemon(loop, {"sh", "-c", command});
    const auto named = [&](bool wanted, std::chrono::seconds within) {
        const auto end = std::chrono::steady_clock::now() + within;
        while (std::chrono::steady_clock::now() < end) {
            const auto all = bus.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames");
            if ((all.find("com.victronenergy.battery") != std::string::npos) == wanted) return true;
        }
        return false;
    };
    ASSERT_TRUE(named(true, std::chrono::seconds(30)));
    log.fill();
    std::ofstream{control + ".new"} << "pack 1 silence on\n";
    std::filesystem::rename(control + ".new", control);
    // Silence is logged after a few seconds, then it hangs; the alarm is 15 s. Source: bank 7.
    EXPECT_TRUE(named(false, std::chrono::seconds(60)));
}

}  // namespace
}  // namespace packwire::test
