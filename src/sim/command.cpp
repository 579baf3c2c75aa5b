// SPDX-License-Identifier: MIT
/// The words of parse_command().
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "sim/faults.hpp"

namespace packwire::sim {

namespace {

using Target = Command::Target;

enum class Argument : std::uint8_t {
    on_off,
    probability,
    time,
    number,
    percent,
    hex,
    word,
    address,
    optional_time
};

struct Row {
    std::string_view word;
    Verb verb;
    Argument argument;
    bool of_packs;
    bool of_line;
};

constexpr auto rows = std::to_array<Row>({
    {"silence", Verb::silence, Argument::on_off, true, true},
    {"late", Verb::late, Argument::time, true, false},
    {"flip", Verb::flip, Argument::probability, true, true},
    {"drop", Verb::drop, Argument::probability, true, true},
    {"double", Verb::repeat, Argument::probability, true, true},
    {"truncate", Verb::truncate, Argument::on_off, true, false},
    {"address", Verb::address, Argument::address, true, false},
    {"rtn", Verb::rtn, Argument::hex, true, false},
    {"reboot", Verb::reboot, Argument::optional_time, true, false},
    {"echo", Verb::echo, Argument::on_off, false, true},
    {"master", Verb::master, Argument::on_off, false, true},
    {"noise", Verb::noise, Argument::probability, false, true},
    {"collision", Verb::collision, Argument::probability, false, true},
    {"latency", Verb::latency, Argument::time, false, true},
    {"current", Verb::current, Argument::number, true, false},
    {"soc", Verb::soc, Argument::percent, true, false},
    {"voltage", Verb::cell_voltage, Argument::number, true, false},
    {"temperature", Verb::temperature, Argument::number, true, false},
    {"ambient", Verb::ambient, Argument::number, true, false},
    {"field", Verb::field, Argument::word, true, false},
});

std::vector<std::string_view> words_of(std::string_view text) {
    constexpr std::string_view between = " \t\r=";
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = text.find_first_not_of(between);
        if (begin == std::string_view::npos) return words;
        const auto end = std::min(text.find_first_of(between, begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        text.remove_prefix(end);
    }
}

std::unexpected<Error> expected(std::string_view what, std::string_view got) {
    return fail(Errc::usage, fmt::format("expected {}, got \"{}\"", what, got));
}

/// All of `text`, and finite.
std::optional<double> number(std::string_view text) {
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (value != value || value > 1e6 || value < -1e6) return std::nullopt;
    return value;
}

std::optional<double> raw_word(std::string_view text) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint8_t> byte(std::string_view text, int base) {
    std::uint8_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<double> seconds(std::string_view text) {
    double per = 1;
    if (text.ends_with("ms")) {
        per = 1000;
        text.remove_suffix(2);
    } else if (text.ends_with('s')) {
        text.remove_suffix(1);
    }
    const auto value = number(text);
    if (!value || *value < 0) return std::nullopt;
    return *value / per;
}

Result<double> within(std::optional<double> value, double most, std::string_view what, std::string_view got) {
    if (!value || *value < 0 || *value > most) return expected(what, got);
    return *value;
}

Result<double> read_argument(Argument argument, std::string_view text) {
    switch (argument) {
        case Argument::on_off:
            return text == "on" ? Result<double>(1) : expected("on or off", text);
        case Argument::probability:
            return within(number(text), 1, "a probability, 0 to 1", text);
        case Argument::percent:
            return within(number(text), 100, "0 to 100", text);
        case Argument::time:
        case Argument::optional_time:
            return within(seconds(text), 86'400, "a time such as 700ms or 2s", text);
        case Argument::hex:
            return within(byte(text, 16), 255, "two hexadecimal digits", text);
        case Argument::word:
            return within(raw_word(text), 0xFFFFFFFF, "up to eight hexadecimal digits", text);
        case Argument::address:
            return within(byte(text, 10), 255, "an address", text);
        case Argument::number:
            break;
    }
    const auto value = number(text);
    if (!value) return expected("a number", text);
    return *value;
}

Result<Command> verb_and_argument(Command command, std::span<const std::string_view> words, bool has_target) {
    if (words.empty()) return fail(Errc::usage, "expected a verb: silence, late, flip, current, …");
    const auto* const row = std::ranges::find(rows, words[0], &Row::word);
    if (row == rows.end()) return expected("silence, late, flip, rtn, current or another verb", words[0]);
    if (!has_target && !row->of_packs) command.target = Target::line;
    const bool fits = command.target == Target::line ? row->of_line : row->of_packs;
    if (!fits)
        return fail(Errc::usage, fmt::format("{}: not of a {}", row->word,
                                             command.target == Target::line ? "line" : "pack"));
    if ((row->verb == Verb::cell_voltage) != (command.cell > 0)) {
        return fail(Errc::usage, "expected `pack N cell K voltage V`");
    }
    command.verb = row->verb;
    if (row->verb == Verb::field) {
        if (words.size() < 2) return fail(Errc::usage, "field: expected a field such as 42.state_of_health");
        command.field = words[1];
        words = words.subspan(1);
    }
    if (words.size() > 2) return fail(Errc::usage, fmt::format("\"{}\" is too much", words[2]));
    if (words.size() == 1) {
        if (row->argument == Argument::on_off) command.value = 1;
        if (row->argument == Argument::on_off || row->argument == Argument::optional_time) return command;
        return fail(Errc::usage, fmt::format("{}: expected a value, or off", row->word));
    }
    if (words[1] == "off") return command;
    const auto value = read_argument(row->argument, words[1]);
    if (!value) return fail(row->word, value.error());
    command.value = *value;
    return command;
}

Result<std::size_t> read_target(Command& command, std::span<const std::string_view> words) {
    std::size_t used = 0;
    if (words[0] == "all" || words[0] == "line") {
        command.target = words[0] == "all" ? Target::all : Target::line;
        used = 1;
    } else if (words[0] == "pack") {
        const auto address = words.size() > 1 ? byte(words[1], 10) : std::nullopt;
        if (!address) return fail(Errc::usage, "expected `pack N` with the address of a pack");
        command.target = Target::pack;
        command.pack = *address;
        used = 2;
    }
    if (used < words.size() && words[used] == "cell") {
        const auto cell = words.size() > used + 1 ? byte(words[used + 1], 10) : std::nullopt;
        if (!cell || *cell == 0 || *cell > 32) return fail(Errc::usage, "expected `cell K`, K from 1 to 32");
        command.cell = *cell;
        used += 2;
    }
    return used;
}

}  // namespace

Result<Command> parse_command(std::string_view text) {
    const auto words = words_of(text);
    Command command;
    if (words.empty()) return fail(Errc::usage, "expected a command");
    if (words.size() == 1 && words[0] == "clear") return command;
    const auto used = read_target(command, words);
    if (!used) return std::unexpected(used.error());
    const bool has_target = words[0] == "all" || words[0] == "line" || words[0] == "pack";
    return verb_and_argument(command, std::span(words).subspan(*used), has_target);
}

Script parse_script(std::string_view text) {
    Script script;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto words = text.substr(0, std::min(text.find('#'), end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        auto command = parse_command(words);
        if (command) {
            script.commands.push_back(*command);
        } else {
            command.error().where.insert(0, fmt::format("line {}: ", line));
            script.errors.push_back(std::move(command.error()));
        }
    }
    return script;
}

std::string_view command_help() {
    return R"(TARGET VERB [VALUE]      TARGET: pack N (an address), all, line; VALUE may be off
pack 2 silence on|off    it does not answer
pack 1 late 700ms        its answers come that much later
all flip 0.01            a bit of a character flips, with that probability; also drop, double
pack 1 truncate on       its answers stop in the middle
pack 1 address 5         it answers as another
pack 3 rtn 04            it refuses everything
pack 1 reboot [5s]       silent for a while; protections start anew
line silence on          the cable is out
line echo on             the adapter hears what it sends
line master on           a pack at address 0 polls all others by itself
line noise 0.1           stray characters before an answer, with that probability
line collision 0.1       somebody else talks during an answer
line latency 40ms        from the end of a question to its answer
line flip 0.001          also drop, double
pack 1 current -20       in A, charge is positive; off: as it was started
pack 2 soc 15            in %
pack 1 cell 3 voltage 2.6
pack 1 field 42.cell_temperature.3 FE0C   the raw word of a field, by service, name and place; off
pack 1 temperature 62    of its sensors, in °C; also ambient
clear                    all of the above undone, but soc
)";
}

}  // namespace packwire::sim
