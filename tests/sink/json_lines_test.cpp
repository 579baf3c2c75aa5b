// SPDX-License-Identifier: MIT
#include "sink/json_lines/json_lines.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "seed.hpp"
#include "sink/line.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

namespace packwire::sink::json_lines {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using nlohmann::json;

constexpr WallTime noon = std::chrono::sys_days{std::chrono::January / 2 / 2026} + 12h + 34ms;

TEST(JsonLine, SeedValues) {  // Source: protocol 5.1
    const auto line = line_of(test::SeedPack().pack, noon);
    EXPECT_NE(line.find("\"pack_voltage\":53.12,"), std::string::npos) << line;
    EXPECT_NE(line.find("\"state_of_charge\":67.00,"), std::string::npos);
    const auto got = json::parse(line);
    EXPECT_EQ(got["time"], "2026-01-02T12:00:00.034Z");
    EXPECT_EQ(got["last_good"], "2026-01-02T00:00:00.000Z");
    EXPECT_EQ(got["id"], "JD2M02150860 1");
    EXPECT_EQ(got["bus"], "/dev/ttyUSB0");
    EXPECT_EQ(got["address"], 1);
    EXPECT_EQ(got["freshness"], "fresh");
    const auto& values = got["values"];
    EXPECT_EQ(values["cell_voltage"].size(), 16U);
    EXPECT_EQ(values["cell_voltage"][2], 3.291);
    EXPECT_EQ(values["cell_voltage.min_id"], "C3");
    EXPECT_EQ(values["fet_status"]["raw"], 0x23);
    EXPECT_EQ(values["fet_status"]["flags"], json({"charge_mosfet_on", "discharge_mosfet_on"}));
    EXPECT_EQ(values["cell_balancing"]["cells"], json::array());
    EXPECT_EQ(values["total_charge_energy"], 1763.3);
    EXPECT_EQ(got["alarms"], json::object());
}

TEST(JsonLine, AlarmsAndMasks) {
    test::SeedPack seed;
    seed.read_live(
        {{"voltage_status", 1 << 5}, {"cell_undervoltage_alarm", 1 << 2}, {"pack_current", 0x7FFF}});
    const auto got = json::parse(line_of(seed.pack, noon));
    EXPECT_EQ(got["alarms"], json({{"low_cell_voltage", 1}}));
    EXPECT_EQ(got["values"]["cell_undervoltage_alarm"]["cells"], json({3}));
    EXPECT_FALSE(got["values"].contains("pack_current"));
}

TEST(JsonLine, WordsOfTheBankKeepTheirSigns) {
    bank::Bank bank;
    bank.site = "home";
    bank.set(model::metric("charge_limitation"), "temperature 58 °C of P2");
    EXPECT_NE(line_of(bank, {}).find(R"("charge_limitation":"temperature 58 °C of P2")"), std::string::npos);
}

TEST(JsonLine, StaleHasNoMeasurement) {
    test::SeedPack seed;
    seed.pack.freshness = Freshness::stale;
    const auto got = json::parse(line_of(seed.pack, noon));
    EXPECT_EQ(got["freshness"], "stale");
    for (const char* name :
         {"pack_voltage", "state_of_charge", "cell_voltage", "cell_voltage.min_id", "fet_status"}) {
        EXPECT_FALSE(got["values"].contains(name)) << name;
    }
    EXPECT_EQ(got["values"]["pack_serial_number"], "JD2M02150860 1");
    EXPECT_EQ(got["values"]["cycle_count"], 204);
}

class JsonLines : public testing::Test {
protected:
    JsonLines() : time(loop) {}
    void start(const std::string& path) {
        sink.emplace(path, time, [this](Level, const std::string& line) { log.push_back(line); });
        boost::asio::co_spawn(loop, sink->run(), boost::asio::detached);
    }
    void publish() {
        sink->publish(seed.pack);
        time.run_for(0s);
    }
    [[nodiscard]] std::vector<json> lines(const std::string& name) const {
        std::vector<json> found;
        std::ifstream in(dir / name);
        for (std::string line; std::getline(in, line);) found.push_back(json::parse(line));
        return found;
    }

    test::TempDir dir;
    boost::asio::io_context loop;
    bus::VirtualTime time;
    test::SeedPack seed;
    std::optional<JsonLinesSink> sink;
    std::vector<std::string> log;
};

TEST_F(JsonLines, OneLineForEachNewLiveData) {
    start(dir / "out");
    publish();
    publish();  // an answer of another service: nothing new
    EXPECT_EQ(lines("out").size(), 1U);
    time.run_for(1s);
    seed.read_live();
    publish();
    EXPECT_EQ(lines("out").size(), 2U);
}

TEST_F(JsonLines, OneAPackAndSecondAndThatTheNewest) {
    start(dir / "out");
    for (int i = 0; i < 20; ++i) {  // 2 s
        seed.read_live({{"state_of_charge", i}});
        publish();
        time.run_for(100ms);
    }
    const auto found = lines("out");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[1]["values"]["state_of_charge"], 0.04) << "half a second early, once";
    EXPECT_EQ(found[2]["values"]["state_of_charge"], 0.14);
}

TEST_F(JsonLines, AReadingASecondLaterIsWrittenAtOnceHoweverUneven) {
    start(dir / "out");
    const auto began = time.now();
    for (int i = 1; i <= 40; ++i) {
        seed.read_live({{"state_of_charge", i}});
        publish();
        EXPECT_EQ(lines("out").size(), static_cast<std::size_t>(i)) << "waited";
        time.run_until(began + i * 1s + (i % 2 == 0 ? 120ms : -120ms));
    }
}

TEST_F(JsonLines, FreshnessIsALine) {
    start(dir / "out");
    publish();
    time.run_for(10s);
    seed.pack.freshness = Freshness::stale;
    publish();
    ASSERT_EQ(lines("out").size(), 2U);
    EXPECT_EQ(lines("out")[1]["freshness"], "stale");
}

TEST_F(JsonLines, AnErrorIsToldOnceAndTriedAgain) {
    start(dir / "missing/out");
    for (int i = 0; i < 30; ++i) {
        seed.read_live({{"state_of_charge", i}});
        publish();
        time.run_for(1s);
    }
    EXPECT_EQ(log.size(), 1U);
    std::filesystem::create_directory(dir / "missing");
    time.run_for(6s);
    const auto found = lines("missing/out");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.back()["values"]["state_of_charge"], 0.29);
    EXPECT_EQ(log.size(), 2U);
}

TEST_F(JsonLines, ASlowReaderHoldsNobodyUp) {
    const auto path = dir / "pipe";
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK);
    start(path);
    for (int i = 0; i < 200; ++i) {
        seed.read_live({{"state_of_charge", i}});
        publish();
        time.run_for(1s);
    }
    std::string got;
    std::array<char, 65536> buffer{};
    for (int i = 0; i < 20; ++i) {
        const auto size = ::read(reader, buffer.data(), buffer.size());
        if (size > 0) got.append(buffer.data(), static_cast<std::size_t>(size));
        time.run_for(1s);
    }
    ASSERT_EQ(got.back(), '\n');
    const auto last = got.substr(got.rfind('\n', got.size() - 2) + 1);
    EXPECT_EQ(json::parse(last)["values"]["state_of_charge"], 1.99);
    EXPECT_LT(std::ranges::count(got, '\n'), 100);
    EXPECT_TRUE(log.empty());
    ::close(reader);
    seed.read_live();
    publish();  // the reader has gone: an error, not the end of the process
    EXPECT_EQ(log.size(), 1U);
}

}  // namespace
}  // namespace packwire::sink::json_lines
