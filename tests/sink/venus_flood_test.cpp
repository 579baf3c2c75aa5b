// SPDX-License-Identifier: MIT
/// Clients and services that do something thousands of times: what it costs is bounded.
#include <fstream>
#include <iterator>

#include "asker.hpp"
#include "fake_settings.hpp"
#include "sink/venus/bus_client.hpp"
#include "venus_fixture.hpp"

namespace packwire::sink::venus {
namespace {

const std::string home_settings = "/Settings/Devices/packwire_home/";

class VenusFlood : public VenusFixture {
protected:
    VenusFlood() : settings(loop, bus.address()) {}

    /// Writes without waiting for each answer, as a client can; all are answered at the end.
    void write(const std::string& path, const std::vector<Value>& values) {
        std::size_t answers = 0;
        BusClient client(bus.address(), loop.get_executor(), [](const std::string&) {});
        for (const auto& value : values)
            client.set_value(bank_service, path, value, [&](bool) { ++answers; });
        until([&] { return answers == values.size(); });
        time.run_for(0s);
    }

    test::FakeSettings settings;
    test::Asker asker{loop, bus.address()};
};

TEST_F(VenusFlood, SwitchesWriteFewLines) {
    Switches held;
    int asked = 0;
    options.requests.force_charging_off = [&](bool on) {
        held.force_charging_off = on;
        ++asked;
        return true;
    };
    options.requests.force_discharging_off = [&](bool on) {
        held.force_discharging_off = on;
        return true;
    };
    options.requests.clear_history = [&](int) { return true; };
    options.requests.switches = [&] { return held; };
    start();
    publish();
    for (const auto* path : {"/Settings/ForceChargingOff", "/Settings/ForceDischargingOff"}) {
        std::vector<Value> values;
        for (int i = 0; i < 1000; ++i) values.emplace_back(i % 2 == 0 ? 1 : 0);
        write(path, values);
    }
    write("/History/Clear", std::vector<Value>(300, Value{1}));
    write("/Settings/ForceChargingOff", std::vector<Value>(300, Value{"nonsense"}));
    EXPECT_EQ(asked, 1000) << "each of them counts";
    EXPECT_LE(log.size(), 2U + 5U * 3U + 1U);
    time.run_for(61s);
    write("/Settings/ForceChargingOff", {Value{1}});
    EXPECT_EQ(logged("(995 messages like this one were left out)"), 1);
}

TEST_F(VenusFlood, NamesAreWrittenDownSeldom) {
    const test::TempDir dir;
    options.state_file = dir / "venus";
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    time.run_for(10s);
    int told = 0;
    BusClient client(bus.address(), loop.get_executor(), [](const std::string&) {});
    client.follow("com.victronenergy.settings", [&](const auto&, const auto&) { ++told; });
    std::vector<Value> names;
    for (int i = 0; i < 500; ++i) names.emplace_back("name " + std::to_string(i));
    write("/CustomName", names);
    time.run_for(3s);
    until([&] { return settings.get(home_settings + "CustomName") == Value{"name 499"}; });
    EXPECT_LE(told, 4) << "settings are on flash";
    EXPECT_TRUE(has(value("/CustomName"), "\"name 499\""));
    time.run_for(6s);
    std::ifstream file(options.state_file);
    EXPECT_TRUE(has(std::string(std::istreambuf_iterator<char>(file), {}), "name 499"));
}

TEST_F(VenusFlood, SettingsThatFlipTheInstanceDoNotFlipTheName) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    int came = 0;
    int instance_signals = 0;
    BusClient client(bus.address(), loop.get_executor(), [](const std::string&) {});
    client.on_service(
        [&](const std::string& name, bool present) { came += name == bank_service && present ? 1 : 0; });
    client.follow(bank_service, [&](const std::string& path, const Value&) {
        instance_signals += path == "/DeviceInstance" ? 1 : 0;
    });
    for (int i = 0; i < 440; ++i) {  // 22 s at 20 Hz
        settings.set(home_settings + "ClassAndVrmInstance", Value{i % 2 == 0 ? "battery:7" : "battery:8"});
        for (int trip = 0; trip < 2; ++trip) asker.round_trip();
        time.run_for(50ms);
    }
    EXPECT_LE(came, 4);
    EXPECT_GE(came, 2);
    EXPECT_EQ(instance_signals, 0) << "an instance is that of a name, from its first to its last moment";
    EXPECT_LE(logged(""), 20);
    for (int i = 0; i < 60; ++i) {
        time.run_for(1s);
        for (int trip = 0; trip < 2; ++trip) asker.round_trip();
    }
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 8")) << "and the last one counts";
}

TEST_F(VenusFlood, SettingsThatTalkNonsenseWriteFewLines) {
    settings.start();
    start();
    publish();
    until_on_bus(bank_service);
    for (int i = 0; i < 200; ++i) {
        settings.set(home_settings + "ClassAndVrmInstance", Value{"tank:" + std::to_string(i)});
        settings.set("/Settings/Services/Bol", Value{i % 2});
        for (int trip = 0; trip < 2; ++trip) asker.round_trip();
        time.run_for(50ms);
    }
    EXPECT_LE(logged("battery:N is expected"), 5);
    EXPECT_LE(logged("DVCC is off"), 6);
    EXPECT_TRUE(has(value("/DeviceInstance"), "int32 100"));
}

}  // namespace
}  // namespace packwire::sink::venus
