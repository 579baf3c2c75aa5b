// SPDX-License-Identifier: MIT
/// Totals over power cuts at any moment: what was published never goes back, at most 0.1 kWh is missing, none
/// is counted twice. Source: bank 13.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "app/daemon_bank.hpp"
#include "bank/fake_pack.hpp"
#include "base/durable_file.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using model::metric;

constexpr auto totals = std::to_array<model::Metric>(
    {metric("charged_energy"), metric("discharged_energy"), metric("drawn_charge")});

/// A machine whose power may fail: its disk stays, and whoever keeps what is published.
class Machine {
public:
    Machine() { book.on_appear("/dev/ttyUSB0", 1, dialect::daren::dialect); }

    void power_on() {
        bank = std::make_unique<app::DaemonBank>(bank::KeeperSettings{}, file, book, time, *offload);
        bank->on_bank([this](const bank::Bank& now) { note(now); });
        bank->recover_totals(nullptr, with_broker);
        if (with_broker && broker_answers) {
            std::optional<bank::PublishedTotals> retained;
            if (!published.empty()) retained = bank::PublishedTotals{retained_values(), clears};
            bank->on_retained(retained);
        }
        if (!published.empty()) started_with = bank->keeper().history().charged;
    }
    /// At any moment: what was handed over for the disk may be there, and nobody has heard of it.
    void power_cut() {
        counted = bank->keeper().history().charged;
        offload.reset();
        bank.reset();
        offload = std::make_unique<bus::Offload>(loop.get_executor());
        loop.restart();
        loop.poll();
    }
    /// One second of `power` W at 50 V. The disk may be slow.
    void second(double power, bool disk_is_done) {
        time.run_for(1s);
        pack.cells(3.125).set("pack_current", power / 50).charge(60, 100).mosfets(true, true);
        pack.read_all(time.now(), time.wall_now());
        bank->take(pack.pack);
        bank->changed_now();
        if (!disk_is_done) return;
        bool done = false;
        offload->post([] { return Result<void>{}; }, [&](const auto&) { done = true; });
        run_until(loop, [&] { return done; });
        bank->changed_now();
    }
    void note(const bank::Bank& now) {
        clears = now.history_clears;
        for (const auto total : totals) {
            const auto value = now.value(total);
            if (!value) continue;
            auto& last = published.try_emplace(total.index, 0.0).first->second;
            const auto sign = total == metric("drawn_charge") ? -1 : 1;
            if (sign * *value < sign * last - 1e-12)
                went_back = fmt::format("{} from {} to {}", total.row().name, last, *value);
            last = *value;
        }
    }
    [[nodiscard]] std::vector<bank::PublishedTotals::Value> retained_values() const {
        std::vector<bank::PublishedTotals::Value> values;
        for (const auto& [index, value] : published) values.push_back({model::Metric{index}, value});
        return values;
    }
    [[nodiscard]] double shown() const {
        const auto found = published.find(metric("charged_energy").index);
        return found == published.end() ? 0 : found->second;
    }

    bool with_broker = false;
    bool broker_answers = true;
    boost::asio::io_context loop;
    bus::VirtualTime time{loop};
    TempDir directory;
    std::filesystem::path file = directory / "bank";
    std::unique_ptr<bus::Offload> offload = std::make_unique<bus::Offload>(loop.get_executor());
    bank::Book book{bank::LossTimes{}};
    FakePack pack{"PACK1"};
    std::unique_ptr<app::DaemonBank> bank;
    std::map<std::uint8_t, double> published;
    std::uint64_t clears = 0;
    double counted = 0;       ///< at the last power cut
    double started_with = 0;  ///< after it
    std::string went_back;
};

RC_GTEST_PROP(Totals, SurvivePowerCutsAtAnyMoment, ()) {
    Machine machine;
    machine.with_broker = *rc::gen::arbitrary<bool>();
    const auto runs = *rc::gen::inRange(2, 6);
    for (int run = 0; run < runs; ++run) {
        machine.power_on();
        if (run > 0) {
            RC_ASSERT(machine.started_with <= machine.counted + 0.0005 + 1e-9);  // none is repeated
            RC_ASSERT(machine.started_with >= machine.counted - 0.1);
        }
        const auto power = *rc::gen::inRange(-15'000, 15'000);
        const auto seconds = *rc::gen::inRange(0, 60);
        for (int i = 0; i < seconds; ++i) machine.second(power, *rc::gen::inRange(0, 4) != 0);
        RC_ASSERT(machine.went_back == "");
        machine.power_cut();
    }
}

TEST(Totals, ArePublishedSoonAfterTheyAreCounted) {
    Machine machine;
    machine.power_on();
    for (int i = 0; i < 120; ++i) {
        machine.second(10'000, true);
        EXPECT_LE(machine.bank->keeper().history().charged - machine.shown(), 0.06) << i;
    }
    EXPECT_GT(machine.shown(), 0.25);
}

TEST(Totals, OfALittleLoadAreWrittenEveryTenMinutes) {
    Machine machine;
    machine.power_on();
    auto written = std::filesystem::file_time_type::min();
    int writes = 0;
    for (int i = 0; i < 3600; ++i) {
        machine.second(100, true);
        const auto now = std::filesystem::last_write_time(machine.file);
        if (std::exchange(written, now) != now) ++writes;
    }
    EXPECT_LE(writes, 10) << "flash wears";
    EXPECT_GT(machine.shown(), 0.08) << "0.1 kWh in an hour";
}

TEST(Totals, OfALostFileAreTakenFromTheBroker) {
    for (const bool damaged : {false, true}) {
        Machine machine;
        machine.with_broker = true;
        machine.power_on();
        for (int i = 0; i < 120; ++i) machine.second(10'000, true);
        const auto shown = machine.shown();
        machine.power_cut();
        if (damaged)
            std::ofstream(machine.file) << "packwire-bank 1\nchar";
        else
            std::filesystem::remove(machine.file);
        machine.power_on();
        for (int i = 0; i < 5; ++i) machine.second(0, true);
        EXPECT_EQ(machine.went_back, "") << damaged;
        EXPECT_NEAR(machine.shown(), shown, 1e-9) << damaged;
    }
}

TEST(Totals, ThatWereClearedStayCleared) {
    Machine machine;
    machine.with_broker = true;
    machine.power_on();
    for (int i = 0; i < 60; ++i) machine.second(10'000, true);
    machine.second(0, true);  // what flows between two readings is counted with the second
    const auto high = machine.retained_values();
    machine.bank->keeper().clear_history(bank::HistoryPart::all);
    machine.published.clear();
    for (int i = 0; i < 5; ++i) machine.second(0, true);
    EXPECT_EQ(machine.shown(), 0.0);
    machine.power_cut();
    machine.power_on();
    machine.bank->on_retained(bank::PublishedTotals{high, 0});  // the broker was away when they were cleared
    for (int i = 0; i < 5; ++i) machine.second(0, true);
    EXPECT_EQ(machine.shown(), 0.0);
    EXPECT_EQ(machine.clears, 1U);
}

/// A clear that is not on the disk yet is not shown yet: a power cut then leaves all as it was.
TEST(Totals, AreClearedOnTheDiskFirst) {
    Machine machine;
    machine.power_on();
    for (int i = 0; i < 60; ++i) machine.second(10'000, true);
    const auto shown = machine.shown();
    ASSERT_GT(shown, 0.1);
    machine.bank->keeper().clear_history(bank::HistoryPart::energy);
    machine.bank->changed_now();
    EXPECT_EQ(machine.shown(), shown);
}

TEST(Totals, AreNotPublishedWhileAnEarlierRunIsLookedFor) {
    Machine machine;
    machine.with_broker = true;
    machine.broker_answers = false;
    machine.power_on();
    for (int i = 0; i < 8; ++i) machine.second(5'000, true);
    EXPECT_FALSE(machine.published.contains(metric("charged_energy").index)) << "0 is not what is unknown";
    for (int i = 0; i < 5; ++i) machine.second(5'000, true);
    EXPECT_TRUE(machine.published.contains(metric("charged_energy").index)) << "the broker is away";
    bank::PublishedTotals late;
    late.values = {{metric("charged_energy"), 500.0}};
    late.clears = 3;
    machine.bank->on_retained(late);
    EXPECT_EQ(machine.shown(), 500.0);
    EXPECT_EQ(machine.clears, 3U);
    EXPECT_EQ(machine.went_back, "");
}

/// A write that is under way when the broker is heard is of what was before.
TEST(Totals, AnEarlierWriteDoesNotTakeThemBack) {
    for (const bool lost : {false, true}) {
        Machine machine;
        machine.with_broker = lost;
        machine.broker_answers = false;
        machine.power_on();
        if (!lost) {
            for (int i = 0; i < 30; ++i) machine.second(10'000, true);
        }
        machine.bank->keeper().clear_history(bank::HistoryPart::voltage);  // worth a write
        machine.second(0, false);
        machine.bank->on_retained(bank::PublishedTotals{{{metric("charged_energy"), 812.5}}, 1});
        for (int i = 0; i < 5; ++i) machine.second(0, true);
        EXPECT_EQ(machine.shown(), 812.5) << lost;
        EXPECT_EQ(machine.went_back, "") << lost;
    }
}

TEST(Totals, AreCountedWhereNothingCanBeWritten) {
    Machine machine;
    std::ofstream(machine.directory / "plain") << "no directory";
    machine.file = machine.directory / "plain" / "bank";
    machine.power_on();
    for (int i = 0; i < 30; ++i) machine.second(10'000, true);
    EXPECT_GT(machine.shown(), 0.07);
}

/// A crash loop that is faster than the usual time between two writes.
TEST(Memory, OfPacksAndLimitsIsWrittenWithinSeconds) {
    Machine machine;
    machine.power_on();
    for (int i = 0; i < 3; ++i) machine.second(-500, true);
    machine.power_cut();
    const auto text = read_whole(machine.file);
    ASSERT_TRUE(text);
    const auto memory = bank::load(*text);
    ASSERT_TRUE(memory);
    ASSERT_EQ(memory->packs.size(), 1U);
    EXPECT_EQ(memory->packs.front().id, "PACK1");
    EXPECT_TRUE(memory->control);
}

}  // namespace
}  // namespace packwire::test
