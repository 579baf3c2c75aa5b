// SPDX-License-Identifier: MIT
/// Readings as they come, gathered into a batch in the loop's memory.
#pragma once

#include <map>
#include <string>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "store/archive.hpp"

namespace packwire::store {

/// Which quantities are recorded, and how exactly, is said by the catalogue: measurements and totals, a value
/// kept until it has moved by model::deadband, because the last digit flickers. Something is kept of each
/// reading, so that what does not change is known to be alive; nothing of a pack that is not fresh.
class Intake {
public:
    /// After a reading; quantities that were not read since the last time are passed over.
    void take(const bank::Pack& pack, WallTime now);
    /// At most once a second.
    void take(const bank::Bank& bank, WallTime now);
    [[nodiscard]] const std::vector<Track>& tracks() const { return tracks_; }
    /// What there is, and then nothing.
    [[nodiscard]] std::vector<Track> hand_over();

private:
    struct Known {
        std::map<std::uint8_t, TimePoint> when;        ///< by metric
        std::map<std::uint16_t, std::int32_t> values;  ///< by metric and index
    };
    /// A device, and where it is in tracks_.
    struct Device {
        Known known;
        std::size_t track = none;
        std::map<std::uint16_t, std::size_t> columns;
    };
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    Track& row(const std::string& name, Device& device, WallTime at);
    static void put(Track& track, Device& device, model::Metric metric, std::size_t index, double value);

    std::map<std::string, Device> devices_;
    std::vector<Track> tracks_;
    TimePoint bank_when_ = TimePoint::min();
};

}  // namespace packwire::store
