// SPDX-License-Identifier: MIT
/// Every value of the three limits over a restart: never 0 A, never more than is allowed. Source: bank 3, 6.
#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"
#include "bank/memory_text.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

/// How much of what the first run knew the second one gets.
enum class Memory : std::uint8_t {
    at_stop,   ///< all of it
    at_crash,  ///< what was written a minute before the end
    of_newer,  ///< with lines that this version does not know
    of_older,  ///< that knew nothing of charge control
    damaged,   ///< begins anew
};

struct Scene {
    Memory memory;
    Duration away;
    const char* name;
};

class Restart : public testing::TestWithParam<Scene> {
protected:
    void begin(double cell_voltage) {
        for (const auto address : {std::uint8_t{1}, std::uint8_t{2}})
            rig.add("PACK" + std::to_string(address), address).pack.cells(cell_voltage);
        rig.appear_all();
        rig.run(2min);
    }
    [[nodiscard]] std::string written() const { return bank::save(rig.keeper->memory()); }
    [[nodiscard]] bank::Memory read(std::string text) const {
        if (GetParam().memory == Memory::damaged) text.pop_back();
        if (GetParam().memory == Memory::of_newer) text = with_line(std::move(text), "moon 7");
        auto memory = bank::load(text).value_or(bank::Memory{});
        if (GetParam().memory == Memory::of_older) memory.control.reset();
        return memory;
    }
    /// Both packs are found one after the other, their parameters late.
    void restart(const std::string& text) {
        last = *rig.bank().limits;
        rig.restart({}, read(text));
        rig.now += GetParam().away;
        started = rig.now;
        auto& first = rig.lines.front();
        auto& second = rig.lines.back();
        second.silent = true;
        first.mute = second.mute = {"80"};
        rig.appear(first);
        rig.run(2s);
        first.mute = {};
        rig.appear(first);
        rig.run(1s);
        second.silent = false;
        rig.appear(second);
        rig.run(1s);
        second.mute = {};
        rig.appear(second);
        rig.run(2min);
    }
    /// `most` is what the packs allow as they are now.
    void expect_no_step(const bank::Limits& most) const {
        ASSERT_FALSE(rig.told.empty());
        for (const auto& bank : rig.told) {
            ASSERT_TRUE(bank.limits);
            const auto& limits = *bank.limits;
            EXPECT_GT(limits.charge_voltage, 48.0);
            EXPECT_LE(limits.charge_voltage, most.charge_voltage + 1e-9);
            EXPECT_GT(limits.charge_current, 0.0);
            EXPECT_LE(limits.charge_current, most.charge_current + 1e-9);
            EXPECT_GT(limits.discharge_current, 0.0);
            EXPECT_LE(limits.discharge_current, most.discharge_current + 1e-9);
        }
    }

    BankRig rig;
    bank::Limits last;
    TimePoint started;
};

TEST_P(Restart, OfABankThatIsAllRight) {
    begin(3.30);
    auto text = written();
    rig.run(1min);
    if (GetParam().memory == Memory::at_stop) text = written();
    const auto most = *rig.bank().limits;
    restart(text);
    expect_no_step(most);
    EXPECT_EQ(rig.bank().limits->charge_current, most.charge_current) << "and all comes back";
    EXPECT_EQ(rig.bank().limits->discharge_current, most.discharge_current);
}

/// The limits fell after the file was written: what the packs say now rules, not the file.
TEST_P(Restart, WithCellsThatBecameFullSince) {
    begin(3.30);
    const auto text = written();
    for (auto& line : rig.lines) line.pack.cells(3.42);
    rig.run(1min);
    const auto most = *rig.bank().limits;
    restart(text);
    for (const auto& bank : rig.told) {
        ASSERT_TRUE(bank.limits);
        EXPECT_GT(bank.limits->charge_current, 0.0);
        EXPECT_LE(bank.limits->charge_current, most.charge_current + 1e-9);
        EXPECT_GT(bank.limits->discharge_current, 0.0);
    }
}

/// DCL is 0 because a cell is empty: a restart does not turn the loads on again.
TEST_P(Restart, WithCellsThatAreEmpty) {
    begin(3.30);
    for (auto& line : rig.lines) line.pack.cells(2.6);
    rig.run(1min);
    ASSERT_EQ(rig.bank().limits->discharge_current, 0.0);
    restart(written());
    const auto memory = GetParam().memory;
    if (memory == Memory::damaged || memory == Memory::of_older)
        return;  // it has to wait 10 s, as for every low cell
    for (const auto& bank : rig.told) {
        EXPECT_EQ(bank.limits->discharge_current, 0.0);
        EXPECT_TRUE(bank.limits->charge_request);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, Restart,
    testing::Values(Scene{Memory::at_stop, 1s, "Stop"}, Scene{Memory::at_stop, 24h, "StopForADay"},
                    Scene{Memory::at_crash, 5s, "Crash"}, Scene{Memory::of_newer, 5s, "Downgrade"},
                    Scene{Memory::of_older, 5s, "Upgrade"}, Scene{Memory::damaged, 5s, "DamagedFile"}),
    [](const auto& scene) { return std::string(scene.param.name); });

}  // namespace
}  // namespace packwire::test
