// SPDX-License-Identifier: MIT
/// `[[rule]]` in a configuration, and `packwire rules` on recordings.
#include <gtest/gtest.h>

#include <fstream>
#include <ostream>

#include "app/command.hpp"
#include "app/config.hpp"
#include "app/rules_values.hpp"
#include "base/time_text.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

using namespace std::chrono_literals;

#define BUS "[[bus]]\nport = \"/dev/ttyUSB0\"\n"
#define RULE "[[rule]]\nname = \"boiler\"\nwhen = \"bank.state_of_charge >= 95\"\n"
#define HTTP "http_on = \"http://a\"\n"

TEST(RuleConfig, EveryKeyHasItsPlace) {
    const auto config = parse_config(BUS R"(
[[rule]]
name = "boiler"
until = "state_of_charge < 85"
when = "pack.P 1.state_of_charge >= 95"
minimum_on = "10min"
minimum_off = "5min"
delay = "1s"
delay_off = "2s"
between = "22:00-06:00"
on_stale = "keep"
stale_after = "20s"
repeat = "1min"
http_on = "POST http://a/on"
http_off = "http://a/off"
http_body_on = "1"
http_body_off = "0"
http_headers = ["A: b"]
http_user = "admin"
http_password_file = "/secret"
http_timeout = "3s"
command_on = ["a", "b"]
command_off = ["c"]
command_timeout = "4s"
mqtt_topic = "t"
mqtt_on = "1"
mqtt_off = "0"
mqtt_retain = true
[[rule]]
name = "other"
when = "bank.stale"
http_on = "http://a"
[mqtt]
url = "mqtt://broker"
)",
                                     "f");
    ASSERT_TRUE(config) << config.error().where;
    ASSERT_EQ(config->rules.size(), 2U);
    const auto& rule = config->rules[0].rule;
    EXPECT_EQ(rules::text(rule.when), "pack.P 1.state_of_charge >= 95");
    EXPECT_EQ(rules::text(*rule.until), "pack.P 1.state_of_charge < 85") << "of the same pack, in any order";
    EXPECT_EQ(rule.minimum_on, 10min);
    EXPECT_EQ(rule.minimum_off, 5min);
    EXPECT_EQ(rule.delay, 1s);
    EXPECT_EQ(rule.delay_off, 2s);
    EXPECT_EQ(rule.between->from, 22h);
    EXPECT_EQ(rule.on_stale, rules::OnStale::keep);
    EXPECT_EQ(rule.stale_after, 20s);
    EXPECT_EQ(rule.repeat, 1min);
    const auto& actions = rule.actions;
    EXPECT_EQ(actions.http_on.method, "POST");
    EXPECT_EQ(actions.http_off.url, "http://a/off");
    EXPECT_EQ(actions.http_body_on, "1");
    EXPECT_EQ(actions.http_body_off, "0");
    EXPECT_EQ(actions.http_headers, std::vector<std::string>{"A: b"});
    EXPECT_EQ(actions.http_user, "admin");
    EXPECT_EQ(actions.http_password_file, "/secret");
    EXPECT_EQ(actions.http_timeout, 3s);
    EXPECT_EQ(actions.command_on, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(actions.command_off, std::vector<std::string>{"c"});
    EXPECT_EQ(actions.command_timeout, 4s);
    EXPECT_EQ(actions.mqtt_topic, "t");
    EXPECT_EQ(actions.mqtt_on, "1");
    EXPECT_EQ(actions.mqtt_off, "0");
    EXPECT_TRUE(actions.mqtt_retain);
    EXPECT_EQ(config->rules[1].rule.minimum_on, rules::Rule{}.minimum_on);
}

struct Bad {
    const char* text;
    const char* error;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
    return out << bad.error;
}
class BadRule : public testing::TestWithParam<Bad> {};

TEST_P(BadRule, IsRefusedWithItsPlace) {
    const auto config = parse_config(GetParam().text, "f");
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().where.substr(0, std::string_view(GetParam().error).size()), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BadRule,
    testing::Values(
        Bad{BUS "[[rule]]\n", "f:3:1: [[rule]]: expected name"},
        Bad{BUS "[[rule]]\nname = \"a\"\n", "f:3:1: [[rule]]: expected when"},
        Bad{BUS RULE, "f:3:1: [[rule]]: expected something to switch"},
        Bad{BUS "[rule]\nname = \"a\"\n", "f:3:1: expected [[rule]], got [rule]"},
        Bad{BUS "[[rule]]\nname = \"a\"\nwhen = \"bank.soc > 5\"\n" HTTP,
            "f:5:8: [[rule]] when: unknown quantity \"soc\""},
        Bad{BUS "[[rule]]\nname = \"a\"\nwhen = \"bank.state_of_charge > 120\"\n" HTTP,
            "f:5:8: [[rule]] when: expected a threshold that can be reached, got 120"},
        Bad{BUS RULE "until = \"state_of_charge < 96\"\n" HTTP,
            "f:6:9: [[rule]] until: expected a value that is not"},
        Bad{BUS RULE "until = \"state_of_charge <\"\n" HTTP, "f:6:9: [[rule]] until: expected a number"},
        Bad{BUS RULE "between = \"8-18\"\n", "f:6:11: [[rule]] between: expected two times of day"},
        Bad{BUS RULE "on_stale = \"maybe\"\n", "f:6:12: [[rule]] on_stale: expected off, on or keep"},
        Bad{BUS RULE "http_on = \"ftp://a\"\n", "f:6:11: [[rule]] http_on: expected a URL"},
        Bad{BUS RULE "http_on = \"http://u:p@a\"\n", "f:6:11: [[rule]] http_on: expected no user"},
        Bad{BUS RULE "http_timeout = \"1min\"\n", "f:6:16: [[rule]] http_timeout: expected 100ms to 10s"},
        Bad{BUS RULE "command_on = \"rm -rf\"\n", "f:6:14: [[rule]] command_on: expected a list of texts"},
        Bad{BUS RULE "command_on = []\n", "f:6:14: [[rule]] command_on: expected a program"},
        Bad{BUS RULE "mqtt_topic = \"a/#\"\n", "f:6:14: [[rule]] mqtt_topic: expected a topic"},
        Bad{BUS RULE "mqtt_topic = \"a\"\n", "f:6:14: [[rule]] mqtt_topic: expected [mqtt] url as well"},
        Bad{BUS RULE "gpio = \"17\"\n", "f:6:8: [[rule]] gpio: expected"},
        Bad{BUS RULE HTTP RULE HTTP, "f:8:8: [[rule]] name: expected each name once"}));

/// A pack a second, by minutes with one state of charge each.
std::string recording(const std::vector<double>& by_minute, const std::string& id = "P1") {
    std::string out;
    WallTime now = std::chrono::sys_days{std::chrono::January / 2 / 2026};
    for (const auto soc : by_minute) {
        for (int i = 0; i < 60; ++i, now += 1s) {
            out += "{\"time\":\"" + rfc3339(now) + "\",\"id\":\"" + id +
                   "\",\"freshness\":\"fresh\",\"values\":{\"state_of_charge\":" + std::to_string(soc) +
                   "},\"alarms\":{}}\n";
        }
    }
    return out;
}

class RulesCommand : public testing::Test {
protected:
    RulesCommand() {
        std::ofstream(config()) << BUS RULE "until = \"state_of_charge < 85\"\nminimum_on = \"2min\"\n" HTTP;
    }
    [[nodiscard]] std::string config() const { return (directory_ / "packwire.toml").string(); }
    [[nodiscard]] test::Outcome replay(const std::string& lines) const {
        return test::command({"rules", "--config", config(), "--replay", "-", "--format", "json"}, lines);
    }

private:
    test::TempDir directory_;
};

TEST_F(RulesCommand, ReplaysARecording) {
    const auto made = replay(recording({90, 96, 80, 80, 90, 97}));
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(
        made.out,
        "{\"time\":\"2026-01-02T00:01:00.000Z\",\"rule\":\"boiler\",\"state\":\"on\",\"because\":\"when\","
        "\"quantity\":\"bank.state_of_charge\",\"value\":96.0}\n"
        "{\"time\":\"2026-01-02T00:03:00.000Z\",\"rule\":\"boiler\",\"state\":\"off\",\"because\":\"until\","
        "\"quantity\":\"bank.state_of_charge\",\"value\":80.0}\n"
        "{\"time\":\"2026-01-02T00:05:00.000Z\",\"rule\":\"boiler\",\"state\":\"on\",\"because\":\"when\","
        "\"quantity\":\"bank.state_of_charge\",\"value\":97.0}\n");
    const auto table = test::command({"rules", "--config", config(), "--replay", "-"}, recording({90, 96}));
    EXPECT_NE(table.out.find("1 times"), std::string::npos) << table.out;
}

TEST_F(RulesCommand, ABankOfSeveralPacksNeedsItsLines) {
    const auto line = [](const std::string& who, double soc) {
        return "{\"time\":\"2026-01-02T00:00:00Z\"," + who +
               ",\"freshness\":\"fresh\",\"values\":{\"state_of_charge\":" + std::to_string(soc) + "}}\n";
    };
    const auto none = replay(line("\"id\":\"P1\"", 99) + line("\"id\":\"P2\"", 90));
    EXPECT_EQ(none.code, 1);
    EXPECT_NE(none.err.find("-: several packs and no line of the bank"), std::string::npos) << none.err;
    const auto bank =
        replay(line("\"bank\":\"home\"", 96) + line("\"id\":\"P1\"", 40) + line("\"id\":\"P2\"", 30));
    EXPECT_EQ(bank.code, 0) << bank.err;
    EXPECT_NE(bank.out.find("\"value\":96.0"), std::string::npos) << bank.out;
}

TEST_F(RulesCommand, ARecordingThatIsNone) {
    for (const auto* bad : {"", "nonsense\n", "{}\n", "{\"time\":5,\"id\":\"a\"}\n", "[]\n",
                            "{\"time\":\"2026-13-02T00:00:00Z\",\"id\":\"a\"}\n"}) {
        const auto made = replay(bad);
        EXPECT_EQ(made.code, 1) << bad;
        EXPECT_TRUE(made.err.starts_with("packwire rules: -:")) << made.err;
    }
    const auto leap = replay(
        "{\"time\":\"2026-01-02T00:00:00Z\",\"id\":\"a\"}\n"
        "{\"time\":\"2199-01-02T00:00:00Z\",\"id\":\"a\"}\n");
    EXPECT_NE(leap.err.find("-:2: time leaps"), std::string::npos) << leap.err;
}

TEST_F(RulesCommand, WrongUse) {
    EXPECT_EQ(test::command({"rules", "--config", config()}).code, 2);
    EXPECT_EQ(test::command({"rules", "--dry-run"}).code, 2);
    EXPECT_EQ(test::command({"rules", "--config", config(), "--dry-run", "--replay", "a"}).code, 2);
    EXPECT_EQ(test::command({"rules", "--config", "/nowhere", "--dry-run"}).code, 2);
    const auto nobody = test::command({"rules", "--socket", "/nowhere/at/all"});
    EXPECT_EQ(nobody.code, 1);
    EXPECT_NE(nobody.err.find("no daemon listens"), std::string::npos) << nobody.err;
}

TEST(RulesValues, TimesAreReadBack) {
    const WallTime when = std::chrono::sys_days{std::chrono::January / 2 / 2026} + 3723456ms;
    EXPECT_EQ(read_time(rfc3339(when)), when);
    EXPECT_TRUE(read_time("2026-01-02T01:02:03Z"));
    for (const auto* bad : {"", "Z", "2026-01-02", "2026-01-02T25:00:00Z", "2026-01-02T01:02:03",
                            "2026-02-30T01:02:03Z", "9999-01-01T00:00:00Z", "2026-01-02T01:02:03+02:00",
                            "2026-01-02T01:02:03xZ", "2026x01-02T01:02:03Z"})
        EXPECT_FALSE(read_time(bad)) << bad;
}

}  // namespace
}  // namespace packwire::app
