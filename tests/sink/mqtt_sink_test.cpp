// SPDX-License-Identifier: MIT
#include "sink/mqtt/mqtt_sink.hpp"

#include <gtest/gtest.h>

#include "mqtt_fixture.hpp"

namespace packwire::sink::mqtt {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::MqttReader;
using test::MqttScene;
using test::seed_topic;

std::string seed(const char* part) {
    return std::string(seed_topic) + part;
}

TEST(MqttSink, SaysThePackOnItsTopics) {  // Source: protocol 5.1, homeassistant 2.2
    MqttScene scene;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    const test::SeedPack pack;
    scene.start();
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "pack_voltage");
    reader.wait_for(seed("/cells"), "cell_voltage");
    reader.wait_for(seed("/alarms"), "low_voltage");
    const auto state = json::parse(reader.at(seed("/state")));
    EXPECT_EQ(state["pack_voltage"], 53.12);
    EXPECT_EQ(state["state_of_charge"], 67.0);
    EXPECT_EQ(state["cell_voltage.min_id"], "C3");
    EXPECT_EQ(state["freshness"], "fresh");
    EXPECT_EQ(state["last_good"], "2026-01-02T00:00:00.000Z");
    EXPECT_NE(reader.at(seed("/state")).find("\"pack_voltage\":53.12,"), std::string::npos);
    const auto cells = json::parse(reader.at(seed("/cells")));
    EXPECT_EQ(cells["cell_voltage"].size(), 16U);
    EXPECT_EQ(cells["cell_voltage"][2], 3.291);
    EXPECT_EQ(json::parse(reader.at(seed("/alarms")))["low_voltage"], json({{"on", 0}, {"level", 0}}));
    EXPECT_EQ(reader.at(seed("/availability")), "online");
    EXPECT_EQ(reader.at("packwire/home/bridge/availability"), "online");
}

TEST(MqttSink, LeavesTheWillBehind) {
    MqttScene scene;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    scene.start();
    reader.wait_for("packwire/home/bridge/availability", "online");
    scene.stop();
    reader.wait_for("packwire/home/bridge/availability", "offline");
    MqttReader later(scene.loop, scene.broker);
    later.wait_for("packwire/home/bridge/availability", "offline");
    EXPECT_TRUE(later.lines().front().retained);
}

TEST(MqttSink, WhatIsStaleIsNullAndWhatIsLostIsOffline) {
    MqttScene scene;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    test::SeedPack pack;
    scene.start();
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "53.12");
    pack.pack.freshness = bank::Freshness::stale;
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "stale");
    reader.wait_for(seed("/cells"), "null");
    reader.wait_for(seed("/alarms"), "null");
    EXPECT_TRUE(json::parse(reader.at(seed("/state")))["pack_voltage"].is_null());
    EXPECT_EQ(json::parse(reader.at(seed("/state")))["cycle_count"], 204);
    EXPECT_EQ(json::parse(reader.at(seed("/cells")))["cell_voltage"], json(std::vector<json>(16)));
    EXPECT_EQ(reader.at(seed("/availability")), "online");
    pack.pack.freshness = bank::Freshness::lost;
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/availability"), "offline");
    reader.wait_for(seed("/event"), R"("event":"freshness","freshness":"lost")");
}

TEST(MqttSink, TellsChangesBeyondTheirDeadband) {
    MqttScene scene;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    test::SeedPack pack;
    scene.start();
    pack.read_live({{"pack_voltage", 5312}});
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "53.12");
    const auto before = reader.count(seed("/state"));
    pack.read_live({{"pack_voltage", 5313}});  // one digit: noise
    scene.sink->publish(pack.pack);
    pack.read_live({{"pack_voltage", 5314}});  // two since it was told
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "53.14");
    EXPECT_EQ(reader.count(seed("/state")), before + 1);
}

TEST(MqttSink, TellsWhatDoesNotChangeAfterMaxAge) {
    MqttScene scene;
    scene.options.max_age = 30ms;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    test::SeedPack pack;
    scene.start();
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/state"), "53.12");
    pack.read_live();
    test::run_until(scene.loop, [&] {
        scene.sink->publish(pack.pack);
        return reader.count(seed("/state")) >= 4 && reader.count(seed("/alarms")) >= 4;
    });
}

TEST(MqttSink, AlarmsAreEventsToo) {
    MqttScene scene;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    test::SeedPack pack;
    scene.start();
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/alarms"), "low_cell_voltage");
    pack.read_live({{"voltage_status", 1 << 5}, {"cell_undervoltage_alarm", 1 << 2}});
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/alarms"), R"("low_cell_voltage":{"on":1,"level":1})");
    reader.wait_for(seed("/event"), R"("event":"alarm","alarm":"low_cell_voltage","level":1)");
    MqttReader later(scene.loop, scene.broker);
    later.wait_for(seed("/alarms"), "low_cell_voltage");
    EXPECT_EQ(later.at(seed("/event")), "");  // not retained
}

TEST(MqttSink, FlatHasATopicForEachValue) {
    MqttScene scene;
    scene.options.flat = true;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    test::SeedPack pack;
    scene.start();
    scene.sink->publish(pack.pack);
    reader.wait_for(seed("/pack_voltage"), "53.12");
    reader.wait_for(seed("/cell_voltage/3"), "3.291");
    reader.wait_for(seed("/cell_voltage/min"), "3.291");
    pack.pack.freshness = bank::Freshness::stale;
    scene.sink->publish(pack.pack);
    reader.wait_until_gone(seed("/pack_voltage"));
    EXPECT_EQ(reader.at(seed("/cycle_count")), "204");
}

TEST(MqttSink, BankAsDbusMqttBatteryReadsIt) {  // Source: its README, "JSON structure"
    MqttScene scene;
    scene.options.dbus_mqtt_battery = true;
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    const test::SeedPack pack;
    scene.start();
    scene.sink->publish_bank(scene.bank_of(pack));
    reader.wait_for("packwire/home/bank/dbus-mqtt-battery", "Dc");
    const auto got = json::parse(reader.at("packwire/home/bank/dbus-mqtt-battery"));
    EXPECT_EQ(got["Dc"], json({{"Power", -664}, {"Voltage", 53.12}, {"Current", -12.5}}));
    EXPECT_EQ(got["Soc"], 67.0);
    EXPECT_EQ(got["Info"]["MaxChargeVoltage"], 55.2);
    EXPECT_EQ(got["Alarms"]["LowVoltage"], 0);
    EXPECT_FALSE(got.contains("Capacity"));  // null would be text there
}

TEST(MqttSink, OthersMayPublish) {
    MqttScene scene;
    scene.start();
    EXPECT_FALSE(scene.sink->publish("house/heater", "ON", false));
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    reader.wait_for("packwire/home/bridge/availability", "online");
    EXPECT_TRUE(scene.sink->publish("house/heater", "ON", false));
    EXPECT_FALSE(scene.sink->publish("house/#", "ON", false));
    reader.wait_for("house/heater", "ON");
}

}  // namespace
}  // namespace packwire::sink::mqtt
