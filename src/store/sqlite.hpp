// SPDX-License-Identifier: MIT
/// History in an SQLite file. docs/adr/0060.
#pragma once

#include <filesystem>
#include <memory>

#include "store/archive.hpp"
#include "store/log.hpp"

namespace packwire::store {

struct SqliteOptions {
    std::filesystem::path file;
    Limits limits;
    Log log;
};

/// Opened or begun. A damaged file is moved aside as FILE.corrupt-<time>, and the log says so; so is one that
/// turns out to be damaged later. May block for as long as the disk takes; all calls from one thread.
/// Errors: io: not readable or writable; made by a newer version, and then left alone.
[[nodiscard]] Result<std::unique_ptr<Archive>> open_sqlite(SqliteOptions options);

/// To look into, while a daemon may be writing. Errors: as above, and there is no such file.
[[nodiscard]] Result<std::unique_ptr<Archive>> open_sqlite_to_read(const std::filesystem::path& file);

}  // namespace packwire::store
