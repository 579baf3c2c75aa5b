// SPDX-License-Identifier: MIT
// One client. With line.hpp the only file that knows Boost.Beast.
#include <fmt/format.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>
#include <string>

#include "base/time_text.hpp"
#include "sink/web/house.hpp"
#include "sink/web/line.hpp"
#include "sink/web/tls.hpp"

namespace packwire::sink::web {

namespace {

namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;

constexpr auto as_result = bus::asio::as_tuple(bus::asio::use_awaitable);

class Session final : public Connection {
public:
    Session(House& house, Line line)
        : house_(house),
          line_(std::move(line)),
          buffer_(house.options.limits.header_bytes * 2),
          timer_(house.time.timer()) {
        house_.connections.insert(this);
    }
    ~Session() override {
        house_.connections.erase(this);
        if (live_) house_.count_live(false);
    }

    void close() override {
        closed_ = true;
        boost::system::error_code ignored;
        boost::beast::get_lowest_layer(line_).close(ignored);
        if (asked_) asked_->timer->cancel();
        timer_->cancel();
    }
    void wake() override { timer_->cancel(); }

    bus::Task<void> run() {
        set_deadline(limits().header);
        if (auto* const encrypted = line_.encrypted()) {
            const auto [failed] =
                co_await encrypted->async_handshake(bus::asio::ssl::stream_base::server, as_result);
            if (failed) co_return;
            set_deadline(limits().header);
        }
        bool more = true;
        while (more && !closed_) {
            more = co_await serve_one();
            set_deadline(limits().idle);
        }
    }

private:
    using Parser = http::request_parser<http::empty_body>;
    struct Asked {
        std::optional<Response> response;
        std::unique_ptr<bus::Timer> timer;
    };

    void set_deadline(Duration from_now) { deadline_ = house_.time.now() + from_now; }
    [[nodiscard]] const Limits& limits() const { return house_.options.limits; }

    /// One request and its answer. False when it was the last.
    bus::Task<bool> serve_one() {
        Parser parser;
        parser.header_limit(static_cast<std::uint32_t>(limits().header_bytes));
        parser.body_limit(0);
        const auto [failed, size] = co_await http::async_read_header(line_, buffer_, parser, as_result);
        const auto& head = parser.get();
        set_deadline(limits().response);
        if (auto refused = refuse(parser, failed)) {
            const auto sent = co_await send(*refused, 11, false, false);
            if (sent) co_await let_go();
            co_return false;
        }
        if (failed) co_return false;
        const auto request = request_of(head);
        if (websocket::is_upgrade(head)) {
            co_await upgrade(head, request);
            co_return false;
        }
        const auto response = co_await ask(request);
        const bool keep = head.keep_alive() && !closed_;
        const bool sent = co_await send(response, head.version(), head.method() == http::verb::head, keep);
        co_return sent&& keep;
    }

    /// What is wrong with the request as such, if the client is to hear of it.
    [[nodiscard]] std::optional<Response> refuse(const Parser& parser,
                                                 const boost::system::error_code& failed) const {
        const auto method = parser.get().method();
        const bool read_only = method == http::verb::get || method == http::verb::head;
        const bool no_http =
            failed && failed.category() != http::make_error_code(http::error::bad_value).category();
        if (no_http || failed == http::error::end_of_stream || failed == http::error::partial_message)
            return std::nullopt;
        if (!failed || failed == http::error::body_limit) {
            if (!read_only) {
                auto refused =
                    error(405, "method_not_allowed", "only GET and HEAD: nothing can be changed here");
                refused.headers.emplace_back("Allow", "GET, HEAD");
                return refused;
            }
            if (failed || parser.chunked()) return error(413, "body_not_taken", "a request has no body here");
            if (parser.get().count(http::field::host) != 1)
                return error(400, "bad_request", "exactly one Host header is wanted");
            return std::nullopt;
        }
        if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
            return error(431, "headers_too_large",
                         fmt::format("at most {} bytes of headers", limits().header_bytes));
        return error(400, "bad_request", "this is not HTTP: " + failed.message());
    }

    static Request request_of(const Parser::value_type& head) {
        const auto of = [&](http::field field) { return std::string(head[field]); };
        return {.target = std::string(head.target()),
                .host = of(http::field::host),
                .origin = of(http::field::origin),
                .authorization = of(http::field::authorization),
                .cookie = of(http::field::cookie),
                .if_none_match = of(http::field::if_none_match),
                .accept_encoding = of(http::field::accept_encoding)};
    }

    /// Waits for an answer, which may need a disk.
    bus::Task<Response> ask(const Request& request) {
        const auto asked = std::make_shared<Asked>();
        asked->timer = house_.time.timer();
        asked_ = asked;
        house_.router.answer(request, [asked](Response response) {
            asked->response = std::move(response);
            asked->timer->cancel();
        });
        while (!asked->response && !closed_) {
            const bool late = co_await asked->timer->wait_until(deadline_);
            if (late) break;
        }
        asked_ = nullptr;
        set_deadline(limits().response);
        auto response =
            std::move(asked->response).value_or(error(504, "too_slow", "the answer took too long"));
        house_.note(response.status, request);
        co_return response;
    }

    bus::Task<bool> send(const Response& response, unsigned version, bool head, bool keep) {
        using Body = http::span_body<const char>;
        const auto bytes = response.bytes();
        http::response<Body> message;
        message.version(version);
        message.result(response.status);
        for (const auto& [name, value] : fixed_headers) message.set(to_beast(name), to_beast(value));
        message.set(http::field::date, house_.date());
        message.set(http::field::cache_control, to_beast(response.cache));
        if (!response.etag.empty()) message.set(http::field::etag, response.etag);
        for (const auto& [name, value] : response.headers) message.set(to_beast(name), value);
        message.keep_alive(keep);
        if (response.status != 304) {
            message.set(http::field::content_type, to_beast(response.type));
            message.content_length(bytes.size());
            if (!head) message.body() = boost::beast::span<const char>(bytes.data(), bytes.size());
        }
        const auto [failed, size] = co_await http::async_write(line_, message, as_result);
        co_return !failed;
    }

    static boost::beast::string_view to_beast(std::string_view text) { return {text.data(), text.size()}; }
    /// A client that is still sending must not be reset before it has read why it is refused.
    bus::Task<void> let_go() {
        constexpr Duration patience = std::chrono::seconds(1);
        constexpr std::size_t most = 65'536;
        auto& socket = boost::beast::get_lowest_layer(line_);
        boost::system::error_code failed;
        socket.shutdown(bus::asio::ip::tcp::socket::shutdown_send, failed);
        set_deadline(patience);
        std::array<char, 1024> nothing{};
        for (std::size_t read = 0; !failed && read < most;) {
            const auto [error, size] = co_await socket.async_read_some(bus::asio::buffer(nothing), as_result);
            failed = error;
            read += size;
        }
    }

    bus::Task<void> upgrade(const Parser::value_type& head, const Request& request) {
        auto refused = house_.router.refuse_live(request);
        if (!refused && buffer_.size() > 0)
            refused = error(400, "bad_request", "the WebSocket is not open yet");
        if (!refused && house_.live >= limits().live) {
            refused = error(503, "too_many", "too many pages listen already");
            house_.log.warn("live", fmt::format("more than {} WebSockets are wanted", limits().live));
        }
        if (refused) {
            house_.note(refused->status, request);
            co_await send(*refused, head.version(), false, false);
            co_return;
        }
        live_ = true;
        house_.count_live(true);
        co_await listen(head);
    }

    using Socket = websocket::stream<Line&, false>;

    bus::Task<void> listen(const Parser::value_type& head) {
        using bus::asio::experimental::awaitable_operators::operator&&;
        boost::system::error_code ignored;
        constexpr int little = 65'536;  // what waits in the kernel is not the newest any more
        boost::beast::get_lowest_layer(line_).set_option(bus::asio::socket_base::send_buffer_size(little),
                                                         ignored);
        Socket socket(line_);
        websocket::stream_base::timeout timeout{};
        timeout.handshake_timeout = limits().header;
        timeout.idle_timeout = limits().live_idle;
        timeout.keep_alive_pings = true;
        socket.set_option(timeout);
        socket.set_option(websocket::stream_base::decorator([](websocket::response_type& response) {
            for (const auto& [name, value] : fixed_headers) response.set(to_beast(name), to_beast(value));
        }));
        constexpr std::size_t longest_message = 1024;
        socket.read_message_max(longest_message);
        const auto [failed] = co_await socket.async_accept(head, as_result);
        if (failed) co_return;
        co_await (hear(socket) && tell(socket));
    }

    /// There is nothing to hear but that the client is there; what it says is not looked at.
    bus::Task<void> hear(Socket& socket) {
        constexpr int most = 64;
        boost::beast::flat_buffer heard(2048);
        for (int count = 0; count < most; ++count) {
            const auto [failed, size] = co_await socket.async_read(heard, as_result);
            if (failed) break;
            heard.clear();
        }
        close();
    }

    bus::Task<void> tell(Socket& socket) {
        constexpr Duration sign_of_life = std::chrono::seconds(10);
        auto cursor = house_.board.cursor();
        auto message = std::make_shared<const std::string>(house_.router.hello());
        auto sign_at = house_.time.now() + sign_of_life;
        while (!closed_) {
            if (message) {
                set_deadline(limits().live_write);
                const auto [failed, size] =
                    co_await socket.async_write(bus::asio::buffer(*message), as_result);
                deadline_ = TimePoint::max();
                if (failed) break;
            } else {
                co_await timer_->wait_until(sign_at);
            }
            if (house_.options.hooks.refresh_ages) house_.options.hooks.refresh_ages();
            message = closed_ ? nullptr : house_.board.next(cursor);
            if (message || house_.time.now() < sign_at) continue;
            sign_at = house_.time.now() + sign_of_life;
            message = std::make_shared<const std::string>(
                fmt::format("{{\"type\":\"time\",\"time\":\"{}\"}}", rfc3339(house_.time.wall_now())));
        }
        close();
    }

    House& house_;
    Line line_;
    boost::beast::flat_buffer buffer_;
    std::unique_ptr<bus::Timer> timer_;
    std::shared_ptr<Asked> asked_;
    bool closed_ = false;
};

}  // namespace

bus::Task<void> serve(House& house, Tls* tls, bus::asio::ip::tcp::socket socket) {
    Session session(house,
                    tls == nullptr ? Line(std::move(socket)) : Line(std::move(socket), tls->context()));
    co_await session.run();
}

}  // namespace packwire::sink::web
