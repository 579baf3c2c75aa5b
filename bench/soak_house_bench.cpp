// SPDX-License-Identifier: MIT
/// A house where everything goes wrong at random: two buses with faults, a daemon that is killed, a broker
/// and a message bus that are restarted, for as long as PACKWIRE_SOAK_SECONDS says. What the packs say is
/// known, so is what may be told. At the end all must be well again.
#include <fmt/format.h>
#include <sdbus-c++/sdbus-c++.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "harness.hpp"
#include "process.hpp"
#include "sim/random.hpp"
#include "support/mqtt_broker.hpp"

namespace {

using namespace std::chrono;
using Json = nlohmann::json;
using packwire::bench::Line;
using packwire::bench::Process;
using packwire::bench::wait_until;

constexpr const char* bank = "com.victronenergy.battery.packwire_home";
constexpr double soc = 60;           // %, of packs at rest
constexpr double soc_tolerance = 1;  // cells differ a little
constexpr double volts = 53.2;
constexpr double volts_tolerance = 0.5;
constexpr double most_amperes = 500;  // four packs together allow less

constexpr auto faults = std::to_array<std::string_view>({
    "all flip 0.0003",
    "line flip 0.002",
    "line drop 0.001",
    "line double 0.001",
    "line noise 0.5",
    "line collision 0.3",
    "all late 700ms",
    "all silence on",
    "line echo on",
    "all truncate on",
    "all rtn 04",
    "all reboot 3s",
    "line latency 120ms",
    "line silence on",
    "line master on",
    "",
});

/// What was seen while everything went wrong.
struct Count {
    std::size_t looks = 0;
    std::size_t answered = 0;
    std::size_t wrong = 0;
    std::size_t kills = 0;
    std::size_t stops = 0;
    std::size_t brokers = 0;
    std::size_t buses = 0;
    std::size_t faults = 0;
    std::size_t died = 0;  ///< by itself
    double rss = 0;
    void note(const std::string& what) {
        ++wrong;
        fmt::print(stderr, "wrong: {}\n", what);
    }
};

class House {
public:
    House() {
        packwire::bus::asio::io_context loop;
        broker_port_ = packwire::test::free_port(loop);
        web_port_ = packwire::test::free_port(loop);
        std::ofstream(path("m.conf")) << "listener " << broker_port_
                                      << " 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n";
        std::ofstream config(path("c.toml"));
        for (const int line : {0, 1}) {
            set_fault(line, "");
            sims_[static_cast<std::size_t>(line)].emplace(
                std::vector<std::string>{PACKWIRE_BINARY, "sim", "--addresses", line == 0 ? "1,2" : "3,4",
                                         "--current", "0", "--soc", "60", "--history", "0", "--link",
                                         path(fmt::format("line{}", line)), "--control",
                                         path(fmt::format("control{}", line))},
                path(fmt::format("sim{}.log", line)));
            wait_until([&] { return has(fmt::format("line{}", line)); }, "a simulator did not start");
            config << "[[bus]]\nport = \"" << path(fmt::format("line{}", line))
                   << "\"\nbaud = 19200\naddresses = " << (line == 0 ? "[1, 2]\n" : "[3, 4]\n");
        }
        config << "[venus]\ndbus = \"unix:path=" << path("bus")
               << "\"\n[mqtt]\nurl = \"mqtt://127.0.0.1:" << broker_port_
               << "\"\n[web]\nlisten = \"127.0.0.1:" << web_port_ << "\"\n[store]\ninterval = \"10s\"\n";
        config.close();
        ::setenv("STATE_DIRECTORY", path("state").c_str(), 1);
        start_bus();
        start_broker();
        start_daemon();
    }
    ~House() { daemon_.reset(); }
    House(const House&) = delete;
    House& operator=(const House&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
    void set_fault(int line, std::string_view fault) const {
        const auto file = path(fmt::format("control{}", line));
        std::ofstream(file + ".next") << fault << '\n';
        std::filesystem::rename(file + ".next", file);
    }
    void start_daemon() {
        daemon_.emplace(std::vector<std::string>{PACKWIRE_BINARY, "run", "--config", path("c.toml")},
                        path("run.log"));
        born_ = steady_clock::now();
    }
    void kill_daemon() {
        daemon_->kill();
        start_daemon();
    }
    void stop_daemon() {
        daemon_.reset();
        start_daemon();
    }
    void restart_broker() {
        broker_.reset();
        std::this_thread::sleep_for(2s);
        start_broker();
    }
    void restart_bus() {
        client_.reset();
        bus_.reset();
        std::filesystem::remove(path("bus"));
        std::this_thread::sleep_for(1s);
        start_bus();
    }
    /// Values of the bank, or none while nobody has the name.
    [[nodiscard]] std::optional<double> value(const char* item) {
        try {
            if (!client_) client_ = sdbus::createSessionBusConnectionWithAddress("unix:path=" + path("bus"));
            auto proxy = sdbus::createProxy(*client_, bank, item);
            sdbus::Variant value;
            proxy->callMethod("GetValue").onInterface("com.victronenergy.BusItem").storeResultsTo(value);
            if (value.containsValueOfType<double>()) return value.get<double>();
        } catch (const sdbus::Error&) {
            client_.reset();
        }
        return std::nullopt;
    }
    [[nodiscard]] std::string run(const std::string& command) const {
        const auto out = path("out");
        const int code = std::system((command + " >" + out + " 2>&1").c_str());
        std::ostringstream text;
        text << std::ifstream(out).rdbuf();
        return code == 0 ? text.str() : "failed: " + text.str();
    }
    [[nodiscard]] Json http(const std::string& place) const {
        return Json::parse(run(fmt::format("curl -s -m 5 http://127.0.0.1:{}{}", web_port_, place)), nullptr,
                           false);
    }
    [[nodiscard]] std::string retained(const std::string& topic) const {
        return run(fmt::format("mosquitto_sub -h 127.0.0.1 -p {} -t {} -C 1 -W 5", broker_port_, topic));
    }
    [[nodiscard]] Process& daemon() { return *daemon_; }
    [[nodiscard]] steady_clock::time_point born() const { return born_; }

private:
    [[nodiscard]] bool has(const std::string& name) const { return std::filesystem::exists(path(name)); }
    void start_bus() {
        bus_.emplace(std::vector<std::string>{"dbus-daemon", "--session", "--nofork", "--nopidfile",
                                              "--address=unix:path=" + path("bus")},
                     path("dbus.log"));
        wait_until([this] { return has("bus"); }, "the bus did not start");
    }
    void start_broker() {
        broker_.emplace(std::vector<std::string>{"mosquitto", "-c", path("m.conf")}, path("broker.log"));
    }

    packwire::test::TempDir directory_;
    std::uint16_t broker_port_ = 0;
    std::uint16_t web_port_ = 0;
    std::array<std::optional<Process>, 2> sims_;
    std::optional<Process> bus_, broker_, daemon_;
    steady_clock::time_point born_;
    std::unique_ptr<sdbus::IConnection> client_;
};

/// What the bank says now may be absent, but not wrong; its limits are numbers while it has a name.
void look(House& house, Count& count) {
    ++count.looks;
    const auto near = [&](const char* item, double wanted, double tolerance) {
        const auto value = house.value(item);
        if (value && std::abs(*value - wanted) > tolerance) count.note(fmt::format("{} is {}", item, *value));
        return value.has_value();
    };
    if (near("/Soc", soc, soc_tolerance)) ++count.answered;
    near("/Dc/0/Voltage", volts, volts_tolerance);
    near("/Dc/0/Current", 0, 0.5);
    for (const auto* item : {"/Info/MaxChargeCurrent", "/Info/MaxDischargeCurrent"})
        near(item, most_amperes / 2, most_amperes / 2);
    near("/Info/MaxChargeVoltage", 54.5, 2);
    if (const auto code = house.daemon().ended()) {
        ++count.died;
        fmt::print(stderr, "the daemon ended by itself: {}\n", *code);
        house.start_daemon();
    }
    count.rss = std::max(count.rss, house.daemon().rss_mb());
}

void do_something(House& house, packwire::sim::Random& random, Count& count) {
    switch (random.below(10)) {
        case 0:
            ++count.kills;
            return house.kill_daemon();
        case 1:
            ++count.stops;
            return house.stop_daemon();
        case 2:
            ++count.brokers;
            return house.restart_broker();
        case 3:
            ++count.buses;
            return house.restart_bus();
        default:
            ++count.faults;
            return house.set_fault(static_cast<int>(random.below(2)),
                                   faults[random.below(static_cast<std::uint32_t>(faults.size()))]);
    }
}

bool is_well(House& house) {
    const auto number = [](const Json& document, const char* name) {
        return document.is_object() && document["values"].contains(name)
                   ? document["values"][name].get<double>()
                   : -1.0;
    };
    const auto packs = house.http("/api/v1/packs");
    bool well = packs.is_object() && packs["packs"].size() == 4;
    for (std::size_t i = 0; well && i < 4; ++i) {
        const auto& pack = packs["packs"][i];
        well =
            pack["freshness"] == "fresh" && std::abs(number(pack, "state_of_charge") - soc) < soc_tolerance;
        const auto told =
            Json::parse(house.retained(fmt::format("packwire/home/{}/state", pack["id"].get<std::string>())),
                        nullptr, false);
        well =
            well && told.is_object() && std::abs(told["state_of_charge"].get<double>() - soc) < soc_tolerance;
    }
    const auto on_bus = house.value("/Soc");
    return well && on_bus && house.http("/healthz")["status"] == "ok" &&
           house.retained("packwire/home/bridge/availability") == "online\n";
}

}  // namespace

int main(int argc, char** argv) {
    using packwire::bench::print;
    if (!packwire::bench::wanted(argc, argv, "soak_house")) return 0;
    // `make bench` has ten minutes for all of it; `make soak` says how long.
    if (argc < 2 && std::getenv("PACKWIRE_SOAK_SECONDS") == nullptr) return 0;
    House house;
    Count count;
    packwire::sim::Random random(static_cast<std::uint64_t>(
        std::getenv("PACKWIRE_SOAK_SEED") != nullptr ? std::atoi(std::getenv("PACKWIRE_SOAK_SEED")) : 1));
    wait_until([&] { return house.value("/Soc").has_value(); }, "the bank did not come");
    const auto end = steady_clock::now() + packwire::bench::soak_length();
    while (steady_clock::now() < end) {
        do_something(house, random, count);
        const auto until = steady_clock::now() + milliseconds(1000 + random.below(5000));
        while (steady_clock::now() < until) {
            look(house, count);
            std::this_thread::sleep_for(200ms);
        }
    }
    house.set_fault(0, "");
    house.set_fault(1, "");
    const auto calm = steady_clock::now();
    bool well = false;
    while (!well && steady_clock::now() < calm + 120s) {
        well = is_well(house);
        std::this_thread::sleep_for(500ms);
    }
    const auto took = duration<double>(steady_clock::now() - calm).count();
    const auto descriptors = house.daemon().descriptors();
    const auto rss = house.daemon().rss_mb();
    std::this_thread::sleep_for(20s);
    const auto more = static_cast<double>(house.daemon().descriptors()) - static_cast<double>(descriptors);
    const auto grown = house.daemon().rss_mb() - rss;
    house.stop_daemon();
    const auto integrity =
        house.run("sqlite3 " + house.path("state/history.db") + " 'PRAGMA integrity_check'");
    const bool sound = integrity == "ok\n";
    if (!sound) fmt::print(stderr, "history: {}\n", integrity);
    print(
        Line{"soak_house_wrong", static_cast<double>(count.wrong), "", 0,
             fmt::format("values of the bank; {} looks, {} answered; {} kills, {} stops, {} restarts of the "
                         "broker, {} of the bus, {} faults on two lines in {} s",
                         count.looks, count.answered, count.kills, count.stops, count.brokers, count.buses,
                         count.faults, packwire::bench::soak_length().count())});
    print(Line{"soak_house_died", static_cast<double>(count.died), "", 0, "ends of the daemon by itself"});
    print(Line{"soak_house_well", well ? took : -1, "s", 120,
               "until packs, bank, D-Bus, MQTT and HTTP say again what the packs say; at most"});
    print(Line{"soak_house_history", sound ? 1.0 : 0.0, "", 1,
               "integrity_check of a history written all along"});
    print(Line{"soak_house_rss", count.rss, "MB", 40, "the most that a daemon ever had; at most"});
    print(
        Line{"soak_house_growth", grown, "MB", 1, fmt::format("in 20 s of calm; {} descriptors more", more)});
    return count.wrong == 0 && count.died == 0 && well && sound && more <= 0 && grown < 1 ? 0 : 1;
}
