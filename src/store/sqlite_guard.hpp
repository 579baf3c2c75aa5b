// SPDX-License-Identifier: MIT
/// Where what SQLite throws becomes an error. Included by the units of SqliteArchive alone.
#pragma once

#include <fmt/format.h>

#include <algorithm>

#include "store/sqlite_archive.hpp"

namespace packwire::store {

template <class T, class Work>
Result<T> SqliteArchive::guarded(Work work) {
    for (bool again = writable_;; again = false) {
        if (!database_) return fail(Errc::io, fmt::format("{}: cannot be used", options_.file.string()));
        try {
            return work();
        } catch (const SQLite::Exception& error) {
            // What was begun is rolled back; ids that it gave are none.
            for (auto& [sql, statement] : statements_) statement.tryReset();
            layouts_ = {};
            cache_.clear();
            const std::string why = error.what();
            if (again && is_damage(error) && begin_anew(why)) continue;
            return fail(Errc::io, fmt::format("{}: {}", options_.file.string(), why));
        }
    }
}

}  // namespace packwire::store
