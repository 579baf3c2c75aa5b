// SPDX-License-Identifier: MIT
/// Baud rates as numbers. Apart from tty, because <asm/termbits.h> and <termios.h> exclude each other.
#pragma once

#include <cstdint>

namespace packwire::bus::tty {

[[nodiscard]] bool set_any_baud(int descriptor, std::uint32_t baud);
/// Zero when there is none to read.
[[nodiscard]] std::uint32_t get_any_baud(int descriptor);

}  // namespace packwire::bus::tty
