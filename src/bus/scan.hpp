// SPDX-License-Identifier: MIT
/// Which packs answer on a line, and at which speed.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "bus/transact.hpp"

namespace packwire::bus {

struct Found {
    const dialect::Dialect* dialect = nullptr;
    std::uint32_t baud = 0;
    std::uint8_t address = 0;
    Duration latency{};  ///< from the end of the question to the end of the answer, less its wire time
    bool operator==(const Found&) const = default;
};

/// How far a scan is; called before each question.
struct ScanProgress {
    const dialect::Dialect* dialect = nullptr;
    std::uint32_t baud = 0;
    std::uint8_t address = 0;
    std::size_t done = 0;
    std::size_t total = 0;
    std::size_t found = 0;
};

struct ScanWish {
    /// Tried in this order; the first that answers is the line's. Empty: those of the dialect.
    std::vector<std::uint32_t> bauds;
    std::vector<std::uint8_t> addresses;
    /// Of the addresses, those where packs were the last time. They are asked first, and when all of them
    /// have answered nobody else is asked.
    std::vector<std::uint8_t> known = {};
    std::function<void(const ScanProgress&)> progress;
};

/// Asks every address for live data: hastily in every dialect at every speed until somebody answers; from
/// then on patiently in that dialect at that speed, each address once. When nobody answers hastily, all are
/// asked once more with the full deadline. An answer of any kind, even a refusal, is a pack. Leaves the line
/// at the speed that answered. The lines are one line in several dialects: they share a port. Errors: those
/// of the port.
Task<Result<std::vector<Found>>> scan(std::vector<Line*> lines, Time& time, ScanWish wish);
Task<Result<std::vector<Found>>> scan(Line& line, Time& time, ScanWish wish);

}  // namespace packwire::bus
