// SPDX-License-Identifier: MIT
/// Where the project's own files are.
#pragma once

#include <filesystem>

namespace packwire::test {

/// The root of the source tree.
[[nodiscard]] std::filesystem::path source_dir();

}  // namespace packwire::test
