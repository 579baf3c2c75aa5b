// SPDX-License-Identifier: MIT
#include "bus/transact.hpp"

#include <gtest/gtest.h>

#include "dialect/sns/sns.hpp"
#include "model/alarm.hpp"
#include "model/snapshot.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using dialect::daren::capacity;
using dialect::daren::live_data;
using dialect::daren::system_parameters;

class Transact : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(run(loop, time, port.open(), 0s));
        bus.packs[1] = {};
        bus.packs[2] = {};
    }
    Result<model::Record> ask(const model::Service& service, std::uint8_t address, int tries = 0,
                              Duration limit = 10s) {
        return run(loop, time, line.ask(service, address, tries), limit);
    }
    /// INFO of 42 with another cycle count, so that answers can be told apart.
    static std::vector<std::uint8_t> live_info(std::uint8_t cycles) {
        auto info = seed_info("42");
        info[65] = cycles;
        return info;
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus{port, time};
    bus::Line line{port, time, dialect::daren::dialect};
};

TEST_F(Transact, GivesTheRecordOfThePackAsked) {
    const auto answer = ask(live_data, 2);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->value(model::metric("state_of_charge")), 67.0);
    EXPECT_EQ(line.frame().address, 2);
    EXPECT_EQ(line.counters().exchanges, 1U);
    EXPECT_EQ(line.counters().answers, 1U);
}

TEST_F(Transact, SaysWhoWasSilent) {
    bus.packs[1].silent = true;
    const auto answer = ask(live_data, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::timeout);
    EXPECT_EQ(line.counters().of(Errc::timeout), 2U);
}

TEST_F(Transact, AsksARefusalOnlyOnce) {
    bus.packs[1].refused = {"47"};
    const auto answer = ask(system_parameters, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unsupported);
    EXPECT_EQ(answer.error().where, "service 47 (system parameters) is not supported by this firmware");
    EXPECT_EQ(line.counters().exchanges, 1U);
}

TEST_F(Transact, IgnoresItsOwnEcho) {
    bus.tamper = [this](std::string answer, std::string_view, std::uint8_t) {
        port.deliver(time.now() + 1ms,
                     wire::encode(dialect::make_request(dialect::daren::dialect, live_data, 1)));
        return answer;
    };
    EXPECT_TRUE(ask(live_data, 1));
    EXPECT_EQ(line.counters().echoes, 1U);
    EXPECT_EQ(line.counters().exchanges, 1U);
}

TEST_F(Transact, TriesAgainAfterEveryKindOfNoise) {
    const std::map<std::string, std::function<std::string(std::string)>> faults{
        {"bad_checksum",
         [](std::string text) {
             text[20] = text[20] == '1' ? '2' : '1';
             return text;
         }},
        {"bad_end", [](std::string text) { return text.substr(0, 100); }},
        {"bad_start", [](std::string text) { return text.substr(1); }},
        {"bad_length", [](std::string text) { return text.erase(50, 2); }},
        {"bad_hex",
         [](std::string text) {
             text[30] = 'Z';
             return text;
         }},
    };
    for (const auto& [fault, damage] : faults) {
        bool once = true;
        bus.tamper = [&](std::string answer, std::string_view service, std::uint8_t) {
            return service == "42" && std::exchange(once, false) ? damage(answer) : answer;
        };
        const auto answer = ask(live_data, 1);
        EXPECT_TRUE(answer) << fault;
        EXPECT_FALSE(once) << fault;
    }
    EXPECT_EQ(line.counters().of(Errc::bad_checksum), 1U);
    EXPECT_EQ(line.counters().of(Errc::bad_end), 1U);
    EXPECT_EQ(line.counters().of(Errc::bad_length), 1U);
}

TEST_F(Transact, DoesNotTakeAnotherPacksAnswer) {
    bus.tamper = [](std::string, std::string_view service, std::uint8_t) { return seed_answer(service, 2); };
    const auto answer = ask(live_data, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::wrong_address);
    EXPECT_EQ(line.counters().foreign, 2U);
}

TEST_F(Transact, DoesNotTakeALateAnswerForTheNextQuestion) {
    bus.packs[1].latency = 700ms;
    bus.packs[1].info["42"] = live_info(1);
    EXPECT_FALSE(ask(live_data, 1, 1, 520ms));
    // The answer with 1 cycle is still on its way; the pack now has 2.
    bus.packs[1].latency = 20ms;
    bus.packs[1].info["42"] = live_info(2);
    const auto answer = ask(live_data, 1, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->value(model::metric("cycle_count")), 2);
    EXPECT_EQ(bus.count("4F", 1), 1U);
    EXPECT_EQ(line.counters().late, 1U);
}

TEST_F(Transact, DoesNotTakeALateAnswerForAnotherService) {
    bus.packs[1].latency = 900ms;
    EXPECT_FALSE(ask(live_data, 1, 1, 520ms));
    bus.packs[1].latency = 20ms;
    const auto answer = ask(capacity, 1, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->service().code, "B0/4");
}

TEST_F(Transact, TelemetryNeedsNoStepQuestionAfterAnotherServiceWasSilent) {
    bus.packs[1].latency = 700ms;
    EXPECT_FALSE(ask(capacity, 1, 1, 520ms));
    bus.packs[1].latency = 20ms;
    const auto answer = ask(live_data, 1, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->service().code, "42");
    EXPECT_EQ(bus.count("4F", 1), 0U);
    EXPECT_EQ(line.counters().late, 1U) << "the missing answer came first";
    EXPECT_TRUE(ask(capacity, 1, 1));
    EXPECT_EQ(bus.count("4F", 1), 0U) << "the line is in step again";
}

TEST_F(Transact, ALateRefusalIsNotThatOfTelemetry) {
    bus.packs[1].latency = 700ms;
    bus.packs[1].refused = {"B0/4"};
    EXPECT_FALSE(ask(capacity, 1, 1, 520ms));
    bus.packs[1].latency = 20ms;
    const auto answer = ask(live_data, 1, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(line.counters().late, 1U);
}

TEST_F(Transact, SaysThatALineIsTakenAndSendsNothing) {
    line.yield_to_masters(true);
    line.masters().heard(dialect::make_request(dialect::daren::dialect, dialect::daren::slave_data, 2),
                         time.now());
    EXPECT_TRUE(line.taken());
    const auto answer = ask(live_data, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::port_taken);
    EXPECT_EQ(port.written(), "");
    time.run_for(60s);
    EXPECT_TRUE(ask(live_data, 1));
}

TEST_F(Transact, ListensWithoutAWord) {
    port.deliver(time.now() + 1s,
                 "noise " + wire::encode(dialect::make_request(dialect::daren::dialect, live_data, 3)));
    port.deliver(time.now() + 2s, seed_answer("42", 3));
    EXPECT_TRUE(run(loop, time, line.listen(time.now() + 5s), 5s));
    EXPECT_EQ(port.written(), "");
    EXPECT_EQ(line.counters().foreign, 1U);
    EXPECT_EQ(line.counters().late, 1U);
    EXPECT_EQ(line.masters().what(), "42 to address 3");
    EXPECT_FALSE(line.taken()) << "nobody said that we yield";
}

TEST_F(Transact, AnAnswerWithAnUnknownReturnCodeIsNoMaster) {
    bus.tamper = [](std::string, std::string_view, std::uint8_t address) {
        return wire::encode(dialect::make_answer(dialect::daren::dialect, address, {}, 0xE0));
    };
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(ask(live_data, 1));
    EXPECT_FALSE(line.masters().present(time.now()));
}

TEST_F(Transact, ComesBackWhenAPackDoes) {
    bus.packs[1].silent = true;
    EXPECT_FALSE(ask(live_data, 1));
    EXPECT_FALSE(ask(live_data, 1));
    bus.packs[1].silent = false;
    EXPECT_TRUE(ask(live_data, 1));
}

TEST_F(Transact, RefusesValuesThatNoPackHas) {
    auto info = seed_info("42");
    info[6] = 0x00;  // cell 1: 1 mV
    info[7] = 0x01;
    bus.packs[1].info["42"] = info;
    const auto answer = ask(live_data, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::out_of_range);
}

TEST_F(Transact, SaysThatThePortIsGone) {
    bus.tamper = [this](std::string answer, std::string_view, std::uint8_t) {
        port.vanish();
        return answer;
    };
    const auto answer = ask(live_data, 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::port_gone);
    EXPECT_EQ(line.counters().exchanges, 1U);
}

TEST_F(Transact, AnswersInPiecesAndBetweenNoise) {
    bus.tamper = [this](std::string answer, std::string_view, std::uint8_t) {
        port.deliver(time.now() + 20ms, "\x01\xFF noise ~22");
        port.deliver(time.now() + 30ms, answer.substr(0, 7));
        port.deliver(time.now() + 50ms, answer.substr(7, 90));
        port.deliver(time.now() + 90ms, answer.substr(97) + "~rest");
        return std::string{};
    };
    EXPECT_TRUE(ask(live_data, 1));
}

TEST_F(Transact, AsksAgainAtOnceWhatJumped) {
    ASSERT_TRUE(ask(live_data, 1));
    bus.packs[1].info["42"] = live_info(0x50);  // 204 cycles before
    const auto answer = ask(live_data, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->value(model::metric("cycle_count")), 0x50);
    EXPECT_EQ(bus.count("42", 1), 3U);
    EXPECT_LT(bus.asked[2].when - bus.asked[1].when, 200ms);
    EXPECT_EQ(line.counters().of(Errc::implausible), 1U);
    EXPECT_EQ(line.counters().confirmed, 1U);
    EXPECT_EQ(line.counters().retries, 0U) << "nothing failed";
}

TEST_F(Transact, DoesNotTakeSwappedCharacters) {
    ASSERT_TRUE(ask(live_data, 1, 0, 200ms));
    bool once = true;
    bus.tamper = [&](std::string text, std::string_view, std::uint8_t) {
        // Cell 1 says 3.344 V instead of 3.329; the sum of the characters is the same.
        if (std::exchange(once, false)) std::swap(text[27], text[28]);
        return text;
    };
    const auto answer = ask(live_data, 1);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->value(model::metric("cell_voltage")), 3.329);
    EXPECT_EQ(line.counters().of(Errc::implausible) + line.counters().of(Errc::out_of_range) +
                  line.counters().of(Errc::inconsistent),
              1U);
}

TEST_F(Transact, OnALineThatDamagesFramesEverythingIsAskedTwice) {
    bool once = true;
    bus.tamper = [&](std::string text, std::string_view service, std::uint8_t) {
        if (service == "42" && std::exchange(once, false)) text[40] = text[40] == '1' ? '2' : '1';
        return text;
    };
    ASSERT_TRUE(ask(live_data, 1));
    EXPECT_EQ(line.counters().of(Errc::bad_checksum), 1U);
    EXPECT_EQ(line.counters().of(Errc::unconfirmed), 1U);
    EXPECT_EQ(bus.count("42", 1), 3U);
    ASSERT_TRUE(ask(capacity, 2));
    EXPECT_EQ(bus.count("B0/4", 2), 2U) << "the line is the same";
}

TEST_F(Transact, ADamagedAnswerIsNoSilence) {
    bus.tamper = [](std::string text, std::string_view, std::uint8_t) {
        text[12] = 'Z';
        return text;
    };
    const auto broken = ask(live_data, 1);
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, Errc::bad_hex);
    bus.tamper = [](const std::string& text, std::string_view, std::uint8_t) { return text.substr(1); };
    const auto headless = ask(live_data, 2);
    ASSERT_FALSE(headless);
    EXPECT_EQ(headless.error().code, Errc::bad_start);
}

TEST_F(Transact, BelievesAPackThatContradictsItselfThreeTimes) {
    auto info = seed_info("42");
    info[3] = 0x13;  // 5 V less than its cells
    info[4] = 0x00;
    bus.packs[1].info["42"] = info;
    const auto first = ask(live_data, 1);
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code, Errc::inconsistent);
    ASSERT_EQ(bus.count("42", 1), 2U);
    const auto third = ask(live_data, 1);
    ASSERT_TRUE(third) << third.error().where;
    EXPECT_EQ(third->value(model::metric("pack_voltage")), 48.64);
    model::Snapshot snapshot;
    snapshot.update(*third, time.now());
    EXPECT_TRUE(snapshot.contradicts());
    EXPECT_EQ(model::alarms_of(snapshot)[static_cast<std::size_t>(model::Alarm::internal_failure)], 1);
    EXPECT_TRUE(ask(live_data, 1)) << "no missed polls";
    bus.packs[1].info.clear();
    const auto good = ask(live_data, 1);
    ASSERT_TRUE(good);
    snapshot.update(*good, time.now());
    EXPECT_FALSE(snapshot.contradicts());
}

/// INFO of 42 with a word of its own.
std::vector<std::uint8_t> with_word(std::size_t offset, std::uint16_t word) {
    auto info = seed_info("42");
    info[offset] = static_cast<std::uint8_t>(word >> 8U);
    info[offset + 1] = static_cast<std::uint8_t>(word);
    return info;
}
/// The answer of a healthy pack whose third cell has 1 mV of noise.
std::string noisy_answer(std::uint8_t address) {
    static bool up = false;
    up = !up;
    return wire::encode(
        dialect::make_answer(dialect::daren::dialect, address, with_word(10, up ? 3292 : 3291)));
}
constexpr std::size_t pack_voltage_at = 3;
constexpr std::size_t third_cell_at = 10;
constexpr std::size_t third_sensor_at = 49;
constexpr std::size_t health_at = 57;

TEST_F(Transact, AFieldOutOfItsRangeCostsOneQuestionOnce) {
    // As the field has them: SOH of 128 %, sensors of -50 °C, 2550 °C and 273.1 °C.
    for (const auto& [at, word] : {std::pair<std::size_t, std::uint16_t>{health_at, 128},
                                   {third_sensor_at, 0xFE0C},
                                   {third_sensor_at, 0x639C},
                                   {third_sensor_at, 0x0AAB}}) {
        bus.packs[1].info["42"] = with_word(at, word);
        const auto before = bus.count("42", 1);
        for (int i = 0; i < 100; ++i) {
            const auto answer = ask(live_data, 1, 0, 1s);
            ASSERT_TRUE(answer) << to_string(answer.error());
            EXPECT_EQ(answer->value(model::metric("pack_voltage")), 53.12);
        }
        EXPECT_LE(bus.count("42", 1) - before, 102U) << "at most two more when it began";
    }
    EXPECT_EQ(line.counters().of(Errc::out_of_range), 0U);
    EXPECT_EQ(line.counters().remarks, 400U);
    const auto& rows = line.statistics().packs().at(1).remarks.rows();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].place, "state_of_health");
    EXPECT_FALSE(rows[0].now);
    EXPECT_EQ(rows[0].count, 100U);
    EXPECT_EQ(rows[1].where, "cell_temperature 3: expected -40 to 120 °C, got 273.1");
    EXPECT_TRUE(rows[1].now);
}

TEST_F(Transact, WhatWasDamagedIsNotBelieved) {
    ASSERT_TRUE(ask(live_data, 1));
    bool once = true;
    bus.tamper = [&](std::string text, std::string_view service, std::uint8_t address) {
        if (service != "42" || !std::exchange(once, false)) return text;
        return wire::encode(
            dialect::make_answer(dialect::daren::dialect, address, with_word(health_at, 4176)));
    };
    const auto answer = ask(live_data, 1);
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_EQ(answer->value(model::metric("state_of_health")), 80);
    EXPECT_EQ(line.counters().remarks, 0U);
    EXPECT_EQ(line.counters().of(Errc::implausible), 1U);
    ASSERT_TRUE(ask(live_data, 2));
    EXPECT_EQ(bus.count("42", 2), 2U) << "that it was not said again shows that the line damages frames";
}

TEST_F(Transact, ASensorWithALooseContactLeavesTheLineGood) {
    ASSERT_TRUE(ask(live_data, 1));
    bool loose = false;
    const auto toggle = [&] {
        loose = !loose;
        bus.packs[1].info["42"] = loose ? with_word(third_sensor_at, 0xFE0C) : seed_info("42");
    };
    for (int i = 0; i < 40; ++i) {
        toggle();
        EXPECT_TRUE(ask(live_data, 1, 0, 1s));
    }
    bus.tamper = [](const std::string& text, std::string_view, std::uint8_t address) {
        return address == 2 ? noisy_answer(2) : text;
    };
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(ask(live_data, 2, 0, 1s));
    EXPECT_EQ(bus.count("42", 2), 10U) << "no other pack is doubted";
}

TEST_F(Transact, ADeadCellThatAddsUpIsBelievedTheThirdTime) {
    // 53.12 V with all cells at some 3.32 V. What no cell has becomes no number.
    for (const auto& [cell, volts] : {std::pair<std::uint16_t, double>{1400, 1.4}, {4600, 4.6}, {0, 0.0}}) {
        auto info = with_word(third_cell_at, cell);
        const auto pack = static_cast<std::uint16_t>(5312 - (3291 - cell) / 10);
        info[pack_voltage_at] = static_cast<std::uint8_t>(pack >> 8U);
        info[pack_voltage_at + 1] = static_cast<std::uint8_t>(pack);
        bus.packs[1].info["42"] = info;
        const auto first = ask(live_data, 1, 2, 1s);
        ASSERT_FALSE(first);
        EXPECT_EQ(first.error().code, Errc::out_of_range);
        const auto third = ask(live_data, 1, 1, 1s);
        ASSERT_TRUE(third) << to_string(third.error());
        model::Snapshot snapshot;
        snapshot.update(*third, time.now());
        EXPECT_EQ(snapshot.value(model::metric("cell_voltage"), 2), volts);
        EXPECT_TRUE(snapshot.contradicts()) << "InternalFailure";
        for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask(live_data, 1, 1, 1s)) << "no missed polls";
        bus.packs[1].info.clear();
        for (int i = 0; i < 100; ++i) ASSERT_TRUE(ask(live_data, 1, 1, 1s));
    }
}

TEST_F(Transact, ACellThatSaysWhatNoneHasIsUnknownTheThirdTime) {
    bus.packs[1].info["42"] = with_word(third_cell_at, 0xFFFF);
    EXPECT_FALSE(ask(live_data, 1, 2, 1s));
    const auto third = ask(live_data, 1, 1, 1s);
    ASSERT_TRUE(third) << to_string(third.error());
    EXPECT_FALSE(third->value(model::metric("cell_voltage"), 2));
    EXPECT_EQ(third->value(model::metric("cell_voltage"), 0), 3.329);
}

TEST_F(Transact, ACellAtTheBorderOfItsRangeLeavesTheLineGood) {
    bool low = false;
    bus.tamper = [&](std::string text, std::string_view service, std::uint8_t address) {
        if (service != "42") return text;
        if (address == 2) return noisy_answer(2);
        low = !low;
        auto info = with_word(third_cell_at, low ? 1499 : 1501);
        info[pack_voltage_at] = 0x14;
        info[pack_voltage_at + 1] = 0x0D;  // 51.33 V
        return wire::encode(dialect::make_answer(dialect::daren::dialect, address, info));
    };
    // Until it is known as the pack's fault, it may be the line's: 3 × 64 answers.
    int believed = 0;
    for (int i = 0; i < 300; ++i) believed += ask(live_data, 1, 0, 1s) ? 1 : 0;
    EXPECT_GE(believed, 290);
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask(live_data, 2, 0, 1s));
    EXPECT_EQ(bus.count("42", 2), 20U) << "no other pack is doubted";
}

TEST_F(Transact, OtherAnswersDoNotHideAPackThatContradictsItself) {
    auto info = seed_info("42");
    info[pack_voltage_at] = 0x13;
    bus.packs[1].info["42"] = info;
    bool believed = false;
    for (int i = 0; i < 3; ++i) {
        believed = ask(live_data, 1, 1, 1s).has_value();
        EXPECT_TRUE(ask(system_parameters, 1, 1, 1s));
    }
    EXPECT_TRUE(believed);
}

/// The other dialect: the answer says what it answers.
class TransactSns : public testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(run(loop, time, port.open(), 0s));
        bus.packs[1] = {};
    }
    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus{port, time, dialect::sns::dialect};
    bus::Line line{port, time, dialect::sns::dialect,
                   bus::timing_for(bus::PortUrl::Kind::serial, dialect::sns::dialect)};
};

TEST_F(TransactSns, ReadsASlowBoard) {
    bus.packs[1].latency = 2900ms;
    const auto answer = run(loop, time, line.ask(live_data, 1), 10s);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(answer->value(model::metric("state_of_charge")), 67.0);
    EXPECT_EQ(line.counters().exchanges, 1U);
}

TEST_F(TransactSns, AnAnswerToAnotherQuestionIsNotOurs) {
    // Right in every other way: the tables fit, the pack is the one asked.
    const auto stray = wire::encode(dialect::make_answer(dialect::sns::dialect, 1, seed_info("42"), 0, 0x44));
    bus.tamper = [&](const std::string& answer, std::string_view, std::uint8_t) {
        port.deliver(time.now() + 15ms, stray);
        return answer;
    };
    const auto answer = run(loop, time, line.ask(live_data, 1), 10s);
    ASSERT_TRUE(answer) << answer.error().where;
    EXPECT_EQ(line.counters().late, 1U);
    EXPECT_EQ(line.frame().device, 0x42);
}

}  // namespace
}  // namespace packwire::test
