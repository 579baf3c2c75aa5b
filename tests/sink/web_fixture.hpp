// SPDX-License-Identifier: MIT
/// A web server in the loop of the test, on a free loopback port, with curl and bare sockets as its clients.
#pragma once

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "seed.hpp"
#include "sink/web/web_sink.hpp"
#include "support/child.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {

/// A history that says what the test wants, when it wants.
class FakeDesk final : public store::Desk {
public:
    void read(std::vector<store::Query> asked, Answers done) override {
        queries = std::move(asked);
        pending = [this, done = std::move(done)] { done(answers); };
        if (at_once) std::exchange(pending, {})();
    }
    void events(store::EventQuery asked, Events done) override {
        event_query = std::move(asked);
        done(recorded);
    }
    void on_event(std::function<void(const store::Event&)> told) override { listener = std::move(told); }

    bool at_once = true;
    std::function<void()> pending;
    Result<std::vector<store::Answer>> answers = std::vector<store::Answer>{};
    Result<std::vector<store::Event>> recorded = std::vector<store::Event>{};
    std::vector<store::Query> queries;
    store::EventQuery event_query;
    std::function<void(const store::Event&)> listener;
};

struct Reply {
    int status = 0;
    std::string head;  ///< with the first line
    std::string body;
    [[nodiscard]] bool has(std::string_view words) const { return head.find(words) != std::string::npos; }
    [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
};

inline Reply reply_of(const std::string& text) {
    Reply reply;
    const auto end = text.find("\r\n\r\n");
    reply.head = text.substr(0, end);
    if (end != std::string::npos) reply.body = text.substr(end + 4);
    if (reply.head.size() > 12) reply.status = std::atoi(reply.head.c_str() + 9);  // NOLINT
    return reply;
}

class WebScene {
public:
    WebScene() {
        options.port = 0;
        options.site = "home";
        options.limits.pace = std::chrono::milliseconds(10);
        options.hooks.packs = [this] {
            std::vector<const bank::Pack*> all;
            for (const auto& pack : packs) all.push_back(&pack.pack);
            return all;
        };
        options.hooks.bank = [this] { return bank ? &*bank : nullptr; };
        options.hooks.status = [] { return std::string("{\"version\":\"x\"}\n"); };
        options.hooks.health = [this] { return sickness; };
        options.hooks.desk = &desk;
    }
    ~WebScene() { stop(); }
    WebScene(const WebScene&) = delete;
    WebScene& operator=(const WebScene&) = delete;

    void start() {
        sink = std::make_unique<sink::web::WebSink>(
            options, time, loop.get_executor(),
            [this](sink::Level, const std::string& line) { log += line + '\n'; });
        boost::asio::co_spawn(loop, sink->run(),
                              boost::asio::bind_cancellation_slot(
                                  stopping.slot(), [this](std::exception_ptr) { ended = true; }));
        ended = false;
    }
    void listen() {
        start();
        run_until(loop, [this] { return sink->server().port() != 0; });
    }
    /// As the daemon ends it: the loop runs out, however many clients there are.
    void stop() {
        if (!sink) return;
        stopping.emit(boost::asio::cancellation_type::terminal);
        run_until(loop, [this] { return ended && sink->server().connections() == 0; });
        sink.reset();
    }
    void add_pack(const std::string& id = "JD2M02150860 1") {
        packs.emplace_back(id);
        sink->publish(packs.back().pack);
    }
    void publish_bank() {
        bank.emplace();
        bank->site = "home";
        bank->members.push_back({.id = "JD2M02150860 1"});
        bank->set(model::metric("state_of_charge"), 67.0);
        bank->set(model::metric("charge_voltage_limit"), 55.2);
        bank->set(model::metric("charge_limitation"), "service 80 charge current limit of P1");
        bank->limits.emplace();
        sink->publish_bank(*bank);
    }

    [[nodiscard]] std::string url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(sink->server().port()) + path;
    }
    /// By curl, a client that is not ours.
    [[nodiscard]] Reply get(const std::string& path, const std::vector<std::string>& more = {}) {
        std::vector<std::string> argv{"curl",      "--silent", "--include",  "--path-as-is",
                                      "--noproxy", "*",        "--max-time", "20"};
        argv.insert(argv.end(), more.begin(), more.end());
        argv.push_back(url(path));
        return reply_of(run_child(loop, argv));
    }

    boost::asio::io_context loop;
    bus::LoopTime time{loop.get_executor()};
    FakeDesk desk;
    sink::web::Options options;
    std::deque<SeedPack> packs;
    std::optional<bank::Bank> bank;
    std::string sickness;
    std::string log;
    boost::asio::cancellation_signal stopping;
    bool ended = true;
    std::unique_ptr<sink::web::WebSink> sink;
};

/// A client that does what it should not.
class BareClient {
public:
    explicit BareClient(WebScene& scene) : BareClient(scene.loop, scene.sink->server().port()) {}
    BareClient(boost::asio::io_context& loop, std::uint16_t port) : loop_(loop), socket_(loop) {
        socket_.connect({boost::asio::ip::address_v4::loopback(), port});
        socket_.non_blocking(true);
    }
    void send(const std::string& text) {
        std::size_t sent = 0;
        run_until(loop_, [&] {
            boost::system::error_code error;
            sent += socket_.write_some(boost::asio::buffer(text.substr(sent)), error);
            loop_.poll();
            gone_ = gone_ || (error && error != boost::asio::error::would_block);
            return gone_ || sent == text.size();
        });
    }
    /// What came until the server closed, or until `words` came.
    const std::string& read(const std::string& words = "\x01 never") {
        run_until(loop_, [&] {
            pull();
            return ended_ || read_.find(words) != std::string::npos;
        });
        return read_;
    }
    void pull() {
        std::array<char, 65'536> part{};
        boost::system::error_code error;
        const auto size = socket_.read_some(boost::asio::buffer(part), error);
        read_.append(part.data(), size);
        ended_ = ended_ || (error && error != boost::asio::error::would_block);
        loop_.run_one_for(std::chrono::milliseconds(1));
    }
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] const std::string& text() const { return read_; }
    void close() { socket_.close(); }

private:
    boost::asio::io_context& loop_;
    boost::asio::ip::tcp::socket socket_;
    std::string read_;
    bool ended_ = false;
    bool gone_ = false;
};

/// The live push, as RFC 6455 has it and no more.
class LiveClient {
public:
    explicit LiveClient(WebScene& scene, const std::string& headers = "") : client(scene) {
        client.send(
            "GET /api/v1/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" +
            headers + "\r\n");
        client.read("\r\n\r\n");
        reply = reply_of(client.text());
        at_ = client.text().find("\r\n\r\n") + 4;
    }
    /// The next message; nothing when the connection has ended.
    std::optional<nlohmann::json> next(boost::asio::io_context& loop) {
        std::optional<std::string> text;
        run_until(loop, [&] {
            text = take();
            if (!text) client.pull();
            return text || client.ended();
        });
        if (!text) return std::nullopt;
        return nlohmann::json::parse(*text);
    }

    BareClient client;
    Reply reply;

private:
    std::optional<std::string> take() {
        const auto rest = std::string_view(client.text()).substr(at_);
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
        if (rest.size() < 2) return std::nullopt;
        std::size_t head = 2;
        std::size_t length = byte(1);
        if (length >= 126) {
            const std::size_t bytes = length == 126 ? 2 : 8;
            head += bytes;
            if (rest.size() < head) return std::nullopt;
            length = 0;
            for (std::size_t i = 2; i < head; ++i) length = length << 8U | byte(i);
        }
        if (rest.size() < head + length) return std::nullopt;
        at_ += head + length;
        const bool is_text = (byte(0) & 0x0FU) == 1;
        return is_text ? std::optional(std::string(rest.substr(head, length))) : take();
    }
    std::size_t at_ = 0;
};

}  // namespace packwire::test
