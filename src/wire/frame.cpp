// SPDX-License-Identifier: MIT
#include "wire/frame.hpp"

#include <fmt/format.h>

#include <optional>

#include "wire/hex.hpp"

namespace packwire::wire {

namespace {

constexpr std::size_t checksum_size = 4;

std::uint16_t word(const std::uint8_t* bytes) {
    return static_cast<std::uint16_t>(bytes[0] << 8U | bytes[1]);
}

/// The characters that CHKSUM covers.
std::string_view covered(std::string_view text) {
    return text.substr(1, text.size() - 2 - checksum_size);
}

std::string character(char c) {
    const auto code = static_cast<std::uint8_t>(c);
    return code > 0x20 && code < 0x7F ? fmt::format("'{}'", c) : fmt::format("byte {:02X}", code);
}

std::optional<Error> wrong_shape(std::string_view text, Limits limits) {
    if (text.empty()) return Error{Errc::too_short, "nothing at all, expected a frame"};
    if (text.front() != limits.soi) {
        return Error{Errc::bad_start,
                     fmt::format("character 0: expected '{}', got {}", limits.soi, character(text.front()))};
    }
    if (text.back() != eoi) {
        return Error{Errc::bad_end, fmt::format("character {}: expected CR, got {}; the frame is cut off",
                                                text.size() - 1, character(text.back()))};
    }
    if (text.size() < min_text) {
        return Error{Errc::too_short,
                     fmt::format("expected at least {} characters, got {}", min_text, text.size())};
    }
    if (text.size() > min_text + limits.max_lenid) {
        return Error{Errc::too_long, fmt::format("expected at most {} characters, got {}",
                                                 min_text + limits.max_lenid, text.size())};
    }
    return std::nullopt;
}

std::optional<Error> wrong_digit(std::string_view text) {
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if ((nibble(text[i]) & 0x80U) != 0) {
            return Error{Errc::bad_hex,
                         fmt::format("character {}: expected 0-9 or A-F, got {}", i, character(text[i]))};
        }
    }
    return std::nullopt;
}

std::size_t number(std::string_view digits) {
    std::size_t value = 0;
    for (const char c : digits) value = value << 4U | nibble(c);
    return value;
}

std::optional<Error> wrong_length(std::string_view text) {
    const auto length = number(text.substr(9, 4));
    const auto lenid = length & 0xFFFU;
    if (length_field(lenid) != length) {
        return Error{Errc::bad_length_checksum,
                     fmt::format("LENGTH: expected {:04X}, got {:04X}", length_field(lenid), length)};
    }
    if (lenid + min_text != text.size() || lenid % 2 != 0) {
        return Error{Errc::bad_length, fmt::format("LENID: expected {} characters of INFO, got {}{}", lenid,
                                                   text.size() - min_text, lenid % 2 != 0 ? "; odd" : "")};
    }
    return std::nullopt;
}

}  // namespace

void Frame::set_info(std::span<const std::uint8_t> info) {
    const auto kept = info.first(std::min(info.size(), max_info));
    std::ranges::copy(kept, bytes_.begin());
    size_ = static_cast<std::uint16_t>(kept.size());
}

bool Frame::operator==(const Frame& other) const {
    return soi == other.soi && version == other.version && address == other.address &&
           device == other.device && code == other.code && std::ranges::equal(info(), other.info());
}

std::uint16_t checksum(std::string_view characters) {
    return static_cast<std::uint16_t>(0x10000U - (sum_of(characters) & 0xFFFFU));
}

std::string encode(const Frame& frame) {
    const auto length = length_field(2 * frame.info().size());
    const std::array<std::uint8_t, 6> header{frame.version,
                                             frame.address,
                                             frame.device,
                                             frame.code,
                                             static_cast<std::uint8_t>(length >> 8U),
                                             static_cast<std::uint8_t>(length & 0xFFU)};
    std::string text;
    text.reserve(min_text + 2 * frame.info().size());
    text.push_back(frame.soi);
    append_hex(text, header);
    append_hex(text, frame.info());
    const auto check = checksum(std::string_view(text).substr(1));
    const std::array<std::uint8_t, 2> tail{static_cast<std::uint8_t>(check >> 8U),
                                           static_cast<std::uint8_t>(check & 0xFFU)};
    append_hex(text, tail);
    text.push_back(eoi);
    return text;
}

bool parse(std::string_view text, Limits limits, Frame& out) {
    const auto size = text.size();
    if (size < min_text || size > min_text + limits.max_lenid || size % 2 != 0) return false;
    if (text.front() != limits.soi || text.back() != eoi) return false;

    std::array<std::uint8_t, 6> header;
    std::array<std::uint8_t, 2> tail;
    const auto info = (size - min_text) / 2;
    if (info > max_info) return false;
    const bool digits = static_cast<bool>(
        static_cast<unsigned>(from_hex(text.data() + 1, header.size(), header.data())) &
        static_cast<unsigned>(from_hex(text.data() + header_size, info, out.bytes_.data())) &
        static_cast<unsigned>(from_hex(text.data() + size - 5, tail.size(), tail.data())));
    if (!digits) return false;
    if (word(header.data() + 4) != length_field(size - min_text)) return false;
    if (word(tail.data()) != checksum(covered(text))) return false;

    out.soi = limits.soi;
    out.version = header[0];
    out.address = header[1];
    out.device = header[2];
    out.code = header[3];
    out.size_ = static_cast<std::uint16_t>(info);
    return true;
}

Error explain(std::string_view text, Limits limits) {
    if (auto error = wrong_shape(text, limits)) return *error;
    if (auto error = wrong_digit(text)) return *error;
    if (auto error = wrong_length(text)) return *error;
    const auto expected = checksum(covered(text));
    const auto got = number(text.substr(text.size() - 5, checksum_size));
    return {Errc::bad_checksum, fmt::format("expected {:04X}, got {:04X}", expected, got)};
}

Result<Frame> decode(std::string_view text, Limits limits) {
    Frame frame;
    if (!parse(text, limits, frame)) return std::unexpected(explain(text, limits));
    return frame;
}

}  // namespace packwire::wire
