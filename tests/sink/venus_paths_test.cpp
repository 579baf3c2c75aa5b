// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "bank/identity.hpp"
#include "seed.hpp"
#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {
namespace {

using bank::Freshness;
using Values = std::map<std::string, Value>;

Values values_of(const View& view) {
    Values values;
    for (const auto& spec : paths_for(view)) values[spec.path] = value_of(spec, view);
    return values;
}

Values values_of(const bank::Pack& pack) {
    About about;
    about.instance = 101;
    about.custom_name = "Cellar";
    return values_of(View(pack, about));
}

std::string text(const bank::Pack& pack, const std::string& path) {
    const About about;
    const View view(pack, about);
    for (const auto& spec : paths_for(view)) {
        if (spec.path == path) return text_of(value_of(spec, view), spec.format);
    }
    return "no such path";
}

const Value invalid{};

/// Victron 1.2, less what bank 2 forbids a pack; community paths as peer a has them.
const std::set<std::string> wanted = {"/Mgmt/ProcessName",
                                      "/Mgmt/ProcessVersion",
                                      "/Mgmt/Connection",
                                      "/DeviceInstance",
                                      "/ProductId",
                                      "/ProductName",
                                      "/FirmwareVersion",
                                      "/HardwareVersion",
                                      "/Connected",
                                      "/CustomName",
                                      "/Serial",
                                      "/Manufacturer",
                                      "/Dc/0/Voltage",
                                      "/Dc/0/Current",
                                      "/Dc/0/Power",
                                      "/Dc/0/Temperature",
                                      "/Soc",
                                      "/Soh",
                                      "/TimeToGo",
                                      "/ConsumedAmphours",
                                      "/Capacity",
                                      "/InstalledCapacity",
                                      "/Io/AllowToCharge",
                                      "/Io/AllowToDischarge",
                                      "/Io/AllowToBalance",
                                      "/Io/AllowToHeat",
                                      "/Capabilities/ChargeVoltageControl",
                                      "/Alarms/LowVoltage",
                                      "/Alarms/HighVoltage",
                                      "/Alarms/LowCellVoltage",
                                      "/Alarms/HighCellVoltage",
                                      "/Alarms/LowSoc",
                                      "/Alarms/HighChargeCurrent",
                                      "/Alarms/HighDischargeCurrent",
                                      "/Alarms/HighCurrent",
                                      "/Alarms/CellImbalance",
                                      "/Alarms/InternalFailure",
                                      "/Alarms/HighChargeTemperature",
                                      "/Alarms/LowChargeTemperature",
                                      "/Alarms/HighTemperature",
                                      "/Alarms/LowTemperature",
                                      "/Alarms/HighInternalTemperature",
                                      "/Alarms/BmsCable",
                                      "/Alarms/Contactor",
                                      "/Alarms/FuseBlown",
                                      "/Alarms/StateOfHealth",
                                      "/Alarms/BatteryTemperatureSensor",
                                      "/Alarms/MidVoltage",
                                      "/Alarms/FirmwareUpdateFailure",
                                      "/State",
                                      "/ErrorCode",
                                      "/Mode",
                                      "/System/MinCellVoltage",
                                      "/System/MaxCellVoltage",
                                      "/System/MinVoltageCellId",
                                      "/System/MaxVoltageCellId",
                                      "/System/MinCellTemperature",
                                      "/System/MaxCellTemperature",
                                      "/System/MinTemperatureCellId",
                                      "/System/MaxTemperatureCellId",
                                      "/System/NrOfCellsPerBattery",
                                      "/System/BatteriesParallel",
                                      "/System/BatteriesSeries",
                                      "/System/NrOfBatteries",
                                      "/System/NrOfModulesOnline",
                                      "/System/NrOfModulesOffline",
                                      "/System/NrOfModulesBlockingCharge",
                                      "/System/NrOfModulesBlockingDischarge",
                                      "/Balancing",
                                      "/Balancer/Status",
                                      "/History/DeepestDischarge",
                                      "/History/LastDischarge",
                                      "/History/AverageDischarge",
                                      "/History/ChargeCycles",
                                      "/History/FullDischarges",
                                      "/History/TotalAhDrawn",
                                      "/History/MinimumVoltage",
                                      "/History/MaximumVoltage",
                                      "/History/MinimumCellVoltage",
                                      "/History/MaximumCellVoltage",
                                      "/History/TimeSinceLastFullCharge",
                                      "/History/ChargedEnergy",
                                      "/History/DischargedEnergy",
                                      "/History/LowVoltageAlarms",
                                      "/History/HighVoltageAlarms",
                                      "/History/MinimumTemperature",
                                      "/History/MaximumTemperature",
                                      "/History/Clear",
                                      "/History/CanBeCleared",
                                      "/Voltages/Cell1",
                                      "/Voltages/Cell16",
                                      "/Voltages/Sum",
                                      "/Voltages/Diff",
                                      "/Balances/Cell1",
                                      "/Balances/Cell16",
                                      "/System/Temperature1",
                                      "/System/Temperature4",
                                      "/System/Temperature1Name",
                                      "/System/Temperature4Name",
                                      "/System/MOSTemperature",
                                      "/Info/ChargeMode",
                                      "/Info/ChargeLimitation",
                                      "/Settings/HasTemperature"};

TEST(VenusPaths, TheSetIsComplete) {
    const auto values = values_of(test::SeedPack().pack);
    for (const auto& path : wanted) EXPECT_TRUE(values.contains(path)) << path;
    EXPECT_FALSE(values.contains("/Voltages/Cell17"));
}

TEST(VenusPaths, NoPathIsThereTwice) {
    const test::SeedPack seed;
    const About about;
    const auto specs = paths_for(View(seed.pack, about));
    std::set<std::string> paths;
    for (const auto& spec : specs) EXPECT_TRUE(paths.insert(spec.path).second) << spec.path;
}

TEST(VenusPaths, APackIsNoBms) {
    const auto values = values_of(test::SeedPack().pack);
    for (const char* path : {"/Info/MaxChargeVoltage", "/Info/MaxChargeCurrent", "/Info/MaxDischargeCurrent",
                             "/Info/BatteryLowVoltage", "/Info/ChargeRequest"}) {
        EXPECT_FALSE(values.contains(path)) << path;
    }
}

TEST(VenusPaths, SeedValues) {  // Source: protocol 5.1
    const auto values = values_of(test::SeedPack().pack);
    const Values expected{{"/Soc", 67.0},
                          {"/Soh", 80.0},
                          {"/Dc/0/Voltage", 53.12},
                          {"/Dc/0/Current", 0.0},
                          {"/Dc/0/Power", 0.0},
                          {"/Dc/0/Temperature", 26.0},
                          {"/Capacity", 53.6},
                          {"/InstalledCapacity", 80.0},
                          {"/ConsumedAmphours", -26.4},
                          {"/Voltages/Cell3", 3.291},
                          {"/Voltages/Sum", 53.125},
                          {"/Voltages/Diff", 0.039},
                          {"/System/MinCellVoltage", 3.291},
                          {"/System/MinVoltageCellId", "C3"},
                          {"/System/MaxVoltageCellId", "C7"},
                          {"/System/Temperature4", 26.0},
                          {"/System/MOSTemperature", 27.0},
                          {"/System/Temperature2Name", "Cell sensor 2"},
                          {"/System/NrOfCellsPerBattery", 16},
                          {"/History/ChargeCycles", 204},
                          {"/History/TotalAhDrawn", -14032.0},
                          {"/History/ChargedEnergy", 1763.3},
                          {"/Io/AllowToCharge", 1},
                          {"/Io/AllowToDischarge", 1},
                          {"/Balances/Cell1", 0},
                          {"/Balancing", 0},
                          {"/Balancer/Status", 1},
                          {"/State", 9},
                          {"/Mode", 3},
                          {"/Connected", 1},
                          {"/DeviceInstance", 101},
                          {"/ProductId", 0xBFFE},
                          {"/CustomName", "Cellar"},
                          {"/ProductName", "Daren battery HUANY04"},
                          {"/FirmwareVersion", "1.0.2"},
                          {"/Serial", "JD2M02150860 1"},
                          {"/Mgmt/Connection", "/dev/ttyUSB0 address 1"},
                          {"/TimeToGo", invalid},
                          {"/Io/AllowToHeat", invalid},
                          {"/Alarms/LowVoltage", 0},
                          {"/Alarms/Contactor", invalid}};
    for (const auto& [path, value] : expected)
        EXPECT_EQ(values.at(path), value) << path << " " << text(test::SeedPack().pack, path);
}

TEST(VenusPaths, Texts) {
    const auto pack = test::SeedPack().pack;
    EXPECT_EQ(text(pack, "/Dc/0/Voltage"), "53.12V");
    EXPECT_EQ(text(pack, "/Voltages/Cell3"), "3.291V");
    EXPECT_EQ(text(pack, "/Soc"), "67.00%");
    EXPECT_EQ(text(pack, "/ProductId"), "0xBFFE");
    EXPECT_EQ(text(pack, "/TimeToGo"), "---");
    EXPECT_EQ(text(pack, "/History/ChargeCycles"), "204");
}

TEST(VenusPaths, NumbersAreTidy) {
    EXPECT_EQ(tidy(53.120000000000005), 53.12);
    EXPECT_FALSE(std::signbit(tidy(-0.0001)));
    EXPECT_EQ(text_of(-0.001, {.unit = "A", .decimals = 2}), "0.00A");
}

TEST(VenusPaths, Utf8AsTheBusHasIt) {
    for (const char* good : {"", "Cellar", "Büro", "電池", "🔋", "\xF4\x8F\xBF\xBF"})
        EXPECT_TRUE(is_utf8(good)) << good;
    for (const char* bad :
         {"\x80", "a\xC3", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xC3("})
        EXPECT_FALSE(is_utf8(bad)) << bad;
}

TEST(VenusPaths, WhatAClientWroteInTheTypeOfThePath) {
    EXPECT_EQ(as_type(Value{1.0}, Type::integer), Value{1});
    EXPECT_EQ(as_type(Value{3}, Type::real), Value{3.0});
    EXPECT_EQ(as_type(Value{"x"}, Type::text), Value{"x"});
    EXPECT_FALSE(as_type(Value{1.5}, Type::integer));
    EXPECT_FALSE(as_type(Value{3e9}, Type::integer));
    EXPECT_FALSE(as_type(Value{std::nan("")}, Type::integer));
    EXPECT_FALSE(as_type(Value{INFINITY}, Type::real));
    EXPECT_FALSE(as_type(Value{"1"}, Type::integer));
    EXPECT_FALSE(as_type(Value{1}, Type::text));
    EXPECT_FALSE(as_type(Value{}, Type::real));
}

TEST(VenusPaths, BusWordsAndTexts) {
    EXPECT_EQ(bank::reduced("JD2M-0215 0860/1"), "JD2M_0215_0860_1");
    EXPECT_EQ(bus_text("a\xFF\x01z"), "a??z");
}

/// Types stay for as long as a service lives, whatever the pack says.
TEST(VenusPaths, TypesNeverChange) {
    test::SeedPack seed;
    for (int i = 0; i < 5; ++i) {
        seed.pack.freshness = static_cast<Freshness>(std::min(i, 3));
        if (i == 4) seed.pack.freshness = Freshness::fresh;
        if (i == 4)
            seed.read_live({{"pack_current", -500}, {"voltage_status", 0x7FFF}, {"cell_balancing", 5}});
        const About about;
        const View view(seed.pack, about);
        for (const auto& spec : paths_for(view)) {
            const auto value = value_of(spec, view);
            if (!valid(value)) continue;
            EXPECT_EQ(value.index(), static_cast<std::size_t>(spec.type) + 1) << spec.path;
        }
    }
}

TEST(VenusPaths, Discharging) {
    test::SeedPack seed;
    seed.read_live({{"pack_current", -1072}, {"cell_balancing", 0b101}, {"fet_status", 0x2}});
    const auto values = values_of(seed.pack);
    EXPECT_EQ(values.at("/Dc/0/Current"), Value{-10.72});
    EXPECT_EQ(values.at("/Dc/0/Power"), Value{-569.446});
    EXPECT_EQ(values.at("/TimeToGo"), Value{18000.0});  // 53.60 Ah / 10.72 A = 5 h
    EXPECT_EQ(values.at("/Balances/Cell3"), Value{1});
    EXPECT_EQ(values.at("/Balances/Cell2"), Value{0});
    EXPECT_EQ(values.at("/Balancing"), Value{1});
    EXPECT_EQ(values.at("/Balancer/Status"), Value{2});
    EXPECT_EQ(values.at("/Io/AllowToCharge"), Value{0});
    EXPECT_EQ(values.at("/System/NrOfModulesBlockingCharge"), Value{1});
    EXPECT_EQ(values.at("/System/NrOfModulesBlockingDischarge"), Value{0});
    EXPECT_EQ(values.at("/State"), Value{9});
}

TEST(VenusPaths, StandbyWithBothMosfetsOff) {
    test::SeedPack seed;
    seed.read_live({{"fet_status", 0}});
    EXPECT_EQ(values_of(seed.pack).at("/State"), Value{14});
    EXPECT_EQ(values_of(seed.pack).at("/Mode"), Value{4});
}

struct AlarmCase {
    std::string_view field;
    std::int32_t raw;
    const char* path;
    std::int32_t level;
};

TEST(VenusPaths, Alarms) {  // Source: bank 9
    const AlarmCase cases[] = {
        {"voltage_status", 1 << 1, "/Alarms/LowCellVoltage", 2},
        {"voltage_status", 1 << 5, "/Alarms/LowCellVoltage", 1},
        {"voltage_status", 1 << 13, "/Alarms/FuseBlown", 2},
        {"voltage_status", 1 << 8, "/Alarms/CellImbalance", 1},
        {"current_status", 1 << 5, "/Alarms/HighDischargeCurrent", 2},
        {"current_status", 1 << 6, "/Alarms/HighChargeCurrent", 1},
        {"temperature_status", 1 << 14, "/Alarms/HighInternalTemperature", 1},
        {"temperature_status", 1 << 1, "/Alarms/LowChargeTemperature", 2},
        {"alarm_status", 1 << 7, "/Alarms/LowSoc", 1},
        {"alarm_status", 1 << 13, "/Alarms/BatteryTemperatureSensor", 2},
        {"fet_status", 1 << 13, "/Alarms/InternalFailure", 2},
    };
    for (const auto& each : cases) {
        test::SeedPack seed;
        seed.read_live({{each.field, each.raw}});
        EXPECT_EQ(values_of(seed.pack).at(each.path), Value{each.level}) << each.path << " by " << each.field;
    }
}

TEST(VenusPaths, StaleShowsNoMeasurement) {
    test::SeedPack seed;
    seed.pack.freshness = Freshness::stale;
    const auto values = values_of(seed.pack);
    for (const char* path :
         {"/Soc", "/Dc/0/Voltage", "/Dc/0/Current", "/Dc/0/Power", "/Voltages/Cell1", "/Capacity",
          "/System/MinVoltageCellId", "/System/MOSTemperature", "/Io/AllowToCharge", "/Balancing",
          "/Alarms/LowVoltage", "/TimeToGo", "/Balances/Cell1", "/State"}) {
        EXPECT_EQ(values.at(path), invalid) << path;
    }
    EXPECT_EQ(values.at("/Alarms/BmsCable"), Value{1});
    EXPECT_EQ(values.at("/Connected"), Value{1});
    EXPECT_EQ(values.at("/Serial"), Value{"JD2M02150860 1"});
    EXPECT_EQ(values.at("/History/ChargeCycles"), Value{204});
    EXPECT_EQ(values.at("/System/NrOfCellsPerBattery"), Value{16});
}

TEST(VenusPaths, LostIsDisconnected) {
    test::SeedPack seed;
    seed.pack.freshness = Freshness::lost;
    const auto values = values_of(seed.pack);
    EXPECT_EQ(values.at("/Connected"), Value{0});
    EXPECT_EQ(values.at("/State"), Value{10});
    EXPECT_EQ(values.at("/Alarms/BmsCable"), Value{2});
    EXPECT_EQ(values.at("/System/NrOfModulesOnline"), Value{0});
    EXPECT_EQ(values.at("/System/NrOfModulesOffline"), Value{1});
    EXPECT_EQ(values.at("/Dc/0/Voltage"), invalid);
}

TEST(VenusPaths, WhatIsToldAtOnce) {
    std::set<std::string> urgent;
    const test::SeedPack seed;
    const About about;
    for (const auto& spec : paths_for(View(seed.pack, about))) {
        if (spec.urgent) urgent.insert(spec.path);
    }
    for (const char* path :
         {"/Alarms/LowVoltage", "/Alarms/BmsCable", "/Io/AllowToCharge", "/Connected", "/State"}) {
        EXPECT_TRUE(urgent.contains(path)) << path;
    }
    for (const char* path : {"/Dc/0/Voltage", "/Soc", "/Voltages/Cell1"})
        EXPECT_FALSE(urgent.contains(path)) << path;
}

}  // namespace
}  // namespace packwire::sink::venus
