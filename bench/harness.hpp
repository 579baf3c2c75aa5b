// SPDX-License-Identifier: MIT
/// Small: runs a piece of work five times, prints the best as one JSON object a line, and counts allocations.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace packwire::bench {

/// Heap allocations of this program so far.
[[nodiscard]] std::uint64_t allocations();

struct Measured {
    double per_second = 0;          ///< of the best of 5 runs
    std::uint64_t allocations = 0;  ///< in all five, warm-up not counted
};

/// Calls `work`, which does `units` of something, over and over: 5 runs of a fifth of a second or more each.
[[nodiscard]] Measured measure(double units, const std::function<void()>& work);

/// What a benchmark has to say. `limit` is what must be reached, 0 when it is for information only.
struct Line {
    std::string_view bench;
    double value = 0;
    std::string_view unit;
    double limit = 0;
    std::string_view note;
};
void print(const Line& line);

/// Is this the benchmark that the command line asks for? Everything is when it asks for none.
[[nodiscard]] bool wanted(int argc, char** argv, std::string_view bench);

/// PACKWIRE_SOAK_SECONDS; a minute when nobody says.
[[nodiscard]] std::chrono::seconds soak_length();

/// Keeps the optimiser from throwing `value` away.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace packwire::bench
