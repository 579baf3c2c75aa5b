// SPDX-License-Identifier: MIT
/// Packs in good health behind a sound line whose values do not rest: noise, ripple, loads that switch.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "model/record.hpp"
#include "sim/random.hpp"

namespace packwire::test {

struct JitterProfile {
    std::string_view name;
    double cell_noise = 0;  ///< mV; half the width if `even`, else the standard deviation
    bool even = true;
    /// A, positive while charging, at a time in seconds.
    double (*current)(double seconds, sim::Random& random) = nullptr;
    double filter = 0;  ///< s; by this the voltages lag behind the current
    /// %, at a time in seconds.
    double (*state_of_charge)(double seconds) = nullptr;
};

/// What packs in the field do; the first is the one of which most readings were refused once.
[[nodiscard]] std::span<const JitterProfile> jitter_profiles();

/// 16 cells of 0.6 mΩ. Every answer is a new measurement.
class JitteringPack {
public:
    explicit JitteringPack(const JitterProfile& profile, std::uint64_t seed = 1);
    /// Its answer to 42, as on the wire.
    [[nodiscard]] std::string answer(TimePoint now, std::uint8_t address = 1);

private:
    double noise();
    const JitterProfile& profile_;
    sim::Random random_;
    model::Layouts layouts_;
    model::Draft draft_;
    TimePoint begun_{};
    TimePoint last_{};
    double filtered_ = 0;  ///< A, as the voltages see it
};

}  // namespace packwire::test
