// SPDX-License-Identifier: MIT
/// The parameters of one pack at one time: as a person reads them, and as raw words for a later restore.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/record.hpp"

namespace packwire::app {

struct Parameter {
    std::string name;   ///< as the table has it
    std::string value;  ///< digits as the wire has them, text without padding; empty when not measured
    std::string unit;
    bool number = true;
    bool operator==(const Parameter&) const = default;
};

/// Everything one service says. `section` is its name in the file.
struct ParameterGroup {
    std::string section;
    std::string service;
    std::vector<Parameter> parameters;
    std::string raw;  ///< INFO as it came, words of four digits
};

struct Backup {
    std::string source;                       ///< for people: the file, or "pack 3 on /dev/ttyUSB0"
    std::string time;                         ///< RFC 3339; empty when the file has none
    std::map<std::string, std::string> pack;  ///< who it is: serial number, firmware, address …
    std::vector<ParameterGroup> groups;
};

/// The services of a dialect whose answers are parameters.
[[nodiscard]] std::vector<const model::Service*> parameter_services(const model::Dialect& dialect);
/// The one whose section that is, in whichever dialect; null when there is none.
[[nodiscard]] const model::Service* parameter_service(std::string_view section);

/// The record as a group, without what frames the answer and what says who answers.
[[nodiscard]] ParameterGroup group_of(const model::Record& record);

/// TOML that a person can read, edit and compare: `[pack]`, a section a group with one bare key a line,
/// `[raw]`.
[[nodiscard]] std::string to_toml(const Backup& backup);
/// Errors: bad_config with file, line and what was expected.
[[nodiscard]] Result<Backup> from_toml(std::string_view text, std::string_view name);

/// One parameter that two backups have different, or only one has.
struct Difference {
    std::string section, name, unit;
    std::string first, second;  ///< empty: absent
};
[[nodiscard]] std::vector<Difference> differences(const Backup& first, const Backup& second);

}  // namespace packwire::app
