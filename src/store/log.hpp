// SPDX-License-Identifier: MIT
/// How history speaks to the operator.
#pragma once

#include <functional>
#include <string>

namespace packwire::store {

/// Called on whichever thread works; empty when nobody listens.
using Log = std::function<void(bool warning, const std::string& line)>;

}  // namespace packwire::store
