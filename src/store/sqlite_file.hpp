// SPDX-License-Identifier: MIT
/// The file of an SQLite history: opened, checked, brought to the newest schema. Inside src/store only.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/log.hpp"

namespace packwire::store {

/// What is wrong with a file, and so what to do.
enum class Fault : std::uint8_t { none, damaged, newer, unusable };
struct Opened {
    std::unique_ptr<SQLite::Database> database;
    Fault fault = Fault::none;
    std::string why;  ///< for people
};

/// PRAGMA user_version of what this version writes.
[[nodiscard]] int schema_version();

/// To write; begins the file if there is none, and brings it to the newest schema.
[[nodiscard]] Opened open_to_write(const std::filesystem::path& file);
[[nodiscard]] Opened open_to_read(const std::filesystem::path& file);
/// FILE to FILE.corrupt-<time>, with its WAL. Gives the new name. Errors: io.
[[nodiscard]] Result<std::filesystem::path> move_aside(const std::filesystem::path& file);

/// Does SQLite say that the file is not as it should be?
[[nodiscard]] bool is_damage(const SQLite::Exception& error);

}  // namespace packwire::store
