// SPDX-License-Identifier: MIT
/// The daemon on a line where everything goes wrong in turn, for as long as PACKWIRE_SOAK_SECONDS says: no
/// value that the packs did not have, no memory that grows, every pack back after each fault. The packs rest,
/// so every right reading is the same.
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "harness.hpp"
#include "process.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace std::chrono;
using Json = nlohmann::json;
using packwire::bench::Line;
using packwire::bench::Process;
using packwire::bench::wait_until;

constexpr int packs = 4;
constexpr auto fault_time = 12s;
constexpr auto longest_return = 15s;

constexpr auto faults = std::to_array<std::string_view>({
    "all flip 0.0003",
    "line flip 0.002",
    "line drop 0.001",
    "line double 0.001",
    "line noise 0.5",
    "line collision 0.3",
    "pack 2 late 700ms",
    "pack 3 silence on",
    "line echo on",
    "pack 1 truncate on",
    "pack 4 rtn 04",
    "pack 2 address 3",
    "pack 1 reboot 5s",
    "line latency 120ms",
    "line silence on",
});

/// What a pack at rest says, and how far a right reading may be from it.
struct Quantity {
    const char* name;
    double tolerance;
};
constexpr auto quantities = std::to_array<Quantity>({
    {"state_of_charge", 0.05},
    {"pack_voltage", 0.05},
    {"pack_current", 0.011},
    {"cell_voltage", 0.0025},
    {"cell_temperature", 0.25},
    {"remaining_capacity", 0.05},
    {"full_charge_capacity", 0.01},
    {"cycle_count", 0.1},
    {"cell_count", 0.1},
});

class Watch {
public:
    explicit Watch(std::filesystem::path file) : file_(std::move(file)) {}

    /// Takes what the daemon has written since.
    void look() {
        std::ifstream in(file_);
        in.seekg(read_);
        for (std::string line; std::getline(in, line) && !in.eof();) {
            read_ += static_cast<std::streamoff>(line.size()) + 1;
            take(Json::parse(line));
        }
    }
    [[nodiscard]] std::size_t fresh_since(steady_clock::time_point when) const {
        std::size_t count = 0;
        for (const auto& [address, heard] : heard_) count += heard >= when ? 1U : 0U;
        return count;
    }
    [[nodiscard]] std::uint64_t readings() const { return readings_; }
    [[nodiscard]] std::uint64_t wrong() const { return wrong_; }

private:
    void take(const Json& reading) {
        if (reading["freshness"] != "fresh") return;
        const int address = reading["address"];
        ++readings_;
        heard_[address] = steady_clock::now();
        const auto& values = reading["values"];
        const auto& truth = truth_.try_emplace(address, values).first->second;
        for (const auto& [name, tolerance] : quantities) {
            if (agrees(truth[name], values[name], tolerance)) continue;
            ++wrong_;
            fmt::print(stderr, "pack {}: {} is {}, was {}\n", address, name, values[name].dump(),
                       truth[name].dump());
        }
    }
    static bool agrees(const Json& truth, const Json& value, double tolerance) {
        if (truth.is_array() && value.is_array()) {
            if (truth.size() != value.size()) return false;
            for (std::size_t i = 0; i < truth.size(); ++i) {
                if (!agrees(truth[i], value[i], tolerance)) return false;
            }
            return true;
        }
        if (!truth.is_number() || !value.is_number()) return truth == value;
        return std::abs(truth.get<double>() - value.get<double>()) <= tolerance;
    }

    std::filesystem::path file_;
    std::streamoff read_ = 0;
    std::map<int, Json> truth_;  ///< the first reading of each pack, on a good line
    std::map<int, steady_clock::time_point> heard_;
    std::uint64_t readings_ = 0;
    std::uint64_t wrong_ = 0;
};

class Stage {
public:
    Stage() {
        set_fault("");
        sim_.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "sim", "--packs", std::to_string(packs), "--current",
                                     "0", "--link", path("line"), "--control", path("control")},
            directory_ / "sim.log");
        wait_until([this] { return std::filesystem::exists(path("line")); }, "the simulator did not start");
        ::setenv("STATE_DIRECTORY", path("state").c_str(), 1);
        daemon_.emplace(
            std::vector<std::string>{PACKWIRE_BINARY, "run", "--web", "off", "--store", "off", "--port",
                                     path("line"), "--address", fmt::format("1-{}", packs), "--venus", "off",
                                     "--json-lines", path("readings")},
            directory_ / "run.log");
    }
    ~Stage() {
        daemon_.reset();
        sim_.reset();
    }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    [[nodiscard]] std::string path(const char* name) const { return (directory_ / name).string(); }
    void set_fault(std::string_view fault) const {
        const auto next = path("control.next");
        std::ofstream(next) << fault << '\n';
        std::filesystem::rename(next, path("control"));
    }
    [[nodiscard]] const Process& daemon() const { return *daemon_; }
    [[nodiscard]] std::size_t log_lines() const {
        std::ifstream in(directory_ / "run.log");
        std::size_t count = 0;
        for (std::string line; std::getline(in, line);) ++count;
        return count;
    }

private:
    packwire::test::TempDir directory_;
    std::optional<Process> sim_, daemon_;
};

void let_pass(Watch& watch, steady_clock::time_point until) {
    while (steady_clock::now() < until) {
        watch.look();
        std::this_thread::sleep_for(50ms);
    }
}

/// Seconds until every pack has spoken again; negative when one did not.
double all_back(Watch& watch) {
    const auto from = steady_clock::now();
    while (steady_clock::now() < from + longest_return) {
        watch.look();
        if (watch.fresh_since(from) == packs) return duration<double>(steady_clock::now() - from).count();
        std::this_thread::sleep_for(20ms);
    }
    return -1;
}

}  // namespace

int main(int argc, char** argv) {
    using packwire::bench::print;
    if (!packwire::bench::wanted(argc, argv, "soak")) return 0;
    const Stage stage;
    Watch watch(stage.path("readings"));
    const auto begun = steady_clock::now();
    if (all_back(watch) < 0) throw std::runtime_error("no pack spoke on a good line");
    let_pass(watch, steady_clock::now() + 5s);
    const auto rss = stage.daemon().rss_mb();
    double slowest = 0;
    int lost = 0;
    int round = 0;
    for (; steady_clock::now() - begun < packwire::bench::soak_length(); ++round) {
        stage.set_fault(faults[static_cast<std::size_t>(round) % faults.size()]);
        let_pass(watch, steady_clock::now() + fault_time);
        stage.set_fault("");
        const auto took = all_back(watch);
        lost += took < 0 ? 1 : 0;
        slowest = std::max(slowest, took);
    }
    const auto grown = stage.daemon().rss_mb() - rss;
    const auto note = fmt::format("{} readings, {} faults in turn, {} s; {} log lines", watch.readings(),
                                  round, packwire::bench::soak_length().count(), stage.log_lines());
    print(Line{"soak_wrong_values", static_cast<double>(watch.wrong()), "", 0, note});
    print(Line{"soak_packs_lost", static_cast<double>(lost), "", 0, "faults after which a pack stayed away"});
    print(Line{"soak_return", slowest, "s", 11, "the slowest return of all packs after a fault; at most"});
    print(Line{"soak_growth", grown, "MB", 1, fmt::format("resident, from {:.1f} MB; at most", rss)});
    return watch.wrong() == 0 && lost == 0 && grown < 1 ? 0 : 1;
}
