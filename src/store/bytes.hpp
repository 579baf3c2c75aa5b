// SPDX-License-Identifier: MIT
/// Whole numbers in as few bytes as they need, and deflate: what blocks of history are written in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace packwire::store {

/// Small numbers of either sign as small unsigned ones: 0, -1, 1, -2 … are 0, 1, 2, 3 …
[[nodiscard]] constexpr std::uint64_t fold(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U);
}
[[nodiscard]] constexpr std::int64_t unfold(std::uint64_t folded) {
    return static_cast<std::int64_t>(folded >> 1U) ^ -static_cast<std::int64_t>(folded & 1U);
}

/// Seven bits a byte, the lowest first; the highest bit says that more follow.
void put(std::string& out, std::uint64_t value);
inline void put_signed(std::string& out, std::int64_t value) {
    put(out, fold(value));
}

/// Reads what put() wrote. Past the end, or at what is none, it reads 0 and says so for ever after.
class Bytes {
public:
    explicit Bytes(std::string_view text) : text_(text) {}
    [[nodiscard]] std::uint64_t get();
    [[nodiscard]] std::int64_t get_signed() { return unfold(get()); }
    [[nodiscard]] std::uint8_t byte();
    [[nodiscard]] std::string_view text(std::size_t length);
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] std::size_t left() const { return text_.size(); }

private:
    std::string_view text_;
    bool good_ = true;
};

/// Deflated without header or checksum: the file has its own ways.
[[nodiscard]] std::string deflated(std::string_view text);
/// Errors: io, when it is not `size` bytes that were deflated.
[[nodiscard]] Result<std::string> inflated(std::string_view text, std::size_t size);

}  // namespace packwire::store
