// SPDX-License-Identifier: MIT
/// The daemon on a broker: packs, bank and rules on their topics, and what is left there when it ends.
#include <gtest/gtest.h>

#include <fstream>

#include "support/mqtt_broker.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

class MqttDaemon : public testing::Test {
protected:
    void start() {
        broker.start();
        reader.emplace(loop, broker);
        sim.emplace(loop, directory, std::vector<std::string>{"--packs", "2", "--soc", "67"});
        std::ofstream(path("c.toml"))
            << "site = \"shed\"\n[[bus]]\nport = \"" << sim->link()
            << "\"\nbaud = 19200\naddresses = [1, 2]\n[venus]\nenabled = false\n[status]\nsocket = \""
            << path("s.sock") << "\"\n[mqtt]\nurl = \"mqtt://127.0.0.1:" << broker.port()
            << "\"\n[[rule]]\nname = \"boiler\"\nwhen = \"bank.state_of_charge >= 30\"\n"
            << "mqtt_topic = \"boiler/set\"\nmqtt_retain = true\n";
        daemon.emplace(loop, std::vector<std::string>{"env", "STATE_DIRECTORY=" + path("state"), binary(),
                                                      "run", "--config", path("c.toml")});
    }
    std::string path(const char* name) { return (directory / name).string(); }

    TempDir directory;
    boost::asio::io_context loop;
    MqttBroker broker{loop};
    std::optional<MqttReader> reader;
    std::optional<Sim> sim;
    std::optional<Child> daemon;
};

TEST_F(MqttDaemon, TellsPacksBankAndRulesAndEndsInOrder) {
    start();
    reader->wait_for("boiler/set", "ON");
    reader->wait_for("packwire/shed/bank/state", "charge_voltage_limit");
    reader->wait_for("packwire/shed/SIM0000000000001/state", "pack_voltage");
    reader->wait_for("packwire/shed/SIM0000000000002/availability", "online");
    reader->wait_for("packwire/shed/bridge/availability", "online");
    daemon->stop();
    reader->wait_for("boiler/set", "OFF");
    reader->wait_for("packwire/shed/bridge/availability", "offline");
}

TEST_F(MqttDaemon, ThatIsKilledIsToldOfByTheBroker) {
    start();
    reader->wait_for("packwire/shed/bridge/availability", "online");
    daemon->kill(SIGKILL);
    reader->wait_for("packwire/shed/bridge/availability", "offline");
}

TEST_F(MqttDaemon, ReadsOnWhileTheBrokerIsAwayAndTheRuleIsToldLater) {
    start();
    reader->wait_for("packwire/shed/bank/state", "charge_voltage_limit");
    reader.reset();
    broker.stop();
    run_until(loop, [&] { return daemon->output().find("mqtt: ") != std::string::npos; });
    const auto status = packwire(loop, directory, "status --format json --socket " + path("s.sock"));
    const auto document = nlohmann::json::parse(status.out);
    for (const auto& pack : document["packs"]) EXPECT_EQ(pack["state"], "fresh");
    bool troubled = false;
    for (const auto& sink : document["sinks"])
        troubled = troubled || (sink["name"] == "mqtt" && sink["state"] == "trouble");
    EXPECT_TRUE(troubled) << status.out;
    broker.start();
    reader.emplace(loop, broker);
    reader->wait_for("packwire/shed/bank/state", "charge_voltage_limit");
    daemon->stop();
    reader->wait_for("boiler/set", "OFF");
}

}  // namespace
}  // namespace packwire::test
