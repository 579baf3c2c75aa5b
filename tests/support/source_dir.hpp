// SPDX-License-Identifier: MIT
/// Where the project's own files are.
#pragma once

#include <filesystem>
#include <string>

namespace packwire::test {

/// The root of the source tree.
[[nodiscard]] std::filesystem::path source_dir();

/// A file of the project, such as "docs/services.md"; empty where there is none.
[[nodiscard]] std::string source_text(const std::string& name);

}  // namespace packwire::test
