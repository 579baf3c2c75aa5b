// SPDX-License-Identifier: MIT
/// packwire status asks packwire run.
#include <gtest/gtest.h>

#include <boost/asio/local/stream_protocol.hpp>

#include "system/program.hpp"

namespace packwire::test {
namespace {

using Json = nlohmann::json;

class StatusTest : public testing::Test {
protected:
    [[nodiscard]] std::string socket() const { return (directory / "status.sock").string(); }
    void start(const std::string& buses, const std::string& options = "") {
        std::ofstream(directory / "packwire.toml") << buses << "[loss]\nstale = \"1s\"\n";
        daemon.emplace(loop, std::vector<std::string>{
                                 "sh", "-c",
                                 "exec env STATE_DIRECTORY=" + (directory / "state").string() + " " +
                                     binary() + " run --web off --store off --venus off --config " +
                                     (directory / "packwire.toml").string() + " " +
                                     (options.empty() ? "--socket " + socket() : options)});
    }
    [[nodiscard]] std::string bus(const std::string& port, const std::string& more) const {
        return "[[bus]]\nport = \"" + port + "\"\nbaud = 19200\ninterval = \"200ms\"\n" + more;
    }
    Outcome ask(const std::string& words) {
        return packwire(loop, directory, "status --socket " + socket() + words);
    }
    /// The document, as soon as it is as wanted.
    template <class Wanted>
    Json wait_for(Wanted wanted) {
        const auto end = std::chrono::steady_clock::now() + patience;
        Json last;
        while (std::chrono::steady_clock::now() < end) {
            const auto answer = ask(" --format json");
            if (answer.code != 0) continue;
            last = Json::parse(answer.out);
            if (wanted(last)) return last;
        }
        ADD_FAILURE() << last.dump(1) << daemon->output();
        return last;
    }
    static auto pack_is(std::size_t which, const char* state) {
        return [=](const Json& document) {
            const auto& packs = document["packs"];
            return packs.size() > which && packs[which]["state"] == state;
        };
    }

    boost::asio::io_context loop;
    TempDir directory;
    std::optional<Child> daemon;
};

TEST_F(StatusTest, SaysHowPacksAndBusesAre) {
    const Sim packs(loop, directory, {"--packs", "2"});
    const auto missing = (directory / "missing").string();
    start(bus(packs.link(), "addresses = [1, 2, 3]\n") + bus(missing, "mode = \"listen\"\n"));
    const auto document = wait_for([&](const Json& all) {
        return pack_is(0, "fresh")(all) && pack_is(1, "fresh")(all) && pack_is(2, "silent")(all) &&
               all["packs"][2]["counters"]["errors"].contains("timeout");
    });
    const auto& line = document["buses"][0];
    EXPECT_EQ(line["port"], packs.link());
    EXPECT_EQ(line["state"], "polling");
    EXPECT_EQ(line["baud"], 19200);
    EXPECT_EQ(line["packs"], 3);
    EXPECT_GT(line["utilisation"]["total"]["characters"], 0);
    const auto& heard = document["buses"][1];
    EXPECT_EQ(heard["state"], "closed") << "a bus that is listened on is there, too";
    EXPECT_NE(heard["reason"].get<std::string>().find("no such device"), std::string::npos);
    const auto& pack = document["packs"][0];
    EXPECT_EQ(pack["id"], "SIM0000000000001");
    EXPECT_EQ(pack["address"], 1);
    EXPECT_NEAR(pack["values"]["state_of_charge"].get<double>(), 67, 1);
    EXPECT_GT(pack["values"]["pack_voltage"], 40);
    EXPECT_EQ(pack["services"]["answered"][0], "42");
    EXPECT_EQ(pack["latency"]["exchange"]["count"], pack["counters"]["answers"]);
    std::uint64_t sum = 0;
    for (const auto& count : pack["latency"]["exchange"]["buckets"]) sum += count.get<std::uint64_t>();
    EXPECT_EQ(sum, pack["counters"]["answers"].get<std::uint64_t>());
    EXPECT_TRUE(document["packs"][2]["id"].is_null());
}

TEST_F(StatusTest, TheTableNamesEverything) {
    const Sim sim(loop, directory, {});
    start(bus(sim.link(), "addresses = [1]\n"));
    (void)wait_for(pack_is(0, "fresh"));
    const auto table = ask("");
    EXPECT_EQ(table.code, 0) << table.err;
    for (const auto* word : {"polling", "SIM0000000000001", "fresh", "first character within", "no sinks"}) {
        EXPECT_NE(table.out.find(word), std::string::npos) << word << " in\n" << table.out;
    }
}

TEST_F(StatusTest, AFieldOutOfItsRangeIsNamedAndThePackStays) {
    const Sim sim(loop, directory,
                  {"--fault", "pack 1 field 42.state_of_health 80", "--fault",
                   "pack 1 field 42.cell_temperature.2 FE0C"});
    start(bus(sim.link(), "addresses = [1]\n"));
    const auto document = wait_for(
        [&](const Json& all) { return pack_is(0, "fresh")(all) && all["packs"][0]["remarks"].size() == 2; });
    const auto& remarks = document["packs"][0]["remarks"];
    EXPECT_EQ(remarks[0]["field"], "cell_temperature 2");
    EXPECT_EQ(remarks[0]["where"], "cell_temperature 2: expected -40 to 120 °C, got -50");
    EXPECT_EQ(remarks[1]["field"], "state_of_health");
    EXPECT_EQ(remarks[1]["service"], "42");
    EXPECT_TRUE(remarks[1]["now"].get<bool>());
    EXPECT_FALSE(document["packs"][0]["counters"]["errors"].contains("out_of_range"));
    const auto table = ask("");
    EXPECT_NE(table.out.find("state_of_health: expected 0 to 100 %, got 128"), std::string::npos)
        << table.out;
    const auto log = daemon->output();
    const auto first = log.find("state_of_health: expected 0 to 100 %, got 128; the value is unknown");
    ASSERT_NE(first, std::string::npos) << log;
    EXPECT_EQ(log.find("state_of_health: expected", first + 1), std::string::npos) << "once";
}

TEST_F(StatusTest, APackThatFallsSilentIsNotFresh) {
    const Sim sim(loop, directory, {"--control", (directory / "control").string()});
    start(bus(sim.link(), "addresses = [1]\n"));
    (void)wait_for(pack_is(0, "fresh"));
    std::ofstream(directory / "control") << "line silence on\n";
    const auto document = wait_for(pack_is(0, "stale"));
    EXPECT_GE(document["packs"][0]["age"], 1.0);
}

TEST_F(StatusTest, WithoutADaemonItSaysWhatToDo) {
    const auto nobody = ask("");
    EXPECT_EQ(nobody.code, 1);
    EXPECT_EQ(nobody.out, "");
    EXPECT_NE(nobody.err.find("packwire run"), std::string::npos) << nobody.err;
    EXPECT_EQ(std::ranges::count(nobody.err, '\n'), 1);
}

TEST_F(StatusTest, ADaemonThatIsKilledLeavesNothingInTheWay) {
    const Sim sim(loop, directory, {});
    {
        const boost::asio::local::stream_protocol::acceptor dead(
            loop, boost::asio::local::stream_protocol::endpoint(socket()));
    }
    start(bus(sim.link(), "addresses = [1]\n"));
    (void)wait_for(pack_is(0, "fresh"));
    daemon->stop();
    EXPECT_FALSE(std::filesystem::exists(socket()));
}

TEST_F(StatusTest, ADaemonWithoutAPlaceForTheSocketGoesOn) {
    const Sim sim(loop, directory, {});
    start(bus(sim.link(), "addresses = [1]\n"), "--socket /proc/nowhere/status.sock");
    run_until(loop, [&] { return daemon->output().find("address 1 answers") != std::string::npos; });
    EXPECT_NE(daemon->output().find("will not reach this daemon"), std::string::npos) << daemon->output();
    EXPECT_FALSE(daemon->ended());
}

TEST_F(StatusTest, ListensWhereTheEnvironmentSays) {
    const Sim sim(loop, directory, {});
    const auto runtime = (directory / "runtime").string();
    std::filesystem::create_directory(runtime);
    std::ofstream(directory / "packwire.toml") << bus(sim.link(), "addresses = [1]\n");
    daemon.emplace(loop, std::vector<std::string>{"env", "RUNTIME_DIRECTORY=" + runtime, binary(), "run",
                                                  "--web", "off", "--store", "off", "--venus", "off",
                                                  "--config", (directory / "packwire.toml").string()});
    run_until(loop, [&] { return daemon->output().find("address 1 answers") != std::string::npos; });
    EXPECT_TRUE(std::filesystem::is_socket(runtime + "/status.sock")) << daemon->output();
    const auto asked = run_child(loop, {"env", "RUNTIME_DIRECTORY=" + runtime, binary(), "status"});
    EXPECT_NE(asked.find("SIM0000000000001"), std::string::npos) << asked;
}

}  // namespace
}  // namespace packwire::test
