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
/// A configuration, and the backup of a pack's parameters: TOML.
void config(std::span<const std::uint8_t> input);
void backup(std::span<const std::uint8_t> input);
/// Lines of a capture; commands of the simulator.
void capture(std::span<const std::uint8_t> input);
/// The texts of [[rule]].
void rule(std::span<const std::uint8_t> input);
/// What bank and rules remember in files.
void memory(std::span<const std::uint8_t> input);
/// A value that a client sets on D-Bus.
void dbus(std::span<const std::uint8_t> input);
/// What is retained on the broker, and its url.
void mqtt(std::span<const std::uint8_t> input);
/// An HTTP request, as the server hands it on.
void web(std::span<const std::uint8_t> input);
/// A block of a history file.
void block(std::span<const std::uint8_t> input);

inline void require(bool promise, const char* what) {
    if (promise) return;
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
}

}  // namespace packwire::fuzz
