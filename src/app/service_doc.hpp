// SPDX-License-Identifier: MIT
/// The service tables as text; docs/services.md is made by them.
#pragma once

#include <string>
#include <vector>

#include "model/service.hpp"

namespace packwire::app {

/// "01 01 04 FF 00" with A where the address of the pack goes; "none"; "not asked" where the dialect cannot.
[[nodiscard]] std::string request_text(const model::Dialect& dialect, const model::Service& service);

/// How many bytes an answer has: "24", "85 to 99" for 16 cells and 4 sensors.
[[nodiscard]] std::string size_text(const model::Variant& variant);

/// How often the daemon asks: "every minute"; empty when never.
[[nodiscard]] std::string_view cadence_text(model::Cadence cadence);

/// Where each field begins: "5", "6 + 2·i" in a repeated field, "12 + 2·cell_count". One for each field.
[[nodiscard]] std::vector<std::string> offsets(const model::Variant& variant);

/// "u16", "text[20]", "mask (cells 1 to 16)".
[[nodiscard]] std::string wire_text(const model::Field& field);

/// What a table says of a field beyond its columns: constant, sentinel, other scale, optional, enumeration.
[[nodiscard]] std::string notes(const model::Field& field);

/// A chapter of the document: an overview, then the tables that are not those of an earlier dialect.
[[nodiscard]] std::string services_markdown(const model::Dialect& dialect,
                                            const std::vector<const model::Service*>& services);
/// One object, on one line.
[[nodiscard]] std::string service_json(const model::Dialect& dialect, const model::Service& service);

}  // namespace packwire::app
