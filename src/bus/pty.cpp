// SPDX-License-Identifier: MIT
#include "bus/pty.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "bus/try_again.hpp"
#include "bus/tty.hpp"
#include "bus/wait.hpp"

namespace packwire::bus {

namespace {

constexpr std::uint32_t first_baud = 19200;

std::unexpected<Error> system_failure(std::string_view what) {
    return fail(Errc::io, fmt::format("pseudo-terminal: {}: {}", what, tty::reason(errno)));
}

std::unexpected<Error> closed(const std::string& path) {
    return fail(Errc::port_gone, path + ": closed");
}

}  // namespace

Result<std::unique_ptr<Pty>> Pty::open(const asio::any_io_executor& executor,
                                       std::optional<std::filesystem::path> link) {
    std::unique_ptr<Pty> pty(new Pty(executor));
    const auto opened = pty->open_pair();
    if (!opened) return std::unexpected(opened.error());
    if (link) {
        const auto placed = pty->place_link(*link);
        if (!placed) return std::unexpected(placed.error());
        pty->link_ = std::move(link);
    }
    return pty;
}

Result<void> Pty::open_pair() {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (master < 0) return system_failure("posix_openpt");
    master_.assign(master);
    std::array<char, 64> path{};
    if (::grantpt(master) != 0 || ::unlockpt(master) != 0) return system_failure("unlockpt");
    if (::ptsname_r(master, path.data(), path.size()) != 0) return system_failure("ptsname");
    path_ = path.data();
    slave_ = ::open(path.data(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (slave_ < 0) return system_failure(path_);
    // Now, before anyone knows of the line: a cooked one echoes, and turns CR into LF.
    if (!tty::set_raw(slave_) || !tty::set_baud(slave_, first_baud)) return system_failure("tcsetattr");
    return {};
}

Result<void> Pty::place_link(const std::filesystem::path& link) {
    std::error_code error;
    const auto there = std::filesystem::symlink_status(link, error);
    if (std::filesystem::exists(there) && !std::filesystem::is_symlink(there)) {
        return fail(Errc::port_refused,
                    fmt::format("{}: exists and is no link; name another", link.string()));
    }
    std::filesystem::remove(link, error);
    std::filesystem::create_symlink(path_, link, error);
    if (error) return fail(Errc::io, fmt::format("{}: {}", link.string(), error.message()));
    return {};
}

Pty::~Pty() {
    if (slave_ >= 0) ::close(slave_);
    if (!link_) return;
    std::error_code error;
    // A second simulator may have put its own link in our place.
    if (std::filesystem::read_symlink(*link_, error) == path_) std::filesystem::remove(*link_, error);
}

/// The exclusive mode that a killed program left behind would keep the next one out, as long as we hold the
/// slave.
void Pty::release_exclusive() const {
    ::ioctl(slave_, TIOCNXCL);
}

Task<Result<std::size_t>> Pty::read(std::span<char> into) {
    const auto path = path_;  // *this may end during the wait
    while (true) {
        const auto count = ::read(master_.native_handle(), into.data(), into.size());
        const bool wait = count < 0 && try_again(errno);
        release_exclusive();
        if (count > 0) co_return static_cast<std::size_t>(count);
        if (!wait) co_return closed(path);
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error] = co_await master_.async_wait(asio::posix::stream_descriptor::wait_read, token);
        throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (error) co_return closed(path);
    }
}

Task<Result<void>> Pty::write(std::string_view bytes) {
    const auto path = path_;
    while (!bytes.empty()) {
        const auto count = ::write(master_.native_handle(), bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (!try_again(errno)) co_return closed(path);
        constexpr auto token = asio::as_tuple(asio::use_awaitable);
        const auto [error] = co_await master_.async_wait(asio::posix::stream_descriptor::wait_write, token);
        throw_if_cancelled(co_await asio::this_coro::cancellation_state);
        if (error) co_return closed(path);
    }
    co_return Result<void>{};
}

std::uint32_t Pty::baud() const {
    return tty::baud(slave_);
}

}  // namespace packwire::bus
