// SPDX-License-Identifier: MIT
#include "bus/tty_any_baud.hpp"

#include <asm/termbits.h>
#include <sys/ioctl.h>

namespace packwire::bus::tty {

bool set_any_baud(int descriptor, std::uint32_t baud) {
    termios2 settings{};
    if (::ioctl(descriptor, TCGETS2, &settings) != 0) return false;
    settings.c_cflag &= ~static_cast<tcflag_t>(CBAUD | CIBAUD);
    settings.c_cflag |= BOTHER;
    settings.c_ispeed = baud;
    settings.c_ospeed = baud;
    return ::ioctl(descriptor, TCSETS2, &settings) == 0;
}

std::uint32_t get_any_baud(int descriptor) {
    termios2 settings{};
    if (::ioctl(descriptor, TCGETS2, &settings) != 0) return 0;
    return settings.c_ospeed;
}

}  // namespace packwire::bus::tty
