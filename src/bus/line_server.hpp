// SPDX-License-Identifier: MIT
/// A Unix stream socket on which each line is a question and is answered by text.
#pragma once

#include <sys/types.h>

#include <boost/asio/local/stream_protocol.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.hpp"
#include "bus/timer.hpp"

namespace packwire::bus {

struct LineServerOptions {
    std::filesystem::path path;
    mode_t mode = 0600;                           ///< of the socket file: who may connect
    Duration idle = std::chrono::hours(1);        ///< a client that says nothing for so long is dropped
    Duration patience = std::chrono::seconds(5);  ///< so is one that does not take its answer
};

/// The socket file lives as long as this; one that nobody listens on any more is replaced, nothing else is.
/// Four clients are served at a time, others wait until one has gone. A line of more than 1024 characters
/// ends the connection. Nothing waits for a slow client but the client.
class LineServer {
public:
    /// Gives what is sent back, with its line end. The line comes without one.
    using Answer = std::function<std::string(std::string_view line)>;
    LineServer(const asio::any_io_executor& executor, Time& time, LineServerOptions options, Answer answer)
        : options_(std::move(options)), time_(time), answer_(std::move(answer)), acceptor_(executor) {}
    ~LineServer();
    LineServer(const LineServer&) = delete;
    LineServer& operator=(const LineServer&) = delete;

    /// Errors: port_busy (somebody listens there), port_refused.
    Result<void> listen();
    /// Until cancelled. Errors: io.
    Task<Result<void>> run();

private:
    using Socket = asio::local::stream_protocol::socket;
    Result<void> bind(const asio::local::stream_protocol::endpoint& endpoint);
    Task<void> serve();
    Task<void> talk(Socket& client);
    Task<bool> send(Socket& client, Timer& timer, std::string_view text);
    [[nodiscard]] bool is_ours() const;

    LineServerOptions options_;
    Time& time_;
    Answer answer_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::pair<dev_t, ino_t> file_{};  ///< of the socket file that we made; zero: none
};

}  // namespace packwire::bus
