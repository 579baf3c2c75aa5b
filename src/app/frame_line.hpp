// SPDX-License-Identifier: MIT
/// The frame in a line of a log or capture, whatever stands around it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire::app {

struct FrameLine {
    enum class Kind : std::uint8_t { blank, frame, bad };
    enum class Direction : std::uint8_t { unknown, request, response };
    Kind kind = Kind::blank;
    Direction direction = Direction::unknown;  ///< if the line says so
    std::string service;                       ///< if the line says so (a capture in JSON does)
    std::string text;                          ///< SOI to EOI, without anything that does not belong to it
    Error error;                               ///< of a bad line
};

/// Reads `line` into `out`. Tolerated: blanks, `␍`, a leading timestamp, a direction mark `>` or `<` followed
/// by a space, `#` comments; and the objects of frames.jsonl, with "frame" and if there "direction",
/// "service".
/// `sois`: what a frame may begin with.
void read_frame_line(std::string_view line, std::string_view sois, FrameLine& out);

}  // namespace packwire::app
