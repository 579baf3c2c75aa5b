// SPDX-License-Identifier: MIT
#include "app/cli.hpp"

#include <gtest/gtest.h>

#include "app/command.hpp"

namespace packwire::app {
namespace {

using namespace std::chrono_literals;
using Args = std::vector<std::string>;
using List = std::vector<std::uint8_t>;

template <class Options>
Options parsed(const Args& arguments) {
    auto command = parse_command_line(arguments);
    if (!command) {
        ADD_FAILURE() << command.error().text;
        return {};
    }
    return std::get<Options>(*command);
}

std::string refused(const Args& arguments) {
    const auto command = parse_command_line(arguments);
    if (command) {
        ADD_FAILURE() << "was accepted";
        return {};
    }
    EXPECT_EQ(command.error().code, 2);
    EXPECT_EQ(command.error().text.find('\n'), command.error().text.size() - 1) << command.error().text;
    return command.error().text;
}

TEST(Cli, VersionAndHelpEndWell) {
    const auto version = test::command({"--version"});
    EXPECT_EQ(version.code, 0);
    EXPECT_TRUE(version.out.starts_with("packwire ")) << version.out;
    const auto help = test::command({"--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_NE(help.out.find("check-config"), std::string::npos);
}

TEST(Cli, EveryCommandHasHelpWithExampleAndExitCodes) {
    for (const auto* name : {"demo", "scan", "read", "watch", "listen", "history", "decode", "sim", "run",
                             "rules", "services", "check-config"}) {
        const auto help = test::command({name, "--help"});
        EXPECT_EQ(help.code, 0);
        EXPECT_NE(help.out.find(std::string("EXAMPLE\n  ")), std::string::npos) << help.out;
        EXPECT_NE(help.out.find(std::string("Usage: packwire ") + name), std::string::npos) << help.out;
        EXPECT_NE(help.out.find("0 done, 1 the work failed, 2 wrong use or bad configuration"),
                  std::string::npos);
    }
}

TEST(Cli, History) {
    const auto plain = parsed<HistoryOptions>({"history", "/dev/ttyUSB0", "--address", "3"});
    EXPECT_EQ(plain.address, 3);
    EXPECT_EQ(plain.what, HistoryOptions::What::all);
    EXPECT_EQ(plain.format, Format::table);
    EXPECT_FALSE(plain.limit);
    const auto file = parsed<HistoryOptions>(
        {"history", "/dev/ttyUSB0", "--address", "3", "--what", "events", "--output", "a", "--limit", "10"});
    EXPECT_EQ(file.what, HistoryOptions::What::events);
    EXPECT_EQ(file.format, Format::json);
    EXPECT_EQ(file.limit, 10U);
    const auto csv =
        parsed<HistoryOptions>({"history", "/dev/ttyUSB0", "--address", "3", "--output", "a.csv"});
    EXPECT_EQ(csv.format, Format::csv);
    refused({"history", "/dev/ttyUSB0"});
    EXPECT_NE(refused({"history", "/dev/ttyUSB0", "--address", "1,2"}).find("one pack"), std::string::npos);
    refused({"history", "/dev/ttyUSB0", "--address", "1", "--what", "fish"});
    refused({"history", "/dev/ttyUSB0", "--address", "1", "--limit", "0"});
    refused({"history", "/dev/ttyUSB0", "--address", "1", "--output", "a", "--format", "table"});
}

TEST(Cli, Listen) {
    const auto listen = parsed<ListenOptions>({"listen", "/dev/ttyUSB0"});
    EXPECT_FALSE(listen.line.baud);
    EXPECT_EQ(listen.format, Format::table);
    EXPECT_FALSE(listen.record);
    EXPECT_FALSE(listen.duration);
    EXPECT_FALSE(listen.statistics);
    const auto all = parsed<ListenOptions>({"listen", "tcp://h:1", "--baud", "auto", "--format", "json",
                                            "--record", "f.jsonl", "--duration", "2min", "--statistics"});
    EXPECT_EQ(all.line.baud, 0U);
    EXPECT_EQ(all.format, Format::json);
    EXPECT_EQ(all.record, "f.jsonl");
    EXPECT_EQ(all.duration, 2min);
    EXPECT_TRUE(all.statistics);
    refused({"listen"});
}

TEST(Cli, Scan) {
    const auto scan = parsed<ScanOptions>({"scan", "/dev/ttyUSB0"});
    EXPECT_EQ(scan.line.port, "/dev/ttyUSB0");
    EXPECT_FALSE(scan.line.baud);
    EXPECT_EQ(scan.addresses.size(), 16U);
    const auto all = parsed<ScanOptions>({"scan", "tcp://h:1", "--baud", "auto", "--addresses", "1-2"});
    EXPECT_EQ(all.line.baud, 0U);
    EXPECT_EQ(all.addresses, List({1, 2}));
}

TEST(Cli, Read) {
    const auto read = parsed<ReadOptions>({"read", "/dev/ttyUSB0", "--address", "1,3", "--service", "42,b0/4",
                                           "--service", "83", "--format", "json", "--baud", "9600"});
    EXPECT_EQ(read.addresses, List({1, 3}));
    EXPECT_EQ(read.services, Args({"42", "B0/4", "83"}));
    EXPECT_EQ(read.format, Format::json);
    EXPECT_EQ(read.line.baud, 9600U);
    const auto before = parsed<ReadOptions>({"read", "--service", "42", "/dev/ttyUSB0", "--address", "1"});
    EXPECT_EQ(before.line.port, "/dev/ttyUSB0");
}

TEST(Cli, Watch) {
    const auto watch =
        parsed<WatchOptions>({"watch", "/dev/ttyUSB0", "--interval", "2s", "--duration", "10s"});
    EXPECT_TRUE(watch.addresses.empty());
    EXPECT_EQ(watch.interval, 2s);
    EXPECT_EQ(watch.duration, 10s);
}

TEST(Cli, Decode) {
    const auto decode = parsed<DecodeOptions>({"decode", "--service", "42", "a.log", "-", "--format", "csv"});
    EXPECT_EQ(decode.files, Args({"a.log", "-"}));
    EXPECT_EQ(decode.services, Args({"42"}));
    EXPECT_EQ(decode.format, Format::csv);
    EXPECT_TRUE(parsed<DecodeOptions>({"decode"}).files.empty());
}

TEST(Cli, Sim) {
    const auto sim =
        parsed<SimOptions>({"sim", "--packs", "3", "--link", "/tmp/x", "--fault", "a:1", "--fault", "b",
                            "--current", "-5.5", "--no-data-flag", "--latency", "20ms", "--cells", "15"});
    EXPECT_EQ(sim.packs, 3);
    EXPECT_EQ(sim.link, "/tmp/x");
    EXPECT_EQ(sim.faults, Args({"a:1", "b"}));
    EXPECT_EQ(sim.current_a, -5.5);
    EXPECT_FALSE(sim.data_flag);
    EXPECT_EQ(sim.latency, 20ms);
    EXPECT_EQ(sim.cells, 15);
    const auto plain = parsed<SimOptions>({"sim"});
    EXPECT_TRUE(plain.data_flag);
    EXPECT_EQ(plain.history, 200);
    EXPECT_FALSE(plain.model);
    EXPECT_EQ(parsed<SimOptions>({"sim", "--model", "huany04", "--history", "0"}).model, "huany04");
}

TEST(Cli, Run) {
    EXPECT_EQ(parsed<RunOptions>({"run", "--config", "f", "--venus", "off"}).config, "f");
    const auto run = parsed<RunOptions>({"run", "--port", "/dev/ttyUSB0", "--address", "1", "--venus",
                                         "unix:path=/x", "--json-lines", "-", "--log-level", "debug"});
    EXPECT_EQ(run.port, "/dev/ttyUSB0");
    EXPECT_EQ(run.addresses, List({1}));
    EXPECT_EQ(run.venus, "unix:path=/x");
    EXPECT_EQ(run.json_lines, "-");
    EXPECT_EQ(run.log_level, "debug");
}

TEST(Cli, Demo) {
    const auto demo = parsed<DemoOptions>({"demo", "--packs", "2", "--duration", "1min"});
    EXPECT_EQ(demo.packs, 2);
    EXPECT_EQ(demo.duration, 1min);
}

TEST(Cli, WrongUseIsOneLineThatSaysWhatToDo) {
    EXPECT_EQ(refused({}), "packwire: expected a command; see packwire --help\n");
    EXPECT_EQ(refused({"reed"}), "packwire: unknown command \"reed\"; see packwire --help\n");
    EXPECT_EQ(refused({"read", "/dev/ttyUSB0"}),
              "packwire read: --address is required; see packwire read --help\n");
    EXPECT_EQ(refused({"scan"}), "packwire scan: PORT is required; see packwire scan --help\n");
    EXPECT_EQ(refused({"scan", "/dev/ttyUSB0", "--addresses", "0-99"}),
              "packwire scan: --address: address 99: expected 0 to 31; see packwire scan --help\n");
    EXPECT_EQ(
        refused({"read", "/dev/ttyUSB0", "--address", "1", "--service", "99"}),
        "packwire read: --service: there is no table for service 99, expected one of 42, 43, 44, 47, 4B, 4C, "
        "4D, 4F, 50, 51, 52, 80, 83, 84, 8A, 8C, 8E, A0/1, A0/2, A0/3, A0/4, B0/1, B0/2, B0/3, B0/4, B0/7; "
        "see packwire read --help\n");
    EXPECT_EQ(
        refused({"decode", "--format", "xml"}),
        "packwire decode: --format: expected table, json or csv, got \"xml\"; see packwire decode --help\n");
    EXPECT_EQ(refused({"run"}),
              "packwire run: expected --config FILE or --port PORT; see packwire run --help\n");
    EXPECT_EQ(refused({"check-config"}),
              "packwire check-config: FILE is required; see packwire check-config --help\n");
}

TEST(Cli, RefusesEverythingElseThatIsWrong) {
    for (const auto& arguments : std::vector<Args>{
             {"scan", "udp://x"},
             {"scan", "/dev/x", "--baud", "quick"},
             {"scan", "/dev/x", "extra"},
             {"scan", "/dev/x", "--nonsense"},
             {"demo", "--packs", "0"},
             {"demo", "--packs", "many"},
             {"demo", "--duration", "5"},
             {"watch", "/dev/x", "--interval", "0s"},
             {"sim", "--link", "a", "--listen", "b"},
             {"run", "--config", "a", "--port", "/dev/x"},
             {"run", "--config", "a", "--address", "1"},
             {"run", "--port", "/dev/x", "--venus", "maybe"},
             {"services", "--format", "csv"},
             {"--nonsense"},
         }) {
        EXPECT_NE(refused(arguments), "");
    }
}

TEST(Cli, CheckConfigCodes) {
    const auto missing = test::command({"check-config", "/nonexistent/packwire.toml"});
    EXPECT_EQ(missing.code, 2);
    EXPECT_EQ(
        missing.err,
        "packwire check-config: /nonexistent/packwire.toml: cannot be read: No such file or directory\n");
}

}  // namespace
}  // namespace packwire::app
