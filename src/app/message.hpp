// SPDX-License-Identifier: MIT
/// One frame as commands print it: decode, read and listen alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/output.hpp"
#include "model/record.hpp"

namespace packwire::app {

/// Views into the frame it is of, and into its dialect.
struct Message {
    bool request = false;
    std::string_view dialect;
    std::uint8_t address = 0;
    std::string service;    ///< "42", "B0/4"; empty: nobody knows
    std::string_view name;  ///< of the service, where there is no record to ask
    std::uint8_t rtn = 0;   ///< of an answer
    std::optional<model::Record> record;
    std::span<const std::uint8_t> info;
};

/// A good answer of the pack at `address`.
[[nodiscard]] Message answer(std::string_view dialect, std::uint8_t address, const model::Record& record);

/// Members of a JSON object, without braces: "direction" to "fields"; "remarks", "surplus" and "info" where
/// they are due.
void append_members(std::string& out, const Message& message);
/// `"error":{"code":…,"where":…}`
void append_error(std::string& out, const Error& error);

/// A heading without line end, then a row for each field.
[[nodiscard]] std::string heading(const Message& message, bool colour);
[[nodiscard]] std::string field_table(const Message& message, bool colour);

/// One value a row: line,direction,address,service,variant,rtn,field,value,unit.
[[nodiscard]] std::string csv_header(std::string_view first_column);
void append_csv(std::string& out, std::string_view first_column, const Message& message);

}  // namespace packwire::app
