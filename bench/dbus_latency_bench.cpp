// SPDX-License-Identifier: MIT
/// How long a client waits for GetValue and GetItems while four packs and their bank change every 250 ms. The
/// client is a thread with a connection of its own; what it measures holds the bus daemon and its own
/// unmarshalling besides the sink.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <ctime>
#include <thread>

#include "dbus_scene.hpp"
#include "harness.hpp"
#include "sink/venus/bus_address.hpp"

namespace {

using namespace std::chrono;
constexpr double most = 5;  // ms
constexpr int rounds = 400;

double call(sdbus::IConnection& connection, const std::string& service, const char* path,
            const char* method) {
    auto proxy = sdbus::createProxy(connection, service, path);
    auto request = proxy->createMethodCall("com.victronenergy.BusItem", method);
    const auto start = steady_clock::now();
    const auto reply = proxy->callMethod(request);
    return duration<double, std::milli>(steady_clock::now() - start).count();
}

double at(std::vector<double> times, double part) {
    std::ranges::sort(times);
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
}

bool print(const char* method, const std::vector<double>& times) {
    const auto name = [&](const char* what) { return fmt::format("dbus_latency_{}_{}", method, what); };
    const auto note = fmt::format("{} calls to 5 services in turn, seen by a client; at most", times.size());
    packwire::bench::print({name("p50"), at(times, 0.5), "ms", most, note});
    packwire::bench::print({name("p99"), at(times, 0.99), "ms", 0, note});
    return at(times, 0.5) <= most;
}

/// Of the calling thread, ms.
double cpu_time() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

/// What each turn of the loop takes of the processor until it is stopped.
std::vector<double> run(boost::asio::io_context& loop) {
    std::vector<double> turns;
    loop.restart();
    while (!loop.stopped()) {
        const auto before = cpu_time();
        if (loop.run_one() != 0) turns.push_back(cpu_time() - before);
    }
    return turns;
}

packwire::bus::Task<void> read_on(packwire::bench::DbusScene& scene, const std::atomic<bool>& done,
                                  boost::asio::io_context& loop) {
    boost::asio::steady_timer timer(loop);
    while (!done) {
        scene.read_next();
        timer.expires_after(250ms);
        co_await timer.async_wait(boost::asio::use_awaitable);
    }
    loop.stop();
}

}  // namespace

int main(int argc, char** argv) {
    using namespace packwire;
    if (!bench::wanted(argc, argv, "dbus_latency")) return 0;
    boost::asio::io_context loop(1);
    test::PrivateBus bus(loop);
    bus::LoopTime time(loop.get_executor());
    bench::DbusScene scene(loop, bus, time);
    std::atomic<bool> done = false;
    for (int i = 0; i < bench::DbusScene::packs; ++i) scene.read_next();
    test::run_until(loop, [&] { return bus.has(bench::DbusScene::services().back()); });
    std::vector<double> values;
    std::vector<double> items;
    std::thread client([&] {
        const auto connection = sink::venus::connect_to_bus(bus.address());
        for (int i = 0; i < rounds; ++i) {
            for (const auto& service : bench::DbusScene::services()) {
                values.push_back(call(*connection, service, "/Dc/0/Voltage", "GetValue"));
                items.push_back(call(*connection, service, "/", "GetItems"));
            }
        }
        done = true;
    });
    boost::asio::co_spawn(loop, read_on(scene, done, loop), boost::asio::detached);
    const auto turns = run(loop);
    client.join();
    bool good = print("get_value", values);
    good = print("get_items", items) && good;
    const auto handling = at(turns, 0.99);
    bench::print({"dbus_handling_p99", handling, "ms", most,
                  "processor time of a turn of the daemon's loop; at most"});
    bench::print({"dbus_handling_max", at(turns, 1), "ms", 0, "the longest of them"});
    return good && handling <= most ? 0 : 1;
}
