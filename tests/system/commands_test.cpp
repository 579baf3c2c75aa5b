// SPDX-License-Identifier: MIT
/// The one-shot commands against the simulator, and every bad input that a user can give them.
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "support/source_dir.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

class Commands : public testing::Test {
protected:
    Outcome run(const std::string& words) { return packwire(loop, directory, words); }
    static void expect_one_line(const std::string& text) {
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
    }
    boost::asio::io_context loop;
    TempDir directory;
};

TEST_F(Commands, ReadGivesEveryServiceOfEveryPack) {
    const Sim sim(loop, directory, {"--packs", "4"});
    const auto read = run("read " + sim.link() + " --address 1-4 --format json");
    EXPECT_EQ(read.code, 0) << read.err;
    EXPECT_EQ(read.err, "");
    std::map<int, std::vector<std::string>> services;
    for (const auto& line : json_lines(read.out)) {
        EXPECT_EQ(line["direction"], "response");
        EXPECT_EQ(line["dialect"], "daren");
        EXPECT_EQ(line["rtn"], 0);
        EXPECT_TRUE(line["time"].is_string());
        services[line["address"]].push_back(line["service"]);
    }
    ASSERT_EQ(services.size(), 4U);
    for (const auto& [address, list] : services) {
        EXPECT_EQ(list, (std::vector<std::string>{"42", "47", "4D", "51", "80", "83", "8A", "8C", "8E",
                                                  "B0/1", "B0/2", "B0/3", "B0/4"}))
            << address;
    }
}

TEST_F(Commands, ReadSaysWhatTheFirmwareDoesNotSupport) {
    const Sim sim(loop, directory, {"--model", "STD08"});
    const auto read = run("read " + sim.link() + " --address 1 --service 43,42 --format json");
    EXPECT_EQ(read.code, 1);
    EXPECT_NE(read.err.find("pack 1: service 43 (switch state) is not supported by this firmware\n"),
              std::string::npos)
        << read.err;
    const auto lines = json_lines(read.out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["rtn"], 4);
    EXPECT_EQ(lines[1]["service"], "42") << "the next service is asked all the same";
}

TEST_F(Commands, ReadTakesServicesByListAndRepeated) {
    const Sim sim(loop, directory, {});
    const auto read = run("read " + sim.link() + " --address 1 --service 42,B0/4 --service 4f --format json");
    ASSERT_EQ(read.code, 0) << read.err;
    const auto lines = json_lines(read.out);
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0]["service"], "42");
    EXPECT_EQ(lines[1]["service"], "B0/4");
    EXPECT_EQ(lines[2]["service"], "4F");
}

TEST_F(Commands, ReadShowsReplayedFramesDigitForDigit) {
    const auto golden = (source_dir() / "tests/golden/seed_frames.txt").string();
    const Sim sim(loop, directory, {"--replay", golden, "--addresses", "3"});
    const auto read = run("read " + sim.link() + " --address 3 --service 42 --format json");
    ASSERT_EQ(read.code, 0) << read.err << sim.output();
    EXPECT_NE(read.out.find("\"state_of_charge\":67.00,\"pack_voltage\":53.12,\"cell_count\":16,\"cell_"
                            "voltage\":[3.329,3.329,3.291,"),
              std::string::npos)
        << read.out;
}

TEST_F(Commands, ReadAsATableForPeople) {
    const Sim sim(loop, directory, {});
    const auto read = run("read " + sim.link() + " --address 1 --service 42");
    EXPECT_EQ(read.code, 0);
    EXPECT_NE(read.out.find("state_of_charge"), std::string::npos);
    EXPECT_EQ(read.out.find('\033'), std::string::npos) << "no colour in a pipe";
}

TEST_F(Commands, ScanFindsThePacksAndTheirNames) {
    const Sim sim(loop, directory, {"--addresses", "2,5"});
    const auto scan = run("scan " + sim.link() + " --addresses 1-6 --format json");
    ASSERT_EQ(scan.code, 0) << scan.err;
    const auto lines = json_lines(scan.out);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0]["address"], 2);
    EXPECT_EQ(lines[1]["address"], 5);
    EXPECT_NE(lines[0]["pack_serial_number"], lines[1]["pack_serial_number"]);
}

TEST_F(Commands, WatchInAPipeIsATableEachInterval) {
    const Sim sim(loop, directory, {"--packs", "2"});
    const auto watch = run("watch " + sim.link() + " --address 1,2 --interval 100ms --duration 1s");
    EXPECT_EQ(watch.code, 0) << watch.err;
    EXPECT_NE(watch.out.find("SOC"), std::string::npos) << watch.out;
    EXPECT_EQ(watch.out.find('\033'), std::string::npos);
}

TEST_F(Commands, ParametersAreKeptAndCompared) {
    const Sim sim(loop, directory, {"--packs", "2"});
    const auto file = (directory / "pack1.toml").string();
    const auto backup = run("params " + sim.link() + " backup " + file + " --address 1");
    ASSERT_EQ(backup.code, 0) << backup.err;
    std::stringstream kept;
    kept << std::ifstream(file).rdbuf();
    EXPECT_NE(kept.str().find("\ncell_overvoltage_protection_threshold = 3.650  # V\n"), std::string::npos)
        << kept.str();
    const auto live = run("params " + sim.link() + " diff " + file + " --address 1");
    EXPECT_EQ(live.code, 0) << live.err;
    EXPECT_NE(live.out.find("configured alike"), std::string::npos) << live.out;
    const auto packs = run("params " + sim.link() + " diff --address 1,2");
    EXPECT_NE(packs.out.find("configured alike"), std::string::npos) << packs.out;
    const auto shown = run("params " + sim.link() + " show --address 2");
    EXPECT_NE(shown.out.find("cell_overvoltage_protection"), std::string::npos) << shown.out;
    EXPECT_EQ(run("params " + sim.link() + " show --address 9").code, 1);
}

TEST_F(Commands, AMissingPortIsOneLine) {
    const auto read = run("read /dev/packwire-no-such-port --address 1");
    EXPECT_EQ(read.code, 1);
    EXPECT_NE(read.err.find("port_missing"), std::string::npos) << read.err;
    expect_one_line(read.err);
}

TEST_F(Commands, ABusyPortIsOneLine) {
    const Sim sim(loop, directory, {});
    const int holder = ::open(sim.link().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ASSERT_GE(holder, 0);
    ASSERT_EQ(::flock(holder, LOCK_EX | LOCK_NB), 0);
    const auto read = run("read " + sim.link() + " --address 1");
    ::close(holder);
    EXPECT_EQ(read.code, 1);
    EXPECT_NE(read.err.find("port_busy"), std::string::npos) << read.err;
    expect_one_line(read.err);
}

TEST_F(Commands, AnAddressThatNeverAnswersIsOneLine) {
    const Sim sim(loop, directory, {});
    const auto read = run("read " + sim.link() + " --address 9");
    EXPECT_EQ(read.code, 1);
    EXPECT_NE(read.err.find("timeout: pack 9"), std::string::npos) << read.err;
    expect_one_line(read.err);
}

TEST_F(Commands, AWrongBaudRateIsSilence) {
    const Sim sim(loop, directory, {"--baud", "9600"});
    const auto read = run("read '" + sim.link() + "?baud=19200' --address 1 --service 42");
    EXPECT_EQ(read.code, 1);
    expect_one_line(read.err);
    const auto right = run("read '" + sim.link() + "?baud=9600' --address 1 --service 42 --format json");
    EXPECT_EQ(right.code, 0) << right.err;
    const auto found = run("scan " + sim.link() + " --addresses 1-2 --format json");
    ASSERT_EQ(found.code, 0) << found.err;
    EXPECT_EQ(json_lines(found.out).at(0)["baud"], 9600);
}

TEST_F(Commands, NoiseIsRetriedAndNeverShown) {
    const Sim sim(loop, directory,
                  {"--fault", "line noise 0.5", "--fault", "all flip 0.0005", "--seed", "7"});
    int good = 0;
    for (int i = 0; i < 10; ++i) {
        const auto read = run("read " + sim.link() + " --address 1 --service 42 --format json");
        if (read.code != 0) continue;
        ++good;
        const auto fields = json_lines(read.out).at(0)["fields"];
        double sum = 0;
        for (const double cell : fields["cell_voltage"]) sum += cell;
        EXPECT_NEAR(sum, fields["pack_voltage"].get<double>(), 0.5);
    }
    EXPECT_GT(good, 5);
}

TEST_F(Commands, WrongUseIsTwo) {
    for (const auto* words :
         {"", "frobnicate", "read", "read /dev/null --address 99", "read /dev/null --address x",
          "read tcp://nowhere --address 1", "scan /dev/null --baud fast", "run", "sim --packs 0",
          "sim --fault nonsense", "read /dev/null --address 1 --service ZZ"}) {
        const auto outcome = run(words);
        EXPECT_EQ(outcome.code, 2) << words << ": " << outcome.err;
        EXPECT_FALSE(outcome.err.empty()) << words;
    }
}

TEST_F(Commands, EveryCommandHasHelpWithAnExample) {
    for (const auto* command :
         {"demo", "scan", "read", "watch", "listen", "decode", "sim", "run", "services", "check-config"}) {
        const auto help = run(std::string(command) + " --help");
        EXPECT_EQ(help.code, 0) << command;
        EXPECT_NE(help.out.find("packwire " + std::string(command)), std::string::npos) << help.out;
    }
    EXPECT_EQ(run("--version").code, 0);
}

TEST_F(Commands, ABrokenConfigurationNamesItsLine) {
    std::ofstream(directory / "bad.toml")
        << "site = \"home\"\n[[bus]]\nport = \"/dev/ttyUSB0\"\nbuad = 9600\n";
    for (const auto* command : {"check-config ", "run --config "}) {
        const auto outcome = run(command + (directory / "bad.toml").string());
        EXPECT_EQ(outcome.code, 2) << command;
        EXPECT_NE(outcome.err.find("bad.toml:4"), std::string::npos) << outcome.err;
        expect_one_line(outcome.err);
    }
    EXPECT_EQ(run("check-config " + (directory / "none.toml").string()).code, 2);
}

TEST_F(Commands, AFileThatIsNoCaptureIsSaidSo) {
    std::ofstream noise(directory / "noise", std::ios::binary);
    for (int i = 0; i < 20000; ++i) noise.put(static_cast<char>(i * 7919 >> 3));
    noise.close();
    const auto decode = run("decode " + (directory / "noise").string());
    EXPECT_EQ(decode.code, 1);
    expect_one_line(decode.err);
    const auto empty = run("decode /dev/null");
    EXPECT_EQ(empty.code, 1);
    expect_one_line(empty.err);
}

}  // namespace
}  // namespace packwire::test
