// SPDX-License-Identifier: MIT
/// Reading the memory of a pack record by record, as services 4B and 4C do it.
#pragma once

#include <cstdint>
#include <optional>

#include "model/record.hpp"
#include "sim/logbook.hpp"

namespace packwire::sim {

/// First byte of the request. Source: protocol 3.7.
enum class Turn : std::uint8_t {
    first = 0,   ///< the oldest, and from there on
    next = 1,    ///< the one after the last one told
    repeat = 2,  ///< the last one told
};

/// Where a reader is. It has no effect on what it reads; what was overwritten meanwhile is passed over.
class Cursor {
public:
    /// The number of the entry to tell; absent when there is none: an empty memory, `next` after the end,
    /// `repeat` before anything was told.
    template <class T>
    std::optional<std::uint64_t> turn(const Ring<T>& ring, Turn turn) {
        const auto wanted = place(ring.first(), turn);
        if (!wanted || *wanted >= ring.end()) return std::nullopt;
        last_ = wanted;
        return wanted;
    }
    /// As a pack that restarts.
    void forget() { last_.reset(); }

private:
    [[nodiscard]] std::optional<std::uint64_t> place(std::uint64_t oldest, Turn turn) const;
    std::optional<std::uint64_t> last_;
};

/// One field of an answer; false when the entry does not know it. `now` is what the clock of the pack shows:
/// its times have the same zone, whatever summer time does.
bool tell(const HistoryEntry& entry, const model::Slot& slot, WallTime now, model::Draft& draft);
bool tell(const EventEntry& entry, const model::Slot& slot, WallTime now, model::Draft& draft);

}  // namespace packwire::sim
