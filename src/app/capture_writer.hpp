// SPDX-License-Identifier: MIT
/// Frames as captures: what `packwire decode` and `packwire sim --replay` read back.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "bus/tap.hpp"

namespace packwire::app {

/// One JSON object a frame and line: id, direction, service, frame (without CR), baud, time, checksum_ok,
/// length_ok, synthetic, and notes where there is something to note. Bytes that are no frame are only noted,
/// with the frame after them.
class CaptureWriter {
public:
    /// Appends to `file`. Errors: io, in one line.
    [[nodiscard]] Result<void> open(const std::string& file);
    [[nodiscard]] bool is_open() const { return out_.is_open(); }
    /// On the line at `baud`; zero when nobody knows. Errors: io; it is closed then.
    [[nodiscard]] Result<void> write(const bus::TapMessage& message, std::uint32_t baud);

private:
    [[nodiscard]] std::string notes(const bus::TapMessage& message) const;
    [[nodiscard]] Error because(const char* what) const;

    std::string file_;
    std::ofstream out_;
    std::uint64_t frames_ = 0;
    std::size_t unknown_bytes_ = 0;  ///< since the frame before
};

}  // namespace packwire::app
