// SPDX-License-Identifier: MIT
#include "sink/web/gzip.hpp"

#include <zlib.h>

#include <array>

namespace packwire::sink::web {

namespace {

/// Is the weight in ";q=0.5" zero?
bool is_refused(std::string_view parameters) {
    const auto at = parameters.find("q=");
    if (at == std::string_view::npos) return false;
    return parameters.substr(at + 2).find_first_of("123456789") == std::string_view::npos;
}

}  // namespace

bool takes_gzip(std::string_view accept_encoding) {
    bool any = false;
    while (!accept_encoding.empty()) {
        const auto end = std::min(accept_encoding.find(','), accept_encoding.size());
        auto one = accept_encoding.substr(0, end);
        accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
        while (one.starts_with(' ')) one.remove_prefix(1);
        const auto name = one.substr(0, one.find_first_of("; "));
        if (name == "gzip" || name == "x-gzip") return !is_refused(one);
        if (name == "*") any = !is_refused(one);
    }
    return any;
}

std::string inflate(std::span<const unsigned char> gzip) {
    constexpr int gzip_format = 16;
    z_stream stream{};
    if (::inflateInit2(&stream, MAX_WBITS + gzip_format) != Z_OK) return {};
    // zlib reads only, and says so in later versions.
    stream.next_in = const_cast<unsigned char*>(gzip.data());  // NOLINT
    stream.avail_in = static_cast<unsigned>(gzip.size());
    std::string out;
    std::array<char, 16'384> part{};
    int result = Z_OK;
    while (result == Z_OK) {
        stream.next_out = reinterpret_cast<unsigned char*>(part.data());  // NOLINT: bytes are bytes
        stream.avail_out = part.size();
        result = ::inflate(&stream, Z_NO_FLUSH);
        out.append(part.data(), part.size() - stream.avail_out);
    }
    ::inflateEnd(&stream);
    return result == Z_STREAM_END ? out : std::string();
}

}  // namespace packwire::sink::web
