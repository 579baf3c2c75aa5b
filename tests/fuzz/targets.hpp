// SPDX-License-Identifier: MIT
/// What is fuzzed. Each target takes any bytes, and aborts when a promise is broken.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace packwire::fuzz {

/// The first byte says how the rest, a stream, is cut into pieces.
void splitter(std::span<const std::uint8_t> input);
/// The text of a frame.
void frame(std::span<const std::uint8_t> input);
/// The first byte says which service, the rest is INFO.
void service(std::span<const std::uint8_t> input);

inline void require(bool promise, const char* what) {
    if (promise) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace packwire::fuzz
