// SPDX-License-Identifier: MIT
/// Takes in clients, and keeps watch over them.
#pragma once

#include <memory>
#include <string>

#include "sink/web/house.hpp"
#include "sink/web/tls.hpp"

namespace packwire::sink::web {

class Server {
public:
    /// All of them outlive it, and it outlives the loop.
    Server(const Options& options, const Board& board, bus::Time& time,
           const bus::asio::any_io_executor& executor, QuietLog& log);

    /// Listens, again and again where the port is taken; until cancelled. All connections are closed then.
    bus::Task<void> run();
    /// Why nobody is served; empty when all is well.
    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    /// Where it listens; 0 while it does not.
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] std::size_t live() const { return house_.live; }
    [[nodiscard]] std::size_t connections() const { return house_.connections.size(); }

private:
    using Tcp = bus::asio::ip::tcp;
    struct Closing;
    bus::Task<void> listen();
    [[nodiscard]] Result<void> open(Tcp::acceptor& acceptor);
    bus::Task<void> accept(Tcp::acceptor& acceptor);
    void take(Tcp::socket socket);
    void send_away(Tcp::socket socket);
    bus::Task<void> keep_watch();
    void look();

    const Options& options_;
    bus::Time& time_;
    bus::asio::any_io_executor executor_;
    QuietLog& log_;
    House house_;
    std::unique_ptr<Tls> tls_;
    std::uint64_t told_ = 0;  ///< changes of the board that clients were woken for
    std::string trouble_ = "not listening yet";
    std::uint16_t port_ = 0;
};

}  // namespace packwire::sink::web
