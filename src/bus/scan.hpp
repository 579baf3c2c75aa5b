// SPDX-License-Identifier: MIT
/// Which packs answer on a line, and at which speed.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "bus/transact.hpp"

namespace packwire::bus {

struct Found {
    std::uint32_t baud = 0;
    std::uint8_t address = 0;
    Duration latency{};  ///< from the end of the question to the end of the answer, less its wire time
    bool operator==(const Found&) const = default;
};

/// How far a scan is; called before each question.
struct ScanProgress {
    std::uint32_t baud = 0;
    std::uint8_t address = 0;
    std::size_t done = 0;
    std::size_t total = 0;
    std::size_t found = 0;
};

struct ScanWish {
    std::vector<std::uint32_t> bauds;  ///< tried in this order; the first that answers is the line's
    std::vector<std::uint8_t> addresses;
    std::function<void(const ScanProgress&)> progress;
};

/// Bauds worth trying, the likeliest first. Source: protocol 1.
inline constexpr std::array<std::uint32_t, 3> usual_bauds{19200, 9600, 115200};

/// Asks every address for live data: first hastily at every speed until somebody answers, then patiently at
/// that speed those who did not. When nobody answers hastily, all are asked once more with the full deadline.
/// An answer of any kind, even a refusal, is a pack. Leaves the line at the speed that answered.
/// Errors: those of the port.
Task<Result<std::vector<Found>>> scan(Line& line, Time& time, ScanWish wish);

}  // namespace packwire::bus
