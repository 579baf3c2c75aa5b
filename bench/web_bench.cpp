// SPDX-License-Identifier: MIT
/// What the web server costs: fifty pages that listen to fifteen packs, answers of ten years, the page,
/// metrics. The server is a process of its own; the clients are in this one.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <list>
#include <thread>

#include "harness.hpp"
#include "sink/seed.hpp"
#include "sink/web/web_sink.hpp"

namespace {

using namespace packwire;
using namespace std::chrono;
using boost::asio::ip::tcp;
constexpr int packs = 15;
constexpr int clients = 50;
constexpr int seconds_measured = 15;
constexpr int ten_years = 87'600;

/// Ten years of hours, or a day of seconds.
class Years final : public store::Desk {
public:
    void read(std::vector<store::Query> queries, Answers done) override {
        std::vector<store::Answer> answers;
        for (const auto& query : queries) {
            store::Answer answer;
            const bool raw = query.resolution == store::Resolution::raw;
            answer.resolution = raw ? store::Resolution::raw : store::Resolution::hour;
            answer.span = raw ? Duration::zero() : hours(1);
            const auto count = std::min<std::size_t>(query.points, ten_years);
            for (std::size_t i = 0; i < count; ++i) {
                const double value = 53 + static_cast<double>(i % 317) / 100;
                answer.points.push_back({.at = WallTime(seconds(1'500'000'000 + 3600 * i)),
                                         .min = value - 0.5,
                                         .mean = value,
                                         .max = value + 0.5,
                                         .last = value});
            }
            answers.push_back(std::move(answer));
        }
        done(std::move(answers));
    }
    void events(store::EventQuery, Events done) override { done(std::vector<store::Event>{}); }
    void on_event(std::function<void(const store::Event&)>) override {}
};

/// Every pack each second, one after the other, every value moving; the bank after each.
bus::Task<void> feed(sink::web::WebSink& sink, std::vector<test::SeedPack>& seeds, bus::Time& time) {
    const auto timer = time.timer();
    auto due = time.now();
    for (std::int32_t round = 0;; ++round) {
        for (auto& seed : seeds) {
            const auto wave = round * 7919 % 100;
            std::vector<test::Change> moved{{"pack_current", -1000 - wave}};
            for (std::size_t cell = 0; cell < 16; ++cell)
                moved.push_back({"cell_voltage", 3320 + (wave + static_cast<std::int32_t>(cell)) % 9, cell});
            seed.read_live(moved);
            sink.publish(seed.pack);
            bank::Bank bank;
            bank.site = "home";
            for (const auto& one : seeds) bank.members.push_back({.id = one.pack.snapshot.identity.id});
            for (std::size_t i = 0; i < model::metric_count; ++i) {
                const model::Metric metric{static_cast<std::uint8_t>(i)};
                if (metric.row().scope != model::Scope::pack && metric.row().kind != model::Kind::text)
                    bank.set(metric, wave / 10.0);
            }
            sink.publish_bank(bank);
            due += Duration(seconds(1)) / packs;
            co_await timer->wait_until(due);
        }
    }
}

/// The server, in a process of its own; writes its port into `pipe`.
[[noreturn]] void serve(int pipe) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    boost::asio::io_context loop(1);
    bus::LoopTime time(loop.get_executor());
    Years desk;
    std::vector<test::SeedPack> seeds;
    for (int i = 0; i < packs; ++i)
        seeds.emplace_back(fmt::format("JD2M0215086{:02}", i), static_cast<std::uint8_t>(i + 1));
    sink::web::Options options;
    options.port = 0;
    options.hooks.desk = &desk;
    options.hooks.packs = [&seeds] {
        std::vector<const bank::Pack*> all;
        for (const auto& seed : seeds) all.push_back(&seed.pack);
        return all;
    };
    sink::web::WebSink sink(options, time, loop.get_executor(), {});
    boost::asio::co_spawn(loop, sink.run(), boost::asio::detached);
    while (sink.server().port() == 0) loop.run_one();
    const auto port = sink.server().port();
    if (::write(pipe, &port, sizeof port) != sizeof port) ::_exit(1);
    boost::asio::co_spawn(loop, feed(sink, seeds, time), boost::asio::detached);
    loop.run();
    ::_exit(0);
}

class Server {
public:
    Server() {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
        pid_ = ::fork();
        if (pid_ == 0) serve(ends[1]);
        if (::read(ends[0], &port, sizeof port) != sizeof port) throw std::runtime_error("no server");
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        ::kill(pid_, SIGTERM);
        ::waitpid(pid_, nullptr, 0);
    }
    /// Seconds on a processor so far, as the scheduler counts them: exact, where ticks are a guess.
    [[nodiscard]] double cpu() const {
        std::ifstream schedstat("/proc/" + std::to_string(pid_) + "/schedstat");
        double nanoseconds = 0;
        schedstat >> nanoseconds;
        return nanoseconds / 1e9;
    }
    [[nodiscard]] double rss_mb() const {
        std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
        double pages = 0;
        statm >> pages >> pages;
        return pages * 4096 / 1e6;
    }
    std::uint16_t port = 0;

private:
    pid_t pid_ = -1;
};

/// One answer and how long it took, with the first byte of the request until the last of the answer.
struct Got {
    double ms = 0;
    std::size_t bytes = 0;
};
Got get(std::uint16_t port, const std::string& path) {
    boost::asio::io_context loop;
    tcp::socket socket(loop);
    const auto start = steady_clock::now();
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    const auto request = fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path);
    socket.write_some(boost::asio::buffer(request));
    std::array<char, 65'536> part{};
    boost::system::error_code error;
    Got got;
    while (!error) got.bytes += socket.read_some(boost::asio::buffer(part), error);
    got.ms = duration<double, std::milli>(steady_clock::now() - start).count();
    return got;
}

/// The best of 5, as other benchmarks have it.
bool answer_is_quick(const Server& server, std::string_view bench, const std::string& path, double limit,
                     std::string_view what) {
    Got best{.ms = 1e9};
    for (int i = 0; i < 5; ++i) {
        const auto got = get(server.port, path);
        if (got.ms < best.ms) best = got;
    }
    bench::print(
        {bench, best.ms, "ms", limit, fmt::format("{}, {} bytes; best of 5; at most", what, best.bytes)});
    return best.ms < limit;
}

bool live_is_cheap(const Server& server) {
    boost::asio::io_context loop;
    std::list<tcp::socket> sockets;
    std::size_t bytes = 0;
    std::array<char, 65'536> part{};
    std::function<void(tcp::socket&)> hear = [&](tcp::socket& socket) {
        socket.async_read_some(boost::asio::buffer(part),
                               [&](const boost::system::error_code& error, std::size_t size) {
                                   bytes += size;
                                   if (error) throw std::runtime_error("a client was cut off");
                                   hear(socket);
                               });
    };
    for (int i = 0; i < clients; ++i) {
        auto& socket = sockets.emplace_back(loop);
        socket.connect({boost::asio::ip::address_v4::loopback(), server.port});
        const std::string request =
            "GET /api/v1/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
        socket.write_some(boost::asio::buffer(request));
        hear(socket);
    }
    loop.run_for(seconds(2));
    bytes = 0;
    const auto before = server.cpu();
    loop.run_for(seconds(seconds_measured));
    const auto used = (server.cpu() - before) / seconds_measured * 100;
    const auto each = static_cast<double>(bytes) / clients / seconds_measured / 1000;
    bench::print(
        {"web_live_cpu", used, "%", 10,
         fmt::format("of a core, {} clients, {} packs of 16 cells at 1 s, every value moving; at most",
                     clients, packs)});
    bench::print({"web_live_rate", each, "kB/s", 0, "to each of them"});
    bench::print({"web_live_rss", server.rss_mb(), "MB", 40, "resident, with all of them; at most"});
    return used < 10 && each > 10;
}

bool idle_is_cheap(const Server& server) {
    const auto before = server.cpu();
    std::this_thread::sleep_for(seconds(5));
    const auto used = (server.cpu() - before) / 5 * 100;
    bench::print(
        {"web_idle_cpu", used, "%", 2, "of a core, nobody listens, 15 packs are published; at most"});
    return used < 2;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "web")) return 0;
    const Server server;
    bool good = idle_is_cheap(server);
    const std::string history = "/api/v1/history?device=bank&metric=pack_voltage&from=0&points=";
    good = answer_is_quick(server, "web_history_10_years", history + "100000", 100,
                           "87,600 hours as they are") &&
           good;
    good = answer_is_quick(server, "web_history_day_raw", history + "86400&resolution=raw", 100,
                           "86,400 readings") &&
           good;
    good = answer_is_quick(server, "web_history_800", history + "800", 20, "800 points") && good;
    good = answer_is_quick(server, "web_metrics", "/metrics", 50, "15 packs") && good;
    good = answer_is_quick(server, "web_packs", "/api/v1/packs", 20, "15 packs") && good;
    good = answer_is_quick(server, "web_page", "/", 20, "the page itself") && good;
    good = live_is_cheap(server) && good;
    return good ? 0 : 1;
}
