// SPDX-License-Identifier: MIT
/// How the values of one pack fluctuate from one reading to the next: what they do again and again is no
/// damage.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/service.hpp"

namespace packwire::model {

/// How far a line is to be trusted, by what it has shown.
enum class LineTrust : std::uint8_t {
    bad,     ///< it damaged a frame a short while ago
    sound,   ///< it shows no sign of damage
    proven,  ///< nor has it shown one in many frames (bus::Damage)
};

/// Remembers which fields of one service of one pack moved further than their Swing, in which of the last
/// readings, and how far. Damage strikes one field in thousands of frames; a field that moves so again and
/// again, on a line without a sign of damage, is noise, ripple or a load that switches, and may go on as it
/// has done (docs/adr/0020).
class Fluctuations {
public:
    /// A move that is not a distance: a status word, or to and from the sentinel.
    static constexpr double of_state = -1;

    /// The value moved beyond its Swing, by so much in its unit, or `of_state`.
    void note(const Field& field, double by);
    /// The reading whose moves were noted is complete.
    void end_reading();
    /// Was that noted often before? A distance may be twice as long as those seen. On a proven line a few
    /// times in minutes are often, on another every sixth reading or more. Never on a bad one.
    [[nodiscard]] bool explains(const Field& field, double by, LineTrust trust) const;
    /// In several of the last readings: a value that comes back is then no sign of damage.
    [[nodiscard]] bool is_lively(const Field& field) const;
    void clear() { fields_.clear(); }

private:
    struct OfField {
        const Field* field = nullptr;
        std::bitset<256> readings{};  ///< in which it moved, the newest first
        std::array<double, 16> by{};  ///< the last moves
        std::size_t moves = 0;        ///< in all
        bool moved = false;           ///< in the reading that is under way …
        double furthest = of_state;   ///< … by this
        /// How often it moved in that many readings.
        [[nodiscard]] std::size_t among(std::size_t last) const;
        [[nodiscard]] double usual() const;
    };
    [[nodiscard]] const OfField* find(const Field& field) const;
    std::vector<OfField> fields_;  ///< those that moved at all
};

}  // namespace packwire::model
