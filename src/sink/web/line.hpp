// SPDX-License-Identifier: MIT
/// A client's socket, plain or encrypted, as one type: what Beast makes of a stream, a minute of compilation
/// and half a megabyte, is made once (docs/adr/0093).
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "bus/timer.hpp"

namespace packwire::sink::web {

/// An asio AsyncStream. The names are those that asio and Beast look for.
class Line {
public:
    using Socket = bus::asio::ip::tcp::socket;
    using Encrypted = bus::asio::ssl::stream<Socket>;
    // NOLINTBEGIN(readability-identifier-naming)
    using executor_type = Socket::executor_type;
    using next_layer_type = Socket;
    // NOLINTEND(readability-identifier-naming)

    explicit Line(Socket socket) : way_(std::in_place_type<Socket>, std::move(socket)) {}
    Line(Socket socket, bus::asio::ssl::context& context)
        : way_(std::in_place_type<Encrypted>, std::move(socket), context) {}

    /// What has to shake hands first; nullptr when it is plain.
    [[nodiscard]] Encrypted* encrypted() { return std::get_if<Encrypted>(&way_); }

    Socket& next_layer() {
        auto* const encrypted = this->encrypted();
        return encrypted != nullptr ? encrypted->next_layer() : std::get<Socket>(way_);
    }
    executor_type get_executor() { return next_layer().get_executor(); }

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        auto* const encrypted = this->encrypted();
        return encrypted != nullptr
                   ? encrypted->async_read_some(first<bus::asio::mutable_buffer>(buffers),
                                                std::forward<Token>(token))
                   : std::get<Socket>(way_).async_read_some(buffers, std::forward<Token>(token));
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        auto* const encrypted = this->encrypted();
        return encrypted != nullptr
                   ? encrypted->async_write_some(gathered(buffers), std::forward<Token>(token))
                   : std::get<Socket>(way_).async_write_some(buffers, std::forward<Token>(token));
    }

    /// How a WebSocket ends: TLS has a farewell of its own. Found by Beast through the type of `line`.
    template <class Handler>
    friend void async_teardown(boost::beast::role_type role, Line& line, Handler&& handler) {
        using boost::beast::websocket::async_teardown;
        std::visit([&](auto& way) { async_teardown(role, way, std::forward<Handler>(handler)); }, line.way_);
    }

private:
    // TLS copies what it is given, one buffer at a time: with one kind of buffer its machinery is made once,
    // too.
    template <class Buffer, class Buffers>
    static Buffer first(const Buffers& buffers) {
        const auto end = bus::asio::buffer_sequence_end(buffers);
        for (auto at = bus::asio::buffer_sequence_begin(buffers); at != end; ++at) {
            const Buffer buffer(*at);
            if (buffer.size() > 0) return buffer;
        }
        return {};
    }

    /// The head of a message and what follows it go out together. One write is under way at a time.
    template <class Buffers>
    bus::asio::const_buffer gathered(const Buffers& buffers) {
        constexpr std::size_t most = 4096;
        const auto head = first<bus::asio::const_buffer>(buffers);
        if (head.size() >= most || head.size() == bus::asio::buffer_size(buffers)) return head;
        gathered_.resize(most);
        return bus::asio::buffer(gathered_, bus::asio::buffer_copy(bus::asio::buffer(gathered_), buffers));
    }

    std::vector<char> gathered_;
    std::variant<Socket, Encrypted> way_;
};

}  // namespace packwire::sink::web
