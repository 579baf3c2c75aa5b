// SPDX-License-Identifier: MIT
#include "store/bytes.hpp"

#include <zlib.h>

namespace packwire::store {

namespace {

constexpr unsigned bits = 7;
constexpr unsigned more = 0x80;
constexpr int no_header = -15;
constexpr int memory = 8;

Bytef* bytes_of(const char* text) {
    // zlib's interface is older than const; it does not write to its input.
    return reinterpret_cast<Bytef*>(const_cast<char*>(text));  // NOLINT
}

}  // namespace

void put(std::string& out, std::uint64_t value) {
    while (value >= more) {
        out += static_cast<char>((value & (more - 1)) | more);
        value >>= bits;
    }
    out += static_cast<char>(value);
}

std::uint8_t Bytes::byte() {
    if (text_.empty()) {
        good_ = false;
        return 0;
    }
    const auto one = static_cast<std::uint8_t>(text_.front());
    text_.remove_prefix(1);
    return one;
}

std::uint64_t Bytes::get() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += bits) {
        const std::uint64_t one = byte();
        value |= (one & (more - 1)) << shift;
        if ((one & more) == 0) return value;
    }
    good_ = false;
    return 0;
}

std::string_view Bytes::text(std::size_t length) {
    if (length > text_.size()) {
        good_ = false;
        length = text_.size();
    }
    const auto some = text_.substr(0, length);
    text_.remove_prefix(length);
    return some;
}

std::string deflated(std::string_view text) {
    z_stream stream{};
    // Only without memory, or with a wrong version, can this fail.
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, no_header, memory, Z_DEFAULT_STRATEGY) !=
        Z_OK)
        throw std::bad_alloc();
    std::string out(deflateBound(&stream, text.size()), '\0');
    stream.next_in = bytes_of(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes_of(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

Result<std::string> inflated(std::string_view text, std::size_t size) {
    z_stream stream{};
    if (inflateInit2(&stream, no_header) != Z_OK) throw std::bad_alloc();
    std::string out(size + 1, '\0');  // room to notice that there is more
    stream.next_in = bytes_of(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = bytes_of(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int end = inflate(&stream, Z_FINISH);
    const auto came = stream.total_out;
    inflateEnd(&stream);
    if (end != Z_STREAM_END || came != size) return fail(Errc::io, "a block of history is damaged");
    out.resize(size);
    return out;
}

}  // namespace packwire::store
