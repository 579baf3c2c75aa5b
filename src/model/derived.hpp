// SPDX-License-Identifier: MIT
/// Quantities that follow from others. One row each; the catalogue names and describes them.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "model/metric.hpp"

namespace packwire::model {

class Snapshot;

struct Derived {
    Metric metric;
    Metric source;  ///< whose age it has
    std::optional<double> (*value)(const Snapshot&) = nullptr;
    std::string (*text)(const Snapshot&) = nullptr;
};

[[nodiscard]] std::span<const Derived> derived_metrics();
/// Null when the quantity is read, not derived.
[[nodiscard]] const Derived* find_derived(Metric metric);
/// Does it say how the pack is now, rather than what it is? Such values are shown only while the pack is
/// fresh.
[[nodiscard]] bool goes_stale(Metric metric);

}  // namespace packwire::model
