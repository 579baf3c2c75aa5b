// SPDX-License-Identifier: MIT
/// The live push.
#include <gtest/gtest.h>

#include <set>

#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using test::LiveClient;
using test::WebScene;

TEST(WebLive, BeginsWithTheNewestOfEverything) {
    WebScene scene;
    scene.listen();
    scene.add_pack();
    scene.publish_bank();
    LiveClient client(scene);
    EXPECT_EQ(client.reply.status, 101);
    const auto hello = *client.next(scene.loop);
    EXPECT_EQ(hello["type"], "hello");
    EXPECT_EQ(hello["site"], "home");
    const auto pack = *client.next(scene.loop);
    EXPECT_EQ(pack["type"], "pack");
    EXPECT_EQ(pack["values"]["pack_voltage"], 53.12);
    const auto bank = *client.next(scene.loop);
    EXPECT_EQ(bank["type"], "bank");
    EXPECT_EQ(bank["controls"], true);
}

TEST(WebLive, SaysWhatIsNew) {
    WebScene scene;
    scene.listen();
    LiveClient client(scene);
    EXPECT_EQ((*client.next(scene.loop))["type"], "hello");
    scene.add_pack();
    EXPECT_EQ((*client.next(scene.loop))["freshness"], "fresh");
    scene.packs[0].pack.freshness = bank::Freshness::stale;
    scene.sink->publish(scene.packs[0].pack);
    EXPECT_EQ((*client.next(scene.loop))["freshness"], "stale");
    scene.desk.listener(
        {.id = 3, .device = "A", .kind = store::EventKind::loss, .name = "stale", .text = ""});
    const auto event = *client.next(scene.loop);
    EXPECT_EQ(event["type"], "event");
    EXPECT_EQ(event["id"], 3);
    EXPECT_EQ(event["kind"], "loss");
}

TEST(WebLive, TakesItsOwnPagesAndProgramsOnly) {
    WebScene scene;
    scene.listen();
    EXPECT_EQ(LiveClient(scene, "Origin: http://127.0.0.1\r\n").reply.status, 101);
    for (const auto* origin :
         {"http://evil.example", "null", "http://127.0.0.1.evil.example", "http://127.0.0.1:81"}) {
        LiveClient foreign(scene, std::string("Origin: ") + origin + "\r\n");
        EXPECT_EQ(foreign.reply.status, 403) << origin;
    }
    EXPECT_NE(scene.log.find("a page of \"http://evil.example\" was refused"), std::string::npos)
        << scene.log;
    EXPECT_EQ(scene.get("/api/v1/live").status, 426);
}

TEST(WebLive, AtMostSoManyMayListen) {
    WebScene scene;
    scene.options.limits.live = 2;
    scene.listen();
    LiveClient one(scene);
    LiveClient two(scene);
    EXPECT_EQ(LiveClient(scene).reply.status, 503);
    two.client.close();
    test::run_until(scene.loop, [&] { return scene.sink->server().live() == 1; });
    EXPECT_EQ(LiveClient(scene).reply.status, 101);
}

TEST(WebLive, AClientThatTalksIsCutOff) {
    WebScene scene;
    scene.listen();
    LiveClient big(scene);
    // A masked text frame that says it has 64 kB.
    big.client.send(std::string("\x81\xFF\0\0\0\0\0\1\0\0abcd", 14) + std::string(2048, 'x'));
    while (big.next(scene.loop)) {
    }
    LiveClient many(scene);
    for (int i = 0; i < 70; ++i)
        many.client.send(
            std::string("\x81\x81"
                        "abcdx",
                        7));
    while (many.next(scene.loop)) {
    }
    LiveClient nonsense(scene);
    nonsense.client.send("GET / HTTP/1.1\r\n\r\n");
    while (nonsense.next(scene.loop)) {
    }
    EXPECT_EQ(scene.get("/healthz").status, 200);
}

/// One that never reads is cut off by the deadline of its write, and what waits for it does not grow.
TEST(WebLive, AClientThatNeverReadsIsCutOff) {
    WebScene scene;
    scene.options.limits.live_write = std::chrono::milliseconds(300);
    scene.listen();
    LiveClient slow(scene);
    LiveClient quick(scene);
    scene.add_pack();
    std::size_t heard = 0;
    test::run_until(scene.loop, [&] {
        scene.packs[0].read_live();
        scene.sink->publish(scene.packs[0].pack);
        if (quick.next(scene.loop)) ++heard;
        return scene.sink->server().live() == 1;
    });
    EXPECT_GT(heard, 20U);  // others were served all the while
    EXPECT_FALSE(quick.client.ended());
}

TEST(WebBoard, ASlowClientSeesEveryDeviceAtItsNewest) {
    Board board;
    for (int i = 0; i < 15; ++i) board.put("P" + std::to_string(i), "0");
    auto cursor = board.cursor();
    std::set<std::string> seen;
    // Between any two messages to the client all packs are read anew.
    for (int round = 1; round <= 15; ++round) {
        for (int i = 0; i < 15; ++i)
            board.put("P" + std::to_string(i), std::to_string(i) + "@" + std::to_string(round));
        const auto text = *board.next(cursor);
        EXPECT_TRUE(text.ends_with("@" + std::to_string(round))) << text;
        seen.insert(text.substr(0, text.find('@')));
    }
    EXPECT_EQ(seen.size(), 15U);
    std::size_t rest = 0;
    while (board.next(cursor)) ++rest;
    EXPECT_LE(rest, 15U);
}

TEST(WebBoard, EventsAreBoundedAndTheGapIsTold) {
    Board board;
    auto cursor = board.cursor();
    for (std::size_t i = 0; i < Board::most_events + 7; ++i) board.add_event(std::to_string(i));
    EXPECT_EQ(*board.next(cursor), R"({"type":"missed","events":7})");
    EXPECT_EQ(*board.next(cursor), "7");
    auto late = board.cursor();
    EXPECT_EQ(board.next(late), nullptr);
}

}  // namespace
}  // namespace packwire::sink::web
