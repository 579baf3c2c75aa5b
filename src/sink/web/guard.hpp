// SPDX-License-Identifier: MIT
/// Who may ask: names that this machine may be called by, pages that may open a WebSocket, the token.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sink/web/message.hpp"
#include "sink/web/options.hpp"

namespace packwire::sink::web {

/// Of this machine and no other: 127.0.0.0/8, ::1, localhost.
[[nodiscard]] bool is_loopback(std::string_view host);
/// Does it look like a token: 16 to 512 characters that a header and a cookie take as they are?
[[nodiscard]] bool is_good_token(std::string_view token);

class Guard {
public:
    explicit Guard(const Options& options);

    /// May the machine be called so? Keeps a foreign page, whose name was made to point here, from reading.
    [[nodiscard]] bool knows_host(std::string_view host) const;
    /// Browsers say which page opens a WebSocket; others do not, and pages cannot make them.
    [[nodiscard]] static bool same_origin(std::string_view origin, std::string_view host);
    /// Has it the token, as a bearer or in the cookie? Always when none is wanted.
    [[nodiscard]] bool authorised(const Request& request) const;
    /// In constant time.
    [[nodiscard]] bool is_token(std::string_view given) const;
    [[nodiscard]] bool wants_token() const { return !token_.empty(); }
    /// Set-Cookie for a browser that gave the token once.
    [[nodiscard]] std::string cookie() const;

private:
    std::vector<std::string> names_;
    bool any_address_;  ///< listens for others: by which of its addresses they come is not known
    bool tls_;
    std::string token_;
};

}  // namespace packwire::sink::web
