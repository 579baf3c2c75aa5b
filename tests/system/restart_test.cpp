// SPDX-License-Identifier: MIT
/// What chargers and inverters are told while the daemon is stopped, killed and started again: never 0 A,
/// never more than before. Source: bank 3, 6.
#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include "system/program.hpp"

namespace packwire::test {
namespace {

constexpr auto limits = std::to_array<const char*>(
    {"/Info/MaxChargeVoltage", "/Info/MaxChargeCurrent", "/Info/MaxDischargeCurrent"});

/// Every number that follows one of these paths in what dbus-monitor or dbus-send prints; "invalid" is -1.
std::vector<double> numbers(const std::string& text, const std::string& path) {
    std::vector<double> found;
    const auto quoted = '"' + path + '"';
    for (auto at = text.find(quoted); at != std::string::npos; at = text.find(quoted, at + 1)) {
        const auto value = text.find("\"Value\"", at);
        if (value == std::string::npos) break;
        const auto variant = text.find("variant", value);
        const auto end = text.find(')', variant);
        const auto number = text.find("double ", variant);
        found.push_back(number < end ? std::stod(text.substr(number + 7)) : -1);
    }
    return found;
}

class RestartTest : public testing::Test {
protected:
    RestartTest() {
        std::ofstream(directory / "packwire.toml")
            << "site = \"test\"\n[[bus]]\nport = \"" << sim.link() << "\"\naddresses = [1, 2]\n"
            << "interval = \"200ms\"\n[venus]\ndbus = \"" << bus.address()
            << "\"\n[status]\nsocket = \"off\"\n";
    }
    void start() {
        daemon.emplace(loop,
                       std::vector<std::string>{"env", "STATE_DIRECTORY=" + (directory / "state").string(),
                                                binary(), "run", "--web", "off", "--store", "off", "--config",
                                                (directory / "packwire.toml").string()});
    }
    std::string items() {
        return bus.call("com.victronenergy.battery.packwire_test", "/", "com.victronenergy.BusItem.GetItems");
    }
    /// Asks until the bank answers, and goes on for so many answers; all that was said.
    std::map<std::string, std::vector<double>> listen(std::size_t answers) {
        std::map<std::string, std::vector<double>> said;
        const auto end = std::chrono::steady_clock::now() + patience;
        while (said[limits[0]].size() < answers && std::chrono::steady_clock::now() < end) {
            const auto text = items();
            for (const auto* path : limits) {
                for (const auto number : numbers(text, path)) said[path].push_back(number);
            }
        }
        return said;
    }
    void expect_within(const std::map<std::string, std::vector<double>>& said,
                       const std::map<std::string, std::vector<double>>& before, const std::string& when) {
        for (const auto* path : limits) {
            EXPECT_FALSE(said.at(path).empty()) << path << when << daemon->output();
            for (const auto number : said.at(path)) {
                EXPECT_GT(number, 0) << path << when;
                EXPECT_LE(number, before.at(path).back()) << path << when;
            }
        }
    }

    boost::asio::io_context loop;
    TempDir directory;
    PrivateBus bus{loop};
    Sim sim{loop, directory, {"--packs", "2", "--current", "5"}};
    std::optional<Child> daemon;
};

TEST_F(RestartTest, NeitherAnUpgradeNorACrashShowsZeroOrMore) {
    start();
    const auto before = listen(20);
    ASSERT_FALSE(before.at(limits[0]).empty()) << daemon->output();
    const SignalWatch watch(loop, bus);
    for (const int signal : {SIGTERM, SIGKILL}) {
        const auto when = signal == SIGTERM ? " after an upgrade" : " after a crash";
        daemon->kill(signal);
        start();
        expect_within(listen(40), before, when);
    }
    daemon->stop();
    // And what was told in between, signal by signal.
    for (const auto* path : limits) {
        for (const auto number : numbers(watch.output(), path)) {
            EXPECT_GT(number, 0) << path;
            EXPECT_LE(number, before.at(path).back()) << path;
        }
    }
}

}  // namespace
}  // namespace packwire::test
