// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "fuzz/targets.hpp"
#include "sink/web/history.hpp"
#include "sink/web/router.hpp"

namespace packwire::fuzz {

namespace {

using namespace sink::web;

constexpr std::string_view token = "0123456789abcdef0123456789abcdef";

/// A request of six lines: target, Host, Authorization, Cookie, If-None-Match, Accept-Encoding; a seventh is
/// Origin.
Request request_of(std::string_view text) {
    Request request;
    const std::array<std::string*, 7> parts{&request.target, &request.host,          &request.authorization,
                                            &request.cookie, &request.if_none_match, &request.accept_encoding,
                                            &request.origin};
    for (auto* part : parts) {
        const auto end = std::min(text.find('\n'), text.size());
        *part = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return request;
}

void check(const Request& request, const Response& response, bool has_token) {
    require(response.status >= 200 && response.status < 600, "an answer has a status");
    const auto bytes = response.bytes();
    const std::string_view body(bytes.data(), bytes.size());
    if (response.type == "application/json" && !body.empty())
        require(nlohmann::json::accept(body), "JSON is JSON");
    const bool open = request.target.starts_with("/healthz");
    if (!has_token && !open)
        require(response.status != 200 || !request.target.starts_with("/api"), "no token, no values");
}

}  // namespace

void web(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    const auto request = request_of(text);
    if (const auto url = parse_target(request.target)) {
        const auto history = parse_history(*url, WallTime{});
        if (history) require(!history->queries.empty(), "something is asked for");
        static_cast<void>(parse_events(*url));
    }
    boost::asio::io_context loop;
    bus::LoopTime time(loop.get_executor());
    for (const bool guarded : {false, true}) {
        Options options;
        if (guarded) options.token = token;
        const Board board;
        Router router(options, board, time, loop.get_executor());
        const bool has_token = !guarded || text.find(token) != std::string::npos;
        router.answer(request, [&](const Response& response) { check(request, response, has_token); });
        if (!router.refuse_live(request)) require(has_token, "no token, no live push");
    }
    loop.poll();
}

}  // namespace packwire::fuzz
