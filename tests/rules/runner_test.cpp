// SPDX-License-Identifier: MIT
/// Rules at work: real processes, files, a loop that never waits.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "base/durable_file.hpp"
#include "rules/running.hpp"
#include "sink/seed.hpp"
#include "support/temp_dir.hpp"

namespace packwire::rules {
namespace {

TEST(Runner, ACommandHasItsValuesAndNothingOfOurs) {
    test::TempDir directory;
    const auto file = directory / "environment";
    auto made = rule();
    made.actions.command_on = {"sh", "-c",
                               "env > \"$0.new\"; echo \"$1\" >> \"$0.new\"; mv \"$0.new\" \"$0\"",
                               file.string(), "$(id) ; *"};
    ::setenv("MQTT_PASSWORD", "secret", 1);  // NOLINT(concurrency-mt-unsafe)
    Running running(options_of(made));
    running.soc(96.25);
    running.wait([&] { return running.action().told == true; });
    ::unsetenv("MQTT_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
    const auto text = read_whole(file).value();
    for (const auto* line :
         {"PACKWIRE_RULE=boiler\n", "PACKWIRE_STATE=on\n", "PACKWIRE_VALUE=96.25\n",
          "PACKWIRE_QUANTITY=bank.state_of_charge\n", "PACKWIRE_REASON=when\n", "$(id) ; *\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << " in\n" << text;
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST(Runner, ACommandThatHangsIsEndedWithItsGroup) {
    test::TempDir directory;
    const auto file = directory / "pids";
    auto made = rule();
    made.actions.command_on = {
        "sh", "-c", "trap '' TERM; sleep 1000 & echo $$ $! > \"$0.new\"; mv \"$0.new\" \"$0\"; wait; wait",
        file.string()};
    made.actions.command_timeout = 500ms;
    Running running(options_of(made));
    running.soc(96);
    running.wait([&] { return running.action().failures == 1; });
    EXPECT_NE(running.action().trouble.find("not done within 0.5 s"), std::string::npos);
    std::ifstream in(file);
    pid_t shell = 0;
    pid_t child = 0;
    in >> shell >> child;
    ASSERT_GT(shell, 0);
    const auto gone = [](pid_t pid) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string words;
        std::getline(stat, words);
        return words.empty() || words.find(") Z") != std::string::npos;  // a zombie is its new parent's
    };
    running.wait([&] { return gone(shell) && gone(child); });
}

TEST(Runner, FailuresOfCommandsHaveWords) {
    auto made = rule();
    made.actions.command_on = {"/nowhere/at/all"};
    made.actions.command_off = {"sh", "-c", "exit 3"};
    Running running(options_of(made));
    running.soc(96);
    running.wait([&] { return running.action().failures == 1; });
    EXPECT_EQ(running.action().trouble, "/nowhere/at/all: No such file or directory");
    running.soc(80);
    running.wait([&] { return running.action().trouble == "sh: exit code 3"; });
}

TEST(Runner, PublishesAndTriesAgain) {
    auto made = rule();
    made.actions.mqtt_topic = "plug/set";
    made.actions.mqtt_retain = true;
    auto options = options_of(made);
    std::vector<std::string> published;
    bool broker = false;
    options.publish = [&](const std::string& topic, const std::string& payload, bool retain) {
        if (broker) published.push_back(topic + " " + payload + (retain ? " retained" : ""));
        return broker;
    };
    Running running(std::move(options));
    running.soc(96);
    EXPECT_EQ(running.action().failures, 1U);
    broker = true;
    running.wait([&] { return !published.empty(); });
    EXPECT_EQ(published, std::vector<std::string>{"plug/set ON retained"});
}

TEST(Runner, LastWordsAreSaidBeforeWhoCarriesThemEnds) {
    auto made = rule();
    made.actions.mqtt_topic = "plug/set";
    auto options = options_of(made);
    std::vector<std::string> published;
    options.publish = [&](const std::string&, const std::string& payload, bool) {
        published.push_back(payload);
        return true;
    };
    Running running(std::move(options));
    running.soc(96);
    ASSERT_EQ(published, std::vector<std::string>{"ON"});
    running.runner->end();
    EXPECT_EQ(published, (std::vector<std::string>{"ON", "OFF"})) << "at once, while the broker is there";
    running.soc(97);
    running.stop();
    EXPECT_EQ(published, (std::vector<std::string>{"ON", "OFF"})) << "and nothing is switched afterwards";
}

TEST(Runner, AtTheEndItTellsTheFailSafeStateAndRemembersIt) {
    test::TempDir directory;
    auto made = rule();
    made.actions.command_on = {"touch", (directory / "on").string()};
    made.actions.command_off = {"touch", (directory / "off").string()};
    auto options = options_of(made);
    options.state_file = directory / "rules";
    {
        Running running(options);
        running.soc(96);
        running.wait([&] { return running.action().told == true; });
        running.stop();
        EXPECT_EQ(running.action().told, false) << "told before the loop ran out";
    }
    EXPECT_TRUE(std::filesystem::exists(directory / "off"));
    const auto memory = load(read_whole(directory / "rules").value());
    ASSERT_TRUE(memory);
    EXPECT_FALSE(memory->at("boiler").on);
}

TEST(Runner, GoesOnWhereACrashLeftIt) {
    test::TempDir directory;
    Memory memory;
    memory["boiler"] = {.on = true, .since = SystemClock().wall_now() - 1h};
    ASSERT_TRUE(write_durably(directory / "rules", save(memory)));
    auto made = rule();
    made.actions.command_on = {"touch", (directory / "on").string()};
    auto options = options_of(made);
    options.state_file = directory / "rules";
    Running running(options);
    running.soc(90);
    EXPECT_TRUE(running.runner->status().front().on) << "between the thresholds";
    running.wait([&] { return running.action().told == true; });
    EXPECT_TRUE(std::filesystem::exists(directory / "on")) << "told again";
}

TEST(Runner, AStateFileThatIsNoneIsSaid) {
    test::TempDir directory;
    std::ofstream(directory / "rules") << "nonsense";
    auto options = options_of(rule());
    options.state_file = directory / "rules";
    Running running(options);
    EXPECT_TRUE(running.said("rules begin anew"));
}

TEST(Runner, AStateFileThatCannotBeWrittenIsSaidAndTheRuleWorksOn) {
    test::TempDir directory;
    auto made = rule();
    made.actions.command_on = {"touch", (directory / "on").string()};
    auto options = options_of(made);
    options.state_file = "/proc/nowhere/rules";
    Running running(options);
    running.soc(96);
    running.wait([&] { return running.said("a restart will not know how they were"); });
    running.wait([&] { return running.action().told == true; });
    EXPECT_TRUE(std::filesystem::exists(directory / "on"));
}

TEST(Runner, NoChipNoLine) {
    const auto line = parse_gpio("gpiochip-of-nowhere:17");
    if (!line) GTEST_SKIP() << "without libgpiod";
    auto made = rule();
    made.actions.gpio = *line;
    Running running(options_of(made));
    running.soc(96);
    EXPECT_EQ(running.action().failures, 1U);
    EXPECT_NE(running.action().trouble.find("gpiochip-of-nowhere:17"), std::string::npos);
}

/// On virtual time: what a pack says is done in the same moment, and silence is noticed by itself.
TEST(Runner, ReactsToTheReadingItself) {
    bus::asio::io_context loop(1);
    bus::VirtualTime time(loop);
    bus::Offload offload(loop.get_executor());
    test::SeedPack seed("P 1");
    auto made = rule();
    made.when = *parse_condition("pack.P_1.pack_current > 10");
    made.until = *parse_condition("pack.P_1.pack_current < 5");
    made.actions.mqtt_topic = "t";
    auto options = options_of(made);
    std::vector<std::string> published;
    options.publish = [&](const std::string&, const std::string& payload, bool) {
        published.push_back(payload);
        return true;
    };
    Runner runner(std::move(options), time, loop.get_executor(), offload, {});
    bus::Tasks tasks(loop.get_executor());
    tasks.spawn(runner.run());
    time.run_for(1s);
    EXPECT_TRUE(published.empty()) << "nothing known, nothing told";
    runner.publish(seed.pack);
    EXPECT_EQ(published, std::vector<std::string>{"OFF"}) << "told once, whatever it was before";
    seed.read_live({{.field = "pack_current", .raw = 2000}});
    runner.publish(seed.pack);
    EXPECT_EQ(published.back(), "ON");
    seed.pack.freshness = bank::Freshness::stale;
    runner.publish(seed.pack);
    EXPECT_EQ(published.back(), "OFF") << "fail-safe, at once: that it is stale has waited already";
    EXPECT_EQ(published.size(), 3U);
    tasks.stop();
    test::settle(loop);
    EXPECT_EQ(published.size(), 3U) << "at the end it is off already";
}

TEST(Runner, TellsAgainAsOftenAsWanted) {
    bus::asio::io_context loop(1);
    bus::VirtualTime time(loop);
    bus::Offload offload(loop.get_executor());
    auto made = rule();
    made.repeat = 1min;
    made.actions.mqtt_topic = "t";
    auto options = options_of(made);
    std::size_t published = 0;
    bool broker = true;
    std::size_t attempts = 0;
    options.publish = [&](const std::string&, const std::string&, bool) {
        ++attempts;
        if (broker) ++published;
        return broker;
    };
    Runner runner(std::move(options), time, loop.get_executor(), offload, {});
    bus::Tasks tasks(loop.get_executor());
    tasks.spawn(runner.run());
    runner.publish_bank(bank_with(96));
    time.run_for(1h);
    EXPECT_GE(published, 60U);
    EXPECT_LE(published, 61U);
    broker = false;
    attempts = 0;
    time.run_for(1h);
    EXPECT_LE(attempts, 70U) << "the pause grows to a minute";
    EXPECT_GE(attempts, 55U);
    tasks.stop();
    test::settle(loop);
}

}  // namespace
}  // namespace packwire::rules
