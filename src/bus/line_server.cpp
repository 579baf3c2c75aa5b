// SPDX-License-Identifier: MIT
#include "bus/line_server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>

#include "bus/try_again.hpp"
#include "bus/wait.hpp"

namespace packwire::bus {

namespace {

using boost::system::error_code;
using Local = asio::local::stream_protocol;

constexpr std::size_t longest_line = 1024;
/// With the zero at its end. A longer path makes asio throw.
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
/// After a failed accept, as when there are no descriptors left.
constexpr Duration breath = std::chrono::milliseconds(200);
constexpr auto token = asio::as_tuple(asio::use_awaitable);

/// Has whoever made the socket file gone? Never waits, however many wait there to be served: so without
/// asio, whose connect() would.
bool is_abandoned(const Local::endpoint& endpoint) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (probe < 0) return false;
    const bool refused = ::connect(probe, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 &&
                         errno == ECONNREFUSED;
    ::close(probe);
    return refused;
}

std::pair<dev_t, ino_t> file_at(const std::filesystem::path& path) {
    struct stat found{};
    if (::lstat(path.c_str(), &found) != 0) return {};
    return {found.st_dev, found.st_ino};
}

}  // namespace

LineServer::~LineServer() {
    std::error_code ignored;
    if (is_ours()) std::filesystem::remove(options_.path, ignored);
}

bool LineServer::is_ours() const {
    return file_.second != 0 && file_at(options_.path) == file_;
}

Result<void> LineServer::listen() {
    const auto& path = options_.path;
    if (path.empty() || path.native().size() > longest_path) {
        return fail(Errc::port_refused, fmt::format("{}: the path of a socket has 1 to {} characters",
                                                    path.string(), longest_path));
    }
    const Local::endpoint endpoint(path.string());
    std::error_code ignored;
    if (std::filesystem::is_socket(path, ignored)) {
        if (!is_abandoned(endpoint)) {
            return fail(Errc::port_busy, path.string() + ": another program listens there");
        }
        std::filesystem::remove(path, ignored);
    }
    return bind(endpoint);
}

Result<void> LineServer::bind(const Local::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) file_ = file_at(options_.path);
    // Before listen() nobody can connect, so nobody can be quicker than this.
    if (!error && ::chmod(options_.path.c_str(), options_.mode) != 0) {
        error = error_code(errno, boost::system::system_category());
    }
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return fail(Errc::port_refused, fmt::format("{}: {}", options_.path.string(), error.message()));
}

Task<Result<void>> LineServer::run() {
    using asio::experimental::awaitable_operators::operator||;
    // Each serves one client at a time, and ends by cancellation only.
    co_await (serve() || serve() || serve() || serve());
    co_return fail(Errc::io, options_.path.string() + ": closed");
}

Task<void> LineServer::serve() {
    const auto timer = time_.timer();
    while (acceptor_.is_open()) {
        Socket client(acceptor_.get_executor());
        const auto [error] = co_await acceptor_.async_accept(client, token);
        throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (error) {
            co_await timer->wait_until(time_.now() + breath);
        } else {
            co_await talk(client);
        }
    }
}

Task<void> LineServer::talk(Socket& client) {
    const auto timer = time_.timer();
    error_code error;
    client.non_blocking(true, error);
    std::string text;
    std::array<char, longest_line> buffer{};
    while (!error) {
        const auto end = text.find('\n');
        if (end != std::string::npos) {
            const auto reply = answer_(std::string_view(text).substr(0, end));
            text.erase(0, end + 1);
            const bool taken = co_await send(client, *timer, reply);
            if (!taken) co_return;
            continue;
        }
        if (text.size() > longest_line) co_return;
        const auto deadline = time_.now() + options_.idle;
        const bool more = co_await ready(client, Socket::wait_read, *timer, deadline);
        if (!more) co_return;
        const auto count = client.read_some(asio::buffer(buffer), error);
        text.append(buffer.data(), count);
        if (try_again(error)) error.clear();
    }
}

/// False when the client has gone, or does not read.
Task<bool> LineServer::send(Socket& client, Timer& timer, std::string_view text) {
    const auto deadline = time_.now() + options_.patience;
    while (!text.empty()) {
        error_code error;
        text.remove_prefix(client.write_some(asio::buffer(text), error));
        if (!error) continue;
        if (!try_again(error) || time_.now() >= deadline) co_return false;
        co_await ready(client, Socket::wait_write, timer, deadline);
    }
    co_return true;
}

}  // namespace packwire::bus
