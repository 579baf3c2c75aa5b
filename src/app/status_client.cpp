// SPDX-License-Identifier: MIT
#include "app/status_client.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

#include "app/places.hpp"

namespace packwire::app {

namespace {

constexpr timeval patience{.tv_sec = 5, .tv_usec = 0};
constexpr std::size_t longest_answer = 64U << 20U;

class Socket {
public:
    Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        // Also for connect(), which waits where many are waiting already.
        ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

std::unexpected<Error> failed(const std::string& path) {
    const int error = errno;
    const auto what = std::error_code(error, std::generic_category()).message();
    if (error == ENOENT || error == ECONNREFUSED) return fail(Errc::port_missing, path);
    if (error == EACCES || error == EPERM) {
        return fail(
            Errc::port_refused,
            fmt::format("{}: {}; ask as the user that the daemon runs as, or as its group", path, what));
    }
    if (error == EAGAIN) return fail(Errc::io, path + ": the daemon does not answer");
    return fail(Errc::io, fmt::format("{}: {}", path, what));
}

Result<std::string> ask_at(const std::string& path, const std::string& question) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return fail(Errc::port_missing, path);
    path.copy(address.sun_path, path.size());
    const Socket socket;
    if (socket.get() < 0) return failed(path);
    // sockaddr is how the socket API takes any address.
    const auto* any = reinterpret_cast<const sockaddr*>(&address);  // NOLINT(*-reinterpret-cast)
    if (::connect(socket.get(), any, sizeof address) != 0) return failed(path);
    if (::send(socket.get(), question.data(), question.size(), MSG_NOSIGNAL) < 0) return failed(path);
    std::string answer;
    std::array<char, 65536> buffer{};
    while (!answer.ends_with('\n') && answer.size() < longest_answer) {
        const auto count = ::recv(socket.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failed(path);
        if (count == 0) return fail(Errc::io, path + ": the daemon closed the connection");
        answer.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return answer;
}

}  // namespace

Result<std::string> ask_status(const std::optional<std::string>& socket) {
    return ask_daemon(socket, "status");
}

Result<std::string> ask_daemon(const std::optional<std::string>& socket, std::string_view question) {
    const auto line = std::string(question) + '\n';
    std::vector<std::string> places;
    if (socket) places.push_back(*socket);
    if (!socket) {
        for (const auto& path : usual_status_sockets()) places.push_back(path.string());
    }
    for (const auto& place : places) {
        auto answer = ask_at(place, line);
        if (answer || answer.error().code != Errc::port_missing) return answer;
    }
    return fail(Errc::port_missing,
                fmt::format("no daemon listens at {}; start one with packwire run, or name its socket with "
                            "--socket",
                            fmt::join(places, ", ")));
}

}  // namespace packwire::app
