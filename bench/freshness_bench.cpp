// SPDX-License-Identifier: MIT
/// How old is a value when somebody can read it? From the last character of the answer leaving a pack to the
/// line of JSON that has it, with 4 packs at 1 s on a line paced as at 19200 baud.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>

#include "bus/pty.hpp"
#include "dialect/daren/daren.hpp"
#include "harness.hpp"
#include "process.hpp"
#include "sim/bus.hpp"
#include "sim/identity.hpp"
#include "support/temp_dir.hpp"
#include "wire/frame.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
namespace asio = bus::asio;
using bench::Line;

constexpr std::uint8_t packs = 4;
constexpr std::size_t wanted_readings = 240;
constexpr std::uint8_t live_data = 0x42;
constexpr double limit = 2;  // ms

/// The packs, and the reader of the daemon's lines, in one loop with one clock.
class Stage {
public:
    Stage() {
        auto pty = bus::Pty::open(loop_.get_executor(), directory_ / "line");
        if (!pty) throw std::runtime_error(to_string(pty.error()));
        pty_ = std::move(*pty);
        for (std::uint8_t address = 1; address <= packs; ++address) {
            packs_.add(address, sim::make_identity(address, 16, 100, sim::models().front()), {});
        }
        // A pipe with both ends here: neither the daemon nor we wait for the other to open it.
        if (::mkfifo((directory_ / "lines").c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
        reader_.assign(::open((directory_ / "lines").c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    }
    ~Stage() { daemon_.reset(); }
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;

    std::vector<double> measure() {
        asio::co_spawn(loop_, hear(), asio::detached);
        asio::co_spawn(loop_, say(), asio::detached);
        asio::co_spawn(loop_, read(), asio::detached);
        daemon_.emplace(std::vector<std::string>{PACKWIRE_BINARY, "run", "--web", "off", "--store", "off",
                                                 "--port", (directory_ / "line").string(), "--address",
                                                 fmt::format("1-{}", packs), "--venus", "off", "--socket",
                                                 "off", "--json-lines", (directory_ / "lines").string()},
                        directory_ / "run.log");
        loop_.run_for(90s);
        if (ages_.size() < wanted_readings) throw std::runtime_error("the daemon wrote too few lines");
        return ages_;
    }

private:
    bus::Task<void> hear() {
        std::array<char, 512> buffer{};
        while (true) {
            const auto count = co_await pty_->read(buffer);
            if (!count) co_return;
            asked_.append(buffer.data(), *count);
            if (asked_.ends_with('\r')) {
                const auto question = wire::decode(asked_);
                live_ = question && question->code == live_data;
                asked_.clear();
            }
            packs_.receive({buffer.data(), *count});
        }
    }

    /// Each piece of an answer when it is due; notes when the last one of live data was said.
    bus::Task<void> say() {
        while (true) {
            const auto next = outgoing_.empty() ? time_.now() + 1h : outgoing_.begin()->first;
            if (next > time_.now()) {
                co_await timer_->wait_until(next);
                continue;
            }
            const auto bytes = std::move(outgoing_.begin()->second);
            outgoing_.erase(outgoing_.begin());
            const auto written = co_await pty_->write(bytes);
            if (!written) co_return;
            said_ += bytes;
            if (said_.ends_with('\r')) note();
        }
    }

    void note() {
        const auto frame = wire::decode(said_);
        if (frame && live_) said_at_[frame->address] = time_.now();
        said_.clear();
    }

    bus::Task<void> read() {
        std::string text;
        while (ages_.size() < wanted_readings) {
            const auto size = co_await asio::async_read_until(reader_, asio::dynamic_buffer(text), '\n',
                                                              asio::use_awaitable);
            const auto now = time_.now();
            const auto line = nlohmann::json::parse(text.substr(0, size));
            text.erase(0, size);
            const auto address = line.at("address").get<std::uint8_t>();
            // The first of each waits for the pack to say who it is.
            if (named_.insert(address).second) continue;
            const auto age = now - said_at_.at(address);
            ages_.push_back(std::chrono::duration<double, std::milli>(age).count());
        }
        loop_.stop();
    }

    test::TempDir directory_;
    asio::io_context loop_{1};
    bus::LoopTime time_{loop_.get_executor()};
    std::unique_ptr<bus::Timer> timer_ = time_.timer();
    std::unique_ptr<bus::Pty> pty_;
    std::multimap<TimePoint, std::string> outgoing_;
    sim::SimulatedBus packs_{time_, dialect::daren::dialect, sim::LineSettings{},
                             [this](TimePoint when, std::string bytes) {
                                 outgoing_.emplace(when, std::move(bytes));
                                 timer_->cancel();
                             }};
    asio::posix::stream_descriptor reader_{loop_};
    std::string asked_;
    bool live_ = false;  ///< 42 was asked last
    std::string said_;
    std::map<std::uint8_t, TimePoint> said_at_;  ///< by address: the end of its last answer to 42
    std::set<std::uint8_t> named_;
    std::vector<double> ages_;  ///< ms
    std::optional<bench::Process> daemon_;
};

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "freshness")) return 0;
    Stage stage;
    auto ages = stage.measure();
    std::ranges::sort(ages);
    const auto at = [&](double part) {
        return ages[static_cast<std::size_t>(part * static_cast<double>(ages.size() - 1))];
    };
    bench::print(Line{"freshness_p50", at(0.5), "ms", limit,
                      "last character of an answer to its line of JSON; at most"});
    bench::print(
        Line{"freshness_p99", at(0.99), "ms", limit,
             fmt::format("of {} readings after the first of each pack, 4 packs at 1 s, 19200 baud; at most",
                         ages.size())});
    bench::print(Line{"freshness_worst", ages.back(), "ms", 0, "of these"});
    return at(0.99) <= limit ? 0 : 1;
}
