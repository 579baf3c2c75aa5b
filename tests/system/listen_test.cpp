// SPDX-License-Identifier: MIT
/// packwire listen, and the daemon listening, on lines where this test is master and packs at once.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "bus/pty.hpp"
#include "support/scripted_pack.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

std::string exchange(std::string_view code, std::uint8_t address) {
    const auto services = dialect::find_services(dialect::daren::dialect, code);
    return wire::encode(dialect::make_request(dialect::daren::dialect, *services.at(0), address)) +
           seed_answer(code, address);
}

/// What a master and its packs say: every service of pack 1, live data of pack 2, one that is not there.
std::string conversation() {
    std::string all;
    for (const auto* code : {"42", "47", "51", "83", "B0/3", "B0/4"}) all += exchange(code, 1);
    all += exchange("42", 2);
    const auto silent = exchange("42", 3);
    all += silent.substr(0, silent.find('\r') + 1);
    return all + exchange("42", 1);
}

/// Waits until the listener listens.
void wait_for(asio::io_context& loop, const Child& child, const std::string& words) {
    run_until(loop, [&] { return child.output().find(words) != std::string::npos || child.ended(); });
}

/// Everything that comes from a line, into `into`.
bus::Task<void> overhear(bus::Pty& pty, std::string& into) {
    std::array<char, 256> part{};
    while (true) {
        const auto count = co_await pty.read(part);
        if (!count) co_return;
        into.append(part.data(), *count);
    }
}

class ListenTest : public testing::Test {
protected:
    static constexpr const char* listening = "transmitting nothing";

    std::unique_ptr<bus::Pty> make_pty() {
        auto made = bus::Pty::open(loop.get_executor());
        if (!made) throw std::runtime_error(to_string(made.error()));
        return std::move(*made);
    }
    /// Runs `packwire listen` on a pty while the conversation goes on there; gives what it printed.
    std::string listen(std::vector<std::string> words, const std::string& said) {
        const auto pty = make_pty();
        std::string transmitted;
        asio::co_spawn(loop, overhear(*pty, transmitted), asio::detached);
        std::vector<std::string> argv{binary(), "listen", pty->path(), "--duration", "1s"};
        argv.insert(argv.end(), words.begin(), words.end());
        const Child child(loop, argv);
        wait_for(loop, child, listening);
        EXPECT_TRUE(run(loop, pty->write(said)));
        run_until(loop, [&] { return child.ended(); });
        settle(loop);
        EXPECT_EQ(transmitted, "") << "not one byte may come from a listener";
        return child.output();
    }
    Outcome packwire(const std::string& words) { return test::packwire(loop, directory, words); }

    asio::io_context loop;
    TempDir directory;
};

TEST_F(ListenTest, PrintsWhatOthersSayAndSaysNothing) {
    const auto printed = listen({"--format", "json"}, "\x01\x02 noise" + conversation());
    std::vector<nlohmann::json> lines;
    std::istringstream in(printed);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with('{')) lines.push_back(nlohmann::json::parse(line));
    }
    ASSERT_EQ(lines.size(), 18U) << printed;
    EXPECT_EQ(lines[0]["unknown"], "0102206E6F697365");
    EXPECT_EQ(lines[0]["error"]["code"], "bad_start");
    EXPECT_EQ(lines[1]["direction"], "request");
    EXPECT_EQ(lines[1]["service"], "42");
    EXPECT_EQ(lines[2]["direction"], "response");
    EXPECT_EQ(lines[2]["dialect"], "daren");
    EXPECT_EQ(lines[2]["address"], 1);
    EXPECT_EQ(lines[2]["fields"]["state_of_charge"], 67.00);
    EXPECT_TRUE(lines[2]["time"].is_string());
    EXPECT_FALSE(lines[2].contains("line"));
    EXPECT_EQ(lines[10]["service"], "B0/3");
    EXPECT_EQ(lines[14]["address"], 2);
}

TEST_F(ListenTest, ATableForPeopleWithStatistics) {
    const auto printed = listen({"--statistics"}, conversation());
    EXPECT_NE(printed.find("<   1  42    live data  state_of_charge 67.00 %, pack_voltage 53.12 V"),
              std::string::npos)
        << printed;
    EXPECT_NE(printed.find("unanswered"), std::string::npos) << printed;
    EXPECT_NE(printed.find("17 frames"), std::string::npos) << printed;
    EXPECT_NE(printed.find("line busy"), std::string::npos) << printed;
    EXPECT_EQ(printed.find('\033'), std::string::npos) << "no colour in a pipe";
}

TEST_F(ListenTest, CsvHasARowForEachValue) {
    const auto printed = listen({"--format", "csv"}, conversation());
    EXPECT_NE(printed.find("time,direction,address,service,variant,rtn,field,value,unit\n"),
              std::string::npos);
    EXPECT_NE(printed.find(",response,2,42,with_data_flag,0,pack_voltage,53.12,V\n"), std::string::npos)
        << printed;
}

TEST_F(ListenTest, ASilentLineIsOneLineAndFails) {
    const auto pty = make_pty();
    const auto outcome = packwire("listen " + pty->path() + " --duration 100ms --format json");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("timeout: " + pty->path() + ": no good frame within 100ms"), std::string::npos)
        << outcome.err;
}

TEST_F(ListenTest, ARecordingIsReadByDecodeAndReplayedBySim) {
    const auto file = (directory / "capture.jsonl").string();
    listen({"--record", file}, "noise" + conversation());
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const auto captures = json_lines(text.str());
    ASSERT_EQ(captures.size(), 17U);
    const auto& live = captures[1];
    EXPECT_EQ(live["direction"], "response");
    EXPECT_EQ(live["service"], "42");
    EXPECT_EQ(live["frame"].get<std::string>() + '\r', seed_answer("42", 1));
    EXPECT_EQ(live["baud"], 19200);
    EXPECT_EQ(live["checksum_ok"], true);
    EXPECT_EQ(live["length_ok"], true);
    EXPECT_EQ(live["synthetic"], false);
    EXPECT_NE(live["id"], captures[0]["id"]);
    EXPECT_EQ(captures[0]["notes"], "5 bytes that are no frame before it");

    const auto decoded = packwire("decode --format json " + file);
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    const auto lines = json_lines(decoded.out);
    ASSERT_EQ(lines.size(), captures.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
        EXPECT_EQ(lines[i]["service"], captures[i]["service"]) << i;
        EXPECT_EQ(lines[i]["direction"], captures[i]["direction"]) << i;
    }

    const Sim sim(loop, directory, {"--replay", file});
    const auto read = packwire("read " + sim.link() + " --address 1 --service 42,B0/3 --format json");
    ASSERT_EQ(read.code, 0) << read.err << sim.output();
    const auto readings = json_lines(read.out);
    EXPECT_EQ(readings.at(0)["fields"], lines[1]["fields"]);
    EXPECT_EQ(readings.at(1)["service"], "B0/3");
}

TEST_F(ListenTest, BadFramesAreRecordedAsSuch) {
    const auto file = (directory / "capture.jsonl").string();
    auto torn = exchange("42", 1);
    torn[80] = torn[80] == '0' ? '1' : '0';
    const auto printed = listen({"--record", file}, torn + exchange("42", 1));
    EXPECT_NE(printed.find("!  bad_checksum"), std::string::npos) << printed;
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    const auto captures = json_lines(text.str());
    ASSERT_EQ(captures.size(), 4U);
    EXPECT_EQ(captures[1]["direction"], "unknown");
    EXPECT_EQ(captures[1]["checksum_ok"], false);
    EXPECT_EQ(captures[1]["length_ok"], true);
}

TEST_F(ListenTest, AFileThatCannotBeWrittenIsOneLine) {
    const auto missing = packwire("listen /dev/null --record " + (directory / "none/capture").string());
    EXPECT_EQ(missing.code, 1);
    EXPECT_NE(missing.err.find("cannot be written: No such file"), std::string::npos) << missing.err;
    EXPECT_EQ(std::count(missing.err.begin(), missing.err.end(), '\n'), 1) << missing.err;
    const auto printed = listen({"--record", "/dev/full"}, conversation());
    EXPECT_NE(printed.find("io: /dev/full cannot be written: No space left"), std::string::npos) << printed;
}

/// A gateway: whoever connects hears all that is said.
class GatewayTest : public ListenTest {
protected:
    [[nodiscard]] std::string url() const {
        return "tcp://127.0.0.1:" + std::to_string(listener.local_endpoint().port());
    }
    bus::Task<void> serve(std::vector<std::string> said, Duration pause) {
        auto peer = co_await listener.async_accept(asio::use_awaitable);
        asio::steady_timer timer(loop);
        for (std::size_t i = 0; !done; i = (i + 1) % said.size()) {
            co_await asio::async_write(peer, asio::buffer(said[i]), asio::use_awaitable);
            timer.expires_after(pause);
            co_await timer.async_wait(asio::use_awaitable);
        }
        std::array<char, 64> part{};
        peer.non_blocking(true);
        boost::system::error_code error;
        const auto count = peer.read_some(asio::buffer(part), error);
        transmitted.append(part.data(), count);
        served = true;
    }
    /// Ends the line and looks whether anything came from the other side.
    void expect_silence() {
        done = true;
        run_until(loop, [&] { return served; });
        EXPECT_EQ(transmitted, "");
    }

    Tcp::acceptor listener{loop, Tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    std::string transmitted;
    bool done = false;
    bool served = false;
};

TEST_F(GatewayTest, ListensToAGateway) {
    asio::co_spawn(loop, serve({exchange("42", 1), exchange("42", 2)}, 20ms), asio::detached);
    const Child child(loop, {binary(), "listen", url(), "--format", "json"});
    wait_for(loop, child, "\"address\":2");
    EXPECT_NE(child.output().find("\"state_of_charge\":67.00"), std::string::npos) << child.output();
    expect_silence();
}

TEST_F(GatewayTest, AListeningBusFeedsTheSinksAndNamesPacksByTheirPlace) {
    asio::co_spawn(
        loop, serve({exchange("42", 1), exchange("47", 1), exchange("42", 2), exchange("B0/3", 2)}, 20ms),
        asio::detached);
    std::ofstream(directory / "packwire.toml")
        << "[[bus]]\nport = \"" << url() << "\"\nmode = \"listen\"\nidentity_wait = \"1s\"\n"
        << "[json_lines]\npath = \"-\"\n[venus]\nenabled = false\n";
    const Child daemon(
        loop, {"env", "STATE_DIRECTORY=" + (directory / "state").string(), binary(), "run", "--web", "off",
               "--store", "off", "--config", (directory / "packwire.toml").string()});
    wait_for(loop, daemon, "JD2M02150860_1");
    const auto place = "127_0_0_1_" + std::to_string(listener.local_endpoint().port()) + "_1";
    EXPECT_EQ(daemon.output().find(place), std::string::npos) << "it waits for B0/3";
    wait_for(loop, daemon, "\"" + place + "\"");
    EXPECT_NE(daemon.output().find("\"pack_voltage\":53.12"), std::string::npos) << daemon.output();
    EXPECT_EQ(daemon.output().find("\"id\":\"DJM2205180061"), std::string::npos) << "the barcode is no name";
    expect_silence();
}

}  // namespace
}  // namespace packwire::test
