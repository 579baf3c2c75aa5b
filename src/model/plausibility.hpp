// SPDX-License-Identifier: MIT
/// Whether a reading may follow the one before it: the last check, after checksum, layout, ranges and sums.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "model/fluctuations.hpp"
#include "model/record.hpp"

namespace packwire::model {

/// What moved further than the catalogue believes at once (Swing) from one record to the next.
struct Jumps {
    const Slot* first = nullptr;  ///< null with `any`: another layout
    bool any = false;
    bool alone = false;  ///< nothing but `first`
    bool gross = false;  ///< `first` is a number, and moved several times as far as its Swing
};

/// The readings of one service of one pack. A value that jumps is held until a second reading agrees with
/// it: that costs one exchange, so whoever asks should ask again at once. Nothing is refused for ever: on a
/// good line the third reading in a row is believed whatever it says, and a value that never rests (a broken
/// sensor) keeps no other from being read. A value that jumps again and again on a line without a sign of
/// damage is not held any more (Fluctuations).
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
    [[nodiscard]] std::optional<Error> judge(const Record& record, TimePoint when, LineTrust trust);
    /// Name of a field whose number, held before, the last reading showed to be wrong; empty: of none. Two
    /// such fields are a sign that the line is worse than it seemed. Loads come and go as well, so what is
    /// near its Swing, or fluctuates, is none.
    [[nodiscard]] std::string_view exposed() const { return exposed_; }

private:
    struct Reading {
        const Layout* layout = nullptr;  ///< null: none
        std::vector<std::uint8_t> info;
        TimePoint when{};
        [[nodiscard]] bool same_as(const Record& record) const;
    };
    [[nodiscard]] Jumps since_believed(const Record& record, TimePoint when, LineTrust trust);
    [[nodiscard]] Jumps since_held(const Record& record, TimePoint when, LineTrust trust) const;
    [[nodiscard]] bool exposes(const Jumps& since, const Record& record, TimePoint when) const;
    void note_exposed(bool exposes, const Slot* taken_back);
    [[nodiscard]] bool is_confirmed(const Record& record, TimePoint when, LineTrust trust);
    static void keep(Reading& reading, const Record& record, TimePoint when);
    [[nodiscard]] const Slot* newly_unknown(const Record& record) const;
    [[nodiscard]] bool is_known_unknown(const Slot& slot) const;
    [[nodiscard]] bool is_taken_back(const Record& record) const;
    void note_unknown(const Record& record);

    Reading believed_;
    Reading held_;
    Fluctuations fluctuations_;
    int in_a_row_ = 0;                  ///< on a good line, since the last that was believed
    int agreeing_ = 0;                  ///< of these the last ones
    const Slot* restless_ = nullptr;    ///< the only value that jumped among those held
    bool settled_ = true;               ///< the last one was believed
    const Slot* held_gross_ = nullptr;  ///< of a number that jumped far in held_, on a line that seemed good
    std::string_view exposed_;
    const Slot* held_unknown_ = nullptr;  ///< in held_ out of its range, and never before
    std::vector<const Slot*> unknown_;    ///< out of their range in any reading believed of that layout
};

}  // namespace packwire::model
