// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>

#include "mqtt_fixture.hpp"
#include "sink/mqtt/discovery.hpp"
#include "support/mini_ha.hpp"

namespace packwire::sink::mqtt {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::MiniHa;
using test::MqttReader;
using test::MqttScene;

constexpr const char* pack_config = "homeassistant/device/packwire_JD2M02150860_1/config";
constexpr const char* bank_config = "homeassistant/device/packwire_home_bank/config";

void offer_switches(MqttScene& scene, std::map<std::string, bool>& state) {
    for (const auto* key : {"force_charging_off", "force_discharging_off", "full_charge"}) {
        scene.options.switches[key] = {.set =
                                           [&state, key](bool on) {
                                               state[key] = on;
                                               return true;
                                           },
                                       .is_on = [&state, key] { return state[key]; }};
    }
    scene.options.line_quality = [](const std::string&) {
        LineQuality line;
        line.exchanges = 1000;
        line.answer_time = 35;
        return std::optional(line);
    };
}

/// Pack and bank as they are announced with everything on.
class MqttDiscovery : public testing::Test {
protected:
    void show() {
        offer_switches(scene, switched);
        scene.broker.start();
        reader = std::make_unique<MqttReader>(scene.loop, scene.broker);
        scene.start();
        scene.sink->publish(pack.pack);
        scene.sink->publish_bank(scene.bank_of(pack));
    }
    MqttScene scene;
    std::map<std::string, bool> switched;
    test::SeedPack pack;
    std::unique_ptr<MqttReader> reader;
};

TEST_F(MqttDiscovery, EveryEntityGetsAValue) {
    show();
    reader->wait_for(pack_config, "line_exchanges");
    reader->wait_for(bank_config, "full_charge");
    reader->wait_for("packwire/home/bank/alarms", "low_voltage");
    reader->wait_for("packwire/home/JD2M02150860_1/cells", "cell_voltage");
    const auto retained = reader->topics();
    const MiniHa ha(retained);
    EXPECT_GT(ha.entities.size(), 100U);
    for (const auto& [id, entity] : ha.entities) {
        EXPECT_TRUE(MiniHa::available(entity, retained)) << id;
        EXPECT_TRUE(MiniHa::state(entity, retained).has_value()) << id;
    }
    const auto& cell = ha.entities.at("packwire_JD2M02150860_1_cell_voltage_3");
    EXPECT_EQ(MiniHa::state(cell, retained), "3.291");
    EXPECT_EQ(MiniHa::state(cell, retained, 184), "3.291");
    EXPECT_EQ(MiniHa::state(cell, retained, 185), std::nullopt);  // three times max_age, and a bit
    EXPECT_EQ(MiniHa::state(ha.entities.at("packwire_home_bank_force_charging_off"), retained), "off");
}

TEST_F(MqttDiscovery, NothingOfAStalePackLooksAlive) {
    show();
    reader->wait_for(pack_config, "line_exchanges");
    const MiniHa ha(reader->topics());
    pack.pack.freshness = bank::Freshness::stale;
    scene.sink->publish(pack.pack);
    reader->wait_for("packwire/home/JD2M02150860_1/alarms", "null");
    reader->wait_for("packwire/home/JD2M02150860_1/cells", "null");
    auto retained = reader->topics();
    for (const auto* key :
         {"pack_voltage", "cell_voltage_1", "charging", "alarm_low_voltage", "charge_allowed"})
        EXPECT_EQ(MiniHa::state(ha.entities.at("packwire_JD2M02150860_1_" + std::string(key)), retained),
                  std::nullopt)
            << key;
    pack.pack.freshness = bank::Freshness::lost;
    scene.sink->publish(pack.pack);
    reader->wait_for("packwire/home/JD2M02150860_1/availability", "offline");
    retained = reader->topics();
    for (const auto& [id, entity] : ha.entities) {
        if (entity.device != "packwire_JD2M02150860_1") continue;
        EXPECT_EQ(MiniHa::available(entity, retained), id.ends_with("_connection")) << id;
    }
    EXPECT_EQ(MiniHa::state(ha.entities.at("packwire_JD2M02150860_1_connection"), retained), "off");
}

TEST_F(MqttDiscovery, IsWhatTheEnergyDashboardTakes) {
    show();
    reader->wait_for(pack_config, "total_charge_energy");
    reader->wait_for(bank_config, "charged_energy");
    const MiniHa ha(reader->topics());
    for (const auto* id :
         {"packwire_JD2M02150860_1_total_charge_energy", "packwire_JD2M02150860_1_total_discharge_energy",
          "packwire_home_bank_charged_energy", "packwire_home_bank_discharged_energy"}) {
        const auto& config = ha.entities.at(id).config;
        EXPECT_EQ(config["device_class"], "energy") << id;
        EXPECT_EQ(config["state_class"], "total_increasing") << id;
        EXPECT_EQ(config["unit_of_measurement"], "kWh") << id;
        EXPECT_FALSE(config.contains("entity_category")) << id;
    }
}

TEST_F(MqttDiscovery, IdsDoNotContainWhatCanChange) {
    scene.options.site = "garage";
    show();
    reader->wait_for(pack_config, "cmps");
    const auto config = json::parse(reader->at(pack_config));
    EXPECT_EQ(config["dev"]["ids"], json({"packwire_JD2M02150860_1"}));
    EXPECT_EQ(config["dev"]["via_device"], "packwire_garage_bank");
    EXPECT_EQ(config["avty_mode"], "all");
    EXPECT_EQ(config["avty"].size(), 2U);
    const auto name = config["dev"]["name"].get<std::string>();
    std::set<std::string> names;
    for (const auto& [key, component] : config["cmps"].items()) {
        EXPECT_EQ(component["uniq_id"], "packwire_JD2M02150860_1_" + key);
        EXPECT_FALSE(component.contains("obj_id")) << key;
        EXPECT_EQ(component["name"].get<std::string>().find(name), std::string::npos) << key;
        EXPECT_TRUE(names.insert(component["name"]).second) << "two are called " << component["name"];
        EXPECT_EQ(component["uniq_id"].get<std::string>().find("garage"), std::string::npos);
        EXPECT_EQ(component["uniq_id"].get<std::string>().find("ttyUSB"), std::string::npos);
    }
}

TEST_F(MqttDiscovery, IsSmallerThan30kB) {
    show();
    reader->wait_for(pack_config, "line_exchanges");
    EXPECT_LT(reader->at(pack_config).size(), 30'000U);
    EXPECT_GT(reader->at(pack_config).size(), 5'000U);
}

TEST_F(MqttDiscovery, SingleMessagesSayTheSame) {
    scene.options.discovery = Discovery::single;
    show();
    reader->wait_for("homeassistant/switch/packwire_home_bank/full_charge/config", "cmd_t");
    reader->wait_for("homeassistant/sensor/packwire_JD2M02150860_1/state_of_charge/config", "uniq_id");
    reader->wait_for("homeassistant/binary_sensor/packwire_JD2M02150860_1/connection/config", "uniq_id");
    reader->wait_for("homeassistant/binary_sensor/packwire_home_bank/connection/config", "uniq_id");
    reader->wait_for("homeassistant/sensor/packwire_JD2M02150860_1/line_retries/config", "uniq_id");
    const auto retained = reader->topics();
    EXPECT_FALSE(retained.contains(pack_config));
    const MiniHa ha(retained);
    EXPECT_GT(ha.entities.size(), 100U);
    for (const auto& [id, entity] : ha.entities)
        EXPECT_TRUE(MiniHa::state(entity, retained).has_value()) << id;
}

TEST_F(MqttDiscovery, ComesAgainAfterHomeAssistantStarted) {
    show();
    reader->wait_for(bank_config, "cmps");
    reader->wait_for(pack_config, "line_exchanges");
    const auto before = reader->count(pack_config);
    const auto states = reader->count("packwire/home/JD2M02150860_1/state");
    scene.broker.send({"-t", "homeassistant/status", "-m", "online"});
    test::run_until(scene.loop, [&] {
        return reader->count(pack_config) > before &&
               reader->count("packwire/home/JD2M02150860_1/state") > states;
    });
}

TEST_F(MqttDiscovery, ChangesFromSingleToDeviceWithMigration) {
    scene.broker.start();
    scene.broker.send(
        {"-r", "-t", "packwire/home/bridge/announced", "-m",
         R"({"packwire_JD2M02150860_1":{"mode":"single","entities":["sensor/state_of_charge"]}})"});
    const std::string old = "homeassistant/sensor/packwire_JD2M02150860_1/state_of_charge/config";
    scene.broker.send({"-r", "-t", old, "-m", "{\"old\":1}"});
    reader = std::make_unique<MqttReader>(scene.loop, scene.broker);
    reader->wait_for(old, "old");
    scene.start();
    scene.sink->publish(pack.pack);
    reader->wait_for(pack_config, "state_of_charge");
    reader->wait_until_gone(old);
    std::vector<std::string> order;
    for (const auto& line : reader->lines()) {
        if (line.topic == old || line.topic == pack_config)
            order.push_back(line.topic == pack_config ? "device" : line.payload);
    }
    EXPECT_EQ(order,
              (std::vector<std::string>{"{\"old\":1}", R"({"migrate_discovery":true})", "device", ""}));
}

TEST_F(MqttDiscovery, TakesAwayWhatIsGone) {
    scene.options.gone_after = Duration::zero();
    scene.broker.start();
    scene.broker.send(
        {"-r", "-t", "packwire/home/bridge/announced", "-m",
         R"({"packwire_JD2M02150860_1":{"mode":"device","entities":["sensor/no_more","sensor/state_of_charge"]},)"
         R"("packwire_SOLD":{"mode":"device","entities":["sensor/state_of_charge"]}})"});
    scene.broker.send({"-r", "-t", "homeassistant/device/packwire_SOLD/config", "-m", "{\"old\":1}"});
    scene.broker.send({"-r", "-t", "packwire/home/SOLD/state", "-m", "{}"});
    reader = std::make_unique<MqttReader>(scene.loop, scene.broker);
    reader->wait_for("packwire/home/SOLD/state", "{}");
    scene.start();
    scene.sink->publish(pack.pack);
    scene.sink->publish_bank(scene.bank_of(pack));
    reader->wait_until_gone("homeassistant/device/packwire_SOLD/config");
    reader->wait_until_gone("packwire/home/SOLD/state");
    test::run_until(scene.loop, [&] {
        const auto now = reader->at(pack_config);
        return !now.empty() && now.find("no_more") == std::string::npos;
    });
    bool taken = false;
    for (const auto& line : reader->lines())
        taken = taken || (line.topic == pack_config &&
                          line.payload.find(R"("no_more":{"p":"sensor"})") != std::string::npos);
    EXPECT_TRUE(taken);
    reader->wait_for("packwire/home/bridge/announced", "state_of_charge");
    EXPECT_EQ(reader->at("packwire/home/bridge/announced").find("SOLD"), std::string::npos);
}

TEST_F(MqttDiscovery, SwitchedOffTakesAllAway) {
    scene.options.discovery = Discovery::off;
    scene.broker.start();
    scene.broker.send({"-r", "-t", "packwire/home/bridge/announced", "-m",
                       R"({"packwire_X":{"mode":"device","entities":["sensor/state_of_charge"]}})"});
    scene.broker.send({"-r", "-t", "homeassistant/device/packwire_X/config", "-m", "{}"});
    reader = std::make_unique<MqttReader>(scene.loop, scene.broker);
    reader->wait_for("homeassistant/device/packwire_X/config", "{}");
    scene.start();
    reader->wait_until_gone("homeassistant/device/packwire_X/config");
}

TEST(MqttEntity, KeysAndNamesAreDistinct) {
    std::set<std::string> keys;
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const model::Metric metric{static_cast<std::uint8_t>(i)};
        const auto key = key_of(metric, false);
        EXPECT_TRUE(keys.insert(key).second) << key;
        EXPECT_EQ(key.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_"), std::string::npos) << key;
        const auto& row = metric.row();
        if (row.device_class == "energy") {
            EXPECT_EQ(state_class_of(row), "total_increasing") << key;
        }
        if (is_binary(row)) {
            EXPECT_EQ(state_class_of(row), "") << key;
        }
    }
}

}  // namespace
}  // namespace packwire::sink::mqtt
