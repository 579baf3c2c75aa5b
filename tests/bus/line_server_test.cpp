// SPDX-License-Identifier: MIT
#include "bus/line_server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <fstream>

#include "bus/tasks.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
namespace asio = bus::asio;
using Local = asio::local::stream_protocol;

/// Time is virtual; what goes over the socket is ready at once, since both ends are here.
class LineServer : public testing::Test {
protected:
    ~LineServer() override {
        tasks.stop();
        settle(loop);
    }
    bus::LineServer& serve() {
        server.emplace(loop.get_executor(), time, options, [this](std::string_view line) {
            return line == "much" ? std::string(much, '.') : "[" + std::string(line) + "]\n";
        });
        return *server;
    }
    bus::Task<void> running() { (void)co_await server->run(); }
    void start() {
        const auto listening = serve().listen();
        ASSERT_TRUE(listening) << listening.error().where;
        tasks.spawn(running());
        settle(loop);
    }
    [[nodiscard]] Local::socket client(const std::string& says) {
        Local::socket socket(loop);
        socket.connect(Local::endpoint(options.path.string()));
        socket.non_blocking(true);
        asio::write(socket, asio::buffer(says));
        return socket;
    }
    /// What there is to read now; "$" at its end when the other side has closed.
    static std::string heard(Local::socket& socket) {
        std::string text;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(text), error);
        return error == asio::error::would_block ? text : text + "$";
    }

    static constexpr std::size_t much = 10'000'000;  ///< more than a socket holds
    TempDir directory;
    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    bus::Tasks tasks{loop.get_executor()};
    bus::LineServerOptions options{.path = directory / "socket"};
    std::optional<bus::LineServer> server;
};

TEST_F(LineServer, AnswersEachLine) {
    start();
    auto one = client("a\nb\nc");
    settle(loop);
    EXPECT_EQ(heard(one), "[a]\n[b]\n");
    asio::write(one, asio::buffer(std::string("d\n")));
    settle(loop);
    EXPECT_EQ(heard(one), "[cd]\n");
}

TEST_F(LineServer, OnlyThoseMayConnectWhoseModeSaysSo) {
    options.mode = 0660;
    start();
    struct stat file{};
    ASSERT_EQ(::stat(options.path.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 07777U, 0660U);
}

TEST_F(LineServer, TakesItsFileAway) {
    start();
    EXPECT_TRUE(std::filesystem::exists(options.path));
    tasks.stop();
    settle(loop);
    server.reset();
    EXPECT_FALSE(std::filesystem::exists(options.path));
}

TEST_F(LineServer, LeavesAFileThatIsAnothers) {
    start();
    std::filesystem::remove(options.path);
    std::ofstream(options.path) << "new";
    tasks.stop();
    settle(loop);
    server.reset();
    EXPECT_TRUE(std::filesystem::exists(options.path));
}

TEST_F(LineServer, ReplacesASocketThatNobodyListensOn) {
    {
        Local::acceptor dead(loop, Local::endpoint(options.path.string()));
    }
    ASSERT_TRUE(std::filesystem::is_socket(options.path));
    start();
    auto one = client("a\n");
    settle(loop);
    EXPECT_EQ(heard(one), "[a]\n");
}

TEST_F(LineServer, DoesNotReplaceOneThatIsListenedOn) {
    const Local::acceptor alive(loop, Local::endpoint(options.path.string()));
    const auto listening = serve().listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, Errc::port_busy);
    server.reset();
    EXPECT_TRUE(std::filesystem::exists(options.path)) << "it was not ours to remove";
}

TEST_F(LineServer, DoesNotWaitForOneWhoseQueueIsFull) {
    Local::acceptor alive(loop);
    const Local::endpoint endpoint(options.path.string());
    alive.open(endpoint.protocol());
    alive.bind(endpoint);
    alive.listen(0);
    std::vector<Local::socket> waiting;
    for (int connected = 0; connected == 0;) {
        auto& socket = waiting.emplace_back(loop);
        socket.open();
        socket.native_non_blocking(true);
        connected =
            ::connect(socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size()));
        ASSERT_LT(waiting.size(), 100U);
    }
    const auto listening = serve().listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, Errc::port_busy);
}

TEST_F(LineServer, NeverReplacesWhatIsNoSocket) {
    std::ofstream(options.path) << "precious";
    const auto listening = serve().listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, Errc::port_refused);
    server.reset();
    EXPECT_TRUE(std::filesystem::is_regular_file(options.path));
}

TEST_F(LineServer, RefusesAPathThatASocketCannotHave) {
    options.path = directory / std::string(200, 'x');
    const auto listening = serve().listen();
    ASSERT_FALSE(listening);
    EXPECT_EQ(listening.error().code, Errc::port_refused);
}

TEST_F(LineServer, EndsAnEndlessLine) {
    start();
    auto one = client(std::string(5000, 'x'));
    settle(loop);
    EXPECT_EQ(heard(one), "$");
}

TEST_F(LineServer, ASlowClientIsDroppedAndHoldsNobodyUp) {
    start();
    auto slow = client("much\n");
    auto quick = client("a\n");
    settle(loop);
    EXPECT_EQ(heard(quick), "[a]\n");
    time.run_for(options.patience + 1s);
    std::string taken = heard(slow);
    EXPECT_TRUE(taken.ends_with('$'));
    EXPECT_LT(taken.size(), much);
}

TEST_F(LineServer, IdleClientsMakeRoom) {
    options.idle = 10s;
    start();
    std::vector<Local::socket> idle;
    for (int i = 0; i < 4; ++i) idle.push_back(client(""));
    auto fifth = client("a\n");
    time.run_for(9s);
    EXPECT_EQ(heard(fifth), "");
    time.run_for(2s);
    EXPECT_EQ(heard(fifth), "[a]\n");
    EXPECT_EQ(heard(idle[0]), "$");
}

}  // namespace
}  // namespace packwire::test
