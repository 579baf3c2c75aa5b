// SPDX-License-Identifier: MIT
/// Whether a reading may follow the one before it: the last check, after checksum, layout, ranges and sums.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "model/record.hpp"

namespace packwire::model {

/// What moved further than the catalogue believes at once (Swing) from one record to the next.
struct Jumps {
    const Slot* first = nullptr;  ///< null with `any`: another layout
    bool any = false;
    bool alone = false;  ///< nothing but `first`
};
/// `before` is INFO of an earlier record with that layout. Numbers without a metric, status words and text
/// jump when they change at all, totals when they fall.
[[nodiscard]] Jumps jumps(const Layout& layout, std::span<const std::uint8_t> before, const Record& now,
                          Duration elapsed);
/// Does that slot of `now` jump? Both records have its layout.
[[nodiscard]] bool jumps_at(const Slot& slot, std::span<const std::uint8_t> before, const Record& now,
                            Duration elapsed);

/// The readings of one service of one pack. A value that jumps is held until a second reading agrees with
/// it: that costs one exchange, so whoever asks should ask again at once. Nothing is refused for ever: on a
/// good line the third reading in a row is believed whatever it says, and a value that never rests (a broken
/// sensor) keeps no other from being read.
///
/// A value that comes out of its range (Standing::out_of_range) is a jump, also in the first reading, since
/// it may be damage. Once it is believed to be unknown, what it says then does not matter; another value that
/// takes its place is a jump again.
///
/// On a line that damages frames a good checksum says little: at a bit error rate of 1e-2 most frames that
/// have one are wrong. There a reading is believed only when a second one is the same to the last byte, or a
/// third in a row agrees (docs/adr/0020).
class Plausibility {
public:
    /// Readings in a row that settle any doubt; so many questions are worth asking for one reading.
    static constexpr int enough = 3;

    /// Absent: believed. Errors: implausible, unconfirmed; the reading is held. Layouts outlive this.
    [[nodiscard]] std::optional<Error> judge(const Record& record, TimePoint when, bool line_is_bad);
    /// Did the last one show that a number held before it was wrong? Then the line is worse than it seemed.
    [[nodiscard]] bool exposed() const { return exposed_; }

private:
    struct Reading {
        const Layout* layout = nullptr;  ///< null: none
        std::vector<std::uint8_t> info;
        TimePoint when{};
        [[nodiscard]] bool same_as(const Record& record) const;
    };
    [[nodiscard]] static Jumps between(const Reading& before, const Record& now, TimePoint when);
    [[nodiscard]] bool exposes(const Jumps& since, const Record& record, TimePoint when) const;
    [[nodiscard]] bool is_confirmed(const Record& record, TimePoint when, bool line_is_bad);
    static void keep(Reading& reading, const Record& record, TimePoint when);
    [[nodiscard]] const Slot* newly_unknown(const Record& record) const;
    [[nodiscard]] bool is_known_unknown(const Slot& slot) const;
    [[nodiscard]] bool is_taken_back(const Record& record) const;
    void note_unknown(const Record& record);

    Reading believed_;
    Reading held_;
    int in_a_row_ = 0;                   ///< on a good line, since the last that was believed
    int agreeing_ = 0;                   ///< of these the last ones
    const Slot* restless_ = nullptr;     ///< the only value that jumped among those held
    bool settled_ = true;                ///< the last one was believed
    const Slot* held_number_ = nullptr;  ///< of a number that jumped in held_, on a line that seemed good
    bool exposed_ = false;
    const Slot* held_unknown_ = nullptr;  ///< in held_ out of its range, and never before
    std::vector<const Slot*> unknown_;    ///< out of their range in any reading believed of that layout
};

}  // namespace packwire::model
