// SPDX-License-Identifier: MIT
/// Every key of the configuration, once: what is accepted, what it does, and what docs/configuration.md says.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/config.hpp"
#include "app/config_toml.hpp"

namespace packwire::app {

enum class Type : std::uint8_t {
    text,
    integer,
    number,
    boolean,
    duration,
    interval,
    baud,
    addresses,
    curve,
    texts
};
/// For people: "duration".
[[nodiscard]] std::string_view name(Type type);

/// A value of the right type and in range.
struct Value {
    std::string text;
    std::int64_t integer = 0;
    double number = 0;
    bool flag = false;
    Duration duration{};  ///< of an interval: zero for "max"
    std::optional<std::uint32_t> baud;
    std::vector<std::uint8_t> addresses;
    bank::Curve curve;
    std::vector<std::string> texts;
};

struct Section {
    std::string_view name;
    std::string_view meaning;
    /// Of [[name]]: begins one more. Null: there is one [name].
    void (*begin)(Config&) = nullptr;
    bool later = false;  ///< accepted and checked, but this version does nothing with it
};

struct Key {
    std::string_view section;
    std::string_view name;
    Type type = Type::text;
    std::string_view preset;   ///< the default, as the file would have it; "" for none
    std::string_view meaning;  ///< Markdown, one sentence or two
    /// Puts the value where it belongs; of a section that repeats, into the last one. Errors: any, with
    /// "expected …".
    Result<void> (*apply)(Config&, const Value&) = nullptr;
    double min = 0;  ///< nothing is checked while min == max; durations in seconds
    double max = 0;
    bool later = false;
};

[[nodiscard]] std::span<const Section> sections();
[[nodiscard]] std::span<const Key> keys();
[[nodiscard]] constexpr bool repeats(const Section& section) {
    return section.begin != nullptr;
}
/// Null when there is none.
[[nodiscard]] const Section* find_section(std::string_view name);
[[nodiscard]] const Key* find_key(std::string_view section, std::string_view name);

/// "[[bus]] port", "[loss] stale", "site".
[[nodiscard]] std::string full_name(std::string_view section, std::string_view key);

/// The raw value as the key wants it. Errors: bad_config, "expected …, got …".
[[nodiscard]] Result<Value> convert(const Key& key, const RawValue& raw);

/// "; 1 s to 600 s", for documents; empty where nothing is checked.
[[nodiscard]] std::string bounds(const Key& key);

/// A file with every section, as docs show it.
[[nodiscard]] std::string_view example_config();
/// docs/configuration.md.
[[nodiscard]] std::string configuration_markdown();

}  // namespace packwire::app
