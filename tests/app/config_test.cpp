// SPDX-License-Identifier: MIT
#include "app/config.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <ostream>

#include "app/config_keys.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

using namespace std::chrono_literals;

TEST(Config, TheExampleIsGood) {
    const auto config = parse_config(example_config(), "packwire.toml");
    ASSERT_TRUE(config) << config.error().where;
    EXPECT_EQ(config->site, "home");
    ASSERT_EQ(config->buses.size(), 1U);
    const auto& bus = config->buses[0];
    EXPECT_EQ(bus.port, "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0");
    EXPECT_FALSE(bus.baud);
    EXPECT_TRUE(bus.addresses.empty());
    EXPECT_EQ(bus.interval, 1s);
    EXPECT_EQ(bus.dialect, "daren");
    EXPECT_EQ(bus.mode, BusMode::poll);
    EXPECT_EQ(config->loss, bank::LossTimes{});
    EXPECT_EQ(config->bank.charge.cell_voltage_max, 3.45);
    EXPECT_EQ(config->bank.charge.charge_current_max, 50);
    EXPECT_EQ(config->venus, VenusConfig{});
    EXPECT_EQ(config->mqtt.url, "mqtt://user@broker:1883");
    EXPECT_EQ(config->web.listen, "127.0.0.1:8485");
    EXPECT_EQ(config->store.path, "/var/lib/packwire/history.db");
    for (const auto& section : sections()) {
        if (!section.later || section.name.empty()) continue;
        const auto warning = std::string(section.name) + ": not in this version";
        EXPECT_NE(std::ranges::find(config->warnings, warning), config->warnings.end()) << warning;
    }
}

TEST(Config, TheSmallestFileNamesAPort) {
    const auto config = parse_config("[[bus]]\nport = \"/dev/ttyUSB0\"\n", "f");
    ASSERT_TRUE(config) << config.error().where;
    BusConfig bus;
    bus.port = "/dev/ttyUSB0";
    EXPECT_EQ(config->buses, std::vector<BusConfig>{bus});
    EXPECT_EQ(config->venus, default_config().venus);
    EXPECT_TRUE(config->warnings.empty());
}

TEST(Config, EveryPresetIsWhatTheDefaultIs) {
    for (const auto& key : keys()) {
        if (key.preset.empty() || repeats(*find_section(key.section))) continue;
        auto text = std::string("[[bus]]\nport = \"/dev/ttyUSB0\"\n");
        if (key.section.empty()) {
            text.insert(0, std::string(key.name) + " = " + std::string(key.preset) + "\n");
        } else {
            text += "[" + std::string(key.section) + "]\n";
            text += std::string(key.name) + " = " + std::string(key.preset) + "\n";
        }
        const auto config = parse_config(text, "f");
        ASSERT_TRUE(config) << config.error().where;
        EXPECT_EQ(config->site, default_config().site);
        EXPECT_EQ(config->loss, default_config().loss);
        EXPECT_EQ(config->bank.charge, default_config().bank.charge) << key.name;
        EXPECT_EQ(config->bank.aggregate, default_config().bank.aggregate) << key.name;
        EXPECT_EQ(config->bank.alarms, default_config().bank.alarms) << key.name;
        EXPECT_EQ(config->venus, default_config().venus);
        EXPECT_EQ(config->web, default_config().web);
        EXPECT_EQ(config->log_level, default_config().log_level);
    }
}

TEST(Config, EveryFormOfAValue) {
    const auto config = parse_config(
        "[[bus]]\nport = \"serial:/dev/ttyUSB0?baud=9600\"\naddresses = [1, 2, 3]\n"
        "[[bus]]\nport = \"tcp://gateway:4196\"\naddresses = \"0-2,7\"\ninterval = \"500ms\"\n"
        "on_foreign_master = \"ignore\"\n"
        "[[bus]]\nport = \"/dev/ttyUSB1\"\nbaud = 115200\ninterval = \"max\"\nmode = \"listen\"\n"
        "identity_wait = \"1min\"\n"
        "[venus]\ndbus = \"off\"\nproduct_id = 0xB123\n"
        "[json_lines]\npath = \"-\"\n[log]\nlevel = \"debug\"\n",
        "f");
    ASSERT_TRUE(config) << config.error().where;
    EXPECT_EQ(config->buses[0].baud, 9600U);
    EXPECT_EQ(config->buses[0].addresses, std::vector<std::uint8_t>({1, 2, 3}));
    EXPECT_EQ(config->buses[1].addresses, std::vector<std::uint8_t>({0, 1, 2, 7}));
    EXPECT_EQ(config->buses[1].interval, 500ms);
    EXPECT_EQ(config->buses[2].interval, 0s) << "as often as the line allows";
    EXPECT_EQ(config->buses[0].on_foreign_master, OnForeignMaster::silent);
    EXPECT_EQ(config->buses[1].on_foreign_master, OnForeignMaster::ignore);
    EXPECT_EQ(config->buses[2].baud, 115200U);
    EXPECT_EQ(config->buses[2].mode, BusMode::listen);
    EXPECT_EQ(config->buses[2].identity_wait, 1min);
    EXPECT_FALSE(config->venus.enabled);
    EXPECT_EQ(config->venus.product_id, 0xB123);
    EXPECT_EQ(config->json_lines.path, "-");
    EXPECT_EQ(config->log_level, "debug");
}

TEST(Config, EveryKeyOfMqtt) {
    const auto config = parse_config(
        "[[bus]]\nport = \"/dev/ttyUSB0\"\n"
        "[mqtt]\nurl = \"mqtts://packs@broker:8884\"\nhomeassistant = false\ndiscovery = \"single\"\n"
        "discovery_prefix = \"ha\"\ntopic = \"cellar/packs\"\nflat = true\ndbus_mqtt_battery = true\n"
        "max_age = \"30s\"\npassword_file = \"/p\"\nca_file = \"/ca\"\ncert_file = \"/c\"\nkey_file = "
        "\"/k\"\n",
        "f");
    ASSERT_TRUE(config) << config.error().where;
    const MqttConfig wanted{.url = "mqtts://packs@broker:8884",
                            .homeassistant = false,
                            .single_discovery = true,
                            .discovery_prefix = "ha",
                            .topic = "cellar/packs",
                            .flat = true,
                            .dbus_mqtt_battery = true,
                            .max_age = 30s,
                            .password_file = "/p",
                            .ca_file = "/ca",
                            .cert_file = "/c",
                            .key_file = "/k"};
    EXPECT_EQ(config->mqtt, wanted);
}

struct Bad {
    const char* text;
    const char* error;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
    return out << bad.text;
}

class BadConfig : public testing::TestWithParam<Bad> {};

TEST_P(BadConfig, IsRefusedWithItsPlace) {
    const auto config = parse_config(GetParam().text, "f");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().code, Errc::bad_config);
    EXPECT_EQ(config.error().where, GetParam().error);
    EXPECT_EQ(config.error().where.find('\n'), std::string::npos);
}

#define BUS "[[bus]]\nport = \"/dev/ttyUSB0\"\n"

INSTANTIATE_TEST_SUITE_P(
    Config, BadConfig,
    testing::Values(
        Bad{"", "f:1:1: names no port, expected [[bus]] with port = \"/dev/ttyUSB0\""},
        Bad{"site = 5", "f:1:8: site: expected text in quotes, got 5"},
        Bad{"site = \"my home\"", "f:1:8: site: expected letters, digits, _ and - only, got \"my home\""},
        Bad{"[[bus]]\nbaud = 9600\n", "f:1:1: [[bus]]: expected port, such as port = \"/dev/ttyUSB0\""},
        Bad{"[bus]\nport = \"/dev/ttyUSB0\"", "f:1:1: expected [[bus]], got [bus]"},
        Bad{"[[loss]]\n", "f:1:1: expected [loss], got [[loss]]"},
        Bad{BUS "intervall = \"1s\"", "f:3:1: unknown key [[bus]] intervall, did you mean \"interval\"?"},
        Bad{"port = \"/dev/ttyUSB0\"", "f:1:1: unknown key port, did you mean [[bus]] port?"},
        Bad{"venus = \"off\"", "f:1:1: venus: expected a section [venus], got \"off\""},
        Bad{"[mqqt]\n", "f:1:1: unknown section [mqqt], did you mean \"mqtt\"?"},
        Bad{"\n[loss]\nzzzzzzzz = 1",
            "f:3:1: unknown key [loss] zzzzzzzz, expected one of stale, lost, gone, on_loss, hold_for, "
            "hold_cell_low, hold_cell_high, bank_gone"},
        Bad{"[[bus]]\nport = \"udp://x\"",
            "f:2:8: [[bus]] port: port \"udp://x\": unknown scheme \"udp\", expected /dev/ttyUSB0, "
            "serial:/dev/ttyUSB0?baud=9600 or tcp://host:4196"},
        Bad{BUS "[[bus]]\nport = \"serial:/dev/ttyUSB0\"",
            "f:4:8: [[bus]] port: expected each port once, got \"serial:/dev/ttyUSB0\" twice"},
        Bad{BUS "baud = \"fast\"",
            "f:3:8: [[bus]] baud: expected \"auto\" or a baud rate such as 9600 or 19200, got "
            "\"fast\""},
        Bad{BUS "baud = 0",
            "f:3:8: [[bus]] baud: expected \"auto\" or a baud rate such as 9600 or 19200, got 0"},
        Bad{"[[bus]]\nport = \"tcp://h:1\"\nbaud = 9600",
            "f:3:8: [[bus]] baud: expected none with tcp://, where the gateway sets it"},
        Bad{"[[bus]]\nport = \"serial:/dev/x?baud=9600\"\nbaud = 9600",
            "f:3:8: [[bus]] baud: expected it once, got it in port as well"},
        Bad{BUS "addresses = [1, 32]", "f:3:13: [[bus]] addresses: expected addresses from 0 to 31, got 32"},
        Bad{BUS "addresses = [1, 1]", "f:3:13: [[bus]] addresses: expected each address once, got 1 twice"},
        Bad{BUS "addresses = []",
            "f:3:13: [[bus]] addresses: expected at least one address or \"auto\", got an empty list"},
        Bad{BUS "addresses = [\"1\"]",
            "f:3:13: [[bus]] addresses: expected \"auto\", a list such as [1, 2, 3], or \"0-15\", got a "
            "list"},
        Bad{BUS "addresses = 1",
            "f:3:13: [[bus]] addresses: expected \"auto\", a list such as [1, 2, 3], or \"0-15\", got 1"},
        Bad{BUS "interval = 5",
            "f:3:12: [[bus]] interval: expected \"max\" or a duration such as \"1s\", \"500ms\", \"2min\" or "
            "\"1h\", "
            "got 5"},
        Bad{BUS "interval = \"5\"",
            "f:3:12: [[bus]] interval: expected \"max\" or a duration such as \"1s\", \"500ms\", \"2min\" or "
            "\"1h\", "
            "got \"5\""},
        Bad{BUS "interval = \"1ms\"",
            "f:3:12: [[bus]] interval: expected \"max\" or 100ms to 1h, got \"1ms\""},
        Bad{BUS "interval = \"11s\"",
            "f:3:12: [[bus]] interval: expected at most 10s while [venus] is enabled, got \"11s\""},
        Bad{BUS "on_foreign_master = \"shout\"",
            "f:3:21: [[bus]] on_foreign_master: expected silent or ignore, got \"shout\""},
        Bad{BUS "mode = \"tap\"", "f:3:8: [[bus]] mode: expected poll or listen, got \"tap\""},
        Bad{BUS "dialect = \"pace\"", "f:3:11: [[bus]] dialect: expected daren or sns, got \"pace\""},
        Bad{BUS "[loss]\nstale = \"30s\"", "f:4:9: [loss]: expected stale < lost < gone, got 30s, 30s, 1min"},
        Bad{BUS "[loss]\nstale = \"600s\"\nlost = \"700s\"\ngone = \"800s\"",
            "f:4:9: [loss] stale: expected at most 30s while [venus] is enabled, got \"10min\""},
        Bad{BUS "[loss]\nlost = \"1800s\"\ngone = \"3600s\"",
            "f:4:8: [loss] lost: expected at most 1min while [venus] is enabled, got \"30min\""},
        Bad{BUS "[loss]\nstale = \"31s\"\nlost = \"60s\"\ngone = \"70s\"",
            "f:4:9: [loss] stale: expected at most 30s while [venus] is enabled, got \"31s\""},
        Bad{BUS "mode = \"listen\"\n[loss]\nstale = \"61s\"\nlost = \"80s\"\ngone = \"90s\"",
            "f:5:9: [loss] stale: expected at most 1min while [venus] is enabled, got \"61s\""},
        Bad{BUS "[loss]\nlost = \"90s\"\ngone = \"100s\"\n[venus]\nenabled = false\n[mqtt]\nurl = "
                "\"mqtt://x\"\ndbus_mqtt_battery = true",
            "f:4:8: [loss] lost: expected at most 1min with [mqtt] dbus_mqtt_battery, got \"90s\""},
        Bad{BUS "[charge]\ncell_voltage_max = 34.5",
            "f:4:20: [charge] cell_voltage_max: expected 3.3 to 3.65, got 34.5"},
        Bad{BUS "[charge]\ncharge_current_max = \"50\"",
            "f:4:22: [charge] charge_current_max: expected a number, got \"50\""},
        Bad{BUS "[venus]\nenabled = \"yes\"",
            "f:4:11: [venus] enabled: expected true or false, without quotes, got \"yes\""},
        Bad{BUS "[venus]\nproduct_id = 0xBA77",
            "f:4:14: [venus] product_id: expected an id that systemcalc does not treat in a special way, got "
            "0xBA77; "
            "leave it out for 0xBFFE"},
        Bad{BUS "[venus]\nproduct_id = 0x1BFFE",
            "f:4:14: [venus] product_id: expected 1 to 65535, got 114686"},
        Bad{BUS "[mqtt]\nurl = \"mqtt://u:secret@h\"",
            "f:4:7: [mqtt] url: expected no password in the url; use password_file or the environment's "
            "MQTT_PASSWORD"},
        Bad{BUS "[mqtt]\nurl = \"http://h\"",
            "f:4:7: [mqtt] url: expected mqtt://user@host:1883 or mqtts://host:8883, got \"http://h\""},
        Bad{BUS "[mqtt]\nurl = \"mqtt://h\"\ncert_file = \"/c\"",
            "f:5:13: [mqtt]: expected cert_file and key_file together, got one of them"},
        Bad{BUS "[mqtt]\nurl = \"mqtt://h\"\ndiscovery = \"none\"",
            "f:5:13: [mqtt] discovery: expected device or single, got \"none\""},
        Bad{BUS "[mqtt]\nurl = \"mqtt://h\"\ntopic = \"a/#\"",
            "f:5:9: [mqtt] topic: expected levels of a topic such as packwire or home/battery, without + and "
            "#, got \"a/#\""},
        Bad{BUS "[mqtt]\nurl = \"mqtt://h\"\nmax_age = \"1s\"",
            "f:5:11: [mqtt] max_age: expected 5s to 1h, got \"1s\""},
        Bad{BUS "[web]\nlisten = \"8485\"",
            "f:4:10: [web] listen: expected address:port such as 127.0.0.1:8485 or [::1]:8485, got \"8485\""},
        Bad{BUS "[web]\nlisten = \"battery.lan:8485\"",
            "f:4:10: [web] listen: expected an IP address or localhost, such as 127.0.0.1:8485 or "
            "0.0.0.0:8485, "
            "got \"battery.lan:8485\""},
        Bad{BUS "[web]\nlisten = \"0.0.0.0:8485\"",
            "f:4:10: [web] listen: expected token_file, or PACKWIRE_WEB_TOKEN in the environment, with an "
            "address that others can reach, got \"0.0.0.0:8485\" alone"},
        Bad{BUS "[web]\nlisten = \":8485\"",
            "f:4:10: [web] listen: expected token_file, or PACKWIRE_WEB_TOKEN in the environment, with an "
            "address that others can reach, got \":8485\" alone"},
        Bad{BUS "[web]\ntls_key = \"key.pem\"",
            "f:4:11: [web]: expected tls_certificate and tls_key together, got one of them"},
        Bad{BUS "[log]\nlevel = \"verbose\"",
            "f:4:9: [log] level: expected trace, debug, info, warn, error, got \"verbose\""},
        Bad{BUS "[loss.x]\n",
            "f:3:7: unknown key [loss] x, expected one of stale, lost, gone, on_loss, "
            "hold_for, hold_cell_low, hold_cell_high, bank_gone"}));

TEST(Config, SpecialProductIdsAreRefused) {
    for (const auto* id : {"0xB004", "0xB009", "0xB00A", "0xB015", "0xB019", "0xB029", "0xA3E3", "0xA3E4",
                           "0xA3E5", "0xA3E6", "0xA3E7", "0xBA77", "0xBA44"}) {
        EXPECT_FALSE(parse_config(std::string(BUS) + "[venus]\nproduct_id = " + id + "\n", "f")) << id;
    }
}

TEST(Config, WhereAWebServerMayListen) {
    for (const auto* web :
         {"listen = \"localhost:80\"", "listen = \"[::1]:80\"", "listen = \"127.0.0.2:80\"",
          "listen = \"0.0.0.0:80\"\ntoken_file = \"t\"", "listen = \":80\"\nenabled = false"}) {
        const auto config = parse_config(std::string(BUS) + "[web]\n" + web + "\n", "f");
        EXPECT_TRUE(config) << config.error().where;
    }
}

TEST(Config, LongIntervalsAreFineWithoutVenus) {
    EXPECT_TRUE(parse_config(BUS "interval = \"1min\"\n[venus]\nenabled = false\n", "f"));
    EXPECT_TRUE(parse_config(BUS "interval = \"1min\"\n[venus]\ndbus = \"off\"\n", "f"));
}

TEST(Config, LongLossTimesAreFineWhereNoGxActsOnThem) {
    constexpr auto loss = "[loss]\nstale = \"600s\"\nlost = \"1800s\"\ngone = \"3600s\"\n";
    EXPECT_TRUE(parse_config(std::string(BUS) + loss + "[venus]\nenabled = false\n", "f"));
    EXPECT_TRUE(parse_config(std::string(BUS) + loss + "[venus]\ndbus = \"off\"\n", "f"));
    EXPECT_FALSE(parse_config(std::string(BUS) + loss, "f"));
}

TEST(Config, AnotherMasterMayBeSlowerThanABusThatIsPolled) {
    constexpr auto loss = "[loss]\nstale = \"60s\"\nlost = \"90s\"\ngone = \"3600s\"\n";
    EXPECT_TRUE(parse_config(std::string(BUS) + "mode = \"listen\"\n" + loss, "f"));
    EXPECT_FALSE(parse_config(std::string(BUS) + loss, "f"));
}

TEST(Config, BrokenTomlNamesItsPlace) {
    const auto config = parse_config("[[bus]]\nport = /dev/ttyUSB0\n", "f");
    ASSERT_FALSE(config);
    EXPECT_TRUE(config.error().where.starts_with("f:2:8: ")) << config.error().where;
}

TEST(Config, ReadsFilesAndSaysWhyNot) {
    const test::TempDir dir;
    const auto path = dir / "packwire.toml";
    std::ofstream(path) << BUS;
    EXPECT_TRUE(load_config(path));
    EXPECT_EQ(load_config(dir / "none").error().where,
              (dir / "none").string() + ": cannot be read: No such file or directory");
    EXPECT_FALSE(load_config(dir / "."));
}

TEST(Config, EveryKeyBelongsToASectionAndHasWords) {
    for (const auto& key : keys()) {
        EXPECT_NE(find_section(key.section), nullptr) << key.name;
        EXPECT_FALSE(key.meaning.empty()) << key.name;
        EXPECT_NE(key.apply, nullptr) << key.name;
        EXPECT_EQ(find_key(key.section, key.name), &key);
    }
}

}  // namespace
}  // namespace packwire::app
