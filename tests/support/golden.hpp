// SPDX-License-Identifier: MIT
/// tests/golden/<dialect>/*.txt: frames with what they mean, each with its source. Adding a case is adding a
/// file.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace packwire::test {

/// `key: value` a line, `#` begins a comment line. Frames stand without their CR, and are given with it.
struct Golden {
    std::string source;    ///< device, firmware, section of the document; mandatory
    std::string service;   ///< "42", "B0/4"
    std::string request;   ///< with CR
    std::string response;  ///< with CR
    std::string fields;    ///< JSON of every decoded value, typed from the document
};

/// Every golden file of a dialect, in order of their names; throws when there is none.
[[nodiscard]] std::vector<std::filesystem::path> golden_files(const std::string& dialect = "daren");
/// Throws when a key is missing, unknown or stands twice.
[[nodiscard]] Golden read_golden(const std::filesystem::path& file);
/// The stem with only letters, digits and underscores, as gtest wants its names.
[[nodiscard]] std::string test_name(const std::filesystem::path& file);

}  // namespace packwire::test
