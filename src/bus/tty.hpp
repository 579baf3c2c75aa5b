// SPDX-License-Identifier: MIT
/// The terminal calls of the kernel, one sentence each. A false or zero leaves the reason in errno.
#pragma once

#include <cstdint>
#include <string>

namespace packwire::bus::tty {

/// 8N1, nothing translated, no flow control, no hang-up on close; a read gives what is there.
[[nodiscard]] bool set_raw(int descriptor);
/// Any rate; a standard one is set as such, because programs that read it back with tcgetattr see only those.
[[nodiscard]] bool set_baud(int descriptor, std::uint32_t baud);
/// Bits per second; zero when there is none to read.
[[nodiscard]] std::uint32_t baud(int descriptor);
/// RTS and DTR low, as the vendor's tool has them. A line without them (pty) stays as it is.
void lower_modem_lines(int descriptor);
/// Shortens the 16 ms latency of FTDI chips, where the driver has the knob.
void lower_latency(int descriptor);

/// What errno says, in words.
[[nodiscard]] std::string reason(int error);

}  // namespace packwire::bus::tty
