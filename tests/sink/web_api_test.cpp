// SPDX-License-Identifier: MIT
/// The API as curl sees it.
#include <gtest/gtest.h>

#include "sink/web/gzip.hpp"
#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using test::WebScene;

WallTime at(int seconds) {
    return WallTime(std::chrono::seconds(seconds));
}

TEST(WebApi, HasEveryPack) {  // Source: protocol 5.1
    WebScene scene;
    scene.listen();
    EXPECT_EQ(scene.get("/api/v1/packs").json()["packs"], json::array());
    scene.add_pack();
    scene.add_pack("B");
    const auto reply = scene.get("/api/v1/packs");
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.has("Content-Type: application/json"));
    ASSERT_EQ(reply.json()["packs"].size(), 2U);
    EXPECT_EQ(reply.json()["packs"][1]["values"]["pack_voltage"], 53.12);
    const auto one = scene.get("/api/v1/packs/JD2M02150860%201");
    EXPECT_EQ(one.json(), reply.json()["packs"][1]);
    EXPECT_EQ(scene.get("/api/v1/packs/nobody").status, 404);
    EXPECT_EQ(scene.get("/api/v1/packs/").status, 404);
}

TEST(WebApi, WhatIsLostLooksLost) {
    WebScene scene;
    scene.listen();
    scene.add_pack();
    scene.packs[0].pack.freshness = bank::Freshness::lost;
    scene.sink->publish(scene.packs[0].pack);
    const auto pack = scene.get("/api/v1/packs").json()["packs"][0];
    EXPECT_EQ(pack["freshness"], "lost");
    EXPECT_FALSE(pack["values"].contains("pack_voltage"));
    EXPECT_TRUE(pack["values"].contains("cycle_count"));
}

TEST(WebApi, HasTheBankOnceThereIsOne) {
    WebScene scene;
    scene.listen();
    const auto none = scene.get("/api/v1/bank");
    EXPECT_EQ(none.status, 503);
    EXPECT_EQ(none.json()["error"]["code"], "no_bank");
    scene.publish_bank();
    const auto bank = scene.get("/api/v1/bank").json();
    EXPECT_EQ(bank["bank"], "home");
    EXPECT_EQ(bank["values"]["charge_voltage_limit"], 55.2);
    EXPECT_EQ(bank["members"], json::parse(R"([{"id":"JD2M02150860 1","freshness":"fresh"}])"));
    EXPECT_EQ(bank["controls"], true);
    EXPECT_EQ(bank["monitor_reason"], "");
    EXPECT_TRUE(scene.get("/api/v1/packs").json()["packs"].empty());
}

TEST(WebApi, TheCatalogueSaysWhatThereIs) {
    WebScene scene;
    scene.listen();
    const auto all = scene.get("/api/v1/metrics").json();
    EXPECT_EQ(all["metrics"].size(), model::metric_count);
    EXPECT_EQ(all["metrics"][5], json::parse(R"({"name":"cell_voltage","label":"Cell voltage","unit":"V",
        "decimals":3,"kind":"measurement","scope":"both","repeats":true})"));
    EXPECT_EQ(all["alarms"][0], json::parse(R"({"name":"low_voltage","label":"Low voltage"})"));
    EXPECT_EQ(all["alarms"][14]["label"], "BMS cable");
    EXPECT_EQ(all["resolutions"], json::parse(R"(["raw","minute","hour"])"));
    EXPECT_EQ(all["event_kinds"][0], "alarm");
}

TEST(WebApi, IsAnsweredWith304WhenNothingIsNew) {
    WebScene scene;
    scene.listen();
    scene.publish_bank();
    scene.add_pack();
    for (const auto* path : {"/api/v1/bank", "/api/v1/packs", "/api/v1/metrics"}) {
        const auto first = scene.get(path);
        const auto begin = first.head.find("ETag: ") + 6;
        const auto etag = first.head.substr(begin, first.head.find("\r\n", begin) - begin);
        const auto again = scene.get(path, {"-H", "If-None-Match: \"x\", " + etag});
        EXPECT_EQ(again.status, 304) << path << etag;
        EXPECT_EQ(again.body, "");
        if (std::string_view(path) == "/api/v1/metrics") continue;
        scene.bank->set(model::metric("state_of_charge"), 68.0);
        scene.sink->publish_bank(*scene.bank);
        scene.packs[0].read_live({{"pack_voltage", 5300}});
        scene.sink->publish(scene.packs[0].pack);
        EXPECT_EQ(scene.get(path, {"-H", "If-None-Match: " + etag}).status, 200) << path;
    }
}

TEST(WebApi, HealthSaysWhatIsWrong) {
    WebScene scene;
    scene.listen();
    EXPECT_EQ(scene.get("/healthz").status, 200);
    EXPECT_EQ(scene.get("/healthz").json()["status"], "ok");
    scene.sickness = "a poll loop does not progress";
    EXPECT_EQ(scene.get("/healthz").status, 503);
    EXPECT_EQ(scene.get("/healthz").json()["status"], scene.sickness);
}

TEST(WebApi, HeadHasNoBody) {
    WebScene scene;
    scene.listen();
    const auto reply = scene.get("/api/v1/status", {"--head"});
    EXPECT_EQ(reply.status, 200);
    EXPECT_TRUE(reply.has("Content-Length: 16"));
    EXPECT_EQ(reply.body, "");
    EXPECT_EQ(scene.get("/api/v1/status").body.size(), 16U);
}

TEST(WebApi, HistoryOfAPack) {
    WebScene scene;
    scene.desk.answers = std::vector<store::Answer>{
        {.resolution = store::Resolution::minute,
         .span = 60s,
         .points = {{.at = at(60), .min = 3.3, .mean = 3.31234, .max = 3.4, .last = 3.35},
                    {.at = at(180), .min = -0.0004, .mean = 0, .max = 12, .last = 1}}}};
    scene.listen();
    const auto reply = scene.get(
        "/api/v1/"
        "history?device=A%20b&metric=cell_voltage&index=6&from=0&to=1970-01-01T02:00:00%2B01:00&points=50");
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.body,
              "{\"from\":0,\"to\":3600,\"metric\":\"cell_voltage\",\"unit\":\"V\",\"decimals\":3,\"series\":["
              "{\"device\":\"A b\",\"index\":6,\"resolution\":\"minute\",\"span\":60,\"points\":["
              "[60,3.300,3.3123,3.400,3.350],[180,0.000,0.0000,12.000,1.000]]}]}\n");
    ASSERT_EQ(scene.desk.queries.size(), 1U);
    const auto& query = scene.desk.queries[0];
    EXPECT_EQ(query.series,
              (store::Series{.device = "A b", .metric = model::metric("cell_voltage"), .index = 6}));
    EXPECT_EQ(query.points, 50U);
    EXPECT_FALSE(query.resolution);
}

TEST(WebApi, RawHistoryHasMilliseconds) {
    WebScene scene;
    scene.desk.answers = std::vector<store::Answer>{
        {.points = {{.at = at(1) + 250ms, .min = -12.5, .mean = -12.5, .max = -12.5, .last = -12.5}}}};
    scene.listen();
    const auto all =
        scene.get("/api/v1/history?device=bank&metric=pack_current&resolution=raw&from=0&to=10").json();
    EXPECT_EQ(all["series"][0]["points"], json::parse("[[1.25,-12.5]]"));
    EXPECT_EQ(all["series"][0]["span"], 0);
    EXPECT_EQ(scene.desk.queries[0].resolution, store::Resolution::raw);
}

TEST(WebApi, HistoryComparesPacksAndCells) {
    WebScene scene;
    scene.desk.answers = std::vector<store::Answer>(64);
    for (const std::size_t full : {0U, 15U, 32U}) {
        (*scene.desk.answers)[full].points.push_back({.at = at(1), .last = 3.3});
    }
    scene.listen();
    const auto all =
        scene.get("/api/v1/history?device=A&device=B&device=A&metric=cell_voltage&from=0&to=10").json();
    ASSERT_EQ(scene.desk.queries.size(), 64U);  // two packs, up to 32 cells
    ASSERT_EQ(all["series"].size(), 3U);
    EXPECT_EQ(all["series"][1]["index"], 15);
    EXPECT_EQ(all["series"][2]["device"], "B");
}

TEST(WebApi, SaysWhichParameterIsWrong) {
    WebScene scene;
    scene.listen();
    const std::string good = "device=A&metric=pack_voltage";
    for (const auto& [query, said] : std::vector<std::pair<std::string, std::string>>{
             {"metric=pack_voltage", "device: expected the id of a pack, or bank, got \"\""},
             {"device=A", "metric: expected a measurement or total of /api/v1/metrics, got \"\""},
             {"device=A&metric=manufacturer", "metric: expected a measurement or total"},
             {good + "&index=1", "index: expected 0 to 0 with this metric, got \"1\""},
             {"device=A&metric=cell_voltage&index=32", "index: expected 0 to 31"},
             {"device=A&metric=cell_voltage&index=1x", "index: expected 0 to 31"},
             {good + "&from=yesterday", "from: expected seconds since 1970 or RFC 3339"},
             {good + "&from=nan", "from: expected seconds"},
             {good + "&from=1e400", "from: expected seconds"},
             {good + "&from=2026-13-01T00:00:00Z", "from: expected seconds"},
             {good + "&from=2026-02-30T00:00:00Z", "from: expected seconds"},
             {good + "&from=9999-01-01T00:00:00Z", "from: expected seconds"},
             {good + "&from=2026-01-01T00:00:00", "from: expected seconds"},
             {good + "&from=20&to=10", "from: expected a time before `to`, got \"20\""},
             {good + "&points=0", "points: expected 1 to 100000, got \"0\""},
             {good + "&points=99999999999999999999", "points: expected 1 to 100000"},
             {good + "&resolution=day", "resolution: expected auto, raw, minute or hour, got \"day\""}}) {
        const auto reply = scene.get("/api/v1/history?" + query);
        EXPECT_EQ(reply.status, 400) << query;
        EXPECT_NE(reply.json()["error"]["message"].get<std::string>().find(said), std::string::npos)
            << query << ": " << reply.body;
    }
    EXPECT_EQ(scene.get("/api/v1/events?kind=party").json()["error"]["message"],
              "kind: expected one of event_kinds of /api/v1/metrics, got \"party\"");
    EXPECT_EQ(scene.get("/api/v1/events?limit=1001").status, 400);
    EXPECT_EQ(scene.get("/api/v1/events?before=-1").status, 400);
}

TEST(WebApi, ManySeriesShareThePoints) {
    WebScene scene;
    scene.listen();
    EXPECT_EQ(scene.get("/api/v1/history?device=A&device=B&metric=cell_voltage&points=100000").status, 200);
    EXPECT_EQ(scene.desk.queries[0].points, 100'000U / 64);
}

TEST(WebApi, HistoryThatFailsOrIsNotThere) {
    WebScene scene;
    scene.desk.answers = fail(Errc::io, "history.db: disk I/O error");
    scene.listen();
    const auto reply = scene.get("/api/v1/history?device=A&metric=pack_voltage");
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(reply.json()["error"]["message"], "history.db: disk I/O error");
    WebScene without;
    without.options.hooks.desk = nullptr;
    without.listen();
    EXPECT_EQ(without.get("/api/v1/history?device=A&metric=pack_voltage").status, 503);
    EXPECT_EQ(without.get("/api/v1/events").json()["error"]["code"], "no_history");
}

TEST(WebApi, Events) {
    WebScene scene;
    scene.desk.recorded = std::vector<store::Event>{
        {.id = 8,
         .at = at(1),
         .device = "A",
         .kind = store::EventKind::alarm,
         .name = "low_soc",
         .level = 1,
         .text = "10 % \"left\", −3 °C"},
        {.id = 5, .at = at(0), .device = "", .kind = store::EventKind::daemon, .name = "start", .text = ""}};
    scene.listen();
    const auto all = scene.get("/api/v1/events?device=A&kind=alarm&before=9&limit=2&from=0&to=20").json();
    EXPECT_EQ(all["events"][0],
              json::parse(R"({"id":8,"time":"1970-01-01T00:00:01.000Z","device":"A","kind":"alarm",
        "name":"low_soc","level":1,"text":"10 % \"left\", −3 °C"})"));
    EXPECT_EQ(all["next"], 5);
    EXPECT_EQ(scene.desk.event_query.kind, store::EventKind::alarm);
    EXPECT_EQ(scene.desk.event_query.before, 9);
    EXPECT_TRUE(scene.get("/api/v1/events").json()["next"].is_null());
}

TEST(WebApi, ThePageComesCompressedOrNot) {
    WebScene scene;
    // printf hello | gzip -n
    static constexpr auto hello = std::to_array<unsigned char>(
        {0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xcb, 0x48, 0xcd,
         0xc9, 0xc9, 0x07, 0x00, 0x86, 0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00});
    static constexpr auto page = std::to_array<Asset>(
        {{.path = "/index.html", .type = "text/html; charset=utf-8", .etag = "\"1\"", .gzip = hello},
         {.path = "/assets/app-1.js",
          .type = "text/javascript",
          .etag = "\"2\"",
          .gzip = hello,
          .immutable = true}});
    scene.options.page = page;
    scene.listen();
    const auto plain = scene.get("/");
    EXPECT_EQ(plain.body, "hello");
    EXPECT_TRUE(plain.has("Cache-Control: no-cache"));
    EXPECT_FALSE(plain.has("Content-Encoding"));
    const auto packed = scene.get("/assets/app-1.js", {"-H", "Accept-Encoding: br, gzip;q=0.8"});
    EXPECT_TRUE(packed.has("Content-Encoding: gzip"));
    EXPECT_TRUE(packed.has("Cache-Control: public, max-age=31536000, immutable"));
    EXPECT_EQ(packed.body.size(), hello.size());
    EXPECT_EQ(scene.get("/", {"-H", "Accept-Encoding: gzip;q=0"}).body, "hello");
    EXPECT_EQ(scene.get("/", {"-H", "If-None-Match: \"1\""}).status, 304);
    EXPECT_EQ(scene.get("/assets/../index.html").status, 404);
    EXPECT_EQ(inflate(std::span(hello).first(10)), "");
}

TEST(WebApi, WithoutThePageItSaysSo) {
    WebScene scene;
    scene.options.page = {};
    scene.listen();
    EXPECT_NE(scene.get("/").body.find("built without its page"), std::string::npos);
}

}  // namespace
}  // namespace packwire::sink::web
