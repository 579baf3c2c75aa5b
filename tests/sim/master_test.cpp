// SPDX-License-Identifier: MIT
#include "sim/master.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "bus/tap.hpp"
#include "dialect/daren/daren.hpp"
#include "support/memory_port.hpp"
#include "support/run.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
namespace asio = bus::asio;
namespace daren = dialect::daren;
using Kind = bus::TapMessage::Kind;

struct Heard {
    Kind kind{};
    int address = 0;
    std::string code;
    bool paired = false;
    bool understood = false;
    std::string text;
};

struct Ear final : bus::TapListener {
    void on_message(const bus::TapMessage& message) override {
        heard.push_back({message.kind, message.address, std::string(message.code), message.paired,
                         message.record != nullptr, std::string(message.text)});
    }
    std::vector<Heard> heard;
};

/// A line with two packs and one that can be their master, and somebody who listens.
class MasterTest : public testing::Test {
protected:
    MasterTest() {
        for (std::uint8_t address = 1; address <= 2; ++address) {
            bus.add(address, sim::make_identity(address, 16, 100), {.seed = address});
        }
        bus.add(0, sim::make_identity(0, 16, 100), {}).only_master = true;
        port.on_write = [this](std::string_view bytes) { bus.receive(bytes); };
        EXPECT_TRUE(test::run(loop, time, port.open(), 1s));
        asio::co_spawn(loop, master.run(), asio::detached);
        asio::co_spawn(loop, tap.hear(time.now() + 1h), asio::detached);
    }
    void command(std::string_view text) { EXPECT_TRUE(bus.apply(*sim::parse_command(text))) << text; }
    void write(const model::Service& service, std::uint8_t address) {
        bus.receive(wire::encode(dialect::make_request(daren::dialect, service, address)));
    }
    [[nodiscard]] long count(Kind kind, std::string_view code = "84") const {
        return std::ranges::count_if(ear.heard,
                                     [&](const Heard& one) { return one.kind == kind && one.code == code; });
    }

    asio::io_context loop;
    bus::VirtualTime time{loop};
    test::MemoryPort port{time};
    sim::SimulatedBus bus{time, daren::dialect, {}, [this](TimePoint when, std::string bytes) {
                              port.deliver(when, bus.as_heard(when, std::move(bytes)));
                          }};
    sim::Master master{bus, time,
                       [this](TimePoint when, std::string bytes) { port.deliver(when, std::move(bytes)); }};
    Ear ear;
    bus::Tap tap{port, time, daren::dialect, ear};
};

TEST_F(MasterTest, AsksOneAfterTheOtherAndTheyAnswer) {
    command("line master on");
    time.run_for(4s);
    ASSERT_GE(ear.heard.size(), 12U);
    for (std::size_t i = 0; i + 1 < ear.heard.size(); i += 2) {
        const auto& asked = ear.heard[i];
        const auto& said = ear.heard[i + 1];
        EXPECT_EQ(asked.kind, Kind::request);
        EXPECT_EQ(asked.address, 1 + static_cast<int>(i / 2 % 2));
        EXPECT_TRUE(asked.text.starts_with(asked.address == 1 ? "~22014A84E00201" : "~22024A84E00202"));
        EXPECT_EQ(said.kind, Kind::answer);
        EXPECT_EQ(said.address, asked.address);
        EXPECT_EQ(said.code, "84");
        EXPECT_TRUE(said.paired);
        EXPECT_TRUE(said.understood);
        EXPECT_EQ(said.text.substr(7, 6), "85F098");
    }
}

TEST_F(MasterTest, IsThereWhileItIsSwitchedOn) {
    time.run_for(3s);
    EXPECT_TRUE(ear.heard.empty());
    EXPECT_EQ(bus.find(0), nullptr);
    EXPECT_FALSE(bus.apply(*sim::parse_command("pack 0 soc 50")));

    command("line master on");
    time.run_for(3s);
    const auto polled = count(Kind::request);
    EXPECT_GE(polled, 5);
    ASSERT_NE(bus.find(0), nullptr);

    command("clear");
    time.run_for(1s);
    const auto before = count(Kind::request);
    time.run_for(3s);
    EXPECT_EQ(count(Kind::request), before);
    write(daren::live_data, 0);
    time.run_for(1s);
    EXPECT_EQ(count(Kind::answer, "42"), 0);
}

TEST_F(MasterTest, AnswersForItself) {
    command("line master on");
    time.run_for(4s + 300ms);  // its slave has answered
    write(daren::live_data, 0);
    time.run_for(150ms);
    ASSERT_FALSE(ear.heard.empty());
    EXPECT_EQ(ear.heard.back().kind, Kind::answer);
    EXPECT_EQ(ear.heard.back().address, 0);
}

TEST_F(MasterTest, GetsNoAnswerFromASilentSlave) {
    command("line master on");
    command("pack 2 silence on");
    time.run_for(4s);
    const auto answers = [&](int address) {
        return std::ranges::count_if(
            ear.heard, [&](const Heard& one) { return one.kind == Kind::answer && one.address == address; });
    };
    EXPECT_GE(answers(1), 3);
    EXPECT_EQ(answers(2), 0);
    command("pack 0 silence on");
    time.run_for(1s);
    const auto before = count(Kind::request);
    time.run_for(3s);
    EXPECT_EQ(count(Kind::request), before);
}

TEST_F(MasterTest, CollidesWithAHostThatTalksMeanwhile) {
    command("line master on");
    constexpr int questions = 100;
    for (int i = 0; i < questions; ++i) {
        // Steps that are no part of the interval: the host meets the master now and then.
        write(daren::capacity, 2);
        time.run_for(730ms);
    }
    const auto spoilt = std::ranges::count_if(
        ear.heard, [](const Heard& one) { return one.kind == Kind::bad_frame || one.kind == Kind::unknown; });
    EXPECT_GT(spoilt, 0);
    EXPECT_GT(count(Kind::answer, "84"), 0);
    const auto answered = count(Kind::answer, "B0/4");
    EXPECT_GT(answered, 0);
    EXPECT_LT(answered, questions);
}

TEST_F(MasterTest, IsNotUnderstoodWhereAHostTalksAllTheTime) {
    command("line master on");
    const auto end = time.now() + 3s;
    while (time.now() < end) {
        bus.receive(std::string(20, 'x'));
        time.run_for(10ms);
    }
    EXPECT_EQ(count(Kind::request), 0);
    EXPECT_EQ(count(Kind::answer), 0);
}

TEST_F(MasterTest, SpoilsWhatAHostSaysWhileItTalks) {
    command("line master on");
    while (!bus.others_speak(time.now(), time.now() + 1ms) && ear.heard.empty()) time.run_for(1ms);
    // The first question has just been heard; its answer follows after the latency.
    time.run_for(40ms);
    write(daren::live_data, 1);
    const auto before = ear.heard.size();
    time.run_for(300ms);
    for (auto i = before; i < ear.heard.size(); ++i) EXPECT_NE(ear.heard[i].kind, Kind::answer);
    EXPECT_EQ(bus.questions(), 0U);
}

}  // namespace
