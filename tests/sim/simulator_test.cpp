// SPDX-License-Identifier: MIT
#include "sim/simulator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fstream>

#include "bus/serial_port.hpp"
#include "bus/tcp_port.hpp"
#include "dialect/daren/daren.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
namespace asio = bus::asio;
namespace daren = dialect::daren;

bus::Task<Result<wire::Frame>> converse(bus::Port& port, const model::Service& service, std::uint8_t address,
                                        bus::Time& time) {
    const auto question = wire::encode(dialect::make_request(daren::dialect, service, address));
    const auto written = co_await port.write(question);
    if (!written) co_return std::unexpected(written.error());
    std::string heard;
    std::array<char, 512> buffer{};
    while (!heard.ends_with('\r')) {
        const auto count = co_await port.read(buffer, time.now() + test::patience);
        if (!count) co_return std::unexpected(count.error());
        heard.append(buffer.data(), *count);
    }
    co_return wire::decode(heard);
}

/// A simulator that runs on a real loop, as fast as it can, and ends cleanly.
class Running {
public:
    explicit Running(sim::SimOptions options)
        : simulator(
              [&] {
                  options.baud = 0;
                  options.latency = 0ms;
                  return std::move(options);
              }(),
              time, loop.get_executor(), [this](std::string_view line) { said += line; }) {
        const auto opened = simulator.open();
        EXPECT_TRUE(opened) << opened.error().where;
        ready = opened.value_or(sim::Ready{});
        asio::co_spawn(loop, simulator.run(),
                       asio::bind_cancellation_slot(
                           stop.slot(), [this](const std::exception_ptr&, auto) { ended = true; }));
    }
    ~Running() {
        stop.emit(asio::cancellation_type::all);
        test::run_until(loop, [this] { return ended; });
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

    Result<wire::Frame> ask(bus::Port& port, const model::Service& service, std::uint8_t address = 1) {
        return test::run(loop, converse(port, service, address, time));
    }

    asio::io_context loop;
    bus::LoopTime time{loop.get_executor()};
    std::string said;
    asio::cancellation_signal stop;
    bool ended = false;
    sim::Simulator simulator;
    sim::Ready ready;
};

TEST(Simulator, AnswersOnAPseudoTerminalAndTakesItsLinkAway) {
    const test::TempDir dir;
    const auto link = dir / "bms";
    {
        sim::SimOptions options;
        options.link = link;
        options.packs = 2;
        Running running(options);
        EXPECT_EQ(running.ready.addresses, (std::vector<std::uint8_t>{1, 2}));
        EXPECT_TRUE(std::filesystem::is_symlink(link));
        bus::SerialPort port(link.string(), 19200, running.time, running.loop.get_executor());
        ASSERT_TRUE(test::run(running.loop, port.open()));
        const auto answer = running.ask(port, daren::live_data, 2);
        ASSERT_TRUE(answer) << answer.error().where;
        EXPECT_EQ(answer->address, 2);
        EXPECT_TRUE(running.ask(port, daren::manufacturing, 1));
    }
    EXPECT_FALSE(std::filesystem::is_symlink(link));
}

TEST(Simulator, AnswersOnTcpOneMasterAfterTheOther) {
    sim::SimOptions options;
    options.listen = "127.0.0.1:0";
    Running running(options);
    ASSERT_NE(running.ready.tcp_port, 0);
    bus::TcpPort first("127.0.0.1", running.ready.tcp_port, running.time, running.loop.get_executor());
    bus::TcpPort second("127.0.0.1", running.ready.tcp_port, running.time, running.loop.get_executor());
    ASSERT_TRUE(test::run(running.loop, first.open()));
    EXPECT_TRUE(running.ask(first, daren::live_data));
    ASSERT_TRUE(test::run(running.loop, second.open()));
    EXPECT_TRUE(running.ask(second, daren::live_data));
    EXPECT_FALSE(running.ask(first, daren::live_data));
    EXPECT_FALSE(first.is_open());
    EXPECT_TRUE(running.ask(second, daren::capacity));
}

TEST(Simulator, ObeysASocket) {
    const test::TempDir dir;
    sim::SimOptions options;
    options.control_socket = dir / "control";
    {
        Running running(options);
        asio::local::stream_protocol::socket client(running.loop);
        client.connect(asio::local::stream_protocol::endpoint((dir / "control").string()));
        const std::string commands = "pack 1 silence on\npack 7 silence on\nsing\n";
        asio::write(client, asio::buffer(commands));
        std::string replies;
        std::vector<std::string> said;
        const auto read = [&]() -> bus::Task<int> {
            for (int i = 0; i < 3; ++i) {
                const auto size = co_await asio::async_read_until(client, asio::dynamic_buffer(replies, 4096),
                                                                  '\n', asio::use_awaitable);
                said.push_back(replies.substr(0, size));
                replies.erase(0, size);
            }
            co_return 0;
        };
        test::run(running.loop, read());
        EXPECT_EQ(said[0], "ok\n");
        EXPECT_TRUE(said[1].starts_with("error: no pack")) << said[1];
        EXPECT_TRUE(said[2].starts_with("error: expected")) << said[2];
        EXPECT_TRUE(running.simulator.bus().find(1)->faults.silent);
    }
    EXPECT_FALSE(std::filesystem::exists(dir / "control"));
}

TEST(Simulator, ObeysAFile) {
    const test::TempDir dir;
    const auto file = dir / "faults";
    std::ofstream(file) << "pack 1 silence on\nnonsense\n";
    sim::SimOptions options;
    options.control_file = file;
    asio::io_context loop;
    bus::VirtualTime time(loop);
    std::string said;
    sim::Simulator simulator(options, time, loop.get_executor(),
                             [&](std::string_view line) { said += line; });
    ASSERT_TRUE(simulator.open());
    const auto& station = *simulator.bus().find(1);
    EXPECT_TRUE(station.faults.silent);
    EXPECT_NE(said.find("line 2"), std::string::npos) << said;
    asio::co_spawn(loop, simulator.run(), [](const std::exception_ptr&, auto) {});
    std::ofstream(file) << "pack 1 late 700ms\n";
    time.run_for(150ms);
    EXPECT_FALSE(station.faults.silent);
    EXPECT_EQ(station.faults.late, 700ms);
    std::filesystem::remove(file);
    time.run_for(150ms);
    EXPECT_EQ(station.faults, sim::PackFaults{});
}

TEST(Simulator, RefusesWhatItCannotDo) {
    const auto refuse = [](auto change) {
        asio::io_context loop;
        bus::LoopTime time(loop.get_executor());
        sim::SimOptions options;
        change(options);
        sim::Simulator simulator(options, time, loop.get_executor());
        const auto opened = simulator.open();
        return opened ? Error{} : opened.error();
    };
    EXPECT_EQ(refuse([](auto& options) { options.packs = 0; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.addresses = {1, 2, 1}; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.pack.cells = 33; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.faults = {"pack 5 silence on"}; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.faults = {"sing"}; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.listen = "here"; }).code, Errc::usage);
    EXPECT_EQ(refuse([](auto& options) { options.replay = "/nonexistent"; }).code, Errc::io);
}

TEST(Simulator, ReplaysToEachPackItsOwn) {
    const test::TempDir dir;
    std::ofstream(dir / "capture")
        << "~22014AB0600A010104FF00FB6B\n~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A\n";
    sim::SimOptions options;
    options.replay = dir / "capture";
    options.packs = 2;
    Running running(options);
    bus::SerialPort port(running.ready.url, 19200, running.time, running.loop.get_executor());
    ASSERT_TRUE(test::run(running.loop, port.open()));
    const auto captured = wire::decode("~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A\r");
    EXPECT_EQ(running.ask(port, daren::capacity, 1), captured);
    const auto second = running.ask(port, daren::capacity, 2);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->info()[1], 2);
    EXPECT_TRUE(std::ranges::equal(second->info().subspan(2), captured->info().subspan(2)));
    EXPECT_TRUE(running.ask(port, daren::live_data, 2));  // not captured: physics
}

}  // namespace
