// SPDX-License-Identifier: MIT
#include "wire/splitter.hpp"

#include <algorithm>

#include "wire/hex.hpp"

namespace packwire::wire {

namespace {

constexpr auto digit_table = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = (nibble(static_cast<char>(i)) & 0x80U) == 0;
    }
    return table;
}();

/// Length of the run of digits at the front of `bytes` from `from` on.
std::size_t digits(std::string_view bytes, std::size_t from) {
    auto end = from;
    while (end < bytes.size() && digit_table[static_cast<std::uint8_t>(bytes[end])]) ++end;
    return end;
}

}  // namespace

void Splitter::reset() {
    if (size_ > 0 && !handed_out_) ++dropped_.cut_off;
    size_ = 0;
    handed_out_ = false;
}

void Splitter::skip_noise(std::string_view& bytes) {
    const auto start = std::min(bytes.find(limits_.soi), bytes.size());
    dropped_.noise_bytes += start;
    bytes.remove_prefix(start);
}

bool Splitter::keep(std::string_view part) {
    const auto most = std::min(text_.size(), min_text + limits_.max_lenid);
    if (size_ + part.size() > most) {
        ++dropped_.too_long;
        // The byte that is too much goes with the frame, the rest is noise: so however the bytes are cut.
        dropped_.noise_bytes += size_ + part.size() - most - 1;
        size_ = 0;
        return false;
    }
    std::ranges::copy(part, text_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += part.size();
    return true;
}

std::optional<std::string_view> Splitter::next(std::string_view& bytes) {
    if (handed_out_) {
        size_ = 0;
        handed_out_ = false;
    }
    while (!bytes.empty()) {
        if (size_ == 0) skip_noise(bytes);
        if (bytes.empty()) break;
        const auto end = digits(bytes, size_ == 0 ? 1 : 0);
        const bool whole = end < bytes.size() && bytes[end] == eoi;
        const auto part = bytes.substr(0, end + (whole ? 1 : 0));
        bytes.remove_prefix(part.size());
        if (!keep(part)) continue;
        if (whole) {
            handed_out_ = true;
            return std::string_view(text_.data(), size_);
        }
        if (bytes.empty()) break;
        // A byte that is neither digit nor EOI: SOI begins anew and stays, anything else goes with the frame.
        size_ = 0;
        if (bytes.front() == limits_.soi) {
            ++dropped_.cut_off;
        } else {
            ++dropped_.bad_byte;
            bytes.remove_prefix(1);
        }
    }
    return std::nullopt;
}

std::size_t Splitter::missing() const {
    if (size_ == 0 || handed_out_) return 0;
    if (size_ < header_size) return min_text - size_;
    std::size_t length = 0;
    for (std::size_t i = 9; i < header_size; ++i) length = length << 4U | (nibble(text_[i]) & 0xFU);
    const auto lenid = length & 0xFFFU;
    const bool believed = length_field(lenid) == length && lenid <= limits_.max_lenid;
    const auto total = min_text + (believed ? lenid : 0);
    return total > size_ ? total - size_ : 1;
}

}  // namespace packwire::wire
