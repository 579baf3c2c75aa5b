// SPDX-License-Identifier: MIT
/// The daemon switches what a user's rule says, and puts it back when it is told to stop.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "system/program.hpp"

namespace packwire::test {
namespace {

TEST(Rules, SwitchWhileTheDaemonRunsAndFailSafeWhenItStops) {
    TempDir directory;
    boost::asio::io_context loop;
    const auto path = [&](const char* name) { return (directory / name).string(); };
    const Sim sim(loop, directory, {"--packs", "2", "--soc", "67"});
    std::ofstream(path("c.toml")) << "[[bus]]\nport = \"" << sim.link()
                                  << "\"\nbaud = 19200\naddresses = [1, 2]\n"
                                  << "[venus]\nenabled = false\n[status]\nsocket = \"" << path("s.sock")
                                  << "\"\n"
                                  << "[[rule]]\nname = \"boiler\"\nwhen = \"bank.state_of_charge >= 30\"\n"
                                  << "until = \"state_of_charge < 20\"\ncommand_on = [\"touch\", \""
                                  << path("on") << "\"]\ncommand_off = [\"touch\", \"" << path("off")
                                  << "\"]\n";
    Child daemon(loop, {"env", "XDG_STATE_HOME=" + path("state"), "STATE_DIRECTORY=" + path("state"),
                        binary(), "run", "--web", "off", "--store", "off", "--config", path("c.toml")});
    run_until(loop, [&] { return std::filesystem::exists(path("on")) || daemon.ended(); });
    ASSERT_TRUE(std::filesystem::exists(path("on"))) << daemon.output();
    EXPECT_FALSE(std::filesystem::exists(path("off")));
    const auto live = packwire(loop, directory, "rules --format json --socket " + path("s.sock"));
    EXPECT_EQ(live.code, 0) << live.err;
    const auto rule = nlohmann::json::parse(live.out)["rules"][0];
    EXPECT_EQ(rule["name"], "boiler");
    EXPECT_EQ(rule["state"], "on");
    const auto dry =
        packwire(loop, directory,
                 "rules --dry-run --format json --config " + path("c.toml") + " --socket " + path("s.sock"));
    EXPECT_EQ(dry.code, 0) << dry.err;
    const auto trial = json_lines(dry.out).at(0);
    EXPECT_EQ(trial["now"], "on");
    EXPECT_EQ(trial["would"], "on");
    EXPECT_NEAR(trial["value"].get<double>(), 67, 1);
    daemon.stop();
    EXPECT_TRUE(std::filesystem::exists(path("off"))) << daemon.output();
}

}  // namespace
}  // namespace packwire::test
