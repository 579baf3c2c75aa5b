// SPDX-License-Identifier: MIT
/// Everything that one pack is configured to and shows, once: 42, 47, 4F, 51, 80, 83, 8A, B0/1 to B0/4, at
/// 19200 baud, against the time that characters and pack take. In virtual time, and on a pty against the
/// simulator.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <stdexcept>

#include "bus/transact.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "process.hpp"
#include "sim/bus.hpp"
#include "support/memory_port.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"
#include "wire/frame.hpp"

namespace {

using namespace packwire;
using bench::Line;
using Seconds = std::chrono::duration<double>;

constexpr std::uint32_t baud = 19200;
constexpr double limit = 1.15;
constexpr auto latency = std::chrono::milliseconds(20);
constexpr auto services = std::to_array<std::string_view>(
    {"42", "47", "4F", "51", "80", "83", "8A", "B0/1", "B0/2", "B0/3", "B0/4"});
/// Characters of questions and answers of all of them. Source: protocol 8.
constexpr std::size_t expected_characters = 236 + 168 + 38 + 106 + 462 + 100 + 240 + 114 + 94 + 284 + 94;

struct Reading {
    double seconds = 0;
    std::size_t characters = 0;
    [[nodiscard]] double ratio() const {
        const auto wire = static_cast<double>(characters) * 10 / baud;
        return seconds / (wire + Seconds(latency).count() * services.size());
    }
};

bus::Task<Reading> read_all(bus::Line& line, bus::Time& time) {
    Reading reading;
    const auto began = time.now();
    for (const auto code : services) {
        const auto& service = *dialect::find_services(line.dialect(), code).front();
        const auto question = dialect::make_request(line.dialect(), service, 1);
        const auto record = co_await line.ask(service, 1);
        if (!record) throw std::runtime_error(to_string(record.error()));
        reading.characters += 2 * (wire::min_text + question.info().size() + line.frame().info().size());
    }
    reading.seconds = Seconds(time.now() - began).count();
    co_return reading;
}

Reading in_virtual_time() {
    bus::asio::io_context loop;
    bus::VirtualTime time(loop);
    test::MemoryPort port(time);
    sim::LineSettings settings;
    settings.latency = latency;
    sim::SimulatedBus packs(time, dialect::daren::dialect, settings,
                            [&](TimePoint when, std::string bytes) { port.deliver(when, std::move(bytes)); });
    packs.add(1, {}, {});
    port.on_write = [&](std::string_view bytes) { packs.receive(bytes); };
    bus::Line line(port, time, dialect::daren::dialect);
    if (!test::run(loop, time, port.open(), Duration::zero())) throw std::runtime_error("no port");
    return test::run(loop, time, read_all(line, time), std::chrono::minutes(1));
}

class Stage {
public:
    Stage() {
        const auto link = directory_ / "line";
        sim_.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "sim", "--link", link.string(), "--baud",
                                     std::to_string(baud), "--latency", fmt::format("{}ms", latency.count())},
            directory_ / "sim.log");
        bench::wait_until([&] { return std::filesystem::exists(link); }, "the simulator did not start");
        const auto url = bus::parse_port_url(link.string());
        port_ = bus::make_port(*url, baud, time_, loop_.get_executor());
        line_.emplace(*port_, time_, dialect::daren::dialect);
        if (!test::run(loop_, port_->open())) throw std::runtime_error("the line cannot be opened");
    }
    ~Stage() {
        port_->close();
        sim_.reset();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    Reading read() { return test::run(loop_, read_all(*line_, time_)); }

private:
    test::TempDir directory_;
    std::optional<bench::Process> sim_;
    bus::asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    std::unique_ptr<bus::Port> port_;
    std::optional<bus::Line> line_;
};

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "full_read")) return 0;
    const auto ideal = in_virtual_time();
    bench::print(Line{
        "full_read_virtual", ideal.ratio(), "x (wire + latency)", limit,
        fmt::format("{} services, {} characters (protocol 8: {}), {:.3f} s of virtual time, pack "
                    "latency {} ms; at most",
                    services.size(), ideal.characters, expected_characters, ideal.seconds, latency.count())});
    constexpr std::size_t runs = 5;
    Stage stage;
    std::vector<Reading> readings;
    for (std::size_t i = 0; i < runs; ++i) readings.push_back(stage.read());
    std::ranges::sort(readings, {}, &Reading::seconds);
    const auto& middle = readings[runs / 2];
    bench::print(
        Line{"full_read", middle.ratio(), "x (wire + latency)", limit,
             fmt::format("on a pty at {} baud, {} characters, median {:.3f} s of {} runs, worst {:.3f} s; "
                         "at most",
                         baud, middle.characters, middle.seconds, runs, readings.back().seconds)});
    return ideal.ratio() <= limit && middle.ratio() <= limit ? 0 : 1;
}
