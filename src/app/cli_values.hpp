// SPDX-License-Identifier: MIT
/// Single arguments: text to values. Each Errors: usage, "expected …, got …".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/options.hpp"
#include "base/result.hpp"

namespace packwire::app {

/// table, json or csv.
[[nodiscard]] Result<Format> read_format(std::string_view text);
/// table or json.
[[nodiscard]] Result<Format> read_status_format(std::string_view text);
/// table, json or markdown.
[[nodiscard]] Result<Format> read_document_format(std::string_view text);
[[nodiscard]] Result<std::string> read_port(std::string_view text);
/// Zero: auto.
[[nodiscard]] Result<std::uint32_t> read_baud(std::string_view text);
[[nodiscard]] Result<std::vector<std::uint8_t>> read_addresses(std::string_view text);
/// Longer than nothing.
[[nodiscard]] Result<Duration> read_duration(std::string_view text);
/// "42,B0/4": upper-case codes. Not yet held against a dialect.
[[nodiscard]] Result<std::vector<std::string>> read_services(std::string_view text);
[[nodiscard]] Result<std::string> read_dialect(std::string_view text);
/// The same, or auto.
[[nodiscard]] Result<std::string> read_dialect_or_auto(std::string_view text);

/// Has the dialect a table for each, and can a pack be asked for it where that is `to_ask`? With auto: has
/// any. Errors: usage, naming what there is.
[[nodiscard]] Result<void> check_services(const std::vector<std::string>& services, std::string_view dialect,
                                          bool to_ask);

/// all, records or events.
[[nodiscard]] Result<HistoryOptions::What> read_history_kind(std::string_view text);
/// Of the options of `packwire history` what they leave open or rule out between them: one pack at a time; a
/// file is JSON, or CSV when its name says so, never a table. Errors: usage.
[[nodiscard]] Result<HistoryOptions> history_of(HistoryOptions options,
                                                const std::vector<std::uint8_t>& addresses,
                                                std::optional<Format> format);

/// Of `packwire history --local`: events as a table unless told otherwise.
[[nodiscard]] ExportOptions events_of(ExportOptions options, std::optional<Format> format);
/// A metric of the catalogue that is recorded. Errors: usage.
[[nodiscard]] Result<std::string> read_metric(std::string_view text);
/// auto, raw, minute or hour.
[[nodiscard]] Result<ExportOptions::Resolution> read_resolution(std::string_view text);
/// A time that parse_when takes. Errors: usage.
[[nodiscard]] Result<std::string> read_when(std::string_view text);

/// `[PORT] ACTION [FILE…]` of `packwire params`, sorted into its options and checked: what to compare must be
/// two things, a backup has one pack and one file. Errors: usage.
[[nodiscard]] Result<ParamsOptions> params_of(ParamsOptions options, const std::vector<std::string>& words,
                                              const std::optional<std::string>& changed);

}  // namespace packwire::app
