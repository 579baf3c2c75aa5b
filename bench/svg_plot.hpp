// SPDX-License-Identifier: MIT
/// Small: lines over hours, one band for each quantity, as SVG.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace packwire::bench {

struct Curve {
    std::string_view name;
    std::string_view colour;
    std::vector<double> values;  ///< one for each of Plot::hours
};
struct Band {
    std::string_view title;  ///< with its unit
    std::vector<Curve> curves;
};
struct Plot {
    std::string title;
    std::vector<double> hours;
    std::vector<Band> bands;
    std::vector<std::pair<double, std::string>> marks;  ///< at an hour, in words
};
[[nodiscard]] std::string svg(const Plot& plot);

}  // namespace packwire::bench
