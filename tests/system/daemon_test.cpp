// SPDX-License-Identifier: MIT
/// The daemon between the simulator and a private D-Bus, looked at by Debian's own clients.
#include <gtest/gtest.h>

#include "support/source_dir.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

class DaemonTest : public testing::Test {
protected:
    static std::string bank() { return "com.victronenergy.battery.packwire_test"; }
    static std::string service(int number) {
        return "com.victronenergy.battery.packwire_test_SIM" + std::string(12, '0') + std::to_string(number);
    }
    void start_daemon(const std::string& link, const std::string& addresses, const std::string& more = "") {
        std::ofstream(directory / "packwire.toml")
            << "site = \"test\"\n[[bus]]\nport = \"" << link << "\"\nbaud = 19200\naddresses = " << addresses
            << "\n"
            << "interval = \"200ms\"\n[loss]\nstale = \"1s\"\n[json_lines]\npath = \"" << lines << "\"\n"
            << "[web]\nenabled = false\n[store]\nenabled = false\n"
            << more;
        daemon.emplace(loop,
                       std::vector<std::string>{"env", "STATE_DIRECTORY=" + (directory / "state").string(),
                                                binary(), "run", "--web", "off", "--store", "off", "--config",
                                                (directory / "packwire.toml").string(), "--venus",
                                                bus ? bus->address() : "unix:path=/nonexistent/bus"});
    }
    /// What a path of a service says, by dbus-send.
    [[nodiscard]] std::string value(const std::string& name, const std::string& path) {
        return bus->call(name, path, "com.victronenergy.BusItem.GetValue");
    }
    /// Asks again and again until the answer has those words.
    void wait_for(const std::string& name, const std::string& path, const std::string& words) {
        const auto end = std::chrono::steady_clock::now() + patience;
        std::string last;
        while (std::chrono::steady_clock::now() < end) {
            last = value(name, path);
            if (last.find(words) != std::string::npos) return;
        }
        FAIL() << name << path << " never became " << words << "; last: " << last << daemon->output();
    }
    std::vector<std::string> packs_on_bus() {
        std::vector<std::string> names;
        const auto all = bus->call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames");
        for (auto at = all.find("com.victronenergy"); at != std::string::npos;
             at = all.find("com.victronenergy", at + 1)) {
            names.push_back(all.substr(at, all.find('"', at) - at));
        }
        return names;
    }
    void wait_for_packs(std::size_t count) {
        const auto end = std::chrono::steady_clock::now() + patience;
        while (packs_on_bus().size() != count) {
            ASSERT_LT(std::chrono::steady_clock::now(), end) << daemon->output();
        }
    }
    void control(const std::string& commands) {
        std::ofstream(directory / "control.tmp") << commands;
        std::filesystem::rename(directory / "control.tmp", directory / "control");
    }

    boost::asio::io_context loop;
    TempDir directory;
    std::optional<PrivateBus> bus{std::in_place, loop};
    std::optional<Child> daemon;
    std::string lines = (directory / "lines.json").string();  ///< where the JSON lines go
};

TEST_F(DaemonTest, FourPacksAreABankAndFourBatteriesWithRightValues) {
    const Sim sim(loop, directory, {"--packs", "4", "--control", (directory / "control").string()});
    start_daemon(sim.link(), "[1, 2, 3, 4]");
    wait_for_packs(5);
    auto names = packs_on_bus();
    ASSERT_EQ(std::erase(names, bank()), 1U);
    std::set<std::string> instances;
    for (const auto& name : names) {
        const auto items = bus->call(name, "/", "com.victronenergy.BusItem.GetItems");
        for (const auto* path :
             {"/DeviceInstance", "/Connected", "/ProductName", "/Mgmt/Connection", "/Soc", "/Dc/0/Voltage",
              "/Alarms/HighCellVoltage", "/System/MinCellVoltage", "/Voltages/Cell16", "/CustomName"}) {
            EXPECT_NE(items.find('"' + std::string(path) + '"'), std::string::npos) << name << path;
        }
        EXPECT_EQ(items.find("/Info/MaxChargeVoltage"), std::string::npos) << "packs have no limits";
        EXPECT_EQ(items.find("/Info/MaxChargeCurrent"), std::string::npos);
        instances.insert(value(name, "/DeviceInstance"));
        EXPECT_NE(value(name, "/Connected").find("int32 1"), std::string::npos);
    }
    EXPECT_EQ(instances.size(), 4U) << "instances are distinct";
    control("pack 2 soc 15\npack 2 current 0\n");
    bool found = false;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!found && std::chrono::steady_clock::now() < end) {
        for (const auto& name : packs_on_bus()) {
            const auto soc = value(name, "/Soc");
            found = found || soc.find("double 15") != std::string::npos ||
                    soc.find("double 14.9") != std::string::npos;
        }
    }
    EXPECT_TRUE(found) << "a change in the pack reaches the bus";
    wait_for(bank(), "/System/NrOfModulesOnline", "int32 4");
    wait_for(bank(), "/Info/MaxChargeVoltage", "double");
    EXPECT_NE(value(bank(), "/DeviceInstance").find("int32 100"), std::string::npos);
}

TEST_F(DaemonTest, ReplayedFramesReachTheBusUnchanged) {
    const Sim sim(loop, directory, {"--replay", (source_dir() / "tests/golden/seed_frames.txt").string()});
    start_daemon(sim.link(), "[1]");
    wait_for_packs(1);
    const auto name = packs_on_bus().at(0);
    EXPECT_EQ(name, bank()) << "a single pack has no service of its own";
    wait_for(name, "/Dc/0/Voltage", "double 53.12");
    wait_for(name, "/Soc", "double 67");
    wait_for(name, "/Capacity", "double 53.6");
    wait_for(name, "/System/MinCellVoltage", "double 3.291");
    wait_for(name, "/System/MinVoltageCellId", "\"C3\"");
    wait_for(name, "/History/ChargeCycles", "int32 204");
}

TEST_F(DaemonTest, TheNextRunBeginsWithThePacksOfTheLast) {
    const Sim sim(loop, directory, {"--packs", "2", "--addresses", "1,3"});
    start_daemon(sim.link(), "\"auto\"");
    wait_for_packs(3);
    EXPECT_EQ(daemon->output().find("as in the last run"), std::string::npos) << daemon->output();
    daemon->kill(SIGTERM);
    start_daemon(sim.link(), "\"auto\"");
    wait_for_packs(3);
    EXPECT_NE(daemon->output().find("address 1, 3, as in the last run"), std::string::npos)
        << daemon->output();
    wait_for(bank(), "/System/NrOfModulesOnline", "int32 2");
}

TEST_F(DaemonTest, ASilentPackStopsLookingAliveAndComesBack) {
    const Sim sim(loop, directory, {"--packs", "2", "--control", (directory / "control").string()});
    start_daemon(sim.link(), "[1, 2]");
    wait_for_packs(3);
    for (const auto& name : packs_on_bus()) {
        wait_for(name, "/Dc/0/Voltage", "double");
        control("line silence on\n");
        wait_for(name, "/Dc/0/Voltage", "array");
        EXPECT_NE(value(name, "/Soc").find("array"), std::string::npos) << "stale values are invalid";
        control("clear\n");
        wait_for(name, "/Dc/0/Voltage", "double");
    }
}

TEST_F(DaemonTest, SurvivesAnAdapterThatIsPulledAndReturns) {
    std::optional<Sim> sim;
    sim.emplace(loop, directory, std::vector<std::string>{});
    start_daemon(sim->link(), "[1]");
    wait_for_packs(1);
    const auto name = packs_on_bus().at(0);
    sim.reset();
    wait_for(name, "/Dc/0/Voltage", "array");
    sim.emplace(loop, directory, std::vector<std::string>{});
    wait_for(name, "/Dc/0/Voltage", "double");
    EXPECT_FALSE(daemon->ended());
}

TEST_F(DaemonTest, SurvivesABusThatRestarts) {
    const Sim sim(loop, directory, {});
    start_daemon(sim.link(), "[1]");
    wait_for_packs(1);
    bus->stop();
    bus->start();
    wait_for_packs(1);
    EXPECT_FALSE(daemon->ended());
}

TEST_F(DaemonTest, WorksWithoutADBus) {
    const Sim sim(loop, directory, {});
    bus.reset();
    lines = "-";
    start_daemon(sim.link(), "[1]");
    run_until(loop, [&] { return daemon->output().find("\"freshness\"") != std::string::npos; });
    run_until(loop, [&] { return daemon->output().find("D-Bus") != std::string::npos; });
    EXPECT_FALSE(daemon->ended());
    std::istringstream in(daemon->output());
    for (std::string line; std::getline(in, line);) {
        if (line.front() != '{') continue;
        const auto record = nlohmann::json::parse(line);
        EXPECT_EQ(record["freshness"], "fresh");
        EXPECT_TRUE(record["values"]["pack_voltage"].is_number());
        return;
    }
    FAIL() << daemon->output();
}

TEST_F(DaemonTest, WaitsForAPortThatIsNotThereYet) {
    start_daemon((directory / "line").string(), "[1]");
    run_until(loop, [&] { return daemon->output().find("port_missing") != std::string::npos; });
    const Sim sim(loop, directory, {});
    wait_for_packs(1);
}

TEST_F(DaemonTest, FindsPacksByItself) {
    const Sim sim(loop, directory, {"--addresses", "0,3"});
    start_daemon(sim.link(), "\"auto\"");
    wait_for_packs(3);
}

TEST_F(DaemonTest, LeavesTheBusWhenToldToStop) {
    const Sim sim(loop, directory, {});
    start_daemon(sim.link(), "[1]");
    wait_for_packs(1);
    daemon->stop();
    EXPECT_TRUE(packs_on_bus().empty());
    EXPECT_NE(daemon->output().find("stopped"), std::string::npos) << daemon->output();
}

}  // namespace
}  // namespace packwire::test
