// SPDX-License-Identifier: MIT
/// What is answered to what is asked. Knows nothing of sockets.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/timer.hpp"
#include "sink/web/board.hpp"
#include "sink/web/guard.hpp"
#include "sink/web/options.hpp"
#include "sink/web/url.hpp"

namespace packwire::sink::web {

/// Where the bank stands on the board: no pack is called so.
inline constexpr std::string_view bank_place = "";
inline constexpr std::string_view live_path = "/api/v1/live";

/// Every path, as docs/openapi.json has it: "/api/v1/packs/{id}".
[[nodiscard]] std::vector<std::string_view> routes();

/// `options` and `board` outlive it; it outlives the loop.
class Router {
public:
    /// Called on the loop, at once or later.
    using Done = std::function<void(Response)>;

    Router(const Options& options, const Board& board, bus::Time& time, bus::asio::any_io_executor executor);

    /// GET, of whoever may ask: Host and token are looked at here.
    void answer(const Request& request, const Done& done);
    /// Why a WebSocket is refused; nothing when it may be opened.
    [[nodiscard]] std::optional<Response> refuse_live(const Request& request) const;
    /// {"type":"hello",…}
    [[nodiscard]] std::string hello() const;
    void set_live(std::size_t live) { live_ = live; }

private:
    using Simple = Response (Router::*)(const Request&) const;
    using Slow = void (Router::*)(const Url&, const Done&);
    struct Route {
        std::string_view path;
        Simple now = nullptr;
        Slow later = nullptr;
    };
    static const std::array<Route, 11> table;
    friend std::vector<std::string_view> routes();

    [[nodiscard]] std::optional<Response> refuse(const Request& request) const;
    [[nodiscard]] std::optional<Response> enter(const Request& request, const Url& url) const;
    [[nodiscard]] Response front(const Request& request) const;
    [[nodiscard]] std::optional<Response> asset(const Request& request, std::string_view path) const;
    [[nodiscard]] Response packs(const Request& request) const;
    [[nodiscard]] Response pack(const Request& request, const std::string& id) const;
    [[nodiscard]] Response bank(const Request& request) const;
    [[nodiscard]] Response catalogue(const Request& request) const;
    [[nodiscard]] Response status(const Request& request) const;
    [[nodiscard]] Response upgrade(const Request& request) const;
    [[nodiscard]] Response metrics(const Request& request) const;
    [[nodiscard]] Response health(const Request& request) const;
    void history(const Url& url, const Done& done);
    void events(const Url& url, const Done& done);

    const Options& options_;
    const Board& board_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    Guard guard_;
    std::string catalogue_;
    std::size_t histories_ = 0;  ///< in the making
    std::size_t live_ = 0;
};

}  // namespace packwire::sink::web
