// SPDX-License-Identifier: MIT
/// What fifteen packs of sixteen cells cost on MQTT: size of discovery, messages a second, processor, and how
/// long a change takes from the reading to a subscriber. The broker is a mosquitto, the subscriber its
/// mosquitto_sub.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <ctime>

#include "harness.hpp"
#include "sink/mqtt/mqtt_sink.hpp"
#include "sink/seed.hpp"
#include "support/mqtt_broker.hpp"

namespace {

using namespace packwire;
using namespace std::chrono;
constexpr int packs = 15;
constexpr int seconds_measured = 20;
constexpr int changes = 300;

/// Of the whole program: the sink, and its share of the loop.
double cpu_seconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

class Scene {
public:
    Scene() : broker(loop) {
        broker.start();
        for (int i = 0; i < packs; ++i)
            seeds.emplace_back(fmt::format("JD2M0215086{:02}", i), static_cast<std::uint8_t>(i + 1));
        sink::mqtt::Options options;
        options.broker.host = "127.0.0.1";
        options.broker.port = broker.port();
        options.settle = Duration::zero();
        options.line_quality = [](const std::string&) { return std::optional(sink::mqtt::LineQuality{}); };
        sink = std::make_unique<sink::mqtt::MqttSink>(std::move(options), time, loop.get_executor(), offload,
                                                      sink::Log{});
        boost::asio::co_spawn(loop, sink->run(), boost::asio::detached);
    }

    /// A pack answered; every value of it moves.
    void read(std::size_t i) {
        const auto wave = static_cast<std::int32_t>(++round_ * 7919 % 100);
        std::vector<test::Change> moved{{"pack_current", -1000 - wave}, {"pack_voltage", 5300 + wave % 10}};
        for (std::size_t cell = 0; cell < 16; ++cell)
            moved.push_back({"cell_voltage", 3320 + (wave + static_cast<std::int32_t>(cell)) % 9, cell});
        seeds[i].read_live(moved);
        sink->publish(seeds[i].pack);
        bank::Bank bank;
        for (const auto& seed : seeds) bank.members.push_back({seed.pack.snapshot.identity.id});
        bank.set(model::metric("pack_current"), -150.0 - wave);
        bank.set(model::metric("state_of_charge"), 67.0);
        sink->publish_bank(bank);
    }
    void wait(Duration time_to_wait) {
        const auto end = steady_clock::now() + time_to_wait;
        while (steady_clock::now() < end) {
            if (loop.stopped()) loop.restart();
            loop.run_one_until(end);
        }
    }

    boost::asio::io_context loop;
    bus::LoopTime time{loop.get_executor()};
    bus::Offload offload{loop.get_executor()};
    test::MqttBroker broker;
    std::vector<test::SeedPack> seeds;
    std::unique_ptr<sink::mqtt::MqttSink> sink;

private:
    int round_ = 0;
};

bool discovery_is_small(const test::MqttReader& reader) {
    std::size_t most = 0;
    std::size_t devices = 0;
    for (const auto& [topic, payload] : reader.topics()) {
        if (!topic.ends_with("/config")) continue;
        most = std::max(most, payload.size());
        ++devices;
    }
    bench::print({"mqtt_discovery_bytes", static_cast<double>(most), "B", 30'000,
                  fmt::format("largest of {} devices; at most", devices)});
    return most < 30'000 && devices == packs + 1;
}

bool flow_is_low(Scene& scene, const test::MqttReader& reader) {
    const auto before = reader.lines().size();
    const auto cpu = cpu_seconds();
    for (int second = 0; second < seconds_measured; ++second) {
        for (std::size_t i = 0; i < packs; ++i) {
            scene.read(i);
            scene.wait(microseconds(1'000'000 / packs));
        }
    }
    const auto used = (cpu_seconds() - cpu) / seconds_measured * 100;
    scene.wait(milliseconds(200));
    const auto rate = static_cast<double>(reader.lines().size() - before) / seconds_measured;
    bench::print({"mqtt_messages", rate, "1/s", 60, "15 packs at 1 s, every value moving; at most"});
    bench::print({"mqtt_cpu", used, "%", 2, "of a core; holds decoding and the subscriber's pipe; at most"});
    return rate < 60 && used < 2;
}

bool changes_are_quick(Scene& scene) {
    const auto topic = fmt::format("packwire/home/{}/state", scene.seeds[0].pack.snapshot.identity.id);
    test::Child child(scene.loop, {"mosquitto_sub", "-h", "127.0.0.1", "-p",
                                   std::to_string(scene.broker.port()), "-t", topic});
    test::run_until(scene.loop, [&] { return !child.output().empty(); });
    std::vector<double> times;
    for (int i = 0; i < changes; ++i) {
        const auto from = child.output().size();
        const auto volts = 5000 + 5 * (i % 100);
        const auto start = steady_clock::now();
        scene.seeds[0].read_live({{"pack_voltage", volts}});
        scene.sink->publish(scene.seeds[0].pack);
        const auto wanted = fmt::format("\"pack_voltage\":{:.2f}", volts / 100.0);
        test::run_until(scene.loop, [&] { return child.output().find(wanted, from) != std::string::npos; });
        times.push_back(duration<double, std::milli>(steady_clock::now() - start).count());
    }
    std::ranges::sort(times);
    const auto p99 = times[times.size() * 99 / 100];
    bench::print({"mqtt_latency_p99", p99, "ms", 50, "from the reading to a subscriber; at most"});
    bench::print({"mqtt_latency_p50", times[times.size() / 2], "ms", 0, "the median of them"});
    return p99 < 50;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "mqtt")) return 0;
    Scene scene;
    test::MqttReader reader(scene.loop, scene.broker);
    for (std::size_t i = 0; i < packs; ++i) scene.read(i);
    reader.wait_for("homeassistant/device/packwire_home_bank/config", "cmps");
    scene.wait(seconds(1));
    bool good = discovery_is_small(reader);
    good = flow_is_low(scene, reader) && good;
    good = changes_are_quick(scene) && good;
    return good ? 0 : 1;
}
