// SPDX-License-Identifier: MIT
/// HTTP requests that nobody waits for, through libcurl; the only unit that includes it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "bus/timer.hpp"

namespace packwire::rules {

struct HttpCall {
    std::string method;
    std::string url;
    std::vector<std::string> headers;
    std::string body;
    std::string user;  ///< empty: none
    std::string password;
    Duration timeout{};
};

/// All requests share the loop; their sockets are waited for by it, so none of them holds up another, nor the
/// bus. Names are looked up by libcurl's own short-lived thread. Redirections are not followed, proxies of
/// the environment not used: what is switched stands in the house.
class HttpClient {
public:
    using Done = std::function<void(const Result<void>&)>;
    explicit HttpClient(bus::asio::any_io_executor executor);
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;
    ~HttpClient();

    /// `done` is called on the loop, not from within. Good is any answer from 200 to 299; what it says is not
    /// read. Errors: io ("HTTP 404", "timed out", …).
    void send(HttpCall call, Done done);

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace packwire::rules
