// SPDX-License-Identifier: MIT
/// TOML as a flat list of entries in the order of the file. Knows nothing of what keys mean.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"

namespace packwire::app {

struct Place {
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    auto operator<=>(const Place&) const = default;
};

/// A value of a kind that no key has; `kind` names it for people.
struct OtherValue {
    std::string kind;
};
/// [[3.4, 0.25], [3.45, 0]]; what is empty is a list of whole numbers.
using RawPairs = std::vector<std::array<double, 2>>;
using RawValue = std::variant<std::string, std::int64_t, double, bool, std::vector<std::int64_t>,
                              std::vector<std::string>, RawPairs, OtherValue>;

/// What the value is, for people: "a number", "text".
[[nodiscard]] std::string kind_of(const RawValue& value);

struct RawEntry {
    enum class What : std::uint8_t {
        key,
        table,            ///< [section] begins
        element_of_array  ///< [[section]] begins
    };
    What what = What::key;
    std::string section;  ///< empty for keys above all sections
    std::string key;
    RawValue value;
    Place place;        ///< of the key, or of the section's head
    Place value_place;  ///< of the value
};

/// Errors: bad_config, "name:line:column: what".
[[nodiscard]] Result<std::vector<RawEntry>> read_toml(std::string_view text, std::string_view name);

}  // namespace packwire::app
