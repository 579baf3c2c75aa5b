// SPDX-License-Identifier: MIT
/// The sink beside com.victronenergy.settings.
#include "fake_settings.hpp"
#include "venus_fixture.hpp"

namespace packwire::sink::venus {
namespace {

using Mood = test::FakeSettings::Mood;

const std::string bank_settings = "/Settings/Devices/packwire_home/";

class VenusSettings : public VenusFixture {
protected:
    VenusSettings() : settings(loop, bus.address()) {}
    void until_value(const std::string& path, const std::string& words,
                     const std::string& service = bank_service) {
        while_asking([&] {
            if (has(value(path, service), words)) return true;
            time.run_for(500ms);
            return false;
        });
    }
    test::FakeSettings settings;
};

TEST_F(VenusSettings, InstancesAndNamesComeFromSettings) {
    settings.set("/Settings/Devices/other/ClassAndVrmInstance", Value{"battery:100"});
    settings.set(bank_settings + "CustomName", Value{"Cellar"});
    settings.start();
    bank = a_bank({"A", "B"});
    start();
    publish(first);
    publish(second);
    publish();
    until_on_bus(service_of("B"));
    EXPECT_EQ(settings.get(bank_settings + "ClassAndVrmInstance"), Value{"battery:101"});
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 101"));
    EXPECT_TRUE(has(value("/CustomName"), "\"Cellar\""));
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("A")), "int32 102"));
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("B")), "int32 103"));
    EXPECT_EQ(logged("is on the bus"), 3);  // none came with one instance and then with another
}

TEST_F(VenusSettings, NamesWaitForThemWhereTheyAreExpected) {
    options.settings_wait = 30s;
    start();
    publish();
    time.run_for(29s);
    EXPECT_FALSE(bus.has(bank_service));
    settings.set(bank_settings + "ClassAndVrmInstance", Value{"battery:7"});
    settings.start();
    until_on_bus(bank_service);
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 7"));
}

TEST_F(VenusSettings, NotForEver) {
    options.settings_wait = 30s;
    start();
    publish();
    time.run_for(29s);
    EXPECT_FALSE(bus.has(bank_service));
    time.run_for(1s);
    EXPECT_TRUE(bus.has(bank_service));
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
}

TEST_F(VenusSettings, AnotherInstanceIsAnotherRegistration) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    settings.set(bank_settings + "ClassAndVrmInstance", Value{"battery:3"});
    until_value("/DeviceInstance", "int32 3");
    EXPECT_EQ(logged("packwire_home is on the bus, instance 3"), 1);
    EXPECT_EQ(logged("left the bus"), 0);
    EXPECT_TRUE(has(value("/Info/MaxChargeVoltage"), "double 55.2"));
}

TEST_F(VenusSettings, TwoThatSwapInstances) {
    settings.start();
    bank = a_bank({"A", "B"});
    start();
    publish(first);
    publish(second);
    publish();
    until_on_bus(service_of("B"));
    settings.set("/Settings/Devices/packwire_home_A/ClassAndVrmInstance", Value{"battery:102"});
    until_value("/DeviceInstance", "int32 102", service_of("A"));
    EXPECT_FALSE(has(value("/DeviceInstance", service_of("B")), "int32 102"));  // never two of one number
    EXPECT_EQ(logged("both have instance 102"), 1);
    settings.set("/Settings/Devices/packwire_home_B/ClassAndVrmInstance", Value{"battery:101"});
    until_value("/DeviceInstance", "int32 101", service_of("B"));
    until_value("/DeviceInstance", "int32 102", service_of("A"));
}

/// One that just was replaced keeps its instance for some seconds; nobody gets that meanwhile.
TEST_F(VenusSettings, AnInstanceIsNotGivenOnBeforeItIsFree) {
    settings.start();
    bank = a_bank({"A", "B"});
    start();
    publish(first);
    publish(second);
    publish();
    until_on_bus(service_of("B"));
    const auto set = [&](const std::string& id, int instance) {
        settings.set("/Settings/Devices/packwire_home_" + id + "/ClassAndVrmInstance",
                     Value{"battery:" + std::to_string(instance)});
    };
    set("A", 105);
    until_value("/DeviceInstance", "int32 105", service_of("A"));
    set("A", 106);
    set("B", 105);
    for (int i = 0; i < 20; ++i) {
        time.run_for(500ms);
        const auto of_a = value("/DeviceInstance", service_of("A"));
        const auto of_b = value("/DeviceInstance", service_of("B"));
        EXPECT_FALSE(has(of_a, "int32 105") && has(of_b, "int32 105"));
    }
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("A")), "int32 106"));
    EXPECT_TRUE(has(value("/DeviceInstance", service_of("B")), "int32 105"));
}

TEST_F(VenusSettings, NonsenseInSettingsChangesNothing) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    settings.set(bank_settings + "ClassAndVrmInstance", Value{"tank:5"});
    settings.set(bank_settings + "CustomName", Value{5});
    settings.set(bank_settings + "CustomName", Value{"Shed"});
    until_value("/CustomName", "\"Shed\"");
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
    EXPECT_EQ(logged("\"tank:5\""), 1);
}

TEST_F(VenusSettings, NamesGoBothWays) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:string:Cellar"}), "int32 0"));
    until([&] { return settings.get(bank_settings + "CustomName") == Value{"Cellar"}; });
    settings.set(bank_settings + "CustomName", Value{"Attic"});
    until_value("/CustomName", "\"Attic\"");
}

TEST_F(VenusSettings, RestartingTheyAreToldAgain) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    settings.stop();
    EXPECT_TRUE(has(call("/CustomName", "SetValue", {"variant:string:Cellar"}), "int32 0"));
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
    settings.set(bank_settings + "ClassAndVrmInstance", Value{"battery:9"});  // while nobody looked
    settings.start();
    until_value("/DeviceInstance", "int32 9");
    EXPECT_EQ(settings.asked(), 2);
}

TEST_F(VenusSettings, RefusingTheyAreDoneWithout) {
    for (const auto mood : {Mood::refuses_the_call, Mood::refuses_each}) {
        log.clear();
        settings.mood(mood);
        settings.start();
        start();
        publish();
        until_on_bus(bank_service);
        EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
        EXPECT_EQ(logged("refuses our settings"), 1);
        const auto asked = settings.asked();
        time.run_for(31s);
        until([&] { return settings.asked() == asked + 1; });
        settle_signals();
        EXPECT_EQ(logged("refuses our settings"), 1);
        settings.mood(Mood::willing);
        time.run_for(31s);
        until([&] { return logged("takes our settings again") == 1; });
        stop();
        settings.stop();
    }
}

TEST_F(VenusSettings, SilentTheyAreWaitedFor10Seconds) {
    settings.mood(Mood::silent);
    settings.start();
    start();
    publish();
    until([&] { return settings.asked() == 1; });
    time.run_for(9s);
    EXPECT_FALSE(bus.has(bank_service));
    time.run_for(1s);
    EXPECT_TRUE(bus.has(bank_service));
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
}

TEST_F(VenusSettings, WhatTheySaidIsRememberedWithoutThem) {
    const test::TempDir dir;
    options.state_file = dir / "venus";
    settings.set(bank_settings + "ClassAndVrmInstance", Value{"battery:5"});
    settings.set(bank_settings + "CustomName", Value{"Cellar"});
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    stop();
    settings.stop();
    start();
    publish();
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 5"));
    EXPECT_TRUE(has(value("/CustomName"), "\"Cellar\""));
}

TEST_F(VenusSettings, TheSystemIsTold) {
    std::vector<std::optional<bool>> dvcc;
    std::optional<double> minimum;
    options.requests.on_dvcc = [&](auto on) { dvcc.push_back(on); };
    options.requests.on_minimum_soc = [&](auto percent) { minimum = percent; };
    settings.set("/Settings/Services/Bol", Value{0});
    settings.set("/Settings/CGwacs/BatteryLife/MinimumSocLimit", Value{25.0});
    settings.start();
    start();
    const auto until_told = [&](auto done) {
        while_asking([&] {
            if (done()) return true;
            time.run_for(500ms);
            settle_signals();
            return false;
        });
    };
    until_told([&] { return dvcc.size() == 1 && minimum == std::optional(25.0); });
    EXPECT_EQ(logged("DVCC is off"), 1);
    settings.set("/Settings/CGwacs/BatteryLife/MinimumSocLimit", Value{30.0});
    until_told([&] { return minimum == std::optional(30.0); });
    settings.set("/Settings/Services/Bol", Value{1});
    until_told([&] { return dvcc.size() == 2; });
    settings.stop();
    until_told([&] { return dvcc.size() == 3 && !minimum; });
    EXPECT_EQ(dvcc, (std::vector<std::optional<bool>>{false, true, std::nullopt}));
    EXPECT_EQ(logged("DVCC is off"), 1);
}

}  // namespace
}  // namespace packwire::sink::venus
