// SPDX-License-Identifier: MIT
/// The daemon with many buses of 4 packs at 1 s, each line paced as at 19200 baud on a pseudo-terminal of its
/// own: are all packs fresh, and what does it cost? The lines live in a second process, this program called
/// again, so that what the daemon costs is measured alone.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "app/status_client.hpp"
#include "harness.hpp"
#include "process.hpp"
#include "sim/simulator.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace std::chrono;
using packwire::bench::Line;
using packwire::bench::Process;

constexpr std::size_t packs = 4;
constexpr std::size_t most_buses = 200;
constexpr double most_cpu = 0.5;
constexpr double most_rss = 60;

// The far end -----------------------------------------------------------------------------------------------

packwire::bus::Task<void> live(packwire::sim::Simulator& simulator) {
    const auto ended = co_await simulator.run();
    if (!ended) throw std::runtime_error(packwire::to_string(ended.error()));
}

/// Serves so many lines, as links in `directory`, until it is ended.
int serve(std::size_t buses, const std::filesystem::path& directory) {
    packwire::bus::asio::io_context loop(1);
    packwire::bus::LoopTime time(loop.get_executor());
    std::vector<std::unique_ptr<packwire::sim::Simulator>> lines;
    for (std::size_t i = 0; i < buses; ++i) {
        packwire::sim::SimOptions options;
        options.packs = packs;
        options.link = directory / fmt::format("line{}", i);
        options.serials = 100 * i;
        options.history = 0;
        lines.push_back(
            std::make_unique<packwire::sim::Simulator>(std::move(options), time, loop.get_executor()));
        if (const auto opened = lines.back()->open(); !opened) {
            throw std::runtime_error(packwire::to_string(opened.error()));
        }
        packwire::bus::asio::co_spawn(loop, live(*lines.back()), packwire::bus::asio::detached);
    }
    std::ofstream(directory / "ready");
    loop.run();
    return 0;
}

// The daemon ------------------------------------------------------------------------------------------------

struct Health {
    std::size_t fresh = 0;
    std::size_t all = 0;
    double oldest = 0;  ///< s
    double late = 0;    ///< answers that were lost
};

class Stage {
public:
    Stage(const std::string& program, std::size_t buses) : buses_(buses) {
        far_.emplace(
            std::vector<std::string>{program, "--serve", std::to_string(buses), (directory_ / ".").string()},
            directory_ / "far.log");
        packwire::bench::wait_until([&] { return std::filesystem::exists(directory_ / "ready"); },
                                    "the simulated lines did not start");
        write_configuration();
        daemon_.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "run", "--web", "off", "--store", "off", "--config",
                                     (directory_ / "packwire.toml").string(), "--venus", "off"},
            directory_ / "run.log");
    }
    ~Stage() {
        daemon_.reset();
        far_.reset();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    [[nodiscard]] Health health() const {
        const auto answer = packwire::app::ask_status((directory_ / "status.sock").string());
        if (!answer) return {};
        Health health;
        const auto document = nlohmann::json::parse(*answer);
        for (const auto& pack : document.at("packs")) {
            ++health.all;
            if (pack.at("state") == "fresh") ++health.fresh;
            health.oldest = std::max(health.oldest, pack.value("age", 0.0));
        }
        return health;
    }
    [[nodiscard]] bool all_fresh() const {
        const auto now = health();
        return now.all == packs * buses_ && now.fresh == now.all;
    }
    [[nodiscard]] Process& daemon() { return *daemon_; }
    [[nodiscard]] Process& far() { return *far_; }

private:
    void write_configuration() const {
        std::ofstream file(directory_ / "packwire.toml");
        for (std::size_t i = 0; i < buses_; ++i) {
            file << "[[bus]]\nport = \"" << (directory_ / fmt::format("line{}", i)).string()
                 << "\"\nbaud = 19200\naddresses = [1, 2, 3, 4]\n";
        }
        file << "[json_lines]\npath = \"/dev/null\"\n[status]\nsocket = \""
             << (directory_ / "status.sock").string() << "\"\n";
    }

    std::size_t buses_;
    packwire::test::TempDir directory_;
    std::optional<Process> far_, daemon_;
};

struct Cost {
    double cores = 0;
    double far_cores = 0;
    double rss = 0;
    double oldest = 0;
    std::size_t fresh = 0;
};

Cost cost_of(const std::string& program, std::size_t buses) {
    Stage stage(program, buses);
    packwire::bench::wait_until([&] { return stage.all_fresh(); }, "not every pack became fresh");
    std::this_thread::sleep_for(5s);  // what is asked once is over by then
    constexpr auto measured = 20s;
    Cost cost;
    const auto start = steady_clock::now();
    const auto before = stage.daemon().cpu_seconds();
    const auto far_before = stage.far().cpu_seconds();
    std::this_thread::sleep_for(measured);
    const auto took = duration<double>(steady_clock::now() - start).count();
    cost.cores = (stage.daemon().cpu_seconds() - before) / took;
    cost.far_cores = (stage.far().cpu_seconds() - far_before) / took;
    cost.rss = stage.daemon().rss_mb();
    for (int i = 0; i < 5; ++i) {
        const auto health = stage.health();
        cost.oldest = std::max(cost.oldest, health.oldest);
        cost.fresh = i == 0 ? health.fresh : std::min(cost.fresh, health.fresh);
        std::this_thread::sleep_for(200ms);
    }
    return cost;
}

void print(std::size_t buses, const Cost& cost) {
    const bool judged = buses == most_buses;
    const auto name = [&](const char* what) { return fmt::format("many_buses_{}_{}", buses, what); };
    const auto note = fmt::format(
        "{} packs at 1 s, 19200 baud, JSON lines to /dev/null, D-Bus off; the far end "
        "took {:.3f} cores besides",
        packs * buses, cost.far_cores);
    packwire::bench::print(Line{name("cpu"), cost.cores, "cores", judged ? most_cpu : 0, note});
    packwire::bench::print(Line{name("rss"), cost.rss, "MB", judged ? most_rss : 0, "resident; at most"});
    packwire::bench::print(Line{name("fresh"), static_cast<double>(cost.fresh), "packs",
                                judged ? static_cast<double>(packs * buses) : 0,
                                fmt::format("fewest at one time of {}; at least", packs * buses)});
    packwire::bench::print(Line{name("oldest"), cost.oldest, "s", 0, "age of the oldest reading"});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc == 4 && std::string_view(argv[1]) == "--serve") return serve(std::stoul(argv[2]), argv[3]);
    if (!packwire::bench::wanted(argc, argv, "many_buses")) return 0;
    bool good = true;
    for (const std::size_t buses : {1U, 10U, 50U, 200U}) {
        const auto cost = cost_of(argv[0], buses);
        print(buses, cost);
        good = good && cost.fresh == packs * buses && cost.cores <= most_cpu && cost.rss <= most_rss;
    }
    return good ? 0 : 1;
}
