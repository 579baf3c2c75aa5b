// SPDX-License-Identifier: MIT
#include "sink/json_lines/output.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstring>
#include <ctime>
#include <utility>

namespace packwire::sink::json_lines {

namespace {

/// A pipe that polls as writable takes this much without blocking.
constexpr std::size_t piece = PIPE_BUF;

bool has_room(int fd) {
    pollfd wanted{.fd = fd, .events = POLLOUT, .revents = 0};
    return ::poll(&wanted, 1, 0) > 0;
}

/// write(), but a reader that has gone is an error and not the death of the process.
ssize_t write_quietly(int fd, const char* bytes, std::size_t size) {
    sigset_t pipe;
    sigset_t before;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, &before);
    const auto written = ::write(fd, bytes, size);
    const int error = errno;
    if (written < 0 && error == EPIPE && sigismember(&before, SIGPIPE) == 0) {
        constexpr timespec at_once{};
        ::sigtimedwait(&pipe, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

}  // namespace

Output::Output(std::string path) : path_(std::move(path)) {}

Output::~Output() {
    if (fd_ >= 0 && !is_stdout()) ::close(fd_);
}

bool Output::is_stdout() const {
    return path_.empty() || path_ == "-";
}

Result<void> Output::open() {
    if (fd_ >= 0) return {};
    constexpr mode_t mode = 0644;
    fd_ = is_stdout() ? STDOUT_FILENO
                      : ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, mode);
    if (fd_ < 0) return give_up("cannot be opened");
    return {};
}

Result<void> Output::give_up(const char* doing) {
    const auto* why = std::strerror(errno);  // NOLINT(concurrency-mt-unsafe): one thread
    auto where = fmt::format("{} {}: {}; trying again", is_stdout() ? "stdout" : path_.c_str(), doing, why);
    if (fd_ >= 0 && !is_stdout()) ::close(fd_);
    fd_ = -1;
    return fail(Errc::io, std::move(where));
}

Result<void> Output::write(const std::string& line) {
    rest_ = line + '\n';
    return flush();
}

Result<void> Output::flush() {
    if (const auto opened = open(); !opened) return opened;
    std::size_t done = 0;
    while (done < rest_.size() && has_room(fd_)) {
        const auto written = write_quietly(fd_, rest_.data() + done, std::min(piece, rest_.size() - done));
        if (written < 0 && (errno == EAGAIN || errno == EINTR)) break;
        if (written < 0) {
            rest_.erase(0, done);
            return give_up("cannot be written");
        }
        done += static_cast<std::size_t>(written);
    }
    rest_.erase(0, done);
    return {};
}

}  // namespace packwire::sink::json_lines
