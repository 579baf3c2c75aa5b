// SPDX-License-Identifier: MIT
#include "sim/bus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "dialect/daren/daren.hpp"
#include "support/memory_port.hpp"
#include "support/run.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
namespace daren = dialect::daren;

/// A line on virtual time that notes what comes and when.
class Line {
public:
    explicit Line(const sim::LineSettings& settings = {}, unsigned packs = 2)
        : bus(time, daren::dialect, settings, [this](TimePoint when, const std::string& bytes) {
              if (heard.empty()) first = when;
              last = when;
              ++chunks;
              heard += bytes;
          }) {
        for (std::uint8_t address = 1; address <= packs; ++address) {
            bus.add(address, sim::make_identity(address, 16, 100), {.seed = address});
        }
    }
    std::string ask(const model::Service& service, std::uint8_t address = 1) {
        heard.clear();
        chunks = 0;
        time.run_for(1s);
        asked = time.now();
        bus.receive(wire::encode(dialect::make_request(daren::dialect, service, address)));
        return heard;
    }
    Result<wire::Frame> answer(const model::Service& service, std::uint8_t address = 1) {
        return wire::decode(ask(service, address));
    }
    void command(std::string_view text) {
        const auto done = bus.apply(*sim::parse_command(text));
        EXPECT_TRUE(done) << text;
    }
    double ms(TimePoint when) const {
        return std::chrono::duration<double, std::milli>(when - asked).count();
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    std::string heard;
    int chunks = 0;
    TimePoint first, last, asked;
    sim::SimulatedBus bus;
};

struct Exchange {
    const model::Service* service;
    double ms_at_19200, ms_at_9600;  // protocol 8
};

TEST(SimulatedBus, TakesTheTimeOfARealLine) {
    const Exchange exchanges[] = {
        {&daren::live_data, 123, 246},
        {&daren::system_parameters, 88, 175},
        {&daren::protocol_version, 20, 40},
        {&daren::device_address, 19, 38},
        {&daren::protection_counters, 52, 104},
        {&daren::manufacturing, 148, 296},
        {&daren::capacity, 49, 98},
    };
    for (const auto& exchange : exchanges) {
        Line fast({.latency = 0ms});
        fast.ask(*exchange.service);
        EXPECT_NEAR(fast.ms(fast.last), exchange.ms_at_19200, 0.51) << exchange.service->code;
        Line slow({.baud = 9600, .latency = 0ms});
        slow.ask(*exchange.service);
        EXPECT_NEAR(slow.ms(slow.last), exchange.ms_at_9600, 0.51) << exchange.service->code;
    }
}

TEST(SimulatedBus, WaitsForTheQuestionAndTheLatency) {
    Line line({.latency = 30ms});
    ASSERT_TRUE(wire::decode(line.ask(daren::live_data)));
    const auto character = 10'000.0 / 19200;
    // The first piece is complete when its last character is.
    EXPECT_NEAR(line.ms(line.first), 20 * character + 30 + 4 * character, 0.01);
    EXPECT_NEAR(line.ms(line.last), 236 * character + 30, 0.01);
    EXPECT_EQ(line.chunks, 54);  // 216 characters, no more than one piece in 2 ms
}

TEST(SimulatedBus, WithoutBaudAnswersInOnePiece) {
    Line line({.baud = 0, .latency = 0ms});
    ASSERT_TRUE(wire::decode(line.ask(daren::live_data)));
    EXPECT_EQ(line.chunks, 1);
    EXPECT_EQ(line.first, line.asked);
}

TEST(SimulatedBus, HearsAQuestionInPieces) {
    Line line;
    const auto question = wire::encode(dialect::make_request(daren::dialect, daren::live_data, 1));
    for (const auto character : question) line.bus.receive({&character, 1});
    EXPECT_TRUE(wire::decode(line.heard));
    EXPECT_NEAR(line.ms(line.first), line.ms(line.time.now()) + 24 * 10'000.0 / 19200 + 20, 0.01);
}

TEST(SimulatedBus, AnswersOneAfterTheOther) {
    Line line;
    const auto one = wire::encode(dialect::make_request(daren::dialect, daren::protocol_version, 1));
    const auto two = wire::encode(dialect::make_request(daren::dialect, daren::protocol_version, 2));
    line.bus.receive(one + two);
    ASSERT_EQ(line.heard.size(), 40U);
    EXPECT_EQ(wire::decode(line.heard.substr(0, 20))->address, 1);
    EXPECT_EQ(wire::decode(line.heard.substr(20))->address, 2);
}

TEST(SimulatedBus, IsSilentToWhatIsNotForIt) {
    Line line;
    EXPECT_EQ(line.ask(daren::live_data, 3), "");
    line.bus.receive("~22014A42E00201FD29\r");  // CHKSUM
    line.bus.receive("~22014A42D00201FD29\r");  // LCHKSUM
    line.bus.receive("~22014A42E002FD28\r");    // length
    line.bus.receive("~20014A42E00201FD2A\r");  // VER
    line.bus.receive("noise\r");
    EXPECT_EQ(line.heard, "");
    EXPECT_TRUE(line.answer(daren::live_data));
}

TEST(SimulatedBus, DoesNotUnderstandAWrongRate) {
    Line line;
    line.bus.set_master_baud(9600);
    EXPECT_EQ(line.ask(daren::live_data), "");
    line.bus.set_master_baud(19200);
    EXPECT_TRUE(line.answer(daren::live_data));
    line.bus.set_master_baud(0);
    EXPECT_TRUE(line.answer(daren::live_data));
}

TEST(SimulatedBus, LetsPhysicsFollowTheClock) {
    Line line({.speed = 60});
    line.command("pack 1 current 30");
    line.command("pack 1 soc 50");
    line.time.run_for(60s);  // an hour
    const auto answer = line.answer(daren::live_data);
    ASSERT_TRUE(answer);
    model::Decoder decoder;
    const auto record = decoder.decode(daren::live_data, answer->info());
    ASSERT_TRUE(record);
    EXPECT_NEAR(*record->value(model::metric("state_of_charge")), 80.5, 0.05);
    EXPECT_NEAR(*record->value(model::metric("pack_current")), 30, 1e-9);
}

TEST(SimulatedBus, DoesWhatFaultsSay) {
    Line line;
    line.command("pack 1 silence on");
    EXPECT_EQ(line.ask(daren::live_data), "");
    EXPECT_TRUE(line.answer(daren::live_data, 2));
    line.command("pack 1 silence off");
    line.command("pack 1 late 700ms");
    EXPECT_TRUE(line.answer(daren::live_data));
    EXPECT_GT(line.ms(line.first), 720);
    line.command("clear");
    EXPECT_TRUE(line.answer(daren::live_data));
    EXPECT_LT(line.ms(line.first), 40);
    line.command("pack 1 rtn 04");
    EXPECT_EQ(line.answer(daren::live_data)->code, 4);
    line.command("pack 1 rtn off");
    line.command("pack 1 address 9");
    EXPECT_EQ(line.answer(daren::live_data)->address, 9);
    line.command("pack 1 address off");
    line.command("pack 1 truncate on");
    EXPECT_EQ(line.ask(daren::live_data).size(), 108U);
    line.command("clear");
    line.command("pack 1 reboot 10s");
    EXPECT_EQ(line.ask(daren::live_data), "");
    line.time.run_for(10s);
    EXPECT_TRUE(line.answer(daren::live_data));
    line.command("line silence on");
    EXPECT_EQ(line.ask(daren::live_data, 2), "");
    line.command("clear");
    line.command("line latency 100ms");
    line.ask(daren::live_data);
    EXPECT_GT(line.ms(line.first), 110);
}

TEST(SimulatedBus, DamagesWhatItCarries) {
    Line line;
    line.command("line echo on");
    const auto question = wire::encode(dialect::make_request(daren::dialect, daren::live_data, 1));
    EXPECT_TRUE(line.ask(daren::live_data).starts_with(question));
    for (const auto* fault : {"pack 1 flip 0.05", "line drop 0.05", "all double 0.05", "line collision 1"}) {
        line.command("clear");
        line.command(fault);
        EXPECT_FALSE(line.answer(daren::live_data)) << fault;
    }
    line.command("clear");
    line.command("line noise 1");
    line.ask(daren::live_data);
    EXPECT_GT(line.heard.size(), 216U);
    line.command("clear");
    EXPECT_TRUE(line.answer(daren::live_data));
}

TEST(SimulatedBus, AFieldSaysWhatATestWants) {
    Line line;
    model::Decoder decoder;
    const auto live = [&](std::string_view field, std::size_t i = 0) {
        const auto frame = line.answer(daren::live_data);
        EXPECT_TRUE(frame);
        model::Record record;
        EXPECT_TRUE(decoder.read(daren::live_data, frame->info(), record));
        return record.raw()[record.layout().find(field).first + i];
    };
    const auto first = live("cell_temperature", 0);
    const auto before = live("cell_temperature", 1);
    line.command("pack 1 field 42.cell_temperature.2 FE0C");
    line.command("pack 1 field 42.state_of_health 80");
    EXPECT_EQ(live("cell_temperature", 1), -500);
    EXPECT_NEAR(live("cell_temperature", 0), first, 1) << "the others go on";
    EXPECT_EQ(live("state_of_health"), 128);
    line.command("pack 1 field 42.cell_temperature.2 off");
    EXPECT_NEAR(live("cell_temperature", 1), before, 1);
    EXPECT_EQ(live("state_of_health"), 128);
    line.command("clear");
    EXPECT_NE(live("state_of_health"), 128);
    for (const auto* text : {"pack 1 field state_of_health 80", "pack 1 field 99.state_of_health 80",
                             "pack 1 field 42.nonsense 80"}) {
        EXPECT_FALSE(line.bus.apply(*sim::parse_command(text))) << text;
    }
}

TEST(SimulatedBus, RefusesCommandsForNobody) {
    Line line;
    EXPECT_FALSE(line.bus.apply(*sim::parse_command("pack 9 silence on")));
    EXPECT_FALSE(line.bus.apply(*sim::parse_command("pack 1 cell 17 voltage 3")));
    EXPECT_TRUE(line.bus.apply(*sim::parse_command("pack 1 cell 16 voltage 3")));
}

/// The master's side of a real conversation.
bus::Task<Result<std::string>> converse(bus::Port& port, bus::Time& time, std::string question) {
    const auto written = co_await port.write(question);
    if (!written) co_return std::unexpected(written.error());
    std::string heard;
    std::array<char, 64> buffer{};
    while (!heard.ends_with('\r')) {
        const auto count = co_await port.read(buffer, time.now() + 500ms);
        if (!count) co_return std::unexpected(count.error());
        heard.append(buffer.data(), *count);
    }
    co_return heard;
}

TEST(SimulatedBus, TalksToAPortInMemory) {
    bus::asio::io_context loop;
    bus::VirtualTime time(loop);
    test::MemoryPort port(time);
    sim::SimulatedBus line(time, daren::dialect, {},
                           [&](TimePoint when, std::string bytes) { port.deliver(when, std::move(bytes)); });
    line.add(1, sim::make_identity(1, 16, 100), {});
    port.on_write = [&](std::string_view bytes) { line.receive(bytes); };
    ASSERT_TRUE(test::run(loop, time, port.open(), 1s));
    const auto question = wire::encode(dialect::make_request(daren::dialect, daren::live_data, 1));
    const auto heard = test::run(loop, time, converse(port, time, question), 2s);
    ASSERT_TRUE(heard) << heard.error().where;
    EXPECT_TRUE(wire::decode(*heard));
}

}  // namespace
