// SPDX-License-Identifier: MIT
/// One YD/T 1363 message: characters on the line <-> header and INFO bytes. No I/O, no clock, no log.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire::wire {

inline constexpr char eoi = '\r';
/// SOI, VER, ADR, CID1, CID2 and LENGTH: the characters before INFO.
inline constexpr std::size_t header_size = 13;
/// A frame without INFO: header, CHKSUM and EOI.
inline constexpr std::size_t min_text = 18;
/// LENID has 12 bits and counts characters, so INFO has at most 2047 bytes. Source: protocol 2.6.
inline constexpr std::size_t max_info = 2047;
inline constexpr std::size_t max_text = min_text + 2 * max_info + 1;

/// What a receiver insists on before it looks at anything else.
struct Limits {
    char soi = '~';
    /// Longest LENID that is believed; the longest known answer has 424. Source: protocol 2.6.
    std::size_t max_lenid = 1024;
};

/// A message with the ASCII hex removed. `code` is CID2 in a request, RTN in an answer: an answer does
/// not name its question.
class Frame {
public:
    char soi = '~';
    std::uint8_t version = 0x22;
    std::uint8_t address = 0;
    std::uint8_t device = 0x4A;
    std::uint8_t code = 0;

    Frame() noexcept {}  // NOLINT(modernize-use-equals-default): `= default` would zero 2 kB in `Frame{}`

    [[nodiscard]] std::span<const std::uint8_t> info() const { return {bytes_.data(), size_}; }
    /// Takes at most max_info bytes; the rest is cut off.
    void set_info(std::span<const std::uint8_t> info);
    bool operator==(const Frame& other) const;

private:
    friend bool parse(std::string_view text, Limits limits, Frame& out);
    std::uint16_t size_ = 0;
    std::array<std::uint8_t, max_info> bytes_;
};

/// LENGTH for INFO of `lenid` characters: LCHKSUM in the top nibble, masked to 4 bits (0x0C4 gives 00C4).
/// Source: protocol 2.2.
[[nodiscard]] constexpr std::uint16_t length_field(std::size_t lenid) {
    const auto nibbles = (lenid & 0xFU) + ((lenid >> 4U) & 0xFU) + ((lenid >> 8U) & 0xFU);
    const auto check = (0x10U - (nibbles & 0xFU)) & 0xFU;
    return static_cast<std::uint16_t>(check << 12U | (lenid & 0xFFFU));
}

/// CHKSUM over the characters from VER to the last of INFO. Source: protocol 2.3.
[[nodiscard]] std::uint16_t checksum(std::string_view characters);

/// "~22014A42E00201FD28\r".
[[nodiscard]] std::string encode(const Frame& frame);

/// Reads exactly one frame, SOI to EOI, into `out`. False for anything that explain() has words for.
/// Makes no error text, allocates nothing: for those who only want the good ones.
[[nodiscard]] bool parse(std::string_view text, Limits limits, Frame& out);

/// Why parse() refuses `text`: the first failure in the order SOI, EOI, size, digits, LCHKSUM, LENID, CHKSUM.
/// Each names its place and what was expected.
/// Source: protocol 2.7, design 4.
[[nodiscard]] Error explain(std::string_view text, Limits limits);

/// parse() with an error instead of false.
/// Errors: bad_start, bad_end, too_short, too_long, bad_hex, bad_length_checksum, bad_length, bad_checksum.
[[nodiscard]] Result<Frame> decode(std::string_view text, Limits limits = {});

}  // namespace packwire::wire
