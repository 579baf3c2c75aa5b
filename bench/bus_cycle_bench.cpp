// SPDX-License-Identifier: MIT
/// One round of telemetry over N packs, asked back to back, against the time that its characters, the latency
/// of the packs and the configured silence between frames take. In virtual time: what is measured is the
/// schedule.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <stdexcept>

#include "bus/poller.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "polled.hpp"
#include "sim/bus.hpp"
#include "support/memory_port.hpp"
#include "support/run.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using bench::Line;
using Seconds = std::chrono::duration<double>;

constexpr double limit = 1.05;
constexpr Duration latency = 20ms;
constexpr Duration begin = 5min;  // by then everybody is known and spread
constexpr Duration lasts = 5min;

/// N packs, and a poller with telemetry only or with everything.
class Stage {
public:
    Stage(std::uint8_t packs, std::uint32_t baud, bool everything) : port_(time_, "memory", baud) {
        sim::LineSettings settings;
        settings.baud = baud;
        settings.latency = latency;
        packs_.emplace(time_, dialect::daren::dialect, settings, [this](TimePoint when, std::string bytes) {
            traffic_.heard(bytes.size());
            port_.deliver(when, std::move(bytes));
        });
        port_.on_write = [this](std::string_view bytes) {
            traffic_.asked(bytes.size());
            packs_->receive(bytes);
        };
        std::vector<std::uint8_t> addresses;
        for (std::uint8_t address = 1; address <= packs; ++address) {
            packs_->add(address, {}, {});
            addresses.push_back(address);
        }
        auto plan = bus::poll_plan(dialect::daren::dialect, std::move(addresses), Duration::zero());
        if (!everything) plan.others.clear();
        poller_.emplace(line_, time_, std::move(plan), count_);
        bus::asio::co_spawn(loop_, poller_->run(), bus::asio::detached);
    }
    /// Time over the physical limit of what was said.
    double ratio() {
        time_.run_for(begin);
        const auto before = traffic_;
        count_.live = 0;
        time_.run_for(lasts);
        return Seconds(lasts).count() / (traffic_ - before).limit(line_, latency);
    }
    /// Seconds of a round, on average.
    [[nodiscard]] double round(std::uint8_t packs) const {
        return Seconds(lasts).count() * packs / static_cast<double>(count_.live);
    }

private:
    bus::asio::io_context loop_;
    bus::VirtualTime time_{loop_};
    test::MemoryPort port_;
    std::optional<sim::SimulatedBus> packs_;
    bus::Line line_{port_, time_, dialect::daren::dialect};
    bench::Traffic traffic_;
    bench::Count count_;
    std::optional<bus::Poller> poller_;
};

bool measure(std::uint8_t packs, std::uint32_t baud) {
    Stage telemetry(packs, baud, false);
    const auto ratio = telemetry.ratio();
    Stage everything(packs, baud, true);
    const auto with_all = everything.ratio();
    bench::print(
        Line{fmt::format("bus_cycle_{}_{}", packs, baud), ratio, "x (wire + latency + quiet)", limit,
             fmt::format("telemetry of {} pack(s) at {} baud, {:.3f} s a round, pack latency 20 ms, mean "
                         "over 5 min of virtual time; at most",
                         packs, baud, telemetry.round(packs))});
    bench::print(Line{fmt::format("bus_cycle_{}_{}_all", packs, baud), with_all, "x (wire + latency + quiet)",
                      limit,
                      fmt::format("the same with all slow services among it, {:.3f} s a round; at most",
                                  everything.round(packs))});
    return std::max(ratio, with_all) <= limit;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "bus_cycle")) return 0;
    bool good = true;
    for (const std::uint32_t baud : {19200U, 9600U}) {
        for (const std::uint8_t packs : {std::uint8_t{1}, std::uint8_t{4}, std::uint8_t{15}})
            good = measure(packs, baud) && good;
    }
    return good ? 0 : 1;
}
