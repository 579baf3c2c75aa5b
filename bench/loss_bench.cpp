// SPDX-License-Identifier: MIT
/// How late is it told that nothing is heard any more? A daemon in this process, on a real clock, with two
/// packs that fall silent: from the effective age of each state (bank 7) to the sinks, for packs and bank.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <fstream>
#include <map>
#include <stdexcept>

#include "app/daemon.hpp"
#include "app/daemon_bank.hpp"
#include "harness.hpp"
#include "process.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using bank::Freshness;

constexpr double limit = 200;  // ms

/// Notes how much later than due each state was told.
class Watch final : public sink::Sink {
public:
    Watch(bus::Time& time, const app::Daemon& daemon) : time_(time), daemon_(daemon) {}
    [[nodiscard]] std::string_view name() const override { return "watch"; }
    void publish(const bank::Pack& pack) override {
        if (pack.freshness == Freshness::fresh) {
            last_good_[pack.snapshot.identity.id] = pack.last_good;
            return;
        }
        note("pack", pack.freshness, pack.last_good);
    }
    void publish_bank(const bank::Bank& bank) override {
        if (std::exchange(bank_, bank.freshness) == bank.freshness || bank.freshness == Freshness::fresh)
            return;
        auto newest = TimePoint::min();
        for (const auto& [id, when] : last_good_) newest = std::max(newest, when);
        note("bank", bank.freshness, newest);
    }
    bus::Task<void> run() override {
        const auto timer = time_.timer();
        while (!over()) co_await timer->wait_until(time_.now() + 100ms);
    }
    [[nodiscard]] bool over() const { return late_.contains("pack gone") && late_.contains("bank lost"); }
    [[nodiscard]] const std::map<std::string, double>& late() const { return late_; }

private:
    void note(std::string_view who, Freshness state, TimePoint last_good) {
        const auto times = daemon_.book().times_at(daemon_.buses().front().port);
        const auto due = state == Freshness::stale  ? times.stale
                         : state == Freshness::lost ? times.lost
                                                    : times.gone;
        const auto late = std::chrono::duration<double, std::milli>(time_.now() - last_good - due).count();
        auto& worst = late_[fmt::format("{} {}", who, bank::name(state))];
        worst = std::max(worst, std::abs(late));
    }
    bus::Time& time_;
    const app::Daemon& daemon_;
    std::map<std::string, TimePoint> last_good_;
    std::map<std::string, double> late_;
    Freshness bank_ = Freshness::fresh;
};

bus::Task<void> end_when(app::Daemon& daemon, const Watch& watch, bus::Time& time, TimePoint last) {
    const auto timer = time.timer();
    while (!watch.over() && time.now() < last) co_await timer->wait_until(time.now() + 100ms);
    daemon.stop();
}

bus::Task<void> fall_silent(bus::Time& time, std::string control) {
    const auto timer = time.timer();
    co_await timer->wait_until(time.now() + 5s);
    std::ofstream(control + ".new") << "line silence on\n";
    std::filesystem::rename(control + ".new", control);
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "loss")) return 0;
    test::TempDir directory;
    const auto path = [&](const char* name) { return (directory / name).string(); };
    std::ofstream(path("control")) << "\n";
    const bench::Process sim(
        {PACKWIRE_BINARY, "sim", "--packs", "2", "--link", path("line"), "--control", path("control")},
        path("sim.log"));
    bench::wait_until([&] { return std::filesystem::exists(path("line")); }, "the simulator");
    bus::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    bus::Offload offload(loop.get_executor());
    app::Daemon daemon(time, loop.get_executor(), {.stale = 3s, .lost = 6s, .gone = 9s});
    app::DaemonBank bank({.site = "bench"}, {}, daemon.book(), time, offload);
    daemon.set_bank(bank);
    auto watch = std::make_unique<Watch>(time, daemon);
    const auto& seen = *watch;
    daemon.add_sink(std::move(watch));
    app::BusPlan plan;
    plan.name = plan.url.path = path("line");
    plan.bauds = {19200};
    plan.addresses = {1, 2};
    plan.dialect = dialect::find("daren");
    daemon.add_bus(std::move(plan));
    daemon.spawn(fall_silent(time, path("control")));
    daemon.spawn(end_when(daemon, seen, time, time.now() + 120s));
    daemon.start();
    loop.run();
    double worst = 0;
    for (const auto& [what, late] : seen.late()) {
        worst = std::max(worst, late);
        bench::print({"loss", late, "ms", limit, what + ": after its effective age; at most"});
    }
    return seen.over() && worst <= limit ? 0 : 1;
}
