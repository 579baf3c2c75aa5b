// SPDX-License-Identifier: MIT
/// Records as text: JSON with the digits that the wire has, and cells of a table for people.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/record.hpp"

namespace packwire::model {

/// `text` as a JSON string, quotes included. Bytes above 7E become \u00XX, so any text of a pack is valid
/// JSON.
void append_json_string(std::string& out, std::string_view text);

/// The number (raw + bias) × times / per with as many decimals as `per` has: 67.00, never 66.99999.
[[nodiscard]] std::string number(std::int64_t raw, Scale scale);
void append_number(std::string& out, std::int64_t raw, Scale scale);
/// The number in slot `i`, as taken; a u32 is never negative.
[[nodiscard]] std::string number(const Record& record, std::size_t i);
void append_number(std::string& out, const Record& record, std::size_t i);

/// Members of "fields" in braces: numbers in their unit, lists for repeated fields, null for what is not
/// valid,
/// {"raw":…,"flags":[…]} for status words, {"raw":…,"cells":[…]} for masks of cells, strings for text.
void append_fields_json(std::string& out, const Record& record);

/// One row for people.
struct FieldText {
    std::string name;
    std::string value;  ///< with its unit; "not measured" or "unknown" when invalid
};
/// Every field, repeated ones in one row each.
[[nodiscard]] std::vector<FieldText> field_texts(const Record& record);

/// Names of the flags that are set in `bits`, in order of their bits.
[[nodiscard]] std::vector<std::string_view> active_flags(std::span<const Flag> flags, std::uint32_t bits);

}  // namespace packwire::model
