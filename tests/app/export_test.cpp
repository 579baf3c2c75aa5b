// SPDX-License-Identifier: MIT
/// packwire export and history --local, and points in time as people write them.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "app/command.hpp"
#include "app/when.hpp"
#include "store/sqlite.hpp"
#include "support/temp_dir.hpp"

namespace packwire::app {
namespace {

using namespace std::chrono_literals;

constexpr WallTime new_year{1'767'225'600s};

class Export : public testing::Test {
protected:
    Export() {
        auto archive = store::open_sqlite({.file = file, .limits = {}, .log = {}});
        store::Batch batch;
        const auto put = [&](const char* device, model::Metric metric, std::uint8_t index, Duration at,
                             double value) {
            store::add(batch, {.device = device, .metric = metric, .index = index},
                       new_year + std::chrono::duration_cast<WallTime::duration>(at), value);
        };
        put("P1", model::metric("pack_voltage"), 0, 0s, 53.12);
        put("P1", model::metric("cell_voltage"), 6, 0s, 3.329);
        put("P1", model::metric("pack_voltage"), 0, 1s, 53);
        put("bank", model::metric("pack_current"), 0, 0s, -0.001);
        store::Event event;
        event.at = new_year;
        event.device = "P1";
        event.kind = store::EventKind::alarm;
        event.name = "low_soc";
        event.level = 1;
        event.text = "low soc: warning, \"really\"";
        batch.events.push_back(event);
        EXPECT_TRUE((*archive)->append(batch));
    }
    [[nodiscard]] test::Outcome exported(std::vector<std::string> more) const {
        std::vector<std::string> words{"export", file.string(),         "--from", "2026-01-01T00:00:00Z",
                                       "--to",   "2026-01-02T00:00:00Z"};
        words.insert(words.end(), more.begin(), more.end());
        return test::command(words);
    }
    test::TempDir directory;
    std::filesystem::path file = directory / "history.db";
};

TEST_F(Export, Csv) {
    const auto made = exported({});
    EXPECT_EQ(made.code, 0) << made.err;
    EXPECT_EQ(made.out,
              "time,device,metric,number,unit,resolution,value,min,max,last\n"
              "2026-01-01T00:00:00.000Z,P1,pack_voltage,,V,raw,53.12,,,\n"
              "2026-01-01T00:00:01.000Z,P1,pack_voltage,,V,raw,53.00,,,\n"
              "2026-01-01T00:00:00.000Z,P1,cell_voltage,7,V,raw,3.329,,,\n"
              "2026-01-01T00:00:00.000Z,bank,pack_current,,A,raw,0.00,,,\n");
}

TEST_F(Export, OneQuantityOfOnePackAsMinutesInJson) {
    const auto made =
        exported({"--pack", "P1", "--metric", "pack_voltage", "--resolution", "minute", "--format", "json"});
    EXPECT_EQ(made.out,
              "{\"time\":\"2026-01-01T00:00:00.000Z\",\"device\":\"P1\",\"metric\":\"pack_voltage\","
              "\"resolution\":\"minute\",\"value\":53.06,\"min\":53.00,\"max\":53.12,\"last\":53.00}\n");
}

TEST_F(Export, IntoAFile) {
    const auto into = (directory / "out.csv").string();
    EXPECT_EQ(exported({"--output", into}).out, "");
    std::ifstream in(into);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(text, exported({}).out);
    EXPECT_EQ(exported({"--output", (directory / "no" / "place").string()}).code, 1);
}

TEST_F(Export, Events) {
    EXPECT_EQ(exported({"--events"}).out,
              "id,time,device,kind,name,level,text\n"
              "1,2026-01-01T00:00:00.000Z,P1,alarm,low_soc,1,\"low soc: warning, \"\"really\"\"\"\n");
    EXPECT_EQ(exported({"--events", "--format", "json"}).out,
              "{\"id\":1,\"time\":\"2026-01-01T00:00:00.000Z\",\"device\":\"P1\",\"kind\":\"alarm\",\"name\":"
              "\"low_soc\",\"level\":1,\"text\":\"low soc: warning, \\\"really\\\"\"}\n");
    const auto table =
        test::command({"history", "--local", "--file", file.string(), "--from", "2025-12-31T00:00:00Z"});
    EXPECT_EQ(table.code, 0) << table.err;
    EXPECT_NE(table.out.find("P1      alarm  low soc: warning"), std::string::npos) << table.out;
}

TEST_F(Export, WrongUse) {
    EXPECT_EQ(exported({"--pack", "P9"}).code, 2);
    EXPECT_EQ(exported({"--pack", "P9"}).err,
              "packwire export: usage: --pack: nothing is recorded of \"P9\"; there is P1, bank\n");
    EXPECT_EQ(exported({"--metric", "pack_voltag"}).code, 2);
    EXPECT_EQ(exported({"--format", "table"}).code, 2);
    EXPECT_EQ(exported({"--resolution", "second"}).code, 2);
    EXPECT_EQ(test::command({"export", file.string(), "--from", "now", "--to", "-1d"}).code, 2);
    EXPECT_EQ(test::command({"export", (directory / "none.db").string()}).code, 1);
    EXPECT_EQ(test::command({"history"}).code, 2);
}

TEST(When, Forms) {
    const auto now = new_year + 10h;
    EXPECT_EQ(parse_when("2026-01-01T00:00:00Z", now), new_year);
    EXPECT_EQ(parse_when("2026-01-01T01:30:00.250+01:30", now), new_year + 250ms);
    EXPECT_EQ(parse_when("2025-12-31T22:00:00-02:00", now), new_year);
    EXPECT_EQ(parse_when("1767225600", now), new_year);
    EXPECT_EQ(parse_when("now", now), now);
    EXPECT_EQ(parse_when("-2h", now), now - 2h);
    EXPECT_EQ(parse_when("-7d", now), now - 168h);
    // Local, wherever this runs.
    const auto midnight = parse_when("2026-01-01", now);
    ASSERT_TRUE(midnight);
    EXPECT_EQ(parse_when("2026-01-01 06:30", now), *midnight + 6h + 30min);
    EXPECT_EQ(parse_when("today", *midnight + 5h), *midnight);
    EXPECT_EQ(parse_when("yesterday", *midnight + 29h), *midnight);
    for (const auto* text : {"", "-", "-7", "tomorrowish", "2026-13-01", "2026-02-30", "2026-1-1",
                             "2026-01-01T", "2026-01-01T25:00", "2026-01-01T00:00:00X", "99999999999999",
                             "-1e9d", "9999-01-01", "9999-01-01T00:00:00Z", "0001-01-01"}) {
        EXPECT_FALSE(parse_when(text, now)) << text;
    }
}

}  // namespace
}  // namespace packwire::app
