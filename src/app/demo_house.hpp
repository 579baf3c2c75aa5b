// SPDX-License-Identifier: MIT
/// The house of the demonstration: its packs, how its days go, and what happens to it.
#pragma once

#include <optional>
#include <string_view>

#include "app/options.hpp"
#include "sim/simulator.hpp"

namespace packwire::app {

inline constexpr std::string_view demo_site = "demo";

/// How the packs stand when the demonstration begins: a morning with sun.
struct DemoStart {
    Duration time_of_day{};
    double soc_percent = 0;
};
/// `local`: the time of day here. At night the demonstration begins in the morning.
[[nodiscard]] DemoStart demo_start(Duration local);

/// Packs of different models, the third with a cell that is fuller than the others.
[[nodiscard]] sim::SimOptions demo_bank(const DemoOptions& options, const DemoStart& start);

/// In C: what sun and household want at that time of day; `sun` of 1 is a clear day.
[[nodiscard]] double demo_demand(double hour, double sun);

/// Something that happens, in a command of the simulator.
struct Incident {
    Duration at{};  ///< since the beginning of the story
    std::string_view command;
};
/// A pack falls silent and returns, another gets warm, and both are well again. Told over and over.
inline constexpr Duration demo_story = std::chrono::minutes(6);
[[nodiscard]] std::span<const Incident> demo_incidents();

/// Tells the story to the packs until cancelled.
[[nodiscard]] bus::Task<void> tell_story(sim::Simulator& simulator, bus::Time& time);

}  // namespace packwire::app
