// SPDX-License-Identifier: MIT
#include "sim/cell.hpp"

#include <algorithm>
#include <array>

namespace packwire::sim {

namespace {

struct Point {
    double soc, volts;
};

// Flat in the middle and steep at both ends, as the data sheets of prismatic LiFePO4 cells show it.
constexpr auto curve = std::to_array<Point>({
    {-0.020, 2.000}, {-0.010, 2.300}, {0.000, 2.550}, {0.010, 2.800}, {0.030, 2.980}, {0.060, 3.120},
    {0.100, 3.200},  {0.150, 3.225},  {0.200, 3.245}, {0.300, 3.272}, {0.400, 3.287}, {0.500, 3.293},
    {0.600, 3.302},  {0.650, 3.318},  {0.700, 3.328}, {0.800, 3.331}, {0.900, 3.334}, {0.950, 3.339},
    {0.980, 3.352},  {0.990, 3.365},  {1.000, 3.400}, {1.005, 3.500}, {1.010, 3.660}, {1.020, 3.950},
});

constexpr double relaxation_s = 60;
constexpr double bleed_a = 0.15;

constexpr double step = 0.005;  // every point of the curve is a multiple
constexpr std::size_t steps = 208;

/// The curve at equal distances: no search on the way.
consteval std::array<double, steps + 1> sampled() {
    std::array<double, steps + 1> volts{};
    std::size_t above = 1;
    for (std::size_t i = 0; i <= steps; ++i) {
        const auto soc = curve.front().soc + static_cast<double>(i) * step;
        while (above + 1 < curve.size() && curve[above].soc < soc) ++above;
        const auto& [soc_a, volts_a] = curve[above - 1];
        volts[i] = volts_a + (curve[above].volts - volts_a) * (soc - soc_a) / (curve[above].soc - soc_a);
    }
    return volts;
}

constexpr auto samples = sampled();

}  // namespace

double open_circuit_voltage(double soc) {
    const auto at = (soc - curve.front().soc) / step;
    if (at <= 0) return curve.front().volts;
    const auto below = static_cast<std::size_t>(at);
    if (below >= steps) return curve.back().volts;
    return samples[below] + (samples[below + 1] - samples[below]) * (at - static_cast<double>(below));
}

double Cell::voltage(double current_a) const {
    if (fixed_v) return *fixed_v;
    return open_circuit_voltage(soc()) + current_a * resistance_ohm + polarisation_v;
}

void Cell::step(double current_a, double seconds) {
    const auto drawn = current_a - (bleeding ? bleed_a : 0);
    charge_ah += drawn * seconds / 3600;
    charge_ah = std::clamp(charge_ah, curve.front().soc * capacity_ah, curve.back().soc * capacity_ah);
    polarisation_v += (current_a * resistance_ohm - polarisation_v) * seconds / relaxation_s;
}

}  // namespace packwire::sim
