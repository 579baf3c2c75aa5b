// SPDX-License-Identifier: MIT
#include "sink/web/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace packwire::sink::web {

namespace {

/// FNV-1a, 64 bits: to tell one document from the one before, not to keep out forgers.
std::uint64_t hash(std::string_view text) {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return sum;
}

/// Is `etag` in the list of If-None-Match? Weak comparison: RFC 9110, 13.1.2.
bool names(std::string_view list, std::string_view etag) {
    while (!list.empty()) {
        const auto comma = list.find(',');
        auto one = list.substr(0, comma);
        list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        while (one.ends_with(' ')) one.remove_suffix(1);
        if (one == "*") return true;
        if (one.starts_with("W/")) one.remove_prefix(2);
        if (one == etag) return true;
    }
    return false;
}

/// How many bytes the character at `at` has; 0 when it is no UTF-8.
std::size_t length_of(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const auto first = byte(0);
    const std::size_t length = first < 0x80                    ? 1
                               : first >= 0xC2 && first < 0xE0 ? 2
                               : (first & 0xF0) == 0xE0        ? 3
                               : first >= 0xF0 && first < 0xF5 ? 4
                                                               : 0;
    if (length == 0 || at + length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0) != 0x80) return 0;
    }
    if (length == 3 && ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0))) return 0;
    if (length == 4 && ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90))) return 0;
    return length;
}

}  // namespace

void append_text(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const auto length = length_of(text, at);
        const char c = text[at];
        if (length == 0) {
            out += "\\ufffd";
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += text.substr(at, length);
        }
        at += std::max<std::size_t>(length, 1);
    }
    out += '"';
}

std::span<const char> Response::bytes() const {
    if (body) return {body->data(), body->size()};
    return {reinterpret_cast<const char*>(page.data()), page.size()};  // NOLINT: bytes are bytes
}

Response json(std::string text) {
    Response response;
    response.body = std::make_shared<const std::string>(std::move(text));
    return response;
}

Response error(unsigned status, std::string_view code, std::string_view message) {
    std::string text = "{\"error\":{\"code\":";
    append_text(text, code);
    text += ",\"message\":";
    append_text(text, message);
    text += "}}\n";
    auto response = json(std::move(text));
    response.status = status;
    response.cache = "no-store";
    return response;
}

Response short_page(unsigned status, std::string_view html) {
    auto response = json(
        fmt::format("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                    "<meta name=\"viewport\" content=\"width=device-width\"><title>packwire</title></head>"
                    "<body>{}</body></html>\n",
                    html));
    response.status = status;
    response.type = "text/html; charset=utf-8";
    return response;
}

void check_condition(Response& response, const Request& request) {
    if (response.status != 200 || response.etag.empty() || !names(request.if_none_match, response.etag))
        return;
    response.status = 304;
    response.body = nullptr;
    response.page = {};
}

void make_conditional(Response& response, const Request& request) {
    if (response.status != 200 || !response.body) return;
    response.etag = fmt::format("\"{:016x}\"", hash(*response.body));
    check_condition(response, request);
}

}  // namespace packwire::sink::web
