// SPDX-License-Identifier: MIT
#include "sim/faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using sim::Command;
using sim::parse_command;
using sim::Verb;
using Target = sim::Command::Target;

Command make(Target target, std::uint8_t pack, Verb verb, std::optional<double> value, unsigned cell = 0) {
    Command command;
    command.target = target;
    command.pack = pack;
    command.verb = verb;
    command.value = value;
    command.cell = cell;
    return command;
}

TEST(Command, Reads) {
    const std::pair<std::string_view, Command> cases[] = {
        {"clear", make(Target::all, 0, Verb::clear, std::nullopt)},
        {"pack 2 silence on", make(Target::pack, 2, Verb::silence, 1)},
        {"pack 2 silence off", make(Target::pack, 2, Verb::silence, std::nullopt)},
        {"pack 1 late 700ms", make(Target::pack, 1, Verb::late, 0.7)},
        {"pack 1 late 1.5s", make(Target::pack, 1, Verb::late, 1.5)},
        {"late=700ms", make(Target::all, 0, Verb::late, 0.7)},
        {"silence", make(Target::all, 0, Verb::silence, 1)},
        {"noise=0.1", make(Target::line, 0, Verb::noise, 0.1)},
        {"all flip 0.01", make(Target::all, 0, Verb::flip, 0.01)},
        {"line flip 0.01", make(Target::line, 0, Verb::flip, 0.01)},
        {"\tline  echo on \r", make(Target::line, 0, Verb::echo, 1)},
        {"pack 3 rtn 04", make(Target::pack, 3, Verb::rtn, 4)},
        {"pack 3 rtn 90", make(Target::pack, 3, Verb::rtn, 0x90)},
        {"pack 3 address 17", make(Target::pack, 3, Verb::address, 17)},
        {"pack 1 current -20", make(Target::pack, 1, Verb::current, -20)},
        {"pack 1 current off", make(Target::pack, 1, Verb::current, std::nullopt)},
        {"pack 2 soc 15", make(Target::pack, 2, Verb::soc, 15)},
        {"pack 1 cell 3 voltage 2.6", make(Target::pack, 1, Verb::cell_voltage, 2.6, 3)},
        {"pack 1 cell 3 voltage off", make(Target::pack, 1, Verb::cell_voltage, std::nullopt, 3)},
        {"pack 1 reboot", make(Target::pack, 1, Verb::reboot, std::nullopt)},
        {"line latency 40ms", make(Target::line, 0, Verb::latency, 0.04)},
    };
    for (const auto& [text, expected] : cases) {
        const auto command = parse_command(text);
        ASSERT_TRUE(command) << text << ": " << command.error().where;
        EXPECT_EQ(*command, expected) << text;
    }
}

TEST(Command, NamesAFieldAndItsWord) {
    const auto command = parse_command("pack 1 field 42.cell_temperature.3 FE0C");
    ASSERT_TRUE(command) << command.error().where;
    EXPECT_EQ(command->field, "42.cell_temperature.3");
    EXPECT_EQ(command->value, 0xFE0C);
    EXPECT_FALSE(parse_command("pack 1 field 42.state_of_health off")->value);
    for (const auto* text :
         {"pack 1 field", "pack 1 field 42.state_of_health", "line field 42.state_of_health 80",
          "pack 1 field 42.state_of_health 8G", "pack 1 field 42.state_of_health 80 1"}) {
        EXPECT_FALSE(parse_command(text)) << text;
    }
}

TEST(Command, RefusesWithWords) {
    const std::string_view cases[] = {
        "",
        "pack",
        "pack 2",
        "pack two silence on",
        "pack 300 silence on",
        "pack 2 sing",
        "pack 2 silence maybe",
        "pack 2 late",
        "pack 2 late -5ms",
        "pack 2 late 5min",
        "all flip 1.5",
        "all flip nan",
        "pack 1 rtn 0x04",
        "pack 1 echo on",
        "line current 5",
        "line truncate on",
        "pack 1 soc 101",
        "pack 1 voltage 3.3",
        "pack 1 cell 0 voltage 3.3",
        "pack 1 cell 33 voltage 3.3",
        "pack 1 cell 3 soc 3",
        "pack 1 current 5 6",
        "clear all",
    };
    for (const auto text : cases) {
        const auto command = parse_command(text);
        ASSERT_FALSE(command) << text;
        EXPECT_EQ(command.error().code, Errc::usage) << text;
        EXPECT_FALSE(command.error().where.empty()) << text;
    }
}

TEST(Script, KeepsTheGoodLines) {
    const auto script = sim::parse_script("# a day\n\npack 1 soc 15 # low\nnonsense\nline echo on");
    EXPECT_EQ(script.commands.size(), 2U);
    ASSERT_EQ(script.errors.size(), 1U);
    EXPECT_TRUE(script.errors[0].where.starts_with("line 4: ")) << script.errors[0].where;
}

TEST(Command, HelpIsTrue) {
    std::string_view help = sim::command_help();
    help.remove_prefix(help.find('\n') + 1);
    while (!help.empty()) {
        auto line = std::string(help.substr(0, help.find('\n')));
        help.remove_prefix(line.size() + 1);
        line = line.substr(0, line.find("  "));
        for (const auto* alternative : {"|off", " [5s]"}) {
            const auto at = line.find(alternative);
            if (at != std::string::npos) line.resize(at);
        }
        EXPECT_TRUE(parse_command(line)) << line;
    }
}

TEST(Damage, HappensAsOftenAsItSays) {
    sim::Random random(1);
    const std::string text(20'000, 'A');
    EXPECT_EQ(sim::damaged(text, {}, random), text);
    EXPECT_NEAR(static_cast<double>(sim::damaged(text, {.drop = 0.1}, random).size()), 18'000, 300);
    EXPECT_NEAR(static_cast<double>(sim::damaged(text, {.repeat = 0.1}, random).size()), 22'000, 300);
    const auto flipped = sim::damaged(text, {.flip = 0.1}, random);
    ASSERT_EQ(flipped.size(), text.size());
    EXPECT_NEAR(static_cast<double>(std::ranges::count(flipped, 'A')), 18'000, 300);
}

TEST(Faults, AreSetAndTakenBack) {
    sim::PackFaults faults;
    EXPECT_TRUE(sim::set_fault(faults, *parse_command("all late 700ms")));
    EXPECT_TRUE(sim::set_fault(faults, *parse_command("all rtn 06")));
    EXPECT_EQ(faults.late, 700ms);
    EXPECT_EQ(faults.rtn, 6);
    EXPECT_TRUE(sim::set_fault(faults, *parse_command("all late off")));
    EXPECT_TRUE(sim::set_fault(faults, *parse_command("all rtn off")));
    EXPECT_EQ(faults, sim::PackFaults{});
    EXPECT_FALSE(sim::set_fault(faults, *parse_command("pack 1 soc 5")));
}

}  // namespace
