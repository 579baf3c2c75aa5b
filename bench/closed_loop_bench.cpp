// SPDX-License-Identifier: MIT
/// Days of charge control in a closed loop with simulated packs and a simulated Victron system (bank 10).
/// Draws a day of each kind as SVG, and prints what 30 days cost and how near a cell came to its protection.
/// PLOTS=directory in the environment: where to; else beside this program.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "harness.hpp"
#include "support/closed_loop.hpp"
#include "svg_plot.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using test::ClosedLoop;

constexpr double most_seconds = 60;

/// What is drawn of a day, a sample a minute.
struct Diary {
    bench::Plot plot;
    bench::Curve voltage{"battery", "#333", {}}, cvl{"CVL", "#c00", {}};
    bench::Curve high{"highest cell", "#c60", {}}, low{"lowest cell", "#06c", {}};
    bench::Curve current{"battery", "#333", {}}, ccl{"CCL", "#0a0", {}}, dcl{"-DCL", "#808", {}};
    bench::Curve mode{"mode", "#00c", {}};
    bench::Curve soc{"SOC", "#080", {}};
    std::string last_mode;

    void note(const ClosedLoop& loop, Duration elapsed);
    bench::Plot drawn(std::string title);
};

double number_of(std::string_view mode) {
    return mode == "Bulk" ? 0 : mode == "Absorption" ? 1 : 2;
}

void Diary::note(const ClosedLoop& loop, Duration elapsed) {
    if (loop.limits.charge_mode.empty()) return;
    const auto hours = std::chrono::duration<double, std::ratio<3600>>(elapsed).count();
    const auto name = loop.limits.charge_mode.substr(0, loop.limits.charge_mode.find(':'));
    if (name != last_mode) plot.marks.emplace_back(hours, name);
    last_mode = name;
    const auto& first = loop.batteries.at(0);
    plot.hours.push_back(hours);
    voltage.values.push_back(loop.batteries.voltage());
    cvl.values.push_back(loop.limits.charge_voltage);
    high.values.push_back(loop.highest_cell());
    low.values.push_back(first.measured(sim::Watched::lowest_cell));
    double amperes = 0;
    for (std::size_t i = 0; i < loop.batteries.size(); ++i) amperes += loop.batteries.at(i).current();
    current.values.push_back(amperes);
    ccl.values.push_back(loop.limits.charge_current);
    dcl.values.push_back(-loop.limits.discharge_current);
    mode.values.push_back(number_of(name));
    soc.values.push_back(loop.soc());
}

bench::Plot Diary::drawn(std::string title) {
    plot.title = std::move(title);
    plot.bands = {{"voltage, V", {voltage, cvl}},
                  {"cells, V", {high, low}},
                  {"current, A", {current, ccl, dcl}},
                  {"state of charge, %", {soc}},
                  {"mode: 0 bulk, 1 absorption, 2 float", {mode}}};
    return std::move(plot);
}

struct Day {
    std::string_view name, title;
    std::size_t packs;
    double soc;
    void (*prepare)(ClosedLoop&);
    void (*happen)(ClosedLoop&, Duration);
};

void sunny(ClosedLoop& loop, Duration elapsed) {
    test::solar_day(loop.plant, elapsed, 60, 6);
}

void leave(ClosedLoop& loop, Duration elapsed) {
    test::solar_day(loop.plant, elapsed, 150, 12);
    auto& freshness = loop.known[1]->freshness;
    if (elapsed == 10h) freshness = bank::Freshness::stale;
    if (elapsed == 10h + 21s) freshness = bank::Freshness::lost;
    if (elapsed == 13h) freshness = bank::Freshness::fresh;
}

const auto days = std::to_array<Day>({
    {"day", "One pack, a sunny day; the charger stands 0.4 V above CVL", 1, 45, [](ClosedLoop&) {}, &sunny},
    {"day_feed_in", "One pack, a sunny day; the charger ignores CCL", 1, 45,
     [](ClosedLoop& loop) { loop.plant.feed_in = true; }, &sunny},
    {"day_imbalance", "One cell 3 Ah ahead, one 2 Ah behind", 1, 60,
     [](ClosedLoop& loop) {
         loop.batteries.at(0).unbalance_cell(3, 3);
         loop.batteries.at(0).unbalance_cell(9, -2);
     },
     &sunny},
    {"day_leaving", "Three packs; the second is silent from 10 h to 13 h", 3, 45, [](ClosedLoop&) {}, &leave},
    {"day_empty", "A dark day after a dark night: DCL", 1, 25, [](ClosedLoop&) {},
     [](ClosedLoop& loop, Duration elapsed) { test::solar_day(loop.plant, elapsed, 25, 9); }},
});

void draw(const Day& day, const std::filesystem::path& directory) {
    ClosedLoop loop(day.packs, day.soc);
    day.prepare(loop);
    Diary diary;
    loop.run(24h, [&](ClosedLoop& now, Duration elapsed) {
        day.happen(now, elapsed);
        if (elapsed % 1min == 0s) diary.note(now, elapsed);
    });
    std::ofstream(directory / fmt::format("{}.svg", day.name))
        << bench::svg(diary.drawn(std::string(day.title)));
    bench::print({.bench = "closed_loop_margin",
                  .value = 1000 * loop.margin(),
                  .unit = "mV",
                  .note = fmt::format(
                      "{}: nearest of a cell to its protection; {} changes of a limit in a day, DCL fell "
                      "to 0 {} times",
                      day.title, loop.watch.changes, loop.watch.falls_to_zero)});
}

bool thirty_days() {
    const auto begin = std::chrono::steady_clock::now();
    ClosedLoop loop(1, 40);
    loop.run(std::chrono::days(30), [](ClosedLoop& now, Duration elapsed) {
        const auto day = elapsed / std::chrono::days(1);
        now.plant.feed_in = day % 2 == 1;
        test::solar_day(now.plant, elapsed, day % 5 < 4 ? 50 : 15, 4.5);
    });
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    bench::print({.bench = "closed_loop_30_days",
                  .value = seconds,
                  .unit = "s",
                  .limit = most_seconds,
                  .note = "every 3 s a reading and a step of control; at most"});
    bench::print(
        {.bench = "closed_loop_30_days_margin",
         .value = 1000 * loop.margin(),
         .unit = "mV",
         .note = fmt::format("nearest of a cell to its protection, {} full charges, {} trips; at least 0",
                             loop.full_charges, loop.voltage_trips() + loop.other_trips())});
    bench::print({.bench = "closed_loop_changes",
                  .value = static_cast<double>(loop.watch.changes) / (30 * 24),
                  .unit = "an hour",
                  .note = fmt::format(
                      "changes of CVL, CCL or DCL; DCL fell to 0 {} times in 30 days; rises faster than "
                      "configured: {}",
                      loop.watch.falls_to_zero, loop.watch.complaints().size())});
    return seconds < most_seconds && loop.margin() > 0 && loop.watch.complaints().empty();
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "closed_loop")) return 0;
    const char* wish = std::getenv("PLOTS");
    const auto directory = wish != nullptr ? std::filesystem::path(wish)
                                           : std::filesystem::path(argv[0]).parent_path() / "closed_loop";
    std::filesystem::create_directories(directory);
    for (const auto& day : days) draw(day, directory);
    bench::print({.bench = "closed_loop_plots",
                  .value = static_cast<double>(days.size()),
                  .unit = "SVG",
                  .note = directory.string()});
    return thirty_days() ? 0 : 1;
}
