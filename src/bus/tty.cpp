// SPDX-License-Identifier: MIT
#include "bus/tty.hpp"

#include <linux/serial.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "bus/tty_any_baud.hpp"

namespace packwire::bus::tty {

namespace {

struct StandardRate {
    std::uint32_t baud;
    speed_t code;
};

constexpr std::array standard_rates{
    StandardRate{300, B300},       StandardRate{600, B600},         StandardRate{1200, B1200},
    StandardRate{2400, B2400},     StandardRate{4800, B4800},       StandardRate{9600, B9600},
    StandardRate{19200, B19200},   StandardRate{38400, B38400},     StandardRate{57600, B57600},
    StandardRate{115200, B115200}, StandardRate{230400, B230400},   StandardRate{460800, B460800},
    StandardRate{921600, B921600}, StandardRate{1000000, B1000000},
};

bool set_standard_baud(int descriptor, speed_t code) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return false;
    settings.c_cflag &= ~static_cast<tcflag_t>(CIBAUD);
    if (::cfsetispeed(&settings, code) != 0 || ::cfsetospeed(&settings, code) != 0) return false;
    return ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
}

}  // namespace

bool set_raw(int descriptor) {
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return false;
    settings.c_iflag = IGNBRK;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag &= ~static_cast<tcflag_t>(CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS | HUPCL);
    settings.c_cflag |= CS8 | CREAD | CLOCAL;
    settings.c_cc[VMIN] = 1;  // with 0 an empty line could not be told from one that hung up
    settings.c_cc[VTIME] = 0;
    return ::tcsetattr(descriptor, TCSANOW, &settings) == 0;
}

bool set_baud(int descriptor, std::uint32_t baud) {
    const auto* found = std::ranges::find(standard_rates, baud, &StandardRate::baud);
    if (found == standard_rates.end()) return set_any_baud(descriptor, baud);
    return set_standard_baud(descriptor, found->code);
}

std::uint32_t baud(int descriptor) {
    if (const auto any = get_any_baud(descriptor); any != 0) return any;
    // Where the newer call is not known (qemu-user 7.2), standard rates can still be read.
    termios settings{};
    if (::tcgetattr(descriptor, &settings) != 0) return 0;
    const auto* found = std::ranges::find(standard_rates, ::cfgetospeed(&settings), &StandardRate::code);
    return found == standard_rates.end() ? 0 : found->baud;
}

void lower_modem_lines(int descriptor) {
    int lines = 0;
    if (::ioctl(descriptor, TIOCMGET, &lines) != 0) return;
    lines &= ~(TIOCM_RTS | TIOCM_DTR);
    ::ioctl(descriptor, TIOCMSET, &lines);
}

void lower_latency(int descriptor) {
    serial_struct settings{};
    if (::ioctl(descriptor, TIOCGSERIAL, &settings) != 0) return;
    settings.flags |= static_cast<int>(ASYNC_LOW_LATENCY);
    ::ioctl(descriptor, TIOCSSERIAL, &settings);
}

std::string reason(int error) {
    return std::generic_category().message(error);
}

}  // namespace packwire::bus::tty
