// SPDX-License-Identifier: MIT
/// How far a quantity must move to be worth telling again to those who are told of changes only.
#pragma once

#include <cmath>

#include "model/metric.hpp"

namespace packwire::model {

/// In the unit of the row; 0: every change counts. What is measured moves by two of its last shown digits
/// before anybody hears of it, since the last one flickers; clocks by a minute; counts with more than two
/// decimals by ten of the last. Settings, states and counts count at once.
[[nodiscard]] inline double deadband(const MetricRow& row) {
    constexpr double minute = 60;
    if (row.unit == "s") return minute;
    if (row.unit.empty()) return 0;  // a state, or a number of things
    const auto digit = std::pow(10.0, -static_cast<double>(row.decimals));
    if (row.kind == Kind::measurement) return 2 * digit;
    return row.kind == Kind::total && row.decimals > 2 ? 10 * digit : 0;
}

}  // namespace packwire::model
