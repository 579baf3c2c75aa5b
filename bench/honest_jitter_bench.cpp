// SPDX-License-Identifier: MIT
/// What it costs that the values of an honest pack do not rest, on a line that damages nothing: readings that
/// are refused or lost, and questions for each reading. An hour of one pack, polled every second.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdio>

#include "bus/transact.hpp"
#include "damaged_port.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "support/jittering_pack.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;

constexpr int readings = 3600;
constexpr int early_readings = 600;
constexpr double most_traffic = 1.02;

struct Cost {
    int lost = 0;
    std::uint64_t early = 0;  ///< questions in the first ten minutes
    Duration oldest{};        ///< of a good reading, when the next came
};

bus::Task<void> poll(bus::Line& line, bench::LeapingTime& time, Cost& cost) {
    auto last = time.now();
    auto due = time.now();
    for (int i = 0; i < readings; ++i) {
        const auto answer = co_await line.ask(dialect::daren::live_data, 1);
        if (answer) {
            cost.oldest = std::max(cost.oldest, time.now() - last);
            last = time.now();
        } else {
            ++cost.lost;
        }
        if (i + 1 == early_readings) cost.early = line.counters().exchanges;
        due = std::max(due + 1s, time.now());
        time.leap_to(due);
    }
}

bool run(const test::JitterProfile& profile) {
    bus::asio::io_context loop;
    bench::LeapingTime time;
    time.leap_to(TimePoint{} + 1h);
    test::JitteringPack pack(profile);
    const std::vector<std::string> life(2);  // the pack says something else
    bench::DamagedPort port(time, life,
                            [&](std::string& text, sim::Random&) { text = pack.answer(time.now()); });
    bus::Line line(port, time, dialect::daren::dialect);
    Cost cost;
    bus::asio::co_spawn(loop, poll(line, time, cost), bus::asio::detached);
    loop.run();
    const auto& counters = line.counters();
    const auto traffic = static_cast<double>(counters.exchanges) / readings;
    fmt::print(
        "{{\"bench\":\"honest_jitter\",\"value\":{:.3f},\"unit\":\"questions a "
        "reading\",\"limit\":{},\"note\":"
        "\"{}: {} readings, {} lost; refused: {} implausible, {} unconfirmed, {} inconsistent; the oldest "
        "reading was {:.1f} s old; {:.3f} in the first ten minutes\"}}\n",
        traffic, most_traffic, profile.name, readings, cost.lost, counters.of(Errc::implausible),
        counters.of(Errc::unconfirmed), counters.of(Errc::inconsistent),
        std::chrono::duration<double>(cost.oldest).count(), static_cast<double>(cost.early) / early_readings);
    std::fflush(stdout);
    return cost.lost == 0 && traffic <= most_traffic;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "honest_jitter")) return 0;
    int status = 0;
    for (const auto& profile : test::jitter_profiles()) {
        if (!run(profile)) status = 1;
    }
    return status;
}
