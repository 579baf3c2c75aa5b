// SPDX-License-Identifier: MIT
/// From what the daemon publishes to what can be read again.
#include "store/recorder.hpp"

#include <set>

#include "bank/fake_pack.hpp"
#include "bus/tasks.hpp"
#include "store/readings.hpp"
#include "support/run.hpp"

namespace packwire::store {
namespace {

using namespace std::chrono_literals;
using test::series;

/// A recorder on virtual time; its thread is real, so what depends on that is waited for.
class Recording : public testing::Test {
protected:
    Recording() { start(); }
    ~Recording() override { stop(); }

    void start() {
        RecorderOptions options;
        options.open = [this] {
            return open_fails ? Result<std::unique_ptr<Archive>>(fail(Errc::io, "no such place"))
                              : open_sqlite({.file = directory / "history.db", .limits = {}, .log = {}});
        };
        options.log = [this](bool, const std::string& line) { log += line + "\n"; };
        Event last;
        last.text = "stopped";
        options.last = last;
        recorder = std::make_unique<Recorder>(options, time, loop.get_executor());
        tasks = std::make_unique<bus::Tasks>(loop.get_executor());
        tasks->spawn(recorder->run());
    }
    void stop() {
        if (!recorder) return;
        tasks->stop();
        test::settle(loop);
        recorder.reset();
        test::settle(loop);
    }
    void read_for(Duration duration) {
        const auto end = time.now() + duration;
        while (time.now() < end) {
            recorder->publish(pack.read(time.now(), time.wall_now()).pack);
            time.run_for(1s);
        }
    }
    std::vector<Point> points(model::Metric metric, std::optional<Resolution> resolution = Resolution::raw) {
        std::optional<Result<std::vector<Answer>>> answers;
        recorder->read({{.series = series("P1", metric),
                         .from = test::new_year - 1h,
                         .to = time.wall_now() + 1h,
                         .points = 100'000,
                         .resolution = resolution}},
                       [&](auto result) { answers = std::move(result); });
        test::run_until(loop, [&] { return answers.has_value(); });
        EXPECT_TRUE(*answers) << answers->error().where;
        return *answers ? (*answers)->front().points : std::vector<Point>();
    }
    std::vector<Event> events() {
        std::optional<Result<std::vector<Event>>> all;
        recorder->events({}, [&](auto result) { all = std::move(result); });
        test::run_until(loop, [&] { return all.has_value(); });
        EXPECT_TRUE(*all) << all->error().where;
        return *all ? **all : std::vector<Event>();
    }

    test::TempDir directory;
    bool open_fails = false;
    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    std::string log;
    std::unique_ptr<Recorder> recorder;
    std::unique_ptr<bus::Tasks> tasks;
    test::FakePack pack{"P1"};
};

TEST_F(Recording, IsCurrentAndOutlivesTheDaemon) {
    read_for(150s);
    EXPECT_EQ(points(model::metric("pack_voltage")).size(), 150U) << "the newest minute is in memory only";
    stop();
    start();
    EXPECT_EQ(points(model::metric("pack_voltage")).size(), 150U) << "the last batch is written at the end";
    EXPECT_EQ(points(model::metric("cell_voltage")).size(), 150U);
    EXPECT_EQ(log, "");
}

TEST_F(Recording, SilenceIsAGap) {
    read_for(10s);
    time.run_for(60s);
    recorder->publish(pack.is(bank::Freshness::stale).pack);
    recorder->publish(pack.is(bank::Freshness::lost).pack);
    time.run_for(60s);
    read_for(5s);
    const auto all = points(model::metric("pack_voltage"));
    ASSERT_EQ(all.size(), 15U);
    EXPECT_EQ(all[10].at - all[9].at, 121s);
}

TEST_F(Recording, TheSameReadingIsNotTwo) {
    recorder->publish(pack.read(time.now(), time.wall_now()).pack);
    time.run_for(1s);
    recorder->publish(pack.pack);  // told again: something else has changed
    EXPECT_EQ(points(model::metric("pack_voltage")).size(), 1U);
}

TEST_F(Recording, FlickerIsNotAChange) {
    for (int i = 0; i < 20; ++i) {
        pack.set("cell_voltage", i == 15 ? 3.340 : 3.329 + 0.001 * (i % 2), 0);
        read_for(1s);
    }
    std::set<double> values;
    for (const auto& point : points(model::metric("cell_voltage"))) values.insert(point.last);
    EXPECT_EQ(values, (std::set<double>{3.329, 3.340}));
}

TEST_F(Recording, EventsHaveNumbersAndAreToldAtOnce) {
    std::vector<Event> told;
    recorder->on_event([&](const Event& event) { told.push_back(event); });
    Event event;
    event.kind = EventKind::rule;
    event.text = "boiler: on";
    recorder->note(event);
    test::run_until(loop, [&] { return !told.empty(); });
    EXPECT_EQ(told.front().id, 1);
    EXPECT_EQ(events().front().text, "boiler: on") << "also before it is written";
    stop();
    start();
    const auto all = events();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.front().text, "stopped");
    EXPECT_EQ(all.front().id, 2);
}

TEST_F(Recording, OtherSettingsAreNoticedOverARestart) {
    const auto& service = dialect::daren::system_parameters;
    recorder->publish(
        pack.read(time.now()).read(service, time.now(), {{"cell_voltage_upper_limit", 3.6}}).pack);
    (void)events();
    recorder->publish(pack.read(service, time.now() + 1s, {{"cell_voltage_upper_limit", 3.6}}).pack);
    stop();
    start();
    (void)events();  // it has opened
    recorder->publish(pack.read(service, time.now() + 2s, {{"cell_voltage_upper_limit", 3.55}}).pack);
    const auto all = events();
    ASSERT_FALSE(all.empty());
    EXPECT_EQ(all.front().kind, EventKind::parameter);
    EXPECT_EQ(all.front().name, "cell_voltage_upper_limit");
    EXPECT_TRUE(all.front().text.starts_with("Cell voltage upper limit: 3.550 V, was 3.600 V"))
        << all.front().text;
}

TEST_F(Recording, WithoutAFileEverythingElseGoesOn) {
    stop();
    open_fails = true;
    start();
    test::run_until(loop, [&] { return !log.empty(); });
    EXPECT_EQ(log, "history: no such place; nothing is recorded\n");
    read_for(300s);
    bool refused = false;
    recorder->read({}, [&](auto result) { refused = !result; });
    test::run_until(loop, [&] { return refused; });
    EXPECT_EQ(std::ranges::count(log, '\n'), 1);
    EXPECT_FALSE(recorder->trouble().empty());
}

}  // namespace
}  // namespace packwire::store
