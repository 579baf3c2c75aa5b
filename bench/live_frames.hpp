// SPDX-License-Identifier: MIT
/// Answers to 42, each different, for the benchmarks of decoding.
#pragma once

#include <string>
#include <vector>

namespace packwire::bench {

/// `count` valid frames with CR: both variants, seven in eight with 16 cells and 4 sensors, the others with
/// 8, 13, 14, 15, 20 or 32 cells and 1 to 8 sensors; no two with the same values.
[[nodiscard]] std::vector<std::string> live_frames(std::size_t count);

}  // namespace packwire::bench
