// SPDX-License-Identifier: MIT
#include "bus/serial_port.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>

#include "bus/try_again.hpp"
#include "bus/tty.hpp"
#include "bus/wait.hpp"

namespace packwire::bus {

namespace {

std::unexpected<Error> busy(const std::string& path) {
    return fail(
        Errc::port_busy,
        fmt::format("{}: another program holds it; stop that first (`fuser {}` names it)", path, path));
}

std::unexpected<Error> cannot_open(const std::string& path, int error) {
    switch (error) {
        case ENOENT:
        case ENODEV:
        case ENXIO:
        case EIO:
            return fail(Errc::port_missing, path + ": no such device; is the adapter plugged in?");
        case EBUSY:
            return busy(path);
        case EACCES:
        case EPERM:
            return fail(
                Errc::port_refused,
                path + ": permission denied; is the user in group dialout? (`usermod -aG dialout USER`)");
        case EISDIR:
        case ENOTTY:
        case EINVAL:
            return fail(Errc::port_refused, path + ": not a serial port");
        default:
            return fail(Errc::port_refused, fmt::format("{}: {}", path, tty::reason(error)));
    }
}

/// The driver rounds to what its divider can do; a UART tolerates about 3 %.
bool same_rate(std::uint32_t asked, std::uint32_t got) {
    const auto difference = asked > got ? asked - got : got - asked;
    return std::uint64_t{difference} * 100 <= std::uint64_t{asked} * 3;
}

}  // namespace

SerialPort::SerialPort(std::string path, std::uint32_t baud, Time& time,
                       const asio::any_io_executor& executor, PortAccess access)
    : path_(std::move(path)),
      baud_(baud),
      access_(access),
      time_(time),
      stream_(executor),
      timer_(time.timer()) {}

SerialPort::~SerialPort() {
    close();
}

Task<Result<void>> SerialPort::open() {
    close();
    auto opened = open_now();
    if (!opened) close();
    co_return opened;
}

Result<void> SerialPort::open_now() {
    const int direction = access_ == PortAccess::talk ? O_RDWR : O_RDONLY;
    const int descriptor = ::open(path_.c_str(), direction | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return cannot_open(path_, errno);
    boost::system::error_code error;
    stream_.assign(descriptor, error);
    if (error) {  // a regular file: the loop can wait for no such thing
        ::close(descriptor);
        return cannot_open(path_, ENOTTY);
    }
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return cannot_open(path_, errno);
    auto locked = lock();
    if (!locked) return locked;
    return configure();
}

Result<void> SerialPort::lock() {
    const int descriptor = stream_.native_handle();
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) return busy(path_);
    // flock binds only those who ask for it; this keeps the others out, root excepted.
    exclusive_ = ::ioctl(descriptor, TIOCEXCL) == 0;
    return {};
}

Result<void> SerialPort::configure() {
    const int descriptor = stream_.native_handle();
    if (!tty::set_raw(descriptor)) return cannot_open(path_, errno);
    auto applied = apply_baud();
    if (!applied) return applied;
    tty::lower_modem_lines(descriptor);
    tty::lower_latency(descriptor);
    ::tcflush(descriptor, TCIOFLUSH);
    return {};
}

Result<void> SerialPort::apply_baud() {
    const int descriptor = stream_.native_handle();
    if (baud_ != 0 && tty::set_baud(descriptor, baud_) && same_rate(baud_, tty::baud(descriptor))) return {};
    return fail(Errc::port_refused, fmt::format("{}: the adapter does not do {} baud", path_, baud_));
}

void SerialPort::close() {
    if (!stream_.is_open()) return;
    // The flag outlives us while anyone else has the line open, as a simulator does with its pty.
    if (exclusive_) ::ioctl(stream_.native_handle(), TIOCNXCL);
    exclusive_ = false;
    boost::system::error_code ignored;
    stream_.close(ignored);
}

std::unexpected<Error> SerialPort::gone(const std::string& why) {
    close();
    return fail(Errc::port_gone, fmt::format("{}: {}", path_, why));
}

Task<Result<std::size_t>> SerialPort::read(std::span<char> into, TimePoint deadline) {
    while (is_open()) {
        const auto count = ::read(stream_.native_handle(), into.data(), into.size());
        if (count > 0) co_return static_cast<std::size_t>(count);
        if (count == 0) co_return gone("the line hung up");
        if (!try_again(errno)) co_return gone(tty::reason(errno));
        if (time_.now() >= deadline) co_return fail(Errc::timeout, path_ + ": nothing came");
        co_await ready(stream_, asio::posix::stream_descriptor::wait_read, *timer_, deadline);
    }
    co_return gone("closed");
}

Task<Result<void>> SerialPort::write(std::string_view bytes) {
    if (access_ == PortAccess::listen_only) co_return listening_only(path_);
    const auto deadline =
        time_.now() + write_patience + character_time() * static_cast<Duration::rep>(bytes.size());
    while (is_open()) {
        if (bytes.empty()) co_return Result<void>{};
        const auto count = ::write(stream_.native_handle(), bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(count));
            continue;
        }
        if (!try_again(errno)) co_return gone(tty::reason(errno));
        if (time_.now() >= deadline) co_return fail(Errc::timeout, path_ + ": the line takes no bytes");
        co_await ready(stream_, asio::posix::stream_descriptor::wait_write, *timer_, deadline);
    }
    co_return gone("closed");
}

void SerialPort::discard_input() {
    if (is_open()) ::tcflush(stream_.native_handle(), TCIFLUSH);
}

Result<void> SerialPort::set_baud(std::uint32_t baud) {
    const auto before = std::exchange(baud_, baud);
    if (!is_open()) return {};
    auto applied = apply_baud();
    if (applied) {
        discard_input();  // what came at the other rate is noise
    } else {
        baud_ = before;
    }
    return applied;
}

Duration SerialPort::character_time() const {
    constexpr int bits = 10;
    if (baud_ == 0) return Duration::zero();
    return Duration{std::chrono::seconds{bits}} / baud_;
}

}  // namespace packwire::bus
