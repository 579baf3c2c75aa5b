// SPDX-License-Identifier: MIT
#include "app/demo_house.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace packwire::app {

using namespace std::chrono_literals;

namespace {

constexpr std::array<std::string_view, 4> model_names{"STD08", "HUANY04", "SIM01", "ANZ09"};
constexpr unsigned odd_pack = 3;  ///< its address

constexpr auto incidents = std::to_array<Incident>({
    {70s, "pack 4 silence on"},
    {150s, "pack 4 off"},
    {190s, "pack 2 temperature 52"},
    {260s, "pack 2 off"},
});

}  // namespace

DemoStart demo_start(Duration local) {
    constexpr Duration morning = 9h;
    const bool light = local >= 8h && local < 16h;
    const auto time_of_day = light ? local : morning;
    // Empty in the morning, full in the afternoon.
    const auto hours = std::chrono::duration<double, std::ratio<3600>>(time_of_day - 8h).count();
    return {.time_of_day = time_of_day, .soc_percent = std::min(38 + 7 * hours, 88.0)};
}

sim::SimOptions demo_bank(const DemoOptions& options, const DemoStart& start) {
    sim::SimOptions bank;
    bank.packs = options.packs;
    for (const auto name : model_names) bank.mixed.push_back(*sim::find_model(name));
    bank.pack.profile = sim::Profile::day;
    bank.pack.seed = options.seed;
    bank.pack.time_of_day = start.time_of_day;
    bank.pack.soc_percent = start.soc_percent;
    bank.soc_step = 1.5;
    bank.speed = options.speed;
    return bank;
}

double demo_demand(double hour, double sun) {
    double demand = -0.015;
    if (hour >= 6 && hour < 8) demand = -0.04;
    if (hour >= 8 && hour < 17) demand = 0.2 * sun * std::sin(std::numbers::pi * (hour - 8) / 9) - 0.02;
    if (hour >= 17 && hour < 22) demand = -0.07;
    return demand;
}

std::span<const Incident> demo_incidents() {
    return incidents;
}

bus::Task<void> tell_story(sim::Simulator& simulator, bus::Time& time) {
    constexpr double ahead_ah = 1.6;
    constexpr std::size_t full_cell = 6;
    if (auto* odd = simulator.bus().find(odd_pack)) odd->pack.unbalance_cell(full_cell, ahead_ah);
    const auto timer = time.timer();
    for (auto begin = time.now();; begin += demo_story) {
        for (const auto& incident : incidents) {
            const auto due = begin + incident.at;
            co_await timer->wait_until(due);
            const auto command = sim::parse_command(incident.command);
            const auto done = command ? simulator.bus().apply(*command) : std::unexpected(command.error());
            // A bank of two packs has no fourth one.
            if (!done) spdlog::debug("demo: {}", to_string(done.error()));
        }
        const auto next = begin + demo_story;
        co_await timer->wait_until(next);
    }
}

}  // namespace packwire::app
