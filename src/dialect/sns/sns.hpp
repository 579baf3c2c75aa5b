// SPDX-License-Identifier: MIT
/// SNS / Cerns Ho01, KS48100 and the display line of the native family: SOI '>', answers that echo CID2, the
/// layouts of daren. Source: protocol 2.8, 11.2.
#pragma once

#include "model/service.hpp"

namespace packwire::dialect::sns {

extern const model::Service event_record;  ///< 4C, bytes that nobody can read yet

extern const model::Dialect dialect;

}  // namespace packwire::dialect::sns
