// SPDX-License-Identifier: MIT
/// The web interface of the daemon itself.
#include <gtest/gtest.h>

#include <filesystem>

#include "support/mqtt_broker.hpp"
#include "support/source_dir.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

class WebTest : public testing::Test {
protected:
    void start(const std::string& link, const std::string& web = "") {
        std::ofstream(directory / "packwire.toml")
            << "site = \"test\"\n[[bus]]\nport = \"" << link << "\"\nbaud = 19200\naddresses = [1, 2]\n"
            << "interval = \"200ms\"\n[venus]\nenabled = false\n[store]\nenabled = false\n[status]\nsocket = "
               "\"off\"\n"
            << "[web]\n"
            << (web.empty() ? "listen = \"127.0.0.1:" + std::to_string(port) + "\"\n" : web);
        daemon.emplace(loop, std::vector<std::string>{
                                 "env", "STATE_DIRECTORY=" + (directory / "state").string(), binary(), "run",
                                 "--config", (directory / "packwire.toml").string()});
    }
    /// curl's output; nothing while nobody answers.
    std::string get(const std::string& path, const std::string& more = "") {
        return run_child(
            loop, {"sh", "-c",
                   "curl -s --max-time 20 " + more + " http://127.0.0.1:" + std::to_string(port) + path});
    }
    /// Asks again and again until the answer has those words.
    std::string wait_for(const std::string& path, const std::string& words) {
        const auto end = std::chrono::steady_clock::now() + patience;
        std::string last;
        while (last.find(words) == std::string::npos) {
            if (std::chrono::steady_clock::now() > end)
                throw std::runtime_error(path + ": " + last + daemon->output());
            last = get(path);
        }
        return last;
    }
    /// It ends by itself; what it said.
    std::string refusal() {
        run_until(loop, [this] { return daemon->ended(); });
        return daemon->output();
    }

    boost::asio::io_context loop;
    TempDir directory;
    std::uint16_t port = free_port(loop);
    std::optional<Child> daemon;
};

TEST_F(WebTest, ServesTheBankAndItsPacks) {
    const Sim sim(loop, directory, {"--packs", "2"});
    start(sim.link());
    const auto bank = nlohmann::json::parse(wait_for("/api/v1/bank", "charge_voltage_limit"));
    EXPECT_EQ(bank["bank"], "test");
    EXPECT_EQ(bank["members"].size(), 2U);
    EXPECT_EQ(bank["controls"], true);
    const auto packs = nlohmann::json::parse(get("/api/v1/packs"));
    ASSERT_EQ(packs["packs"].size(), 2U);
    EXPECT_EQ(packs["packs"][0]["values"]["cell_voltage"].size(), 16U);
    EXPECT_EQ(get("/healthz"), "{\"status\":\"ok\"}\n");
    const auto status = nlohmann::json::parse(get("/api/v1/status"));
    const auto api = nlohmann::json::parse(std::ifstream(source_dir() / "docs" / "openapi.json"));
    for (const auto& name : api["components"]["schemas"]["Status"]["required"])
        EXPECT_TRUE(status.contains(name.get<std::string>())) << name;
    const auto metrics = get("/metrics");
    for (const auto* one :
         {"packwire_bank_state_of_charge_percent ", "packwire_bus_up{bus=", "packwire_build_info{version=",
          "packwire_pack_exchange_seconds_count{bus=", "packwire_pack_answers_total{bus="})
        EXPECT_NE(metrics.find(one), std::string::npos) << one;
}

TEST_F(WebTest, WithATokenOthersMayCome) {
    const Sim sim(loop, directory, {"--packs", "2"});
    std::ofstream(directory / "token") << "0123456789abcdef\n";
    start(sim.link(), "listen = \"0.0.0.0:" + std::to_string(port) + "\"\ntoken_file = \"" +
                          (directory / "token").string() + "\"\n");
    wait_for("/healthz", "ok");
    EXPECT_NE(get("/api/v1/packs").find("unauthorised"), std::string::npos);
    EXPECT_NE(get("/api/v1/packs", "-H 'Authorization: Bearer 0123456789abcdef'").find("\"packs\""),
              std::string::npos);
    EXPECT_EQ(daemon->output().find("0123456789abcdef"), std::string::npos);
}

TEST_F(WebTest, WhatCannotBeUsedIsRefusedAtTheStart) {
    start("/dev/null", "listen = \"0.0.0.0:1\"\n");
    EXPECT_NE(refusal().find("[web] listen: expected token_file"), std::string::npos) << daemon->output();
    std::ofstream(directory / "token") << "short\n";
    start("/dev/null", "token_file = \"" + (directory / "token").string() + "\"\n");
    EXPECT_NE(refusal().find("expected a token: 16 to 512"), std::string::npos) << daemon->output();
    EXPECT_EQ(daemon->output().find("short\n"), std::string::npos);
    start("/dev/null", "token_file = \"/nonexistent/token\"\n");
    EXPECT_NE(refusal().find("[web] token_file: /nonexistent/token"), std::string::npos) << daemon->output();
    start("/dev/null", "tls_certificate = \"/nonexistent/c\"\ntls_key = \"/nonexistent/k\"\n");
    EXPECT_NE(refusal().find("[web] tls: /nonexistent/c"), std::string::npos) << daemon->output();
    const auto code =
        packwire(loop, directory, "run --config " + (directory / "packwire.toml").string()).code;
    EXPECT_EQ(code, 2);
}

/// Two daemons, one port: the second reads its packs all the same.
TEST_F(WebTest, APortThatIsTakenIsOnlyAWarning) {
    const Sim sim(loop, directory, {"--packs", "2"});
    boost::asio::ip::tcp::acceptor other(loop, {boost::asio::ip::address_v4::loopback(), 0});
    port = other.local_endpoint().port();
    start(sim.link());
    run_until(loop, [this] { return daemon->output().find("bank: 2 pack(s)") != std::string::npos; });
    EXPECT_NE(daemon->output().find("Address already in use; packs are read all the same"), std::string::npos)
        << daemon->output();
}

}  // namespace
}  // namespace packwire::test
