// SPDX-License-Identifier: MIT
/// Cuts whole frames out of a stream of bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wire/frame.hpp"

namespace packwire::wire {

/// Holds at most one frame that has begun; noise before SOI and cut-off frames vanish, and are counted.
/// A SOI at any time begins anew, since it can never be data. Allocates nothing.
/// Source: protocol 2.7.
class Splitter {
public:
    /// What was thrown away, in bytes and in frames that had begun.
    struct Dropped {
        std::uint64_t noise_bytes = 0;  ///< outside of any frame
        std::uint64_t cut_off = 0;      ///< begun, then SOI or silence came before EOI
        std::uint64_t bad_byte = 0;     ///< begun, then a byte that can be in no frame
        std::uint64_t too_long = 0;     ///< begun, and longer than any frame
        bool operator==(const Dropped&) const = default;
    };

    explicit Splitter(Limits limits = {}) : limits_(limits) {}

    /// Takes from the front of `bytes` until a frame is whole, SOI to EOI, or nothing is left. The frame is
    /// a view that holds until the next call; whether it is right is decode()'s affair.
    [[nodiscard]] std::optional<std::string_view> next(std::string_view& bytes);

    /// Forgets what has begun: the line fell silent inside a frame.
    void reset();

    /// Characters that are certainly still to come before a frame can be whole; 0 outside of a frame.
    [[nodiscard]] std::size_t missing() const;
    [[nodiscard]] bool inside() const { return size_ > 0 && !handed_out_; }
    [[nodiscard]] const Dropped& dropped() const { return dropped_; }

private:
    void skip_noise(std::string_view& bytes);
    bool keep(std::string_view part);

    Limits limits_;
    Dropped dropped_;
    std::size_t size_ = 0;
    bool handed_out_ = false;
    std::array<char, max_text> text_;
};

}  // namespace packwire::wire
