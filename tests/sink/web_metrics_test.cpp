// SPDX-License-Identifier: MIT
/// What Prometheus reads, judged by promtool where it is installed.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "sink/web/metrics.hpp"
#include "support/source_dir.hpp"
#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using namespace std::chrono_literals;

/// Everything that there may ever be: two packs, a bank with every value, a line with every counter.
class FullHooks {
public:
    FullHooks() {
        packs.emplace_back();
        packs.emplace_back("B \"quoted\"", std::uint8_t{2});
        bank.site = "home";
        for (std::size_t i = 0; i < model::metric_count; ++i)
            bank.set(model::Metric{static_cast<std::uint8_t>(i)}, std::optional(1.5));
        bank.alarms[3] = 2;
        line.bus = "/dev/ttyUSB0";
        line.open = true;
        line.counters.exchanges = 12;
        line.counters.of(Errc::timeout) = 3;
        line.packs.push_back({.id = "JD2M02150860 1", .address = 1, .statistics = {}});
        line.packs.push_back({.id = "", .address = 9, .statistics = {}});
        auto& exchange = line.packs[0].statistics.exchange;
        for (const auto took : {3ms, 30ms, 30ms, 20'000ms}) exchange.add(took);
        hooks.packs = [this] { return std::vector<const bank::Pack*>{&packs[0].pack, &packs[1].pack}; };
        hooks.bank = [this] { return &bank; };
        hooks.lines = [this] { return std::vector{line}; };
    }
    [[nodiscard]] std::string text() const { return metrics_text(hooks, 2, test::seed::read_at + 12s); }

    std::deque<test::SeedPack> packs;
    bank::Bank bank;
    BusLine line;
    Hooks hooks;
};

bool has(const std::string& text, const std::string& line) {
    return text.find('\n' + line + '\n') != std::string::npos;
}

TEST(WebMetrics, ValuesOfPacks) {  // Source: protocol 5.1
    const auto text = FullHooks().text();
    EXPECT_TRUE(has(text, R"(packwire_voltage_volts{pack="JD2M02150860 1"} 53.12)"));
    EXPECT_TRUE(has(text, R"(packwire_cell_voltage_volts{pack="JD2M02150860 1",cell="3"} 3.291)")) << text;
    EXPECT_TRUE(has(text, R"(packwire_cell_temperature_celsius{pack="JD2M02150860 1",sensor="4"} 26)"))
        << text;
    EXPECT_TRUE(has(text, R"(packwire_pack_age_seconds{pack="JD2M02150860 1"} 12)"));
    EXPECT_TRUE(has(text, R"(packwire_alarm{pack="JD2M02150860 1",alarm="low_voltage"} 0)"));
    EXPECT_TRUE(has(text, R"(packwire_pack_up{pack="B \"quoted\""} 1)"));
    EXPECT_TRUE(has(text, "# TYPE packwire_cycles_total counter"));
    EXPECT_TRUE(has(text, "# TYPE packwire_voltage_volts gauge"));
}

TEST(WebMetrics, OfTheBankAndTheLine) {
    const auto text = FullHooks().text();
    EXPECT_TRUE(has(text, "packwire_bank_charge_voltage_limit_volts 1.5"));
    EXPECT_TRUE(has(text, R"(packwire_bank_alarm{alarm="high_cell_voltage"} 2)"));
    EXPECT_TRUE(has(text, R"(packwire_bus_exchanges_total{bus="/dev/ttyUSB0"} 12)"));
    EXPECT_TRUE(has(text, R"(packwire_bus_errors_total{bus="/dev/ttyUSB0",error="timeout"} 3)"));
    const std::string exchange =
        R"(packwire_pack_exchange_seconds_bucket{bus="/dev/ttyUSB0",pack="JD2M02150860 1",le=)";
    EXPECT_TRUE(has(text, exchange + R"("0.005"} 1)")) << text;
    EXPECT_TRUE(has(text, exchange + R"("0.05"} 3)"));
    EXPECT_TRUE(has(text, exchange + R"("10"} 3)"));
    EXPECT_TRUE(has(text, exchange + R"("+Inf"} 4)"));
    EXPECT_TRUE(has(text, "packwire_live_clients 2"));
    EXPECT_EQ(text.find("packwire_voltage_volts{pack=\"bank"), std::string::npos);
}

TEST(WebMetrics, WhatIsStaleIsAbsent) {
    FullHooks full;
    full.packs[0].pack.freshness = bank::Freshness::stale;
    const auto text = full.text();
    EXPECT_TRUE(has(text, R"(packwire_pack_up{pack="JD2M02150860 1"} 0)"));
    EXPECT_EQ(text.find(R"(packwire_voltage_volts{pack="JD2M02150860 1"})"), std::string::npos);
    EXPECT_EQ(text.find(R"(packwire_alarm{pack="JD2M02150860 1")"), std::string::npos);
    EXPECT_NE(text.find(R"(packwire_voltage_volts{pack="B)"), std::string::npos);
    EXPECT_NE(text.find(R"(packwire_cycles_total{pack="JD2M02150860 1"})"), std::string::npos);
}

TEST(WebMetrics, WithNothingToSay) {
    const auto text = metrics_text({}, 0, {});
    EXPECT_TRUE(has(text, "packwire_healthy 1"));
}

class Promtool : public testing::Test {
protected:
    void SetUp() override {
        if (sh("promtool --version 2>&1").find("version") == std::string::npos)
            GTEST_SKIP() << "promtool is not there (package prometheus)";
    }
    std::string sh(const std::string& command) { return test::run_child(loop, {"sh", "-c", command}); }
    boost::asio::io_context loop;
    test::TempDir directory;
};

/// All is as Prometheus wants it, but for charge and energy: ADR 0067.
TEST_F(Promtool, LikesOurMetrics) {
    std::ofstream(directory / "metrics") << FullHooks().text();
    const auto said =
        sh("promtool check metrics < '" + (directory / "metrics").string() + "' 2>&1; echo exit $?");
    std::istringstream all(said);
    for (std::string line; std::getline(all, line);) {
        const bool hours =
            std::regex_search(line, std::regex("(ampere|kilowatt)_hours(_total)? use base unit"));
        const bool milliohms = line.starts_with("packwire_internal_resistance_milliohms ");
        EXPECT_TRUE(hours || milliohms || line.starts_with("exit ")) << line;
    }
    EXPECT_NE(said.find("exit "), std::string::npos);
}

TEST_F(Promtool, LikesTheAlertRules) {
    const auto rules = (test::source_dir() / "docs" / "prometheus").string();
    const auto said = sh("cd '" + rules +
                         "' && promtool check rules alerts.yml 2>&1 && promtool test rules alerts_test.yml "
                         "2>&1; echo exit $?");
    EXPECT_NE(said.find("exit 0"), std::string::npos) << said;
}

/// Names of metrics of ours in a text.
std::set<std::string> names_in(const std::string& text) {
    std::set<std::string> names;
    const std::regex name("packwire_[a-z0-9_]+[a-z0-9]");
    for (std::sregex_iterator at(text.begin(), text.end(), name); at != std::sregex_iterator(); ++at)
        names.insert(at->str());
    return names;
}

TEST(WebMetrics, TheExamplesInDocsNameWhatThereIs) {
    const auto there = names_in(FullHooks().text());
    for (const auto* file : {"alerts.yml", "alerts_test.yml", "grafana.json"}) {
        std::stringstream text;
        text << std::ifstream(test::source_dir() / "docs" / "prometheus" / file).rdbuf();
        const auto named = names_in(text.str());
        EXPECT_GE(named.size(), 5U) << file;
        for (const auto& one : named) EXPECT_TRUE(there.contains(one)) << file << ": " << one;
    }
}

}  // namespace
}  // namespace packwire::sink::web
