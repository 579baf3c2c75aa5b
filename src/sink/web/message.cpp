// SPDX-License-Identifier: MIT
#include "sink/web/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/fnv.hpp"
#include "base/json_text.hpp"

namespace packwire::sink::web {

namespace {

std::string_view strong(std::string_view etag) {
    return etag.starts_with("W/") ? etag.substr(2) : etag;
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
        if (strong(one) == strong(etag)) return true;
    }
    return false;
}

}  // namespace

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
    append_json_text(text, code);
    text += ",\"message\":";
    append_json_text(text, message);
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
    response.etag = fmt::format("\"{:016x}\"", fnv1a(*response.body));
    check_condition(response, request);
}

void make_conditional(Response& response, const Request& request, std::string_view basis) {
    response.etag = fmt::format("W/\"{:016x}\"", fnv1a(basis));
    check_condition(response, request);
}

}  // namespace packwire::sink::web
