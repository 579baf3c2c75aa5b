// SPDX-License-Identifier: MIT
/// The catalogue of quantities as a document, so that no page keeps a list of its own.
#pragma once

#include <string>

#include "model/metric.hpp"

namespace packwire::sink::web {

/// Has it a value for each cell or sensor?
[[nodiscard]] constexpr bool repeats(model::Metric metric) {
    return metric.row().kind == model::Kind::measurement &&
           metric.row().venus.find("{}") != std::string_view::npos;
}

/// {"metrics":[…],"alarms":[…],"event_kinds":[…],"resolutions":[…]}; docs/api.md.
[[nodiscard]] std::string catalogue_document();

}  // namespace packwire::sink::web
