// SPDX-License-Identifier: MIT
/// The daemon with everything on: 4 packs at 1 s on a line paced as at 19200 baud, D-Bus, MQTT with Home
/// Assistant, the page with one that looks at it, and the history.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness.hpp"
#include "process.hpp"
#include "support/mqtt_broker.hpp"

namespace {

using namespace std::chrono;
using packwire::bench::Line;
using packwire::bench::Process;
using packwire::bench::wait_until;

constexpr double cpu_limit = 1.2;  // s/min: 2 % of a core
constexpr double rss_limit = 40;   // MB

class Stage {
public:
    Stage() {
        packwire::bus::asio::io_context loop;
        broker_port_ = packwire::test::free_port(loop);
        web_port_ = packwire::test::free_port(loop);
        std::ofstream(path("m.conf")) << "listener " << broker_port_
                                      << " 127.0.0.1\nallow_anonymous true\npersistence false\nuser root\n";
        start({"dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=unix:path=" + path("bus")});
        start({"mosquitto", "-c", path("m.conf")});
        start({PACKWIRE_BINARY, "sim", "--packs", "4", "--link", path("line")});
        wait_until([this] { return has("line") && has("bus"); }, "the simulator or the bus did not start");
        std::ofstream(path("c.toml"))
            << "[[bus]]\nport = \"" << path("line") << "\"\nbaud = 19200\naddresses = [1, 2, 3, 4]\n"
            << "[venus]\ndbus = \"unix:path=" << path("bus")
            << "\"\n[mqtt]\nurl = \"mqtt://127.0.0.1:" << broker_port_
            << "\"\n[web]\nlisten = \"127.0.0.1:" << web_port_ << "\"\n";
        ::setenv("STATE_DIRECTORY", path("state").c_str(), 1);
        daemon_.emplace(std::vector<std::string>{PACKWIRE_BINARY, "run", "--config", path("c.toml")},
                        path("run.log"));
        wait_until([this] { return has("state/history.db"); }, "there is no history");
        // A page that is open all the time.
        start({"curl", "-sN", "-H", "Connection: Upgrade", "-H", "Upgrade: websocket", "-H",
               "Sec-WebSocket-Version: 13", "-H", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
               fmt::format("http://127.0.0.1:{}/api/v1/live", web_port_)});
    }
    [[nodiscard]] Process& daemon() { return *daemon_; }

private:
    [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
    [[nodiscard]] bool has(const std::string& name) const { return std::filesystem::exists(path(name)); }
    void start(std::vector<std::string> argv) {
        others_.push_back(
            std::make_unique<Process>(std::move(argv), path(fmt::format("{}.log", others_.size()))));
    }
    packwire::test::TempDir directory_;
    std::uint16_t broker_port_ = 0;
    std::uint16_t web_port_ = 0;
    std::vector<std::unique_ptr<Process>> others_;
    std::optional<Process> daemon_;
};

}  // namespace

int main(int argc, char** argv) {
    using packwire::bench::print;
    if (!packwire::bench::wanted(argc, argv, "whole_daemon")) return 0;
    Stage stage;
    std::this_thread::sleep_for(seconds(15));  // the first readings of everything are another matter
    const auto before = stage.daemon().cpu_seconds();
    std::this_thread::sleep_for(minutes(1));
    const auto cost = stage.daemon().cpu_seconds() - before;
    const auto rss = stage.daemon().rss_mb();
    print(Line{"whole_daemon_cpu", cost, "s/min", cpu_limit,
               "4 packs at 1 s; D-Bus, MQTT, a page that is open, history; 1.2 is 2 % of a core; at most"});
    print(Line{"whole_daemon_rss", rss, "MB", rss_limit, "resident; at most"});
    return cost < cpu_limit && rss < rss_limit ? 0 : 1;
}
