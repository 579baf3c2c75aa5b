// SPDX-License-Identifier: MIT
/// The bank as a battery of Venus OS.
#include "venus_fixture.hpp"

namespace packwire::sink::venus {
namespace {

using bank::Freshness;

class VenusBank : public VenusFixture {};

TEST_F(VenusBank, OnePackIsTheBankAlone) {
    start();
    publish(first);
    time.run_for(60s);
    EXPECT_FALSE(bus.has(bank_service));
    publish();
    EXPECT_TRUE(bus.has(bank_service));
    EXPECT_FALSE(bus.has(service_of("A")));
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
    EXPECT_TRUE(has(value("/Info/MaxChargeVoltage"), "double 55.2"));
    EXPECT_TRUE(has(value("/Info/MaxChargeCurrent"), "double 100"));
    EXPECT_TRUE(has(value("/Info/MaxDischargeCurrent"), "double 120"));
    EXPECT_TRUE(has(value("/Info/ChargeMode"), "\"Bulk\""));
    EXPECT_TRUE(has(value("/Capabilities/ChargeVoltageControl"), "int32 1"));
    EXPECT_TRUE(has(value("/Serial"), "\"packwire_home\""));
    EXPECT_TRUE(has(value("/State"), "int32 9"));
    EXPECT_TRUE(has(value("/TimeToSoC/50"), "double 6120"));
    EXPECT_FALSE(logged("monitor only"));
}

TEST_F(VenusBank, ASecondPackChangesNothingOfTheBank) {
    start();
    bank.set(model::metric("cell_voltage"), 3.3, 15);
    publish(first);
    publish();
    sink->publish(second.pack);
    bank = a_bank({"A", "B"});
    publish();
    EXPECT_TRUE(bus.has(service_of("A")));
    EXPECT_TRUE(bus.has(service_of("B")));
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("A")), "int32 101"));
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("B")), "int32 102"));
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
    EXPECT_TRUE(has(call("/Voltages/Cell16", "GetText"), "\"---\""));
    EXPECT_TRUE(has(call("/System/BatteriesParallel", "GetValue"), "int32 2"));
    for (const auto& service : {service_of("A"), service_of("B")}) {
        const auto items = bus.call(service, "/", item + "GetItems");
        EXPECT_FALSE(has(items, "/Info/Max"));
        EXPECT_FALSE(has(items, "BatteryLowVoltage"));
        EXPECT_FALSE(has(items, "ChargeRequest"));
    }
    EXPECT_EQ(logged("left the bus"), 0);
    EXPECT_EQ(logged("packwire_home is on the bus"), 1);
}

TEST_F(VenusBank, PathsThatComeLaterAreAnnouncedOnce) {
    start();
    bank = a_bank({"A", "B"});
    publish();
    EXPECT_FALSE(has(call("/", "GetItems"), "/Voltages/Cell1\""));
    test::SignalWatch watch(loop, bus);
    bank = a_bank({"A"});
    for (std::size_t i = 0; i < 16; ++i) bank.set(model::metric("cell_voltage"), 3.3, i);
    time.run_for(1s);
    publish();
    watch.wait_for("/Voltages/Cell16");
    EXPECT_EQ(watch.count("ItemsChanged"), 1U);
    EXPECT_TRUE(has(value("/Voltages/Cell16"), "double 3.3"));
    EXPECT_EQ(logged("packwire_home is on the bus"), 1);
}

TEST_F(VenusBank, LimitsChangeTogetherAndAtMostEachSecond) {
    start();
    publish();
    time.run_for(1s);
    test::SignalWatch watch(loop, bus);
    for (int i = 0; i < 10; ++i) {  // within one second
        bank.limits->charge_voltage = 54 - 0.05 * i;
        bank.limits->charge_current = 50.0 - i;
        bank.limits->discharge_current = 40.0 - i;
        publish();
        time.run_for(90ms);
    }
    settle_signals();
    EXPECT_EQ(watch.count("ItemsChanged"), 1U);
    time.run_for(100ms);
    watch.wait_for("31");
    settle_signals();
    EXPECT_EQ(watch.count("ItemsChanged"), 2U);
    const auto second_signal = watch.output().substr(watch.output().rfind("member=ItemsChanged"));
    for (const char* path : {"/Info/MaxChargeVoltage", "/Info/MaxChargeCurrent", "/Info/MaxDischargeCurrent"})
        EXPECT_TRUE(has(second_signal, path)) << path;
}

TEST_F(VenusBank, LostStaysWithLimitsAndWithoutMeasurements) {
    start();
    publish();
    auto lost = a_bank({"A"});
    lost.freshness = Freshness::lost;
    lost.members.front().freshness = Freshness::lost;
    lost.limits->charge_voltage = 54;
    lost.limits->charge_current = 0;
    lost.limits->discharge_current = 0;
    lost.alarms[static_cast<std::size_t>(model::Alarm::bms_cable)] = 2;
    lost.set(model::metric("modules_online"), 0.0);
    bank = lost;
    publish();
    EXPECT_TRUE(has(value("/Connected"), "int32 1"));
    EXPECT_TRUE(has(value("/State"), "int32 10"));
    EXPECT_TRUE(has(value("/Alarms/BmsCable"), "int32 2"));
    EXPECT_TRUE(has(call("/Dc/0/Voltage", "GetText"), "\"---\""));
    EXPECT_TRUE(has(call("/Soc", "GetText"), "\"---\""));
    EXPECT_TRUE(has(value("/Info/MaxChargeVoltage"), "double 54"));
    EXPECT_TRUE(has(value("/Info/MaxDischargeCurrent"), "double 0"));
    EXPECT_TRUE(has(value("/System/NrOfModulesOnline"), "int32 0"));
    bank.freshness = Freshness::gone;
    publish();
    time.run_for(1h);
    EXPECT_TRUE(bus.has(bank_service));
}

TEST_F(VenusBank, WithoutLimitsItIsAMonitorAndSaysWhy) {
    start();
    bank.limits.reset();
    bank.monitor_reason = "no pack gives limits";
    publish();
    const auto items = call("/", "GetItems");
    EXPECT_FALSE(has(items, "/Info/Max"));
    EXPECT_FALSE(has(items, "BatteryLowVoltage"));
    EXPECT_TRUE(has(value("/Info/ChargeMode"), "\"Monitor\""));
    EXPECT_TRUE(has(value("/Info/ChargeLimitation"), "\"no pack gives limits\""));
    EXPECT_TRUE(has(value("/Capabilities/ChargeVoltageControl"), "int32 0"));
    EXPECT_EQ(logged("monitor only, no pack gives limits"), 1);
}

/// The presence of a path makes a BMS, and clients look once: it comes to the bus anew. Source: adr 41.
TEST_F(VenusBank, LimitsThatComeLaterAreSeenByThoseWhoLookOnce) {
    start();
    bank.limits.reset();
    publish();
    bank.limits = some_limits();
    publish();
    EXPECT_TRUE(has(call("/", "GetItems"), "/Info/MaxChargeVoltage"));
    EXPECT_EQ(logged("packwire_home is on the bus, instance 100"), 2);
    EXPECT_EQ(logged("given charge and discharge limits"), 1);
    bank.limits.reset();
    publish();
    EXPECT_FALSE(has(call("/", "GetItems"), "/Info/MaxChargeVoltage"));
    EXPECT_EQ(logged("monitor only"), 2);
}

TEST_F(VenusBank, OnlyTheBankRaisesAlarms) {
    start();
    second.read_live({{"voltage_status", 2}});
    bank = a_bank({"A", "B"});
    bank.alarms[static_cast<std::size_t>(model::Alarm::low_cell_voltage)] = 2;
    publish(second);
    publish();
    EXPECT_TRUE(has(value("/Alarms/LowCellVoltage"), "int32 2"));
    EXPECT_TRUE(has(bus.call(service_of("B"), "/Alarms/LowCellVoltage", item + "GetText"), "\"---\""));
    EXPECT_TRUE(has(bus.call(service_of("B"), "/Alarms/BmsCable", item + "GetText"), "\"---\""));
}

TEST_F(VenusBank, PacksRaiseAlarmsWhereAskedFor) {
    options.pack_alarms = true;
    start();
    second.read_live({{"voltage_status", 2}});
    bank = a_bank({"A", "B"});
    publish(second);
    publish();
    EXPECT_TRUE(has(value("/Alarms/LowCellVoltage", service_of("B")), "int32 2"));
}

/// Source: bank 3. Whatever is on the bus when a daemon ends and another begins, it is never a 0 that nobody
/// meant.
TEST_F(VenusBank, ARestartNeverSays0) {
    start();
    bank = a_bank({"A", "B"});
    publish(first);
    publish(second);
    publish();
    test::SignalWatch watch(loop, bus);
    stop();
    EXPECT_FALSE(bus.has(bank_service));
    EXPECT_FALSE(bus.has(service_of("A")));
    start();
    EXPECT_FALSE(bus.has(bank_service));
    publish();
    EXPECT_TRUE(has(value("/Info/MaxDischargeCurrent"), "double 120"));
    time.run_for(10s);
    settle_signals();
    EXPECT_EQ(watch.count("ItemsChanged"), 0U) << watch.output();
}

TEST_F(VenusBank, ComesBackWhenTheBusRestarts) {
    start();
    bank = a_bank({"A", "B"});
    publish(first);
    publish();
    bus.stop();
    until([&] { return logged("trying again") > 0; });
    time.run_for(20s);
    bus.start();
    time.run_for(11s);
    EXPECT_TRUE(bus.has(bank_service));
    EXPECT_TRUE(bus.has(service_of("A")));
    EXPECT_TRUE(has(value("/Info/MaxChargeVoltage"), "double 55.2"));
    EXPECT_EQ(logged("trying again"), 1);
    EXPECT_EQ(logged("works again"), 1);
}

TEST_F(VenusBank, SwitchesReachTheKeeper) {
    std::vector<std::string> asked;
    Switches held;
    options.requests.force_charging_off = [&](bool on) {
        asked.push_back(on ? "charging off" : "charging on");
        held.force_charging_off = on;
        return true;
    };
    options.requests.force_discharging_off = [&](bool) { return false; };
    options.requests.full_charge = [&](bool) { return true; };
    options.requests.clear_history = [&](int what) {
        asked.push_back("clear " + std::to_string(what));
        return true;
    };
    options.requests.switches = [&] { return held; };
    start();
    publish();
    const auto write = [&](const std::string& path, const std::string& content) {
        return call(path, "SetValue", {"variant:" + content});
    };
    EXPECT_TRUE(has(write("/Settings/ForceChargingOff", "int32:1"), "int32 0"));
    EXPECT_TRUE(has(value("/Settings/ForceChargingOff"), "int32 1"));
    EXPECT_TRUE(has(write("/Settings/ForceDischargingOff", "int32:1"), "int32 2"));
    EXPECT_TRUE(has(value("/Settings/ForceDischargingOff"), "int32 0"));
    EXPECT_TRUE(has(write("/Settings/ForceChargingOff", "double:0"), "int32 0"));
    EXPECT_TRUE(has(write("/History/Clear", "byte:7"), "int32 0"));
    EXPECT_EQ(asked, (std::vector<std::string>{"charging off", "charging on", "clear 7"}));
    held.force_discharging_off = true;  // the keeper's own doing
    publish();
    EXPECT_TRUE(has(value("/Settings/ForceDischargingOff"), "int32 1"));
}

TEST_F(VenusBank, NonsenseIsRefusedAndLogged) {
    int asked = 0;
    options.requests.force_charging_off = [&](bool) {
        ++asked;
        return true;
    };
    options.requests.clear_history = [&](int) {
        ++asked;
        return true;
    };
    start();
    publish();
    for (const char* nonsense :
         {"int32:2", "int32:-1", "double:0.5", "double:nan", "string:on", "uint64:18446744073709551615"}) {
        EXPECT_TRUE(has(call("/Settings/ForceChargingOff", "SetValue", {std::string("variant:") + nonsense}),
                        "int32 2"))
            << nonsense;
    }
    EXPECT_EQ(logged("/Settings/ForceChargingOff: a client wrote"), 1);  // a line a minute
    for (const char* nonsense : {"int32:8", "int32:-1", "string:all"}) {
        EXPECT_TRUE(has(call("/History/Clear", "SetValue", {std::string("variant:") + nonsense}), "int32 2"))
            << nonsense;
    }
    EXPECT_EQ(logged("/History/Clear: a client wrote"), 1);
    EXPECT_TRUE(has(call("/Settings/FullChargeNow", "SetValue", {"variant:int32:1"}),
                    "int32 1"));  // nobody asked for it
    EXPECT_EQ(asked, 0);
    EXPECT_TRUE(has(value("/Settings/ForceChargingOff"), "int32 0"));
    EXPECT_TRUE(bus.has(bank_service));
}

TEST_F(VenusBank, AsSerialbatteryPacksAreBmsesAndThereIsNoBank) {
    options.layout = Layout::serialbattery;
    options.requests.pack_limits = [](const std::string& id) {
        return id == "A" ? std::optional(some_limits()) : std::nullopt;
    };
    start();
    publish(first);
    publish(second);
    publish();
    EXPECT_FALSE(bus.has(bank_service));
    EXPECT_TRUE(has(value("/ProductName", service_of("A")), "SerialBattery"));
    EXPECT_TRUE(has(value("/Info/MaxChargeVoltage", service_of("A")), "double 55.2"));
    EXPECT_TRUE(has(value("/Info/ChargeMode", service_of("A")), "Bulk"));
    EXPECT_FALSE(has(bus.call(service_of("B"), "/", item + "GetItems"), "/Info/Max"));
}

}  // namespace
}  // namespace packwire::sink::venus
