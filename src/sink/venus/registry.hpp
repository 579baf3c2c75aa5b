// SPDX-License-Identifier: MIT
/// Which DeviceInstance and name a pack has on Venus, for ever.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace packwire::sink::venus {

/// Packs by id, and the bank. Kept in a small text file, a line a pack: id, instance and the user's name
/// between tabs. The line of ruler() has -1 for an instance.
class Registry {
public:
    /// Source: bank 2.
    static constexpr int bank_instance = 100;
    static constexpr int first_instance = 101;
    /// The bank among the ids of packs, which are words.
    static constexpr auto bank_id = "(bank)";

    /// An empty path: nothing outlives the process. A file that is not there, or a line that cannot be read,
    /// counts as unknown packs.
    explicit Registry(std::filesystem::path file);

    /// The pack's instance; the next free one when it was never seen.
    int instance_of(const std::string& id);
    /// Venus settings have it so.
    void set_instance(const std::string& id, int instance);
    /// The lowest from `first_instance` that no pack has.
    [[nodiscard]] int free_instance() const;
    [[nodiscard]] std::string name_of(const std::string& id) const;
    void set_name(const std::string& id, std::string name);

    /// The service that the bank left the limits to when it was last known; empty: none.
    [[nodiscard]] const std::string& ruler() const { return ruler_; }
    void set_ruler(const std::string& service);

    /// The text of the file where something has changed since it was asked last.
    [[nodiscard]] std::optional<std::string> take_changes();
    /// Writes what has changed, durably: may block as long as the disk takes. Errors: io, once for each
    /// change.
    [[nodiscard]] Result<void> save();
    /// Writes what take_changes() gave; on any thread. Errors: io.
    [[nodiscard]] static Result<void> write(const std::filesystem::path& file, const std::string& text);
    [[nodiscard]] bool changed() const { return changed_; }

private:
    struct Entry {
        int instance = 0;
        std::string name;
    };
    void load();
    void read_line(const std::string& line);
    [[nodiscard]] bool is_taken(int instance) const;

    std::filesystem::path file_;
    std::map<std::string, Entry> packs_;
    std::string ruler_;
    bool changed_ = false;
};

}  // namespace packwire::sink::venus
