// SPDX-License-Identifier: MIT
/// The newest of all values, as one JSON document.
#pragma once

#include <string>

#include "app/daemon.hpp"

namespace packwire::app {

/// {"packs":[…],"bank":…}: each as a line of JSON lines has it, the bank null until it may be published. One
/// line, with its line end.
[[nodiscard]] std::string values_document(const Daemon& daemon, const bus::Time& time);

}  // namespace packwire::app
