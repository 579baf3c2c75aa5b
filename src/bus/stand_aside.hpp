// SPDX-License-Identifier: MIT
/// What we do while another master asks on our line: listen.
#pragma once

#include <functional>

#include "bus/tap.hpp"
#include "bus/transact.hpp"

namespace packwire::bus {

using Overheard = std::function<void(const TapMessage&)>;

/// Transmits nothing and tells what is said on the line, until line.taken() no more: nobody has asked for
/// MasterWatch::quiet. The port is open. Errors: those of the port.
Task<Result<void>> stand_aside(Line& line, Time& time, Overheard tell);

}  // namespace packwire::bus
