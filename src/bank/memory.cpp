// SPDX-License-Identifier: MIT
#include "bank/memory.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <type_traits>

#include "base/fnv.hpp"

namespace packwire::bank {

namespace {

constexpr std::string_view title = "packwire-bank 1\n";
constexpr std::string_view checksum_key = "checksum ";

/// Finds what a full disk or a lost block does to a file.
std::uint64_t checksum(std::string_view text) {
    return fnv1a(text);
}

/// A word without blanks, line ends or nothing at all.
std::string escaped(std::string_view text) {
    std::string word;
    for (const auto c : text) {
        if (static_cast<unsigned char>(c) <= ' ' || c == '%') {
            word += fmt::format("%{:02X}", static_cast<unsigned char>(c));
        } else {
            word += c;
        }
    }
    return word.empty() ? "%" : word;
}

std::string unescaped(std::string_view word) {
    std::string text;
    for (std::size_t i = 0; i < word.size(); ++i) {
        unsigned code = 0;
        if (word[i] != '%') {
            text += word[i];
        } else if (i + 2 < word.size() &&
                   std::from_chars(word.data() + i + 1, word.data() + i + 3, code, 16).ec == std::errc{}) {
            text += static_cast<char>(code);
            i += 2;
        }
    }
    return text;
}

template <class T>
std::string to_word(const T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        return escaped(value);
    } else if constexpr (std::is_same_v<T, bool>) {
        return value ? "1" : "0";
    } else if constexpr (std::is_enum_v<T>) {
        return fmt::format("{}", static_cast<int>(value));
    } else if constexpr (std::is_same_v<T, Duration>) {
        return fmt::format("{}", value.count());
    } else if constexpr (std::is_same_v<T, WallTime>) {
        return fmt::format("{}", value.time_since_epoch().count());
    } else {
        return fmt::format("{}", value);
    }
}

template <class T>
bool number_of(std::string_view word, T& value) {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(value)) return false;
    }
    return error == std::errc{} && end == word.data() + word.size();
}

/// False when the word is no such value; it is not touched then.
template <class T>
bool from_word(std::string_view word, T& value) {
    if constexpr (std::is_same_v<T, std::string>) {
        value = unescaped(word);
        return true;
    } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
        T read{};
        if (!number_of(word, read)) return false;
        value = read;
        return true;
    } else {
        std::int64_t read = 0;
        if (!number_of(word, read)) return false;
        if constexpr (std::is_same_v<T, WallTime>) {
            value = WallTime(WallTime::duration(read));
        } else {
            value = static_cast<T>(read);
        }
        return true;
    }
}

class Writer {
public:
    template <class T>
    void value(std::string_view key, const T& value) {
        text += fmt::format("{} {}\n", key, to_word(value));
    }
    template <class T>
    void value(std::string_view key, const std::optional<T>& value) {
        if (value) this->value(key, *value);
    }
    std::string text;
};

class Reader {
public:
    template <class T>
    void value(std::string_view key, T& value) {
        const auto found = words.find(key);
        if (found != words.end() && !from_word(found->second, value)) bad_key = key;
    }
    template <class T>
    void value(std::string_view key, std::optional<T>& value) {
        if (!words.contains(key)) return;
        this->value(key, value.emplace());
    }
    std::map<std::string_view, std::string_view, std::less<>> words;
    std::string bad_key;
};

/// Every value of the history by its key, for writing and reading alike.
template <class Archive, class Of>
void history_fields(Archive& archive, Of& history) {
    archive.value("charged", history.charged);
    archive.value("discharged", history.discharged);
    archive.value("drawn", history.drawn);
    archive.value("deepest", history.deepest);
    archive.value("last", history.last);
    archive.value("average_sum", history.average_sum);
    archive.value("discharges", history.discharges);
    archive.value("full_discharges", history.full_discharges);
    archive.value("low_voltage_alarms", history.low_voltage_alarms);
    archive.value("high_voltage_alarms", history.high_voltage_alarms);
    archive.value("voltage_min", history.voltage_min);
    archive.value("voltage_max", history.voltage_max);
    archive.value("cell_voltage_min", history.cell_voltage_min);
    archive.value("cell_voltage_max", history.cell_voltage_max);
    archive.value("temperature_min", history.temperature_min);
    archive.value("temperature_max", history.temperature_max);
    archive.value("since_full", history.since_full);
    archive.value("written", history.written);
    archive.value("clears", history.clears);
    archive.value("recovering", history.recovering);
}

/// Bound by place, so that a member that is new does not compile until it has a key.
template <class Archive, class Of>
void limit_fields(Archive& archive, Of& limits) {
    auto& [charge_voltage, charge_current, discharge_current, low_voltage, charge_request, charge_mode,
           charge_limitation, discharge_limitation] = limits;
    archive.value("limits.charge_voltage", charge_voltage);
    archive.value("limits.charge_current", charge_current);
    archive.value("limits.discharge_current", discharge_current);
    archive.value("limits.low_voltage", low_voltage);
    archive.value("limits.charge_request", charge_request);
    archive.value("limits.charge_mode", charge_mode);
    archive.value("limits.charge_limitation", charge_limitation);
    archive.value("limits.discharge_limitation", discharge_limitation);
}

/// All but the limits. Bound likewise.
template <class Archive, class Of>
void control_fields(Archive& archive, Of& control) {
    [[maybe_unused]] auto& [mode, mode_for, balanced_for, limits, charge_voltage, stop, stopped_for, stops,
                            last_full_charge, full_soc, packs] = control;
    archive.value("control.mode", mode);
    archive.value("control.mode_for", mode_for);
    archive.value("control.balanced_for", balanced_for);
    archive.value("control.charge_voltage", charge_voltage);
    archive.value("control.discharge_stop", stop);
    archive.value("control.discharge_stopped_for", stopped_for);
    archive.value("control.discharge_stops", stops);
    archive.value("control.last_full_charge", last_full_charge);
    archive.value("control.full_soc", full_soc);
}

template <class Archive, class Of>
void pack_fields(Archive& archive, Of& pack, std::size_t number) {
    archive.value(fmt::format("pack.{}.id", number), pack.id);
    archive.value(fmt::format("pack.{}.bus", number), pack.bus);
    archive.value(fmt::format("pack.{}.address", number), pack.address);
    archive.value(fmt::format("pack.{}.seen", number), pack.seen);
    archive.value(fmt::format("pack.{}.missing_for", number), pack.missing_for);
}

template <class Archive, class Of>
void remembered_fields(Archive& archive, Of& limits, std::size_t number) {
    auto& [id, charge_current, discharge_current, age] = limits;
    archive.value(fmt::format("limits.{}.id", number), id);
    archive.value(fmt::format("limits.{}.charge_current", number), charge_current);
    archive.value(fmt::format("limits.{}.discharge_current", number), discharge_current);
    archive.value(fmt::format("limits.{}.age", number), age);
}

void read_memory(Reader& reader, Memory& memory) {
    history_fields(reader, memory.history);
    for (std::size_t i = 0; reader.words.contains(fmt::format("pack.{}.id", i)); ++i)
        pack_fields(reader, memory.packs.emplace_back(), i);
    if (!reader.words.contains("control.mode")) return;
    control_fields(reader, memory.control.emplace());
    for (std::size_t i = 0; reader.words.contains(fmt::format("limits.{}.id", i)); ++i)
        remembered_fields(reader, memory.control->packs.emplace_back(), i);
    if (reader.words.contains("limits.charge_voltage"))
        limit_fields(reader, memory.control->limits.emplace());
}

/// The enumerations that were written by us, and nothing else.
bool sound(const Memory& memory) {
    return !memory.control || (memory.control->mode <= ChargeMode::float_ &&
                               memory.control->discharge_stop <= DischargeStop::request);
}

}  // namespace

std::string save(const Memory& memory) {
    Writer writer;
    writer.text = title;
    history_fields(writer, memory.history);
    for (std::size_t i = 0; i < memory.packs.size(); ++i) pack_fields(writer, memory.packs[i], i);
    if (memory.control) {
        control_fields(writer, *memory.control);
        for (std::size_t i = 0; i < memory.control->packs.size(); ++i)
            remembered_fields(writer, memory.control->packs[i], i);
        if (memory.control->limits) limit_fields(writer, *memory.control->limits);
    }
    const auto sum = checksum(writer.text);
    return fmt::format("{}{}{:016X}\n", writer.text, checksum_key, sum);
}

Result<Memory> load(std::string_view text) {
    if (!text.starts_with(title)) return fail(Errc::io, "what the bank remembered: no such title");
    const auto end = text.rfind(checksum_key);
    if (end == std::string_view::npos ||
        text.substr(end) != fmt::format("{}{:016X}\n", checksum_key, checksum(text.substr(0, end))))
        return fail(Errc::io, "what the bank remembered: cut off or damaged");
    Reader reader;
    for (auto rest = text.substr(title.size(), end - title.size()); !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const auto blank = line.find(' ');
        if (blank != std::string_view::npos)
            reader.words.emplace(line.substr(0, blank), line.substr(blank + 1));
    }
    Memory memory;
    read_memory(reader, memory);
    if (!reader.bad_key.empty())
        return fail(Errc::io, fmt::format("what the bank remembered: {} is no value", reader.bad_key));
    if (!sound(memory)) return fail(Errc::io, "what the bank remembered: written by another version");
    return memory;
}

}  // namespace packwire::bank
