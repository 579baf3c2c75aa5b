// SPDX-License-Identifier: MIT
/// A daemon that hangs must not keep its names on the bus: chargers would go on by what it said last.
#include <gtest/gtest.h>

#include "system/fifo.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

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
