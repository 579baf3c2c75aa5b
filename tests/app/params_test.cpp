// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>

#include "app/backup.hpp"
#include "app/cli.hpp"
#include "app/command.hpp"
#include "dialect/daren/daren.hpp"
#include "support/scripted_pack.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

Backup seed_backup() {
    static model::Decoder decoder;
    static const auto info = test::seed_info("47");
    const auto record = decoder.decode(dialect::daren::system_parameters, info);
    Backup backup;
    backup.source = "pack 1 on /dev/ttyUSB0";
    backup.time = "2026-11-22T10:00:00.000Z";
    backup.pack["pack_serial_number"] = "JD2M02150860 1";
    backup.groups.push_back(group_of(*record));
    return backup;
}

TEST(Backup, HasADigitForDigitLineForEachParameterAndTheRawWords) {
    const auto text = to_toml(seed_backup());
    EXPECT_NE(text.find("\ncell_voltage_upper_limit = 3.650  # V\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\ntemperature_lower_limit = -5  # °C\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("bms_barcode"), std::string::npos) << "who answers is no parameter";
    EXPECT_NE(text.find("\n\"47\" = \"000E 4209 C400 "), std::string::npos) << text;
    EXPECT_EQ(text.find("data_flag"), std::string::npos);
}

TEST(Backup, TheTablesSayWhatAParameterIs) {
    std::vector<std::string_view> codes;
    for (const auto* service : parameter_services(dialect::daren::dialect)) {
        codes.push_back(service->code);
        EXPECT_FALSE(service->title.empty()) << service->code;
        EXPECT_EQ(parameter_service(service->section), service);
        for (const auto& variant : service->variants) {
            for (const auto& field : variant.fields) {
                EXPECT_TRUE(field.constant == model::no_constant || field.framing)
                    << service->code << ' ' << field.name;
            }
        }
    }
    EXPECT_EQ(codes, (std::vector<std::string_view>{"47", "80", "8A", "B0/1", "B0/2"}));
    EXPECT_EQ(parameter_service("fish"), nullptr);
}

TEST(Backup, ATotalBeyond31BitsIsNotNegative) {
    auto info = test::seed_info("B0/4");
    info[12] = 0x80;
    model::Decoder decoder;
    const auto record = decoder.decode(dialect::daren::capacity, info);
    ASSERT_TRUE(record) << record.error().where;
    const auto group = group_of(*record);
    EXPECT_EQ(std::ranges::find(group.parameters, "total_charge_capacity", &Parameter::name)->value,
              "2147498887");
}

TEST(Backup, ReadsBackWhatItWrote) {
    const auto backup = seed_backup();
    const auto read = from_toml(to_toml(backup), "seed.toml");
    ASSERT_TRUE(read) << read.error().where;
    EXPECT_EQ(read->time, backup.time);
    EXPECT_EQ(read->pack, backup.pack);
    ASSERT_EQ(read->groups.size(), 1U);
    EXPECT_EQ(read->groups[0].raw, backup.groups[0].raw);
    EXPECT_TRUE(differences(backup, *read).empty());
    EXPECT_TRUE(differences(*read, backup).empty());
}

TEST(Backup, NamesWhatDiffers) {
    auto other = seed_backup();
    std::ranges::find(other.groups[0].parameters, "charge_current_limit", &Parameter::name)->value = "100.00";
    std::erase_if(other.groups[0].parameters, [](const auto& one) { return one.name == "balance_mode"; });
    const auto found = differences(seed_backup(), other);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].name, "charge_current_limit");
    EXPECT_EQ(found[0].first, "120.00");
    EXPECT_EQ(found[0].second, "100.00");
    EXPECT_EQ(found[1].name, "balance_mode");
    EXPECT_EQ(found[1].second, "");
}

TEST(Backup, RefusesWhatIsNone) {
    EXPECT_EQ(from_toml("a = 1\n", "x.toml").error().code, Errc::bad_config);
    EXPECT_NE(from_toml("format = 1\n[fish]\na = 1\n", "x.toml").error().where.find("x.toml:3"),
              std::string::npos);
    EXPECT_FALSE(from_toml("format = = 1\n", "x.toml"));
}

TEST(ParamsCommand, ComparesTwoFilesWithoutAPort) {
    const test::TempDir directory;
    const auto one = (directory / "one.toml").string();
    const auto two = (directory / "two.toml").string();
    auto other = seed_backup();
    other.groups[0].parameters[0].value = "3.600";
    std::ofstream(one) << to_toml(seed_backup());
    std::ofstream(two) << to_toml(other);
    const auto diff = test::command({"params", "diff", one, two});
    EXPECT_EQ(diff.code, 0) << diff.err;
    EXPECT_NE(diff.out.find("cell_voltage_upper_limit"), std::string::npos) << diff.out;
    EXPECT_NE(diff.out.find("3.6"), std::string::npos) << diff.out;
    EXPECT_EQ(diff.out.find("cell_voltage_lower_limit"), std::string::npos) << diff.out;
    const auto same = test::command({"params", "diff", one, one});
    EXPECT_NE(same.out.find("configured alike"), std::string::npos) << same.out;
    const auto shown = test::command({"params", "show", one});
    EXPECT_EQ(shown.code, 0) << shown.err;
    EXPECT_NE(shown.out.find("nominal_capacity"), std::string::npos) << shown.out;
}

TEST(ParamsCommand, WrongUseIsTwo) {
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"params"},
             {"params", "/dev/null"},
             {"params", "/dev/null", "show"},
             {"params", "/dev/null", "backup", "--address", "1"},
             {"params", "diff", "one.toml"},
             {"params", "frobnicate", "show", "x"},
             {"params", "/dev/null", "backup", "x.toml", "--address", "1,2"}}) {
        EXPECT_EQ(test::command(words).code, 2) << words.back();
    }
    EXPECT_EQ(test::command({"params", "show", "/no/such/file.toml"}).code, 1);
}

}  // namespace
}  // namespace packwire::app
