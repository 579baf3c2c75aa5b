// SPDX-License-Identifier: MIT
/// The daemon on a line where this test is the pack, and a second master.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "bus/pty.hpp"
#include "support/scripted_pack.hpp"
#include "system/program.hpp"
#include "wire/splitter.hpp"

namespace packwire::test {
namespace {

namespace asio = boost::asio;
namespace daren = dialect::daren;

class ForeignMasterTest : public testing::Test {
protected:
    ForeignMasterTest() {
        auto made = bus::Pty::open(loop.get_executor());
        if (!made) throw std::runtime_error(to_string(made.error()));
        line = std::move(*made);
    }
    /// Pack 1: answers as the seed does, and 83 with RTN 04.
    bus::Task<void> play_pack() {
        wire::Splitter splitter;
        std::array<char, 256> part{};
        while (true) {
            const auto count = co_await line->read(part);
            if (!count) co_return;
            std::string_view bytes(part.data(), *count);
            while (const auto text = splitter.next(bytes)) {
                const auto answer = answer_to(*text);
                if (answer.empty()) continue;
                const auto written = co_await line->write(answer);
                if (!written) co_return;
            }
        }
    }
    std::string answer_to(std::string_view text) {
        const auto request = wire::decode(text);
        if (!request) return {};
        ++asked;
        const auto* service = dialect::requested_service(daren::dialect, *request);
        if (service == nullptr || request->address != 1) return {};
        if (service != &daren::protection_counters) return seed_answer(service->code, 1);
        return wire::encode(dialect::make_answer(daren::dialect, 1, {}, dialect::unsupported_code));
    }
    void start_daemon(const std::string& addresses) {
        std::ofstream(directory / "packwire.toml")
            << "[[bus]]\nport = \"" << line->path() << "\"\nbaud = 19200\naddresses = " << addresses
            << "\ninterval = \"200ms\"\n[json_lines]\npath = \"-\"\n[venus]\nenabled = false\n";
        daemon.emplace(loop,
                       std::vector<std::string>{"env", "STATE_DIRECTORY=" + (directory / "state").string(),
                                                binary(), "run", "--web", "off", "--store", "off", "--config",
                                                (directory / "packwire.toml").string()});
    }
    void wait_for(const std::string& words) {
        run_until(loop, [&] { return said(words) || daemon->ended(); });
        EXPECT_TRUE(said(words)) << words << '\n' << daemon->output();
    }
    [[nodiscard]] bool said(const std::string& words) const {
        return daemon->output().find(words) != std::string::npos;
    }
    void say(const std::string& text) { EXPECT_TRUE(run(loop, line->write(text))); }
    static std::string question(const model::Service& service, std::uint8_t address) {
        return wire::encode(dialect::make_request(daren::dialect, service, address));
    }

    asio::io_context loop;
    TempDir directory;
    std::unique_ptr<bus::Pty> line;
    std::optional<Child> daemon;
    int asked = 0;
};

TEST_F(ForeignMasterTest, TheDaemonFallsSilentAndGoesOnWithWhatItOverhears) {
    asio::co_spawn(loop, play_pack(), asio::detached);
    start_daemon("[1]");
    wait_for("\"state_of_charge\":67.00");
    wait_for(
        "pack at address 1: service 83 (protection counters) is not supported by this firmware; asking "
        "again in 10 min");
    // A question of ours may be on its way; the frame of the link is not to be damaged by its answer.
    for (int i = 0; i < 50 && !said("another master"); ++i) {
        say(question(daren::slave_data, 2));
        const auto before = asked;
        run_until(loop, [&] { return said("another master") || asked > before; });
    }
    wait_for("another master asks on this line (84 to address 2): falling silent, listening only");
    const auto before = asked;
    auto info = seed_info("42");
    info[2] = static_cast<std::uint8_t>(info[2] + 1);
    say(question(daren::live_data, 1) + wire::encode(dialect::make_answer(daren::dialect, 1, info)));
    wait_for("\"state_of_charge\":67.01");
    EXPECT_EQ(asked, before) << "not one question after it fell silent";
}

TEST_F(ForeignMasterTest, IsNoticedWhilePacksAreLookedFor) {
    asio::co_spawn(loop, play_pack(), asio::detached);
    start_daemon("\"auto\"");
    run_until(loop, [&] { return asked > 0; });
    say(question(daren::slave_data, 2));
    wait_for("another master asks on this line (84 to address 2): falling silent, listening only");
    EXPECT_FALSE(said("no pack answers")) << daemon->output();
}

}  // namespace
}  // namespace packwire::test
