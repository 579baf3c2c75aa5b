// SPDX-License-Identifier: MIT
#include "bus/tcp_port.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <vector>

#include "support/run.hpp"

namespace packwire::bus {
namespace {

using namespace std::chrono_literals;
using Tcp = asio::ip::tcp;

class TcpPortTest : public testing::Test {
protected:
    TcpPort make_port(Time& clock) {
        return {"127.0.0.1", listener.local_endpoint().port(), clock, loop.get_executor()};
    }
    Tcp::socket connect() {
        const auto opened = test::run(loop, port.open());
        if (!opened) throw std::runtime_error(to_string(opened.error()));
        return listener.accept();
    }
    std::string read_all(std::size_t size) {
        std::string all;
        while (all.size() < size) {
            const auto count = test::run(loop, port.read(buffer, soon()));
            if (!count) return all + to_string(count.error());
            all.append(buffer.data(), *count);
        }
        return all;
    }
    Errc read_error() { return test::run(loop, port.read(buffer, soon())).error().code; }
    [[nodiscard]] TimePoint soon() const { return time.now() + test::patience; }

    asio::io_context loop;
    LoopTime time{loop.get_executor()};
    Tcp::acceptor listener{loop, Tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    TcpPort port = make_port(time);
    std::array<char, 64> buffer{};
};

TEST_F(TcpPortTest, OpenedForListeningItWritesNothing) {
    TcpPort ear("127.0.0.1", listener.local_endpoint().port(), time, loop.get_executor(),
                PortAccess::listen_only);
    ASSERT_TRUE(test::run(loop, ear.open()));
    auto peer = listener.accept();
    const auto written = test::run(loop, ear.write("~22014A42E00201FD28\r"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::port_refused);
    EXPECT_TRUE(written.error().where.ends_with("opened for listening only")) << written.error().where;
    asio::write(peer, asio::buffer("heard", 5));
    EXPECT_EQ(test::run(loop, ear.read(buffer, soon())), std::size_t{5});
    ear.close();
    std::array<char, 8> sent{};
    boost::system::error_code end;
    EXPECT_EQ(asio::read(peer, asio::buffer(sent), end), 0U) << "not a byte left";
}

TEST_F(TcpPortTest, CarriesEveryByteBothWays) {
    auto peer = connect();
    EXPECT_TRUE(port.is_open());
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    ASSERT_TRUE(test::run(loop, port.write(bytes)));
    std::string heard(bytes.size(), '\0');
    asio::read(peer, asio::buffer(heard));
    EXPECT_EQ(heard, bytes);
    asio::write(peer, asio::buffer(bytes));
    EXPECT_EQ(read_all(bytes.size()), bytes);
}

TEST_F(TcpPortTest, WaitsForTheFirstByte) {
    auto peer = connect();
    std::optional<Result<std::size_t>> count;
    asio::co_spawn(loop, port.read(buffer, soon()),
                   [&](const std::exception_ptr&, Result<std::size_t> result) { count = result; });
    test::settle(loop);
    EXPECT_FALSE(count);
    asio::write(peer, asio::buffer("~", 1));
    test::run_until(loop, [&] { return count.has_value(); });
    EXPECT_EQ(*count, 1U);
    EXPECT_EQ(buffer[0], '~');
}

TEST_F(TcpPortTest, SilenceIsATimeoutAndThePortStaysOpen) {
    auto peer = connect();
    for (const auto deadline : {time.now() + 2ms, time.now() - 1s}) {
        const auto count = test::run(loop, port.read(buffer, deadline));
        ASSERT_FALSE(count);
        EXPECT_EQ(count.error().code, Errc::timeout);
    }
    EXPECT_TRUE(port.is_open());
    asio::write(peer, asio::buffer("late", 4));
    EXPECT_EQ(read_all(4), "late");
}

TEST_F(TcpPortTest, PeerThatLeavesMakesThePortGone) {
    auto peer = connect();
    asio::write(peer, asio::buffer("last", 4));
    peer.close();
    EXPECT_EQ(read_all(4), "last");
    EXPECT_EQ(read_error(), Errc::port_gone);
    EXPECT_FALSE(port.is_open());
    EXPECT_EQ(read_error(), Errc::port_gone);
    EXPECT_EQ(test::run(loop, port.write("x")).error().code, Errc::port_gone);
    port.discard_input();
}

TEST_F(TcpPortTest, ResetByPeerMakesThePortGone) {
    auto peer = connect();
    peer.set_option(Tcp::socket::linger(true, 0));
    peer.close();
    EXPECT_EQ(read_error(), Errc::port_gone);
    EXPECT_FALSE(port.is_open());
}

TEST_F(TcpPortTest, CloseEndsAReadUnderWay) {
    const auto peer = connect();
    std::optional<Result<std::size_t>> count;
    asio::co_spawn(loop, port.read(buffer, soon()),
                   [&](const std::exception_ptr&, Result<std::size_t> result) { count = result; });
    test::settle(loop);
    port.close();
    test::settle(loop);
    ASSERT_TRUE(count);
    EXPECT_EQ(count->error().code, Errc::port_gone);
}

TEST_F(TcpPortTest, OpensAgainAfterALoss) {
    connect().close();
    EXPECT_EQ(read_error(), Errc::port_gone);
    auto peer = connect();
    asio::write(peer, asio::buffer("back", 4));
    EXPECT_EQ(read_all(4), "back");
}

TEST_F(TcpPortTest, DiscardsWhatCameBeforeTheQuestion) {
    auto peer = connect();
    asio::write(peer, asio::buffer("late answer", 11));
    ASSERT_EQ(test::run(loop, port.read(std::span(buffer).first(1), soon())), 1U);
    port.discard_input();
    EXPECT_TRUE(port.is_open());
    asio::write(peer, asio::buffer("new", 3));
    EXPECT_EQ(read_all(3), "new");
}

TEST_F(TcpPortTest, RefusedConnectionIsAMissingPort) {
    listener.close();
    const auto opened = test::run(loop, port.open());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::port_missing);
    EXPECT_NE(opened.error().where.find(port.name()), std::string::npos);
    EXPECT_FALSE(port.is_open());
}

TEST_F(TcpPortTest, HostThatDoesNotAnswerIsAMissingPort) {
    listener.listen(0);  // the queue takes one connection; the kernel drops what asks after that
    std::vector<Tcp::socket> waiting;
    for (int i = 0; i < 3; ++i) {
        waiting.emplace_back(loop).async_connect(listener.local_endpoint(), asio::detached);
    }
    VirtualTime still(loop);
    auto patient = make_port(still);
    const auto opened = test::run(loop, still, patient.open());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Errc::port_missing);
    EXPECT_NE(opened.error().where.find("no answer within 5 s"), std::string::npos) << opened.error().where;
    EXPECT_FALSE(patient.is_open());
}

TEST_F(TcpPortTest, WriteToAPeerThatTakesNothingIsATimeout) {
    VirtualTime still(loop);
    auto stuck = make_port(still);
    const auto opened = test::run(loop, stuck.open());
    ASSERT_TRUE(opened);
    const auto written = test::run(loop, still, stuck.write(std::string(50'000'000, 'x')));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, Errc::timeout);
}

TEST_F(TcpPortTest, LooksUpNames) {
    TcpPort named("localhost", listener.local_endpoint().port(), time, loop.get_executor());
    const auto opened = test::run(loop, named.open());
    EXPECT_TRUE(opened) << to_string(opened.error());
}

TEST_F(TcpPortTest, UnknownNameIsAMissingPort) {
    TcpPort nowhere("no such host", 4196, time, loop.get_executor());
    EXPECT_EQ(test::run(loop, nowhere.open()).error().code, Errc::port_missing);
    EXPECT_FALSE(nowhere.is_open());
}

}  // namespace
}  // namespace packwire::bus
