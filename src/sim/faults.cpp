// SPDX-License-Identifier: MIT
#include "sim/faults.hpp"

#include <chrono>
#include <cmath>

namespace packwire::sim {

namespace {

Duration to_duration(const std::optional<double>& seconds) {
    return std::chrono::round<Duration>(std::chrono::duration<double>(seconds.value_or(0)));
}

std::optional<std::uint8_t> to_byte(const std::optional<double>& value) {
    if (!value) return std::nullopt;
    return static_cast<std::uint8_t>(*value);
}

bool set_damage(Damage& damage, const Command& command) {
    const auto probability = command.value.value_or(0);
    if (command.verb == Verb::flip) {
        damage.flip = probability;
    } else if (command.verb == Verb::drop) {
        damage.drop = probability;
    } else if (command.verb == Verb::repeat) {
        damage.repeat = probability;
    } else {
        return false;
    }
    return true;
}

}  // namespace

std::string damaged(std::string_view text, const Damage& damage, Random& random) {
    std::string out;
    for (auto character : text) {
        if (random.chance(damage.drop)) continue;
        if (random.chance(damage.flip)) {
            character = static_cast<char>(static_cast<unsigned char>(character) ^ 1U << random.below(8));
        }
        out += character;
        if (random.chance(damage.repeat)) out += character;
    }
    return out;
}

bool set_fault(PackFaults& faults, const Command& command) {
    const bool on = command.value.value_or(0) != 0;
    switch (command.verb) {
        case Verb::silence:
            faults.silent = on;
            return true;
        case Verb::late:
            faults.late = to_duration(command.value);
            return true;
        case Verb::truncate:
            faults.truncate = on;
            return true;
        case Verb::address:
            faults.address = to_byte(command.value);
            return true;
        case Verb::rtn:
            faults.rtn = to_byte(command.value);
            return true;
        case Verb::field:
            faults.words.erase(command.field);
            if (command.value) faults.words[command.field] = static_cast<std::uint32_t>(*command.value);
            return true;
        default:
            return set_damage(faults.damage, command);
    }
}

bool set_fault(LineFaults& faults, const Command& command) {
    const auto value = command.value.value_or(0);
    const bool on = value != 0;
    switch (command.verb) {
        case Verb::silence:
            faults.silent = on;
            return true;
        case Verb::echo:
            faults.echo = on;
            return true;
        case Verb::master:
            faults.master = on;
            return true;
        case Verb::noise:
            faults.noise = value;
            return true;
        case Verb::collision:
            faults.collision = value;
            return true;
        default:
            return set_damage(faults.damage, command);
    }
}

}  // namespace packwire::sim
