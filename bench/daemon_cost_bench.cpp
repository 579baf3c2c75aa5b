// SPDX-License-Identifier: MIT
/// The daemon with 4 packs at 1 s on a line paced like a real one at 19200 baud, with D-Bus: what it costs,
/// how soon it speaks, and how quickly it answers a client while the line is busy.
#include <fmt/format.h>
#include <sdbus-c++/sdbus-c++.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "harness.hpp"
#include "process.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace std::chrono;
using packwire::bench::Line;
using packwire::bench::Process;
using packwire::bench::wait_until;

constexpr int packs = 4;
constexpr int minute = 60;
constexpr int questions = 2000;

class Stage {
public:
    Stage() {
        bus_.emplace(std::vector<std::string>{"dbus-daemon", "--session", "--nofork", "--nopidfile",
                                              "--address=" + address()},
                     directory_ / "dbus.log");
        sim_.emplace(std::vector<std::string>{PACKWIRE_BINARY, "sim", "--packs", std::to_string(packs),
                                              "--link", link()},
                     directory_ / "sim.log");
        wait_until(
            [this] { return std::filesystem::exists(link()) && std::filesystem::exists(directory_ / "bus"); },
            "the simulator or the bus did not start");
        client_ = sdbus::createSessionBusConnectionWithAddress(address());
    }
    ~Stage() {
        daemon_.reset();
        sim_.reset();
        bus_.reset();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    void start_daemon() {
        ::setenv("STATE_DIRECTORY", (directory_ / "state").c_str(), 1);
        daemon_.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "run", "--web", "off", "--store", "off", "--port",
                                     link(), "--address", fmt::format("1-{}", packs), "--venus", address()},
            directory_ / "run.log");
    }
    [[nodiscard]] std::vector<std::string> services() {
        auto proxy = sdbus::createProxy(*client_, "org.freedesktop.DBus", "/org/freedesktop/DBus");
        std::vector<std::string> names;
        proxy->callMethod("ListNames").onInterface("org.freedesktop.DBus").storeResultsTo(names);
        std::erase_if(names,
                      [](const auto& name) { return !name.starts_with("com.victronenergy.battery."); });
        return names;
    }
    [[nodiscard]] std::unique_ptr<sdbus::IProxy> item(const std::string& service, const std::string& path) {
        return sdbus::createProxy(*client_, service, path);
    }
    static bool has_value(sdbus::IProxy& item) {
        sdbus::Variant value;
        item.callMethod("GetValue").onInterface("com.victronenergy.BusItem").storeResultsTo(value);
        return value.containsValueOfType<double>();
    }
    [[nodiscard]] Process& daemon() { return *daemon_; }

private:
    [[nodiscard]] std::string address() const { return "unix:path=" + (directory_ / "bus").string(); }
    [[nodiscard]] std::string link() const { return (directory_ / "line").string(); }
    packwire::test::TempDir directory_;
    std::optional<Process> bus_, sim_, daemon_;
    std::unique_ptr<sdbus::IConnection> client_;
};

double first_value(Stage& stage) {
    const auto start = steady_clock::now();
    stage.start_daemon();
    wait_until(
        [&] {
            const auto names = stage.services();
            return !names.empty() && Stage::has_value(*stage.item(names.front(), "/Dc/0/Voltage"));
        },
        "no value came");
    return duration<double>(steady_clock::now() - start).count();
}

struct Latency {
    double p50, p99, worst;
};

Latency ask_often(Stage& stage) {
    const auto names = stage.services();
    std::vector<std::unique_ptr<sdbus::IProxy>> items;
    for (const auto& name : names) items.push_back(stage.item(name, "/Soc"));
    std::vector<double> milliseconds;
    for (int i = 0; i < questions; ++i) {
        const auto start = steady_clock::now();
        if (!Stage::has_value(*items[static_cast<std::size_t>(i) % items.size()]))
            throw std::runtime_error("an invalid value");
        milliseconds.push_back(duration<double, std::milli>(steady_clock::now() - start).count());
        std::this_thread::sleep_for(5ms);  // spread over many exchanges of the line
    }
    std::ranges::sort(milliseconds);
    const auto at = [&](double part) {
        return milliseconds[static_cast<std::size_t>(part * (questions - 1))];
    };
    return {at(0.5), at(0.99), milliseconds.back()};
}

}  // namespace

int main(int argc, char** argv) {
    using packwire::bench::print;
    if (!packwire::bench::wanted(argc, argv, "daemon_cost")) return 0;
    Stage stage;
    print(Line{"daemon_first_value", first_value(stage), "s", 5.0,
               "start of the process to the bank on D-Bus: 42, 47, 80 and B0/3 of four packs are 2 s of the "
               "line, and their telemetry goes on meanwhile; at most"});
    wait_until([&] { return stage.services().size() == packs + 1; }, "not every pack appeared");
    const auto latency = ask_often(stage);
    print(Line{"dbus_get_value_p50", latency.p50, "ms", 5, "seen by a client, line busy; at most"});
    print(Line{"dbus_get_value_p99", latency.p99, "ms", 5, "seen by a client, so handling is less; at most"});
    print(Line{"dbus_get_value_worst", latency.worst, "ms", 0, fmt::format("of {}", questions)});
    const auto before = stage.daemon().cpu_seconds();
    std::this_thread::sleep_for(seconds(minute));
    const auto cost = stage.daemon().cpu_seconds() - before;
    print(Line{"daemon_cpu", cost, "s/min", 0.6,
               "4 packs at 1 s, D-Bus on, nobody asking; 0.6 is 1 % of a core; at most"});
    print(Line{"daemon_rss", stage.daemon().rss_mb(), "MB", 20, "resident; at most"});
    const bool good = latency.p50 < 5 && latency.p99 < 5 && cost < 0.6 && stage.daemon().rss_mb() < 20;
    return good ? 0 : 1;
}
