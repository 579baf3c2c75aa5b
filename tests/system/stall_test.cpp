// SPDX-License-Identifier: MIT
/// A daemon that stood still, stopped or asleep with its machine: its first answer is as true as its second.
#include <gtest/gtest.h>

#include "system/program.hpp"

namespace packwire::test {
namespace {

const std::string bank_service = "com.victronenergy.battery.packwire_test";

/// Whatever ends it, what was stopped can end.
struct Stopped {
    const Sim& sim;
    const Child& daemon;
    Stopped(const Sim& stopped_sim, const Child& stopped_daemon) : sim(stopped_sim), daemon(stopped_daemon) {
        sim.signal(SIGSTOP);  // first: nothing new may come after the daemon goes on
        daemon.signal(SIGSTOP);
    }
    Stopped(const Stopped&) = delete;
    Stopped& operator=(const Stopped&) = delete;
    ~Stopped() {
        daemon.signal(SIGCONT);
        sim.signal(SIGCONT);
    }
};

class StallTest : public testing::Test {
protected:
    StallTest() : bus(loop) {}

    void start(const std::string& link) {
        std::ofstream(directory / "packwire.toml")
            << "site = \"test\"\n[[bus]]\nport = \"" << link << "\"\nbaud = 19200\naddresses = [1]\n"
            << "interval = \"200ms\"\n[loss]\nstale = \"1s\"\n[status]\nsocket = \"" << socket() << "\"\n";
        daemon.emplace(
            loop, std::vector<std::string>{"env", "STATE_DIRECTORY=" + (directory / "state").string(),
                                           binary(), "run", "--web", "off", "--store", "off", "--config",
                                           (directory / "packwire.toml").string(), "--venus", bus.address()});
    }
    [[nodiscard]] std::string socket() const { return (directory / "status.sock").string(); }
    [[nodiscard]] bool measures() {
        return bus.call(bank_service, "/Dc/0/Current", "com.victronenergy.BusItem.GetValue").find("double") !=
               std::string::npos;
    }
    void until_it_measures() {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (!measures()) ASSERT_LT(std::chrono::steady_clock::now(), end) << daemon->output();
    }
    /// What the command, asked while the daemon stood still for longer than stale, is answered when it goes
    /// on.
    [[nodiscard]] std::string first_answer(const Sim& sim, const std::vector<std::string>& command) {
        until_it_measures();
        (void)run_child(loop, {"sleep", "2"});  // rounds enough that one stall is not the usual one
        std::optional<Child> asking;
        {
            const Stopped stopped(sim, *daemon);
            asking.emplace(loop, command);
            // Time has to pass for real: the clock of another process.
            (void)run_child(loop, {"sleep", "3"});
            daemon->signal(SIGCONT);
            run_until(loop, [&] { return asking->ended(); });
        }
        return asking->output();
    }

    boost::asio::io_context loop;
    TempDir directory;
    PrivateBus bus;
    std::optional<Child> daemon;
};

TEST_F(StallTest, TheFirstAnswerKnowsWhatIsTooOld) {
    const Sim sim(loop, directory, {});
    start(sim.link());
    const auto ask = [&](const std::string& path, const std::string& method) {
        return std::vector<std::string>{"dbus-send",
                                        "--bus=" + bus.address(),
                                        "--print-reply",
                                        "--reply-timeout=20000",
                                        "--dest=" + bank_service,
                                        path,
                                        "com.victronenergy.BusItem." + method};
    };
    for (const auto* path : {"/Dc/0/Current", "/Soc", "/Dc/0/Voltage"}) {
        const auto answer = first_answer(sim, ask(path, "GetValue"));
        EXPECT_NE(answer.find("array ["), std::string::npos) << path << ": " << answer;
        EXPECT_EQ(answer.find("double"), std::string::npos) << path << ": " << answer;
    }
    EXPECT_NE(first_answer(sim, ask("/Dc/0/Current", "GetText")).find("\"---\""), std::string::npos);
    const auto items = first_answer(sim, ask("/", "GetItems"));
    const auto current = items.substr(items.find("\"/Dc/0/Current\""), 300);
    EXPECT_EQ(current.substr(0, current.find("Text")).find("double"), std::string::npos) << current;
    until_it_measures();
}

TEST_F(StallTest, SoDoesTheStatusSocket) {
    const Sim sim(loop, directory, {});
    start(sim.link());
    const auto answer = first_answer(sim, {binary(), "status", "--format", "json", "--socket", socket()});
    const auto json = nlohmann::json::parse(answer, nullptr, false);
    ASSERT_TRUE(json.is_object()) << answer;
    EXPECT_EQ(json["bank"]["state"], "stale") << answer;
    EXPECT_TRUE(json["bank"]["values"]["pack_current"].is_null()) << answer;
}

}  // namespace
}  // namespace packwire::test
