// SPDX-License-Identifier: MIT
/// What the bank remembers over a restart, as lines of text. Writing the file is the app's job.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bank/charge_control.hpp"
#include "bank/tally.hpp"
#include "base/result.hpp"

namespace packwire::bank {

/// A pack that is expected to come back.
struct Expected {
    std::string id;
    std::string bus;  ///< where it was
    std::uint8_t address = 0;
    WallTime seen{};  ///< when it was last fresh, for people
    /// How long others answered and it did not, of the time that somebody kept watch. The wall clock has no
    /// say: it may be wrong by years.
    Duration missing_for{};
    bool operator==(const Expected&) const = default;
};

struct Memory {
    std::vector<Expected> packs;
    History history;
    std::optional<ControlMemory> control;
    bool operator==(const Memory&) const = default;
};

/// "key value" lines, the last of them a checksum over the others.
[[nodiscard]] std::string save(const Memory& memory);
/// Keys that are unknown are passed over: a newer version wrote them. Errors: io (cut off, or does not add
/// up, or a value that is none); whoever reads begins anew, and says so.
[[nodiscard]] Result<Memory> load(std::string_view text);

}  // namespace packwire::bank
