// SPDX-License-Identifier: MIT
/// Ages of packs on a line that is polled, in virtual time: when they become stale and lost, whatever
/// happened on the line before, and whether their readings stay in the bank's current.
#include <gtest/gtest.h>

#include "bank/bank_rig.hpp"
#include "sim/random.hpp"
#include "support/polled_line.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;

/// What the daemon does with what a poller tells, into the book and the keeper.
class BankOfALine final : public bus::PollListener {
public:
    BankOfALine(bus::Time& time, Duration interval) : time_(time), interval_(interval) {}
    void on_appear(std::uint8_t address) override { book.on_appear(name, address, dialect::daren::dialect); }
    void on_record(std::uint8_t address, const model::Record& record) override {
        book.set_pace(name, pace());
        if (record.service().cadence == model::Cadence::telemetry) last_good = time_.now();
        publish(book.on_record(name, address, record, time_.now(), new_year));
    }
    void on_failure(std::uint8_t /*address*/, const dialect::Service& /*service*/,
                    const Error& /*error*/) override {
        ++failures;
    }
    void on_port(const Result<void>& /*state*/) override {}

    /// Absent before it is published.
    std::optional<bank::Bank> step() {
        for (const auto* pack : book.refresh(time_.now())) publish(pack);
        for (const auto& [bus, its_pace] : book.paces()) keeper.set_pace(bus, its_pace);
        return keeper.step(time_.now(), new_year);
    }
    [[nodiscard]] bank::Pace pace() const {
        return {
            .interval = interval_, .round = poller->round(), .longest_exchange = poller->longest_exchange()};
    }
    [[nodiscard]] Freshness freshness() { return book.packs().front()->freshness; }

    const bus::Poller* poller = nullptr;
    bank::Book book{bank::LossTimes{}};
    bank::Keeper keeper{{}, {}};
    TimePoint last_good{};
    int failures = 0;
    const std::string name = "/dev/ttyUSB0";

private:
    void publish(const bank::Pack* pack) {
        if (pack != nullptr) keeper.on_pack(*pack);
    }
    bus::Time& time_;
    Duration interval_;
};

class PolledLoss : public PolledLine {
protected:
    void start(std::size_t packs, Duration interval = 1s, bus::Timing timing = {}) {
        std::vector<std::uint8_t> addresses;
        for (std::size_t i = 1; i <= packs; ++i) {
            addresses.push_back(static_cast<std::uint8_t>(i));
            bus.packs[addresses.back()] = {};
            bus.packs[addresses.back()].info["42"] = live_of_a_pack(addresses.back());
        }
        line.set_timing(timing);
        listener.emplace(time, interval);
        poller.emplace(line, time, bus::poll_plan(dialect::daren::dialect, std::move(addresses), interval),
                       *listener);
        listener->poller = &*poller;
        bus::asio::co_spawn(loop, poller->run(), bus::asio::detached);
        live(20s);
        ASSERT_FALSE(listener->book.packs().empty());
    }
    /// It gives 5 A.
    static std::vector<std::uint8_t> live_of_a_pack(std::uint8_t address) {
        FakePack pack("PACK", address);
        pack.cells(3.3).sensors(25).charge(60, 100).mosfets(true, true);
        pack.set("pack_current", -5).set("mosfet_temperature", 30);
        return pack.live();
    }
    void live(Duration duration) {
        const auto end = time.now() + duration;
        while (time.now() < end) {
            time.run_for(std::min<Duration>(50ms, end - time.now()));
            bank = listener->step();
        }
    }
    /// So many of a thousand answers come with a wrong CHKSUM.
    void damage(std::uint32_t per_thousand) {
        bus.tamper = [this, per_thousand](std::string answer, std::string_view, std::uint8_t) {
            if (random.below(1000) < per_thousand) answer[answer.size() / 2] ^= 1;
            return answer;
        };
    }
    void answer_once() {
        const auto before = listener->last_good;
        bus.tamper = nullptr;
        while (listener->last_good == before) live(50ms);
    }
    void be_silent() {
        for (auto& [address, pack] : bus.packs) pack.silent = true;
    }
    /// The promise of the defaults: stale at 10 s, lost at 30 s after the last good answer.
    void expect_default_times() {
        be_silent();
        const auto age = [this] { return time.now() - listener->last_good; };
        live(9900ms - age());
        EXPECT_EQ(listener->freshness(), Freshness::fresh);
        live(10100ms - age());
        EXPECT_EQ(listener->freshness(), Freshness::stale);
        live(29900ms - age());
        EXPECT_EQ(listener->freshness(), Freshness::stale);
        live(30100ms - age());
        EXPECT_EQ(listener->freshness(), Freshness::lost);
    }

    std::optional<BankOfALine> listener;
    std::optional<bank::Bank> bank;  ///< the newest
    sim::Random random{7};
};

TEST_F(PolledLoss, AMinuteOfDamagedAnswersIsNoRound) {
    start(1);
    damage(1000);
    live(60s);
    answer_once();
    EXPECT_EQ(poller->round(), Duration(1s));
    expect_default_times();
}

TEST_F(PolledLoss, NorIsRandomDamageOfNearlyEveryAnswer) {
    start(1);
    damage(985);
    live(150s);
    EXPECT_LE(poller->round(), 2s);
    answer_once();
    expect_default_times();
}

TEST_F(PolledLoss, NorIsTheTimeOfAnotherMaster) {
    line.yield_to_masters(true);
    start(1);
    const auto question = [](std::uint8_t address) {
        return wire::encode(
            dialect::make_request(dialect::daren::dialect, dialect::daren::slave_data, address));
    };
    for (int i = 0; i < 50; ++i) {
        port.deliver(time.now() + 300ms, question(2));
        live(2s);
    }
    ASSERT_TRUE(line.taken());
    const auto before = listener->last_good;
    while (listener->last_good == before) live(50ms);
    live(1500ms);  // who it is
    expect_default_times();
}

TEST_F(PolledLoss, NorAreRefusals) {
    start(1);
    refuse("42", 0x07);
    live(60s);
    answer_once();
    expect_default_times();
}

TEST_F(PolledLoss, NorIsAClosedPort) {
    start(1);
    port.vanish();
    live(40s);
    port.come_back();
    const auto before = listener->last_good;
    while (listener->last_good == before) live(50ms);
    live(3s);
    expect_default_times();
}

TEST_F(PolledLoss, NorAreTelegramsThatContradictThemselves) {
    start(1);
    // Readings in turn that are refused two of three times, as the cells do not add up.
    const auto sound = bus.packs[1].info["42"];
    bus.packs[1].info["42"][8] = 0x09;  // of the second cell
    live(60s);
    bus.packs[1].info["42"] = sound;
    answer_once();
    EXPECT_LE(poller->round(), 2s);
    expect_default_times();
}

TEST_F(PolledLoss, AGatewayThatWasSlowForAWhileIsForgotten) {
    const bus::Timing gateway{.first_character = 10s, .gap = 500ms};
    start(1, 1s, gateway);
    bus.packs[1].latency = 9s;
    live(3min);
    EXPECT_GE(poller->round(), 8s) << "an honest round";
    bus.packs[1].latency = 20ms;
    live(40s);
    EXPECT_EQ(poller->round(), Duration(1s));
    expect_default_times();
}

TEST_F(PolledLoss, FifteenPacksAtALowSpeedHaveALongRoundInHonesty) {
    ASSERT_TRUE(port.set_baud(4800));
    bus.baud = 4800;
    start(15);
    live(2min);
    const auto round = poller->round();
    EXPECT_GE(round, 6s);
    EXPECT_LE(round, 15s);
    const auto times = listener->book.times_at(listener->name);
    EXPECT_EQ(times.stale, std::min<Duration>(3 * round, 30s));
    EXPECT_EQ(times.lost, times.stale + 20s);
    be_silent();
    live(4min);
    EXPECT_EQ(listener->book.times_at(listener->name), times) << "nothing was learnt from the silence";
    EXPECT_EQ(listener->freshness(), Freshness::gone);
}

TEST_F(PolledLoss, AnIntervalOfTenSecondsIsKnownFromTheStart) {
    start(1, 10s);
    EXPECT_EQ(listener->book.times_at(listener->name).stale, Duration(30s));
}

struct SilentScene {
    const char* name;
    std::size_t packs;
    std::size_t silent;
    bus::Timing timing;
};

/// Some packs are silent, and are probed with the full deadline; the others' readings become older meanwhile.
class CurrentBesideSilentPacks : public PolledLoss, public testing::WithParamInterface<SilentScene> {};

TEST_P(CurrentBesideSilentPacks, HasAllThatAnswer) {
    const auto& scene = GetParam();
    start(scene.packs, 1s, scene.timing);
    for (std::size_t i = 0; i < scene.silent; ++i)
        bus.packs[static_cast<std::uint8_t>(scene.packs - i)].silent = true;
    const auto end = time.now() + 3min;
    const double least = 5.0 * static_cast<double>(scene.packs - scene.silent);
    int missing = 0;
    while (time.now() < end) {
        live(50ms);
        ASSERT_TRUE(bank);
        if (bank->value(model::metric("pack_current")).value_or(0) > -least + 0.01) ++missing;
    }
    EXPECT_EQ(missing, 0) << "looks at the bank, of " << 3min / 50ms;
    EXPECT_GT(listener->failures, 3) << "silent packs are probed";
}

constexpr bus::Timing of_a_gateway{.first_character = 1500ms, .gap = 500ms};

INSTANTIATE_TEST_SUITE_P(All, CurrentBesideSilentPacks,
                         testing::Values(SilentScene{"OneOfTwoBehindAGateway", 2, 1, of_a_gateway},
                                         SilentScene{"OneOfFourBehindAGateway", 4, 1, of_a_gateway},
                                         SilentScene{"ThreeOfFourBehindAGateway", 4, 3, of_a_gateway},
                                         SilentScene{"OneOfTwoOnALine", 2, 1, {}},
                                         SilentScene{
                                             "OneOfTwoWithSlowBoards", 2, 1, {.first_character = 3s}}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_F(PolledLoss, ACurrentThatNobodyReadsEndsAllTheSame) {
    start(1);
    be_silent();
    live(4s);
    EXPECT_FALSE(bank->value(model::metric("pack_current"))) << "2 rounds and 1 s";
    EXPECT_TRUE(bank->value(model::metric("pack_voltage")));
}

}  // namespace
}  // namespace packwire::test
