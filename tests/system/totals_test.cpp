// SPDX-License-Identifier: MIT
/// Energy totals of the daemon over kill -9, with and without a broker, without its memory, and after a
/// clear. Source: bank 13.
#include <gtest/gtest.h>

#include <fstream>

#include "support/mqtt_broker.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

constexpr auto topic = "packwire/shed/bank/state";

class TotalsTest : public testing::Test {
protected:
    /// Four packs that are charged with 21 kW: 0.1 kWh each 17 s.
    void start(const std::string& more, const std::string& store = "off") {
        if (!sim) {
            sim.emplace(loop, directory,
                        std::vector<std::string>{"--packs", "4", "--soc", "30", "--current", "100"});
        }
        std::ofstream(path("c.toml"))
            << "site = \"shed\"\n[[bus]]\nport = \"" << sim->link()
            << "\"\nbaud = 19200\naddresses = \"1-4\"\n[status]\nsocket = \"" << path("s.sock")
            << "\"\n[json_lines]\nbank = true\npath = \"" << path("lines") << "\"\n"
            << more;
        daemon.emplace(loop, std::vector<std::string>{"env", "STATE_DIRECTORY=" + path("state"), binary(),
                                                      "run", "--web", "off", "--store", store, "--venus",
                                                      "off", "--config", path("c.toml")});
    }
    std::string path(const char* name) { return (directory / name).string(); }
    [[nodiscard]] std::string mqtt() const {
        return "[mqtt]\nurl = \"mqtt://127.0.0.1:" + std::to_string(broker.port()) + "\"\n";
    }
    /// As json_lines has it, each value that was published.
    std::vector<double> told() {
        std::vector<double> values;
        std::ifstream file(path("lines"));
        // Asked for again and again: no line is parsed as JSON.
        constexpr std::string_view key = "\"charged_energy\":";
        for (std::string line; std::getline(file, line);) {
            const auto at = line.find(key);
            if (at == std::string::npos || !line.ends_with('}') || !line.contains("\"bank\":")) continue;
            const auto value = line.substr(at + key.size());
            if (!value.starts_with("null")) values.push_back(std::stod(value));
        }
        return values;
    }
    double last() {
        const auto values = told();
        return values.empty() ? -1 : values.back();
    }
    void wait_for(double value) {
        run_until(loop, [&] { return last() >= value; });
    }
    void expect_no_step_back() {
        const auto values = told();
        for (std::size_t i = 1; i < values.size(); ++i) EXPECT_GE(values[i], values[i - 1]) << i;
    }
    static double energy(const std::string& state) {
        const auto json = nlohmann::json::parse(state, nullptr, false);
        if (!json.is_object() || !json.contains("charged_energy")) return -1;
        return json["charged_energy"].is_number() ? json["charged_energy"].get<double>() : -1;
    }

    TempDir directory;
    boost::asio::io_context loop;
    MqttBroker broker{loop};
    std::optional<Sim> sim;
    std::optional<Child> daemon;
};

TEST_F(TotalsTest, NeverGoBackWhenTheDaemonIsKilled) {
    start("");
    wait_for(0.0);
    for (int run = 0; run < 2; ++run) {
        const auto lines = told().size();
        const auto before = last();
        run_until(loop, [&] { return told().size() > lines + 2 + static_cast<std::size_t>(run); });
        daemon->kill(SIGKILL);
        start("");
        const auto again = told().size();
        run_until(loop, [&] { return told().size() > again; });
        EXPECT_GE(last(), before);
    }
    wait_for(0.05);
    const auto high = last();
    daemon->kill(SIGKILL);
    start("");
    const auto again = told().size();
    run_until(loop, [&] { return told().size() > again; });
    EXPECT_GE(last(), high);
    EXPECT_LT(last(), high + 0.1);
    expect_no_step_back();
}

/// What the broker retains is the floor, with and without a memory of our own.
TEST_F(TotalsTest, GoOnFromWhatTheBrokerRetains) {
    broker.start();
    broker.send({"-t", topic, "-r", "-m",
                 R"({"charged_energy":812.345,"discharged_energy":790.1,"history_clears":0})"});
    MqttReader reader(loop, broker);
    start(mqtt());
    reader.wait_for(topic, "pack_voltage");
    const auto all_above = [&](double floor) {
        for (const auto& line : reader.lines()) {
            if (line.topic == topic && energy(line.payload) >= 0) {
                EXPECT_GE(energy(line.payload), floor);
            }
        }
    };
    run_until(loop, [&] { return energy(reader.at(topic)) >= 812.345; });
    all_above(812.345);
    daemon->kill(SIGKILL);
    const auto before = energy(reader.at(topic));
    std::filesystem::remove(path("state/bank"));
    start(mqtt());
    const auto count = reader.count(topic);
    run_until(loop, [&] { return reader.count(topic) > count + 2; });
    EXPECT_GE(energy(reader.at(topic)), before);
    daemon->kill(SIGKILL);
    broker.send({"-t", topic, "-r", "-m", R"({"charged_energy":900.5})"});  // a memory that is older
    start(mqtt());
    run_until(loop,
              [&] { return energy(reader.at(topic)) > 900.5 - 1e-9 && reader.count(topic) > count + 5; });
    all_above(812.345);
    EXPECT_LT(energy(reader.at(topic)), 901.0);
}

TEST_F(TotalsTest, WithoutAMemoryGoOnFromTheHistory) {
    start("[store]\ninterval = \"1s\"\n", path("history.db"));
    wait_for(0.05);
    const auto high = last();
    daemon->stop();  // hands over what it has
    std::filesystem::remove(path("state/bank"));
    const auto before = told().size();
    start("[store]\ninterval = \"1s\"\n", path("history.db"));
    run_until(loop, [&] { return told().size() > before; });
    EXPECT_GE(last(), high);
    daemon->kill(SIGKILL);
    std::ofstream(path("state/bank")) << "packwire-bank 1\ncharged 0.0";
    const auto again = told().size();
    start("[store]\ninterval = \"1s\"\n", path("history.db"));
    run_until(loop, [&] { return told().size() > again; });
    EXPECT_GE(last(), high);
    expect_no_step_back();
}

}  // namespace
}  // namespace packwire::test
