// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command.hpp"
#include "app/frame_line.hpp"
#include "app/line_reader.hpp"
#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

using Json = nlohmann::json;

// docs/protocol.md 5.1, the frames of the seed.
const std::string ask_42 = "~22014A42E00201FD28";
const std::string live =
    "~22014A00E0C6001A2C14C0100D010D010CDB0D010D010D000D020CE60CF80D020D010CDF0D020D020D000CE0010E0104010E040"
    "1040104"
    "01040104000000000050011F4014F000CC000000000000000000230000000000000000000000000000000000000000000000D58"
    "2";
const std::string ask_47 = "~22014A47E00201FD23";
const std::string parameters =
    "~22014A006082000E4209C40073002D2EE00E4209C400102EE01F4005A00000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF4"
    "44A4D32"
    "32303531383030363120202020202020E02C";
const std::string ask_version = "~22014A4F0000FD8C";
const std::string version = "~22014A00E002C8FD14";
const std::string ask_capacity = "~22014AB0600A010104FF00FB6B";
const std::string capacity = "~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A";
const std::string refusal = "~22014A040000FDA2";

struct Decoded {
    int code;
    std::vector<Json> lines;
    std::string err;
};

Decoded decode(const std::string& input, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"decode", "--format", "json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = test::command(arguments, input);
    Decoded decoded{outcome.code, {}, outcome.err};
    std::istringstream lines(outcome.out);
    for (std::string line; std::getline(lines, line);) decoded.lines.push_back(Json::parse(line));
    return decoded;
}

/// An answer to 42 of a healthy pack, with a word of INFO replaced.
std::string live_with(std::size_t offset, std::uint16_t word) {
    auto frame = *wire::decode(live + "\r");
    std::vector<std::uint8_t> info(frame.info().begin(), frame.info().end());
    info[offset] = static_cast<std::uint8_t>(word >> 8U);
    info[offset + 1] = static_cast<std::uint8_t>(word);
    auto text = wire::encode(dialect::make_answer(dialect::daren::dialect, frame.address, info));
    text.pop_back();
    return text;
}

TEST(Decode, AFieldOutOfItsRangeIsNullWithARemark) {
    // Public reports: SOH of 101, 108 and 128 %, sensors of -50 °C, 2550 °C, 273.1 °C, 255 °C and 8000.
    struct Case {
        std::size_t offset;
        std::uint16_t word;
        const char* field;
        const char* where;
    };
    for (const auto& one : {
             Case{57, 128, "state_of_health", "state_of_health: expected 0 to 100 %, got 128"},
             Case{57, 108, "state_of_health", "state_of_health: expected 0 to 100 %, got 108"},
             Case{49, 0xFE0C, "cell_temperature", "cell_temperature 3: expected -40 to 120 °C, got -50"},
             Case{49, 0x639C, "cell_temperature", "cell_temperature 3: expected -40 to 120 °C, got 2550"},
             Case{49, 0x8000, "cell_temperature", "cell_temperature 3: expected -40 to 120 °C, got -3276.8"},
             Case{49, 0x0AAB, "cell_temperature", "cell_temperature 3: expected -40 to 120 °C, got 273.1"},
             Case{49, 0x09F6, "cell_temperature", "cell_temperature 3: expected -40 to 120 °C, got 255"},
             Case{55, 0x7FFF, "internal_resistance",
                  "internal_resistance: expected 0 to 1000 mΩ, got 3276.7"},
             Case{64, 0xFFFF, "cycle_count", "cycle_count: expected 0 to 20000, got 65535"},
         }) {
        const auto decoded = decode(live_with(one.offset, one.word) + "\n");
        EXPECT_EQ(decoded.code, 0) << decoded.err;
        ASSERT_EQ(decoded.lines.size(), 1U);
        const auto& line = decoded.lines[0];
        EXPECT_EQ(line["service"], "42") << line;
        const auto& value = line["fields"][one.field];
        EXPECT_TRUE((value.is_array() ? value[2] : value).is_null()) << line;
        EXPECT_EQ(line["fields"]["pack_voltage"], 53.12);
        ASSERT_EQ(line["remarks"].size(), 1U) << line;
        const auto& remark = line["remarks"][0];
        EXPECT_EQ(remark["field"], one.field);
        EXPECT_EQ(remark["kind"], "unknown");
        EXPECT_EQ(remark["where"], one.where);
        if (value.is_array()) {
            EXPECT_EQ(remark["index"], 3);
        }
    }
}

TEST(Decode, ASentinelIsNullWithoutARemarkAndALittleMoreThan100IsTaken) {
    const auto decoded = decode(live_with(49, 0x7FFF) + "\n" + live_with(57, 101) + "\n" + live + "\n");
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    ASSERT_EQ(decoded.lines.size(), 3U);
    EXPECT_TRUE(decoded.lines[0]["fields"]["cell_temperature"][2].is_null());
    EXPECT_FALSE(decoded.lines[0].contains("remarks"));
    EXPECT_EQ(decoded.lines[1]["fields"]["state_of_health"], 100);
    EXPECT_EQ(decoded.lines[1]["remarks"][0]["kind"], "taken");
    EXPECT_EQ(decoded.lines[1]["remarks"][0]["raw"], 101);
    EXPECT_FALSE(decoded.lines[2].contains("remarks"));
}

TEST(Decode, RemarksStandInTableAndCsv) {
    const auto odd = live_with(57, 128) + "\n";
    const auto table = test::command({"decode"}, odd);
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_NE(table.out.find("state_of_health: expected 0 to 100 %, got 128"), std::string::npos)
        << table.out;
    const auto csv = test::command({"decode", "--format", "csv"}, odd);
    EXPECT_NE(csv.out.find("state_of_health,,%"), std::string::npos) << csv.out;
    EXPECT_NE(csv.out.find(R"(remark,"state_of_health: expected 0 to 100 %, got 128",)"), std::string::npos)
        << csv.out;
}

TEST(Decode, AFaultOfTheProofIsBelievedTheThirdTime) {
    // Cell 3 without its voltage, and a pack that goes on as if it had it.
    const auto dead = live_with(10, 0);
    const auto decoded = decode(dead + "\n" + dead + "\n" + dead + "\n", {"--service", "42"});
    EXPECT_EQ(decoded.code, 1);
    ASSERT_EQ(decoded.lines.size(), 3U);
    EXPECT_EQ(decoded.lines[0]["error"]["code"], "out_of_range");
    EXPECT_EQ(decoded.lines[1]["error"]["code"], "out_of_range");
    EXPECT_EQ(decoded.lines[2]["fields"]["cell_voltage"][2], 0);
    EXPECT_EQ(decoded.lines[2]["remarks"][0]["kind"], "doubtful");
}

TEST(Decode, PrintsTheDigitsOfTheWire) {
    const auto outcome = test::command({"decode", "--format", "json"}, ask_42 + "\r\n" + live + "\r\n");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    const auto second = outcome.out.substr(outcome.out.find('\n') + 1);
    EXPECT_TRUE(outcome.out.starts_with(
        R"({"line":1,"direction":"request","dialect":"daren","address":1,"service":"42","fields":{"group":1}})"
        "\n"))
        << outcome.out;
    EXPECT_TRUE(second.starts_with(
        R"({"line":2,"direction":"response","dialect":"daren","address":1,"service":"42","variant":"with_data_flag",)"
        R"("rtn":0,"fields":{"data_flag":0,"state_of_charge":67.00,"pack_voltage":53.12,"cell_count":16,)"
        R"("cell_voltage":[3.329,3.329,3.291,)"))
        << second;
    EXPECT_NE(second.find(R"("pack_current":0.00,)"), std::string::npos);
    EXPECT_EQ(second.find("surplus"), std::string::npos);
    EXPECT_EQ(second.find("\"info\""), std::string::npos);
}

TEST(Decode, MatchesAnswersToRequests) {
    auto decoded = decode(ask_47 + "\n" + parameters + "\n" + ask_version + "\n" + version + "\n" +
                          ask_capacity + "\n" + capacity + "\n");
    EXPECT_EQ(decoded.code, 0);
    ASSERT_EQ(decoded.lines.size(), 6U);
    EXPECT_EQ(decoded.lines[1]["service"], "47");
    EXPECT_EQ(decoded.lines[1]["variant"], "temperatures_plus_50");
    EXPECT_EQ(decoded.lines[3]["service"], "4F");
    EXPECT_EQ(decoded.lines[3]["fields"]["protocol_version"], 200);
    EXPECT_EQ(decoded.lines[4]["service"], "B0/4");
    EXPECT_EQ(decoded.lines[4]["fields"],
              Json::parse(R"({"group":1,"operation":1,"module":4,"function":255,"length":0})"));
    EXPECT_EQ(decoded.lines[5]["service"], "B0/4");
    EXPECT_EQ(decoded.lines[5]["fields"]["design_capacity"], 100.00);
}

TEST(Decode, OneAnswerForARequestAndOnlyOfItsPack) {
    // The 47 that follows the answered request is recognised by itself.
    auto decoded = decode(ask_42 + "\n" + live + "\n" + parameters + "\n");
    EXPECT_EQ(decoded.code, 0);
    EXPECT_EQ(decoded.lines[2]["service"], "47");
    // A request to pack 2 says nothing of an answer of pack 1.
    decoded = decode("~22024A42E00202FD26\n" + parameters + "\n");
    EXPECT_EQ(decoded.lines[1]["service"], "47");
    // An answer that does not fit its question is bad.
    decoded = decode(ask_42 + "\n" + parameters + "\n");
    EXPECT_EQ(decoded.code, 1);
    EXPECT_EQ(decoded.lines[1]["error"]["code"], "bad_layout");
}

TEST(Decode, RecognisesByContent) {
    auto decoded = decode(live + "\n" + parameters + "\n" + version + "\n" + capacity + "\n");
    EXPECT_EQ(decoded.code, 0);
    EXPECT_EQ(decoded.lines[0]["service"], "42");
    EXPECT_EQ(decoded.lines[1]["service"], "47");
    EXPECT_EQ(decoded.lines[2]["service"], "4F");
    EXPECT_EQ(decoded.lines[3]["service"], "B0/4");
}

TEST(Decode, WhatNobodyKnowsIsRaw) {
    // 4 bytes that fit no table: RTN 00, INFO 01020304.
    auto decoded = decode("~22014A00800801020304FC0C\n~22014A45C004010FFCAF\n");
    ASSERT_EQ(decoded.lines.size(), 2U);
    EXPECT_EQ(decoded.code, 0) << decoded.lines[0];
    EXPECT_EQ(decoded.lines[0]["service"], nullptr);
    EXPECT_EQ(decoded.lines[0]["info"], "01020304");
    EXPECT_EQ(decoded.lines[1]["direction"], "request");
    EXPECT_EQ(decoded.lines[1]["service"], "45");
    EXPECT_EQ(decoded.lines[1]["info"], "010F");
}

TEST(Decode, ServiceOptionSaysWhatAnswersAre) {
    auto decoded = decode(capacity + "\n", {"--service", "B0"});
    EXPECT_EQ(decoded.lines[0]["service"], "B0/4");
    decoded = decode(capacity + "\n", {"--service", "42,b0/4"});
    EXPECT_EQ(decoded.lines[0]["service"], "B0/4");
    decoded = decode(capacity + "\n", {"--service", "42"});
    EXPECT_EQ(decoded.code, 1);
    EXPECT_EQ(decoded.lines[0]["error"]["code"], "bad_layout");
}

TEST(Decode, ARefusalIsAGoodLine) {
    auto decoded = decode(ask_47 + "\n" + refusal + "\n");
    EXPECT_EQ(decoded.code, 0);
    EXPECT_EQ(decoded.lines[1]["service"], "47");
    EXPECT_EQ(decoded.lines[1]["rtn"], 4);
    EXPECT_EQ(decoded.lines[1]["fields"], Json::object());
    EXPECT_EQ(decoded.lines[1]["variant"], nullptr);
}

TEST(Decode, SurplusIsKept) {
    // Service 4F answers with one byte; here with two.
    auto decoded = decode(ask_version + "\n~22014A00C004C8FFFC88\n");
    EXPECT_EQ(decoded.code, 0) << decoded.lines[1];
    EXPECT_EQ(decoded.lines[1]["fields"]["protocol_version"], 200);
    EXPECT_EQ(decoded.lines[1]["surplus"], "FF");
}

TEST(Decode, BadLinesAreNamedInTheirPlace) {
    const auto bad = live.substr(0, live.size() - 4) + "D583";
    const auto outcome =
        test::command({"decode", "--format", "json"}, ask_42 + "\n\n# note\n" + bad + "\n" + version + "\n");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(
        outcome.out.find(R"({"line":4,"error":{"code":"bad_checksum","where":"expected D582, got D583"}})"),
        std::string::npos)
        << outcome.out;
    EXPECT_EQ(outcome.err, "packwire decode: standard input: 1 bad line, each shown in its place\n");
}

TEST(Decode, TellsTheDialectByTheFirstCharacter) {
    // protocol 5.2 and 11.2: the question has no INFO, the answer names it.
    const std::string ask = ">220842420000FDA8";
    const std::string other = ">2201B000D030B0010104FF004A384A384A3800000000000000010018007BF3CB";
    auto decoded = decode(ask + "\n" + version + "\n12:00:01.5" + other + "\n> " + ask_42 + "\n");
    EXPECT_EQ(decoded.code, 0);
    ASSERT_EQ(decoded.lines.size(), 4U);
    EXPECT_EQ(decoded.lines[0]["dialect"], "sns");
    EXPECT_EQ(decoded.lines[0]["service"], "42");
    EXPECT_EQ(decoded.lines[1]["dialect"], "daren");
    EXPECT_EQ(decoded.lines[2]["dialect"], "sns");
    EXPECT_EQ(decoded.lines[2]["service"], "B0/4");
    EXPECT_EQ(decoded.lines[2]["fields"]["design_capacity"], 190.00);
    EXPECT_EQ(decoded.lines[3]["direction"], "request");

    decoded = decode(other + "\n", {"--dialect", "daren"});
    EXPECT_EQ(decoded.lines[0]["error"]["where"], "character 0: expected '~', got '>'");
    decoded = decode("?22\n");
    EXPECT_EQ(decoded.lines[0]["error"]["where"], "character 0: expected '~' or '>', got '?'");
}

TEST(Decode, AnEchoThatNobodyKnowsIsNamedRaw) {
    // An answer to 45, which nobody here asks.
    auto frame = dialect::make_answer(*dialect::find("sns"), 8, std::vector<std::uint8_t>{1, 2}, 0, 0x45);
    auto decoded = decode(wire::encode(frame) + "\n");
    EXPECT_EQ(decoded.code, 0);
    EXPECT_EQ(decoded.lines[0]["service"], "45");
    EXPECT_EQ(decoded.lines[0]["info"], "0102");
}

TEST(Decode, EveryKindOfBadLine) {
    struct Case {
        std::string text;
        const char* code;
    };
    for (const auto& [text, code] : std::vector<Case>{
             {"hello", "bad_start"},
             {"^22014A00E002C8FD14", "bad_start"},
             {">" + version, "bad_hex"},
             {"~", "too_short"},
             {live.substr(0, 60), "bad_length"},
             {"~22014A00E002X8FD14", "bad_hex"},
             {"~22014A00D002C8FD15", "bad_length_checksum"},
             {"~20024642E00202FD33", "wrong_version"},
             {"{\"frame\":5}", "bad_start"},
             {"{nonsense", "bad_start"},
         }) {
        auto decoded = decode(text + "\n");
        EXPECT_EQ(decoded.code, 1) << text;
        ASSERT_EQ(decoded.lines.size(), 1U) << text;
        EXPECT_EQ(decoded.lines[0]["error"]["code"], code) << text << decoded.lines[0];
        EXPECT_EQ(decoded.lines[0]["line"], 1);
    }
}

TEST(Decode, ToleratesWhatStandsAroundAFrame) {
    for (const auto& line : std::vector<std::string>{
             version + "\r",
             version + "␍",
             version + "\\r",
             "  " + version + " \t",
             "~22 01 4A 00 E0 02 C8 FD 14",
             "2026-11-22T10:00:00.123Z " + version,
             "2026-11-22 10:00:00,123 < " + version,
             "1790000000.25 " + version,
             "[12:00:01.250] " + version,
             "[12:00:01.250]" + version,
             "< " + version,
             "> " + version,
             "(0.013) " + version + "␍   # with a comment",
             version + " # with a comment",
         }) {
        auto decoded = decode(line + "\n");
        EXPECT_EQ(decoded.code, 0) << line << decoded.err;
        ASSERT_EQ(decoded.lines.size(), 1U) << line;
        EXPECT_EQ(decoded.lines[0]["service"], "4F") << line;
    }
}

TEST(Decode, ReadsARawRecordingOfTheWire) {
    auto decoded = decode(ask_42 + "\r" + live + "\r" + ask_version + "\r" + version + "\r");
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    EXPECT_EQ(decoded.lines.size(), 4U);
}

TEST(Decode, ReadsCapturesInJsonLines) {
    auto decoded = decode(R"({"id":"a","direction":"response","service":"B0","frame":")" + capacity +
                          "\"}\n" + R"({"direction":"response","service":"4F","frame":")" + version +
                          "\",\"notes\":\"# ~ no comment\"}\n" + R"({"frame":")" + version + "\\r\"}\n");
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    EXPECT_EQ(decoded.lines[0]["service"], "B0/4");
    EXPECT_EQ(decoded.lines[1]["service"], "4F");
    EXPECT_EQ(decoded.lines[2]["service"], "4F");
}

TEST(Decode, NamesAFileWithoutFrames) {
    const test::TempDir dir;
    const auto path = (dir / "x").string();
    std::ofstream(path) << "\n# nothing here\n";
    const auto outcome = test::command({"decode", path});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err, "packwire decode: " + path +
                               " has no frame in it; expected lines such as ~22014A42E00201FD28\n");
    EXPECT_EQ(test::command({"decode"}).code, 1);
}

TEST(Decode, NamesAFileThatCannotBeRead) {
    const test::TempDir dir;
    const auto missing = test::command({"decode", (dir / "none").string()});
    EXPECT_EQ(missing.code, 1);
    EXPECT_NE(missing.err.find("cannot be read: No such file or directory"), std::string::npos)
        << missing.err;
    EXPECT_NE(test::command({"decode", (dir / ".").string()}).err.find("is a directory"), std::string::npos);
}

TEST(Decode, SeveralFilesAreNamed) {
    const test::TempDir dir;
    std::ofstream(dir / "a") << ask_47 << "\n";
    std::ofstream(dir / "b") << version << "\n";
    auto decoded = decode("", {(dir / "a").string(), (dir / "b").string()});
    EXPECT_EQ(decoded.code, 0) << decoded.err;
    EXPECT_EQ(decoded.lines[1]["file"], (dir / "b").string());
    EXPECT_EQ(decoded.lines[1]["line"], 1);
    EXPECT_EQ(decoded.lines[1]["service"], "4F");  // the request of another file does not count
}

TEST(Decode, LongLinesAndRubbishStayBounded) {
    std::string rubbish(300000, '~');
    for (std::size_t i = 0; i < rubbish.size(); i += 3) rubbish[i] = static_cast<char>(i * 7 % 251);
    std::ranges::replace(rubbish, '\n', 'x');
    std::ranges::replace(rubbish, '\r', 'x');
    auto decoded = decode(rubbish + "\n" + version + "\n");
    EXPECT_EQ(decoded.code, 1);
    ASSERT_EQ(decoded.lines.size(), 2U);
    EXPECT_EQ(decoded.lines[0]["error"]["code"], "too_long");
    EXPECT_EQ(decoded.lines[1]["line"], 2);
    EXPECT_EQ(decoded.lines[1]["service"], "4F");
}

TEST(Decode, TableForPeople) {
    const auto outcome = test::command({"decode"}, ask_42 + "\n" + live + "\n" + refusal + "\nbad\n");
    EXPECT_NE(outcome.out.find("line 2  response  pack 1  42 live data (with_data_flag)\n"),
              std::string::npos)
        << outcome.out;
    EXPECT_NE(outcome.out.find("  state_of_charge               67.00 %\n"), std::string::npos)
        << outcome.out;
    EXPECT_NE(outcome.out.find("RTN 04 unsupported command"), std::string::npos);
    EXPECT_NE(outcome.out.find("line 4  bad_start: "), std::string::npos);
}

TEST(Decode, Csv) {
    const auto outcome = test::command({"decode", "--format", "csv"}, live + "\n");
    EXPECT_TRUE(outcome.out.starts_with("line,direction,address,service,variant,rtn,field,value,unit\n"));
    EXPECT_NE(outcome.out.find("1,response,1,42,with_data_flag,0,cell_voltage.3,3.291,V\n"),
              std::string::npos);
}

TEST(LineReader, FlushesBeforeItWaits) {
    std::istringstream in("a\nb\n");
    int waits = 0;
    LineReader reader(in, [&] { ++waits; });
    std::string line;
    ASSERT_TRUE(reader.next(line));
    EXPECT_EQ(waits, 0);
    ASSERT_TRUE(reader.next(line));
    EXPECT_EQ(reader.number(), 2U);
    EXPECT_FALSE(reader.next(line));
    EXPECT_GE(waits, 1);
}

}  // namespace
}  // namespace packwire::app
