// SPDX-License-Identifier: MIT
/// From the wire to MQTT: how long a value and a rule take to a subscriber, and what twenty restarts of the
/// broker leave behind. The daemon, the broker and the subscriber are programs of their own; the pack answers
/// on a pseudo-terminal, each time with another voltage.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include "bus/pty.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "process.hpp"
#include "support/mqtt_broker.hpp"
#include "support/scripted_pack.hpp"

namespace {

using namespace packwire;
using namespace std::chrono;
using namespace std::chrono_literals;
namespace asio = bus::asio;

constexpr std::size_t readings = 200;
constexpr int restarts = 20;
constexpr auto latency = 20ms;
constexpr std::array<int, 2> centivolts{5300, 5308};  ///< the rule switches between them

/// The seed's pack with one of two voltages. Source: protocol 5.1.
std::vector<std::uint8_t> live_data(std::size_t which) {
    model::Decoder decoder;
    const auto info = test::seed_info("42");
    const auto record = decoder.decode(dialect::daren::live_data, info);
    model::Draft draft(decoder.layouts(), dialect::daren::live_data, record->layout().variant(),
                       model::Counts{16, 4});
    for (std::size_t i = 0; i < record->size(); ++i)
        draft.set_raw(record->slot(i).field->name, record->raw()[i], record->slot(i).index);
    const auto volts = centivolts[which];
    (void)draft.set_raw("pack_voltage", volts);
    for (std::size_t cell = 0; cell < 16; ++cell)
        (void)draft.set_raw("cell_voltage", volts * 10 / 16 + static_cast<int>(cell) % 3 - 1, cell);
    return draft.encode();
}

double milliseconds_between(TimePoint from, TimePoint to) {
    return duration<double, std::milli>(to - from).count();
}

class Stage {
public:
    Stage() {
        auto pty = bus::Pty::open(loop.get_executor(), directory_ / "line");
        if (!pty) throw std::runtime_error(to_string(pty.error()));
        pty_ = std::move(*pty);
        ::setenv("STATE_DIRECTORY", (directory_ / "").c_str(), 1);
        broker.start();
        write_config();
        asio::co_spawn(loop, answer(), asio::detached);
    }
    void start_daemon() {
        daemon.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "run", "--config", (directory_ / "c.toml").string()},
            directory_ / "run.log");
    }
    void wait(Duration time_to_wait) {
        const auto end = steady_clock::now() + time_to_wait;
        while (steady_clock::now() < end) {
            if (loop.stopped()) loop.restart();
            loop.run_one_until(end);
        }
    }
    /// The voltage that the pack said last, as JSON has it, and when its last character left.
    [[nodiscard]] std::string said() const {
        return fmt::format("\"pack_voltage\":{:.2f}", centivolts[said_] / 100.0);
    }
    [[nodiscard]] const char* switched() const { return said_ == 1 ? "ON" : "OFF"; }
    [[nodiscard]] TimePoint said_at() const { return said_at_; }
    [[nodiscard]] std::size_t answers() const { return answers_; }

    asio::io_context loop{1};
    test::MqttBroker broker{loop};
    std::optional<bench::Process> daemon;

private:
    void write_config() {
        std::ofstream(directory_ / "c.toml")
            << "[[bus]]\nport = \"" << (directory_ / "line").string()
            << "\"\nbaud = 19200\naddresses = [1]\ninterval = \"100ms\"\n[venus]\nenabled = false\n"
            << "[web]\nenabled = false\n[store]\nenabled = false\n[status]\nsocket = \"off\"\n"
            << "[mqtt]\nurl = \"mqtt://127.0.0.1:" << broker.port() << "\"\n"
            << "[[rule]]\nname = \"heater\"\nwhen = \"bank.pack_voltage >= 53.04\"\n"
            << "minimum_on = \"0s\"\nminimum_off = \"0s\"\nmqtt_topic = \"heater/set\"\n";
    }
    bus::Task<void> answer() {
        std::array<char, 512> buffer{};
        std::string asked;
        const auto timer = time_.timer();
        while (true) {
            const auto count = co_await pty_->read(buffer);
            if (!count) co_return;
            asked.append(buffer.data(), *count);
            if (!asked.ends_with('\r')) continue;
            const auto question = wire::decode(asked);
            asked.clear();
            if (!question) continue;
            const auto* service = dialect::requested_service(dialect::daren::dialect, *question);
            if (service == nullptr || question->address != 1) continue;
            const bool live = service->code == "42";
            const auto due = time_.now() + latency;
            co_await timer->wait_until(due);
            if (live) said_ = 1 - said_;
            const auto text =
                live ? wire::encode(dialect::make_answer(dialect::daren::dialect, 1, info_[said_]))
                     : test::seed_answer(service->code, 1);
            const auto written = co_await pty_->write(text);
            if (!written) co_return;
            if (!live) continue;
            said_at_ = time_.now();
            ++answers_;
        }
    }

    test::TempDir directory_;
    bus::LoopTime time_{loop.get_executor()};
    std::unique_ptr<bus::Pty> pty_;
    std::array<std::vector<std::uint8_t>, 2> info_{live_data(0), live_data(1)};
    std::size_t said_ = 0;
    TimePoint said_at_{};
    std::size_t answers_ = 0;
};

/// mosquitto_sub on one topic; the pipe is read by the loop of the stage.
class Subscriber {
public:
    Subscriber(Stage& stage, const std::string& topic)
        : stage_(stage),
          child_(stage.loop, {"mosquitto_sub", "-h", "127.0.0.1", "-p", std::to_string(stage.broker.port()),
                              "-t", topic}) {}
    /// Waits for the next answer of the pack, and for what it says to come here.
    double next(const std::function<std::string()>& wanted) {
        const auto before = stage_.answers();
        const auto from = child_.output().size();
        test::run_until(stage_.loop, [&] {
            return stage_.answers() > before && child_.output().find(wanted(), from) != std::string::npos;
        });
        return milliseconds_between(stage_.said_at(), steady_clock::now());
    }
    void wait_for_first() {
        test::run_until(stage_.loop, [&] { return !child_.output().empty(); });
    }

private:
    Stage& stage_;
    test::Child child_;
};

bool print_times(std::vector<double> times, std::string_view p50, std::string_view p99, double limit,
                 std::string_view note) {
    std::ranges::sort(times);
    bench::print({p50, times[times.size() / 2], "ms", 0, "the median of them"});
    const auto at = times[times.size() * 99 / 100];
    bench::print({p99, at, "ms", limit, note});
    return at < limit;
}

bool values_are_quick(Stage& stage) {
    Subscriber state(stage, "packwire/home/JD2M02150860_1/state");
    state.wait_for_first();
    std::vector<double> times;
    while (times.size() < readings) times.push_back(state.next([&] { return stage.said(); }));
    return print_times(times, "mqtt_wire_p50", "mqtt_wire_p99", 50,
                       "last character of an answer to mosquitto_sub; at most");
}

/// Each reading crosses the threshold, so each must switch before the next one.
bool rules_are_quick(Stage& stage) {
    Subscriber heater(stage, "heater/set");
    heater.wait_for_first();
    std::vector<double> times;
    while (times.size() < readings)
        times.push_back(heater.next([&] { return std::string(stage.switched()) + '\n'; }));
    return print_times(times, "rule_reaction_p50", "rule_reaction_p99", 100,
                       "last character of an answer to the message of a rule; within one poll (100 ms)");
}

std::set<std::string> retained(const test::MqttReader& reader) {
    std::set<std::string> topics;
    for (const auto& [topic, payload] : reader.topics())
        if (topic != "heater/set" && !topic.ends_with("/event")) topics.insert(topic);
    return topics;
}

/// Milliseconds from the start of a broker that knows nothing until all is there and as the pack says.
double restart(Stage& stage, const std::set<std::string>& wanted) {
    stage.broker.stop();
    const auto polls = stage.answers();
    test::run_until(stage.loop, [&] { return stage.answers() >= polls + 5; });  // read, and told nobody
    const auto start = steady_clock::now();
    stage.broker.start();
    const test::MqttReader reader(stage.loop, stage.broker);
    test::run_until(stage.loop, [&] {
        return retained(reader) == wanted &&
               reader.at("packwire/home/JD2M02150860_1/state").find(stage.said()) != std::string::npos;
    });
    return milliseconds_between(start, steady_clock::now());
}

bool outlives_brokers(Stage& stage) {
    std::set<std::string> wanted;
    {
        const test::MqttReader reader(stage.loop, stage.broker);
        test::run_until(stage.loop, [&] { return retained(reader).size() > 8; });
        stage.wait(6s);
        wanted = retained(reader);
    }
    double longest = 0;
    double before = 0;
    for (int i = 0; i < restarts; ++i) {
        if (i == 3) before = stage.daemon->rss_mb();  // the heap has its size
        longest = std::max(longest, restart(stage, wanted));
    }
    const auto grown = stage.daemon->rss_mb() - before;
    const auto devices =
        std::ranges::count_if(wanted, [](const std::string& topic) { return topic.ends_with("/config"); });
    bench::print(
        {"mqtt_restart_longest", longest / 1000, "s", 5,
         fmt::format("{} restarts of the broker: until all {} retained topics ({} devices) are there "
                     "and current; at most",
                     restarts, wanted.size(), devices)});
    bench::print(
        {"mqtt_restart_growth", grown, "MB", 0.5, "resident memory after the fourth to the last; at most"});
    return longest < 5000 && grown < 0.5 && devices == 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "mqtt_wire")) return 0;
    Stage stage;
    stage.start_daemon();
    bool good = values_are_quick(stage);
    good = rules_are_quick(stage) && good;
    good = outlives_brokers(stage) && good;
    return good ? 0 : 1;
}
