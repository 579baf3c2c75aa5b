// SPDX-License-Identifier: MIT
/// What Prometheus reads.
#pragma once

#include <string>

#include "sink/web/options.hpp"

namespace packwire::sink::web {

/// Text format 0.0.4. `live`: WebSockets that are open. Names: docs/api.md, ADR 0067.
[[nodiscard]] std::string metrics_text(const Hooks& hooks, std::size_t live, TimePoint now);

}  // namespace packwire::sink::web
