// SPDX-License-Identifier: MIT
/// Small files that are whole or not there, whatever happens to the power.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire {

/// Beside it, to the disk, and then in its place: whoever reads sees the old text or the new. May block for
/// as long as the disk takes. Errors: io, "path: what".
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& path, std::string_view text);
/// The whole file. Errors: io; a file that is not there, too.
[[nodiscard]] Result<std::string> read_whole(const std::filesystem::path& path);

}  // namespace packwire
