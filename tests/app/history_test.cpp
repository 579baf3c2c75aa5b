// SPDX-License-Identifier: MIT
/// The lines and files of `packwire history`; the command itself is in tests/system.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/command.hpp"
#include "app/history_file.hpp"
#include "app/history_text.hpp"
#include "dialect/daren/daren.hpp"
#include "support/ring_pack.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

namespace daren = dialect::daren;

class HistoryLines : public testing::Test {
protected:
    Message message(const model::Service& service, std::vector<std::uint8_t> info) {
        infos_.push_back(std::move(info));
        const auto record = decoder_.decode(service, infos_.back());
        EXPECT_TRUE(record) << record.error().where;
        return answer("daren", 1, *record);
    }
    Message history(std::uint32_t number) {
        return message(daren::history_record, test::history_info(number));
    }
    Message event(std::uint32_t number) { return message(daren::event_record, test::event_info(number)); }
    /// A packed record of version 1: two events that began, a protection, an alarm.
    Message eventful() {
        auto info = test::history_info(0);
        info[3] = 0x11;
        info[19] = 0x03;  // event_code: cell over- and undervoltage protection
        info[23] = 0x00;
        info[42] = 0x01;  // protection_flags: cell_overvoltage_protection
        info[38] = 0x10;  // alarm_flags: pack_overvoltage_alarm
        info[info.size() - 1] = 0xFF;
        return message(daren::history_record, info);
    }
    Result<HistoryFile> open(Format format, std::uint8_t address = 1) {
        return HistoryFile::open(name, format, daren::dialect, address);
    }
    std::string content() const {
        std::stringstream text;
        text << std::ifstream(name).rdbuf();
        return text.str();
    }
    void write(const std::string& text) const { std::ofstream(name) << text; }

    test::TempDir directory;
    std::string name = (directory / "history").string();

private:
    std::deque<std::vector<std::uint8_t>> infos_;
    model::Decoder decoder_;
};

TEST_F(HistoryLines, JsonHasWhatDecodePrintsAndMore) {
    const auto line = history_json("2026-01-02T00:00:00.000Z", history(61));
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    const auto object = nlohmann::json::parse(line);
    EXPECT_EQ(object["time"], "2026-01-02T00:00:00.000Z");
    EXPECT_EQ(object["record_time"], "2026-01-01T00:01:01");
    EXPECT_EQ(object["events"], nlohmann::json::array({"periodic_record"}));
    EXPECT_EQ(object["service"], "4B");
    EXPECT_EQ(object["variant"], "v0");
    EXPECT_EQ(object["fields"]["cell_voltage"].size(), 16U);
    EXPECT_EQ(object["info"].get<std::string>().size(), 2U * 87U);
    std::string members;
    append_members(members, history(61));
    EXPECT_NE(line.find(members), std::string::npos) << "the shape of decode";
}

TEST_F(HistoryLines, EventsAndAlarmsHaveTheirNames) {
    const auto one = eventful();
    EXPECT_EQ(one.record->variant(), "v1");
    EXPECT_EQ(event_names(*one.record),
              (std::vector<std::string>{"cell_overvoltage_protection", "cell_undervoltage_protection",
                                        "several_events"}));
    EXPECT_EQ(alarm_names(*one.record),
              (std::vector<std::string_view>{"pack_overvoltage_alarm", "cell_overvoltage_protection"}));
    EXPECT_EQ(event_names(*event(1).record), std::vector<std::string>{"cell_high"});
}

TEST_F(HistoryLines, AnEventWithoutANameIsItsNumber) {
    auto info = test::event_info(1);
    info[8] = 0x2A;
    EXPECT_EQ(event_names(*message(daren::event_record, info).record), std::vector<std::string>{"42"});
}

TEST_F(HistoryLines, ADateThatIsNoneIsNull) {
    auto info = test::history_info(1);
    info[4] = 31;
    info[3] = 2;
    const auto object = nlohmann::json::parse(history_json("t", message(daren::history_record, info)));
    EXPECT_TRUE(object["record_time"].is_null());
    EXPECT_TRUE(history_row(*message(daren::history_record, info).record).starts_with("no date"));
}

TEST_F(HistoryLines, TheTableHasARowEach) {
    EXPECT_NE(history_heading(*history(1).record, false).find("cells V"), std::string::npos);
    const auto row = history_row(*history(1).record);
    EXPECT_TRUE(row.starts_with("2026-01-01 00:00:01  periodic_record ")) << row;
    EXPECT_NE(row.find("  53.1 "), std::string::npos) << row;
    EXPECT_NE(row.find("3.300-3.315"), std::string::npos) << row;
    EXPECT_NE(row.find("21.0..21.0"), std::string::npos) << row;
    EXPECT_NE(history_heading(*event(1).record, false).find("reference"), std::string::npos);
    EXPECT_NE(history_row(*event(1).record).find("cell_high "), std::string::npos);
    EXPECT_NE(history_row(*event(1).record).find("occurred rank=9"), std::string::npos);
    EXPECT_NE(history_row(*eventful().record).find("pack_overvoltage_alarm cell_overvoltage_protection\n"),
              std::string::npos);
}

TEST_F(HistoryLines, CsvHasARowEachWithColumnsOfAllTables) {
    const std::vector<const dialect::Service*> services{&daren::history_record, &daren::event_record};
    const auto columns = history_columns(services, *history(1).record);
    const auto has = [&](std::string_view column) {
        return std::count(columns.begin(), columns.end(), column);
    };
    for (const auto* column : {"record_time", "cell_voltage.16", "cell_temperature.4", "event_code",
                               "running_mileage", "event_type", "info"}) {
        EXPECT_EQ(has(column), 1) << column;
    }
    EXPECT_EQ(has("cell_voltage.17"), 0);
    EXPECT_EQ(columns.back(), "info");
    const auto row = history_csv(columns, "t", history(1));
    EXPECT_TRUE(row.starts_with("t,2026-01-01T00:00:01,1,4B,v0,periodic_record,,")) << row;
    EXPECT_NE(row.find(",3.300,3.301,"), std::string::npos) << row;
    EXPECT_NE(history_csv(columns, "t", event(1)).find(",cell_high,occurred rank=9,"), std::string::npos);
}

TEST_F(HistoryLines, AFileIsGoneOnWith) {
    const std::vector<const dialect::Service*> services{&daren::history_record, &daren::event_record};
    const auto columns = history_columns(services, *history(1).record);
    for (const auto format : {Format::json, Format::csv}) {
        std::filesystem::remove(name);
        auto file = open(format);
        ASSERT_TRUE(file) << file.error().where;
        EXPECT_TRUE(file->kept.empty());
        std::string lines;
        if (format == Format::csv) lines = csv_line(columns);
        for (const auto& one : {history(1), history(2), event(3)}) {
            lines += format == Format::csv ? history_csv(columns, "t", one) : history_json("t", one);
        }
        ASSERT_TRUE(file->append(lines));
        const auto again = open(format);
        ASSERT_TRUE(again) << again.error().where;
        ASSERT_EQ(again->kept.at("4B").marks.size(), 2U);
        EXPECT_EQ(again->kept.at("4B").marks[1], bus::mark_of(*history(2).record));
        EXPECT_EQ(again->kept.at("4C").marks.size(), 1U);
        EXPECT_EQ(calendar_text(*again->kept.at("4B").first), "2026-01-01 00:00:01");
        EXPECT_EQ(again->columns, format == Format::csv ? columns : std::vector<std::string>{});
    }
}

TEST_F(HistoryLines, ALineWithoutItsEndIsCutOff) {
    const auto whole = history_json("t", history(1));
    write(whole + whole.substr(0, 40));
    const auto file = open(Format::json);
    ASSERT_TRUE(file) << file.error().where;
    EXPECT_EQ(file->kept.at("4B").marks.size(), 1U);
    EXPECT_EQ(content(), whole);
}

TEST_F(HistoryLines, AFileOfSomethingElseIsRefused) {
    const auto whole = history_json("t", history(1));
    const auto refused = [&](const std::string& text, Format format, std::uint8_t address = 1) {
        write(text);
        const auto file = open(format, address);
        EXPECT_FALSE(file) << text;
        EXPECT_EQ(content(), text) << "nothing was touched";
        if (file) return std::string();
        EXPECT_EQ(file.error().code, Errc::usage);
        return file.error().where;
    };
    EXPECT_NE(refused(whole + "hello\n", Format::json).find("history:2: expected a record"),
              std::string::npos);
    EXPECT_NE(refused(whole, Format::csv).find("history:1: expected the columns"), std::string::npos);
    EXPECT_NE(refused(whole, Format::json, 2).find("of pack 1, not of pack 2"), std::string::npos);
    EXPECT_NE(
        refused("{\"address\":1,\"service\":\"42\",\"info\":\"00\"}\n", Format::json).find("no history"),
        std::string::npos);
    EXPECT_NE(
        refused("{\"address\":1,\"service\":\"4B\",\"info\":\"00\"}\n", Format::json).find("bad_layout"),
        std::string::npos);
}

TEST_F(HistoryLines, AFileThatCannotBeWrittenIsAnError) {
    const auto file =
        HistoryFile::open((directory / "no" / "such").string(), Format::json, daren::dialect, 1);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().code, Errc::io);
    auto full = HistoryFile::open("/dev/full", Format::json, daren::dialect, 1);
    ASSERT_TRUE(full);
    EXPECT_EQ(full->append("{}\n").error().code, Errc::io);
}

}  // namespace
}  // namespace packwire::app
