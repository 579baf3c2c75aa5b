// SPDX-License-Identifier: MIT
/// What can go wrong on a line, and the words that make it so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sim/random.hpp"

namespace packwire::sim {

/// Damage to characters on their way. Probabilities are per character.
struct Damage {
    double flip = 0;    ///< one bit is the other way round
    double drop = 0;    ///< it is lost
    double repeat = 0;  ///< it comes twice
    bool operator==(const Damage&) const = default;
};

/// Of one pack.
struct PackFaults {
    bool silent = false;
    Duration late{};  ///< added to the latency
    Damage damage;
    bool truncate = false;                ///< the answer stops in the middle
    std::optional<std::uint8_t> address;  ///< the one it says it has
    std::optional<std::uint8_t> rtn;      ///< refuses everything with it
    /// What a field says, whatever the pack measures: by "42.cell_temperature.3", the raw word.
    std::map<std::string, std::uint32_t> words;
    bool operator==(const PackFaults&) const = default;
};

/// Of the line that all share.
struct LineFaults {
    bool silent = false;   ///< the cable is out
    bool echo = false;     ///< the adapter hears what it sends
    bool master = false;   ///< the pack at address 0 polls the others
    double noise = 0;      ///< probability of stray characters before an answer
    double collision = 0;  ///< probability that somebody else talks during an answer
    Damage damage;
    bool operator==(const LineFaults&) const = default;
};

/// What a command does.
enum class Verb : std::uint8_t {
    clear,
    silence,
    late,
    flip,
    drop,
    repeat,
    truncate,
    address,
    rtn,
    reboot,
    echo,
    master,
    noise,
    collision,
    latency,
    current,
    soc,
    cell_voltage,
    temperature,
    ambient,
    field,
};

/// One line of text, understood.
struct Command {
    enum class Target : std::uint8_t { all, pack, line };
    Target target = Target::all;
    std::uint8_t pack = 0;  ///< its address
    Verb verb = Verb::clear;
    unsigned cell = 0;  ///< from 1
    std::string field;  ///< "42.state_of_health", "42.cell_temperature.3"; of Verb::field
    /// On is 1, a time is in seconds. Absent: off, or back to physics.
    std::optional<double> value;
    bool operator==(const Command&) const = default;
};

/// `pack 2 silence on`, `all flip 0.01`, `line noise 0.1`, `pack 3 rtn 04`, `pack 1 cell 3 voltage 2.6`,
/// `pack 1 field 42.state_of_health 80`, `clear`. For the command line also `late=700ms`: without a target
/// the whole line or all packs are meant. Errors: usage, with what was expected.
[[nodiscard]] Result<Command> parse_command(std::string_view text);

/// A line each; empty lines and what follows `#` say nothing. The errors name the line, the rest is good.
struct Script {
    std::vector<Command> commands;
    std::vector<Error> errors;
};
[[nodiscard]] Script parse_script(std::string_view text);

/// For people: every command with an example.
[[nodiscard]] std::string_view command_help();

/// `text` as it arrives.
[[nodiscard]] std::string damaged(std::string_view text, const Damage& damage, Random& random);

/// Sets what the command says of a pack or the line. False when its verb is none of theirs.
bool set_fault(PackFaults& faults, const Command& command);
bool set_fault(LineFaults& faults, const Command& command);

}  // namespace packwire::sim
