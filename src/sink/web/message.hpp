// SPDX-License-Identifier: MIT
/// What is asked by HTTP and what is answered, without the protocol's own matters.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace packwire::sink::web {

/// Text that several connections send at once.
using Text = std::shared_ptr<const std::string>;

/// The headers that matter; empty where the client sent none.
struct Request {
    std::string target;  ///< "/api/v1/packs?x=1", as sent
    std::string host;
    std::string origin;
    std::string authorization;
    std::string cookie;
    std::string if_none_match;
    std::string accept_encoding;
};

struct Response {
    unsigned status = 200;
    std::string_view type = "application/json";
    Text body;                            ///< may be null
    std::span<const unsigned char> page;  ///< instead of `body`: bytes that live as long as the program
    std::string_view cache = "no-cache";  ///< Cache-Control
    std::string etag;                     ///< with its quotes; empty: none
    std::vector<std::pair<std::string_view, std::string>> headers;  ///< others

    [[nodiscard]] std::span<const char> bytes() const;
};

[[nodiscard]] Response json(std::string text);
/// {"error":{"code":…,"message":…}}
[[nodiscard]] Response error(unsigned status, std::string_view code, std::string_view message);
/// A short page of ours: `html` goes between the tags of its body.
[[nodiscard]] Response short_page(unsigned status, std::string_view html);
/// Gives the answer an ETag by what it holds, and makes it 304 where the client has just that.
void make_conditional(Response& response, const Request& request);
/// The same for an answer that also says what time it is: `basis` is what it says besides.
void make_conditional(Response& response, const Request& request, std::string_view basis);
/// The same where the ETag is known.
void check_condition(Response& response, const Request& request);

}  // namespace packwire::sink::web
