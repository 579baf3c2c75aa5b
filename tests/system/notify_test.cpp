// SPDX-License-Identifier: MIT
/// What the daemon tells whoever started it (sd_notify): that is how systemd knows when it is ready, and when
/// it hangs.
#include <gtest/gtest.h>

#include <boost/asio/local/datagram_protocol.hpp>

#include "system/fifo.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

/// Where a service manager would listen.
class NotifySocket {
public:
    using Clock = std::chrono::steady_clock;
    NotifySocket(boost::asio::io_context& loop, const std::string& path)
        : socket_(loop, boost::asio::local::datagram_protocol::endpoint(path)) {
        receive();
    }
    [[nodiscard]] std::size_t count(const std::string& words) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            heard_, [&](const auto& one) { return one.find(words) != std::string::npos; }));
    }
    /// When it was last told that all is well.
    [[nodiscard]] Clock::time_point fed() const { return fed_; }

private:
    void receive() {
        socket_.async_receive(boost::asio::buffer(buffer_), [this](auto error, std::size_t size) {
            if (error) return;
            heard_.emplace_back(buffer_.data(), size);
            if (heard_.back().find("WATCHDOG=1") != std::string::npos) fed_ = Clock::now();
            receive();
        });
    }
    boost::asio::local::datagram_protocol::socket socket_;
    std::array<char, 4096> buffer_{};
    std::vector<std::string> heard_;
    Clock::time_point fed_{};
};

class NotifyTest : public testing::Test {
protected:
    void start(const std::string& more, const std::string& log = "") {
        const auto redirect = log.empty() ? std::string() : " 2>" + log;
        daemon.emplace(
            loop, std::vector<std::string>{"sh", "-c",
                                           "exec env NOTIFY_SOCKET=" + (directory / "notify").string() +
                                               " STATE_DIRECTORY=" + (directory / "state").string() + " " +
                                               binary() + " run " + more + redirect});
    }
    static constexpr const char* alone = " --address 1 --web off --store off --venus off --socket off";

    boost::asio::io_context loop;
    TempDir directory;
    NotifySocket notify{loop, (directory / "notify").string()};
    std::optional<Child> daemon;
};

TEST_F(NotifyTest, TellsThatItIsReadyThatItLivesAndThatItStops) {
    const Sim sim(loop, directory, {});
    start("--port " + sim.link() + alone);
    run_until(loop, [this] { return notify.count("READY=1") == 1; });
    run_until(loop, [this] { return notify.count("WATCHDOG=1") >= 3; });
    EXPECT_EQ(notify.count("STOPPING=1"), 0U);
    daemon->stop();
    run_until(loop, [this] { return notify.count("STOPPING=1") == 1; });
    EXPECT_EQ(notify.count("READY=1"), 1U);
}

TEST_F(NotifyTest, IsReadyWithoutItsPort) {
    start("--port " + (directory / "missing").string() + alone);
    run_until(loop, [this] { return notify.count("READY=1") == 1; });
    run_until(loop, [this] { return notify.count("WATCHDOG=1") >= 2; });
}

TEST_F(NotifyTest, ABrokenConfigurationIsNeverReady) {
    std::ofstream(directory / "packwire.toml") << "[[bus]]\nprot = \"/dev/ttyUSB0\"\n";
    start("--config " + (directory / "packwire.toml").string());
    run_until(loop, [this] { return daemon->ended(); });
    settle(loop);
    EXPECT_NE(daemon->output().find("packwire.toml:2"), std::string::npos) << daemon->output();
    EXPECT_EQ(notify.count("READY=1"), 0U);
}

/// The process is there, but its loop blocks: the watchdog must starve before the process ends itself.
TEST_F(NotifyTest, IsNotFedByADaemonThatHangs) {
    const auto control = (directory / "control").string();
    std::ofstream{control} << "\n";
    const Sim sim(loop, directory, {"--control", control});
    const Fifo log((directory / "log").string());
    start("--port " + sim.link() + alone, log.path());
    run_until(loop, [this] { return notify.count("WATCHDOG=1") >= 1; });
    log.fill();
    std::ofstream{control + ".new"} << "pack 1 silence on\n";
    std::filesystem::rename(control + ".new", control);
    // Silence is logged after a few seconds; then it hangs, and the alarm ends it 15 s after the last good
    // look.
    const auto end = NotifySocket::Clock::now() + std::chrono::seconds(90);
    while (!daemon->ended() && NotifySocket::Clock::now() < end) loop.run_one_for(std::chrono::seconds(1));
    ASSERT_TRUE(daemon->ended());
    settle(loop);
    EXPECT_EQ(notify.count("STOPPING=1"), 0U);
    EXPECT_GE(NotifySocket::Clock::now() - notify.fed(), std::chrono::seconds(10));
}

}  // namespace
}  // namespace packwire::test
