// SPDX-License-Identifier: MIT
/// A small HTTP server on a free loopback port, in the loop of the test.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace packwire::test {

/// Answers each request with `status`, or never with 0. One request a connection.
class HttpServer {
public:
    struct Request {
        std::string head;  ///< first line and headers
        std::string body;
    };
    explicit HttpServer(boost::asio::io_context& loop)
        : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}) {
        accept();
    }
    [[nodiscard]] std::string url(const std::string& path = "/") const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
    }
    void close() {
        acceptor_.close();
        connections_.clear();
    }

    int status = 200;
    std::string extra_headers;  ///< each with its line end
    std::vector<Request> requests;

private:
    using Tcp = boost::asio::ip::tcp;
    struct Connection {
        Tcp::socket socket;
        boost::asio::streambuf in;
        std::string answer;
        explicit Connection(Tcp::socket from) : socket(std::move(from)) {}
    };

    void accept() {
        acceptor_.async_accept([this](const boost::system::error_code& error, Tcp::socket socket) {
            if (error) return;
            connections_.push_back(std::make_shared<Connection>(std::move(socket)));
            read(connections_.back());
            accept();
        });
    }
    void read(const std::shared_ptr<Connection>& one) {
        boost::asio::async_read_until(
            one->socket, one->in, "\r\n\r\n",
            [this, one](const boost::system::error_code& error, std::size_t size) {
                if (error) return;
                const std::string all{std::istreambuf_iterator<char>(&one->in), {}};
                requests.push_back({all.substr(0, size), all.substr(size)});
                const auto at = requests.back().head.find("Content-Length: ");
                const auto length =
                    at == std::string::npos ? 0U : std::stoul(requests.back().head.substr(at + 16));
                read_body(one, requests.size() - 1, length);
            });
    }
    void read_body(const std::shared_ptr<Connection>& one, std::size_t number, std::size_t length) {
        const auto have = requests[number].body.size();
        if (have >= length) return answer(one);
        auto rest = std::make_shared<std::string>(length - have, '\0');
        boost::asio::async_read(
            one->socket, boost::asio::buffer(*rest),
            [this, one, number, rest](const boost::system::error_code& error, std::size_t) {
                if (error) return;
                requests[number].body += *rest;
                answer(one);
            });
    }
    void answer(const std::shared_ptr<Connection>& one) {
        if (status == 0) return;
        one->answer =
            "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: 2\r\n" + extra_headers + "\r\nok";
        boost::asio::async_write(one->socket, boost::asio::buffer(one->answer),
                                 [one](const boost::system::error_code&, std::size_t) {});
    }

    Tcp::acceptor acceptor_;
    std::list<std::shared_ptr<Connection>> connections_;
};

}  // namespace packwire::test
