// SPDX-License-Identifier: MIT
/// The daemon's poller at interval = "max" with 4 packs on a real pty that the simulator paces: how much of
/// the line is in use over a minute, and what that costs.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <ctime>
#include <filesystem>
#include <stdexcept>

#include "bus/poller.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "polled.hpp"
#include "process.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using bench::Line;

constexpr std::uint32_t baud = 19200;
constexpr Duration latency = 20ms;
constexpr auto warm_up = 10s;
constexpr auto lasts = 60s;
constexpr double least = 95;    // % of the physical limit
constexpr double most_cpu = 1;  // % of a core

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

/// A port that counts what goes through it.
class CountingPort final : public bus::Port {
public:
    CountingPort(std::unique_ptr<bus::Port> port, bench::Traffic& traffic)
        : port_(std::move(port)), traffic_(traffic) {}
    bus::Task<Result<void>> open() override { return port_->open(); }
    [[nodiscard]] bool is_open() const override { return port_->is_open(); }
    void close() override { port_->close(); }
    bus::Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) override {
        const auto got = co_await port_->read(into, deadline);
        if (got) traffic_.heard(*got);
        co_return got;
    }
    bus::Task<Result<void>> write(std::string_view bytes) override {
        traffic_.asked(bytes.size());
        return port_->write(bytes);
    }
    void discard_input() override { port_->discard_input(); }
    [[nodiscard]] Duration character_time() const override { return port_->character_time(); }
    [[nodiscard]] const std::string& name() const override { return port_->name(); }

private:
    std::unique_ptr<bus::Port> port_;
    bench::Traffic& traffic_;
};

class Stage {
public:
    Stage() {
        const auto link = directory_ / "line";
        sim_.emplace(std::vector<std::string>{PACKWIRE_BINARY, "sim", "--packs", "4", "--link", link.string(),
                                              "--baud", std::to_string(baud), "--latency", "20ms"},
                     directory_ / "sim.log");
        bench::wait_until([&] { return std::filesystem::exists(link); }, "the simulator did not start");
        const auto url = bus::parse_port_url(link.string());
        port_.emplace(bus::make_port(*url, baud, time_, loop_.get_executor()), traffic_);
        line_.emplace(*port_, time_, dialect::daren::dialect);
        poller_.emplace(*line_, time_,
                        bus::poll_plan(dialect::daren::dialect, {1, 2, 3, 4}, Duration::zero()), count_);
        bus::asio::co_spawn(loop_, poller_->run(), bus::asio::detached);
    }
    ~Stage() {
        loop_.stop();
        port_->close();
        sim_.reset();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    bool measure() {
        loop_.run_for(warm_up);
        const auto before = traffic_;
        count_.live = count_.failures = 0;
        const auto cpu = cpu_seconds();
        const auto began = time_.now();
        loop_.run_for(lasts);
        const auto took = std::chrono::duration<double>(time_.now() - began).count();
        const auto used = 100 * (cpu_seconds() - cpu) / took;
        const auto said = traffic_ - before;
        const auto utilisation = 100 * said.limit(*line_, latency) / took;
        bench::print(
            Line{"bus_utilisation", utilisation, "% of the physical limit", least,
                 fmt::format("4 packs at interval max on a pty at {} baud, {:.0f} s: {} questions, {} "
                             "readings of telemetry, {} failures; at least",
                             baud, took, said.questions, count_.live, count_.failures)});
        bench::print(Line{"bus_utilisation_cpu", used, "% of a core", most_cpu,
                          "poller and line of that minute, without sinks; at most"});
        return utilisation >= least && used <= most_cpu;
    }

private:
    test::TempDir directory_;
    std::optional<bench::Process> sim_;
    bus::asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    bench::Traffic traffic_;
    bench::Count count_;
    std::optional<CountingPort> port_;
    std::optional<bus::Line> line_;
    std::optional<bus::Poller> poller_;
};

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "bus_utilisation")) return 0;
    Stage stage;
    return stage.measure() ? 0 : 1;
}
