// SPDX-License-Identifier: MIT
/// What the log hears of fields that are odd: once for each pack and field, until it is good again.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/clock.hpp"
#include "model/remark.hpp"

namespace packwire::app {

/// Of one bus; the counts are in `packwire status` (bus::FieldRemarks).
class RemarkLog {
public:
    /// A field that comes and goes is a line at most this often.
    static constexpr Duration pause = std::chrono::minutes(10);

    explicit RemarkLog(std::string_view bus) : bus_(bus) {}
    /// The pack at `address` sent this, and it was believed.
    void take(std::uint8_t address, const model::Record& record, TimePoint now);

private:
    struct Line {
        TimePoint when{};      ///< of the last line
        bool now = false;      ///< the last record had it
        bool is_open = false;  ///< the log was told that it is so, and not yet that it is over
    };
    using Place = std::tuple<const model::Service*, std::string, model::Remark::Kind>;
    std::string bus_;
    std::map<std::uint8_t, std::map<Place, Line>> packs_;
};

}  // namespace packwire::app
