// SPDX-License-Identifier: MIT
/// Clients that do what they should not: refused or survived, with a line in the log, while others are
/// served.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <list>

#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using namespace std::chrono_literals;
using test::BareClient;
using test::reply_of;
using test::run_until;
using test::WebScene;

std::size_t lines(const std::string& log, const std::string& words) {
    std::size_t count = 0;
    for (auto at = log.find(words); at != std::string::npos; at = log.find(words, at + 1)) ++count;
    return count;
}

/// The status that a request as bare text gets.
int status_of(WebScene& scene, const std::string& request) {
    BareClient client(scene);
    client.send(request);
    return reply_of(client.read()).status;
}

std::string request(const std::string& target, const std::string& more = "Connection: close\r\n") {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n";
}

TEST(WebHostile, ARequestThatNeverEnds) {
    WebScene scene;
    scene.options.limits.header = 200ms;
    scene.listen();
    BareClient slow(scene);
    slow.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    BareClient silent(scene);
    EXPECT_EQ(slow.read(), "");
    EXPECT_EQ(silent.read(), "");
    EXPECT_EQ(scene.get("/healthz").status, 200);
}

TEST(WebHostile, AConnectionThatIdles) {
    WebScene scene;
    scene.options.limits.idle = 200ms;
    scene.listen();
    BareClient client(scene);
    client.send(request("/healthz", ""));
    const auto reply = reply_of(client.read());
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "{\"status\":\"ok\"}\n");
}

TEST(WebHostile, HugeHeaders) {
    WebScene scene;
    scene.listen();
    EXPECT_EQ(status_of(scene, request("/", "X: " + std::string(9000, 'x') + "\r\n")), 431);
    EXPECT_EQ(status_of(scene, request("/" + std::string(9000, 'x'))), 431);
    EXPECT_EQ(status_of(scene, request("/" + std::string(1'000'000, 'x'))), 431);
    std::string many;
    for (int i = 0; i < 3000; ++i) many += "X" + std::to_string(i) + ": y\r\n";
    EXPECT_EQ(status_of(scene, request("/", many)), 431);
}

TEST(WebHostile, PathsThatLeadElsewhere) {
    WebScene scene;
    scene.listen();
    for (const auto* path : {"/../../../etc/passwd", "/..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
                             "//etc/passwd", "/./", "/api/v1/packs/../status", "/api/v1/packs/%2e%2e",
                             "/index.html/", "/API/V1/PACKS", "/api/v1/packs%2f"})
        EXPECT_EQ(scene.get(path).status, 404) << path;
}

TEST(WebHostile, WhatIsNoPath) {
    WebScene scene;
    scene.listen();
    for (const auto* path :
         {"/%", "/%2", "/%zz", "/%00", "/a%0d%0aSet-Cookie:x", "/api/v1/history?device=%00", "/?%f"})
        EXPECT_EQ(scene.get(path).status, 400) << path;
    EXPECT_EQ(status_of(scene, request("http://localhost/healthz")), 400);  // we are no proxy
    EXPECT_EQ(status_of(scene, request("*")), 400);
    EXPECT_EQ(status_of(scene, request(std::string("/a\0b", 4))), 400);
}

TEST(WebHostile, WhatIsNoHttp) {
    WebScene scene;
    scene.listen();
    for (const auto& text :
         {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11), std::string("hello\r\n\r\n"),
          std::string("GET / HTTP/9.9\r\n\r\n"), std::string(100, '\0'),
          std::string("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n"),
          std::string("GET / HTTP/1.1\r\nHost: localhost\r\n folded: x\r\nbad header\r\n\r\n")})
        EXPECT_EQ(status_of(scene, text), 400) << text;
}

TEST(WebHostile, NothingCanBeChanged) {
    WebScene scene;
    scene.listen();
    for (const auto* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"}) {
        const auto reply = scene.get("/api/v1/packs", {"-X", method});
        EXPECT_EQ(reply.status, 405) << method;
        EXPECT_TRUE(reply.has("Allow: GET, HEAD"));
    }
    EXPECT_EQ(scene.get("/", {"-d", "x=1"}).status, 405);
    EXPECT_EQ(scene.get("/", {"-d", std::string(100'000, 'x')}).status, 405);
    EXPECT_EQ(scene.get("/", {"-X", "GET", "-d", "x=1"}).status, 413);
    EXPECT_EQ(scene.get("/", {"-X", "GET", "-H", "Transfer-Encoding: chunked", "-d", "x=1"}).status, 413);
}

TEST(WebHostile, ForeignHosts) {
    WebScene scene;
    scene.options.hosts = {"battery.lan"};
    scene.listen();
    for (const auto* host :
         {"localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:8485", "battery.lan", "Battery.lan.:80"})
        EXPECT_EQ(scene.get("/healthz", {"-H", std::string("Host: ") + host}).status, 200) << host;
    for (const auto* host : {"evil.example", "localhost.evil.example", "192.168.1.2", "battery", "[::1",
                             "127.0.0.1@evil.example"})
        EXPECT_EQ(scene.get("/healthz", {"-H", std::string("Host: ") + host}).status, 421) << host;
    EXPECT_EQ(lines(scene.log, "none of ours"), 1U) << scene.log;  // a client cannot fill the log
    EXPECT_EQ(status_of(scene, "GET / HTTP/1.1\r\n\r\n"), 400);
    EXPECT_EQ(status_of(scene, "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"), 400);
}

TEST(WebHostile, RequestsInOneGo) {
    WebScene scene;
    scene.listen();
    std::string all;
    for (int i = 0; i < 500; ++i) all += request("/healthz", "");
    BareClient client(scene);
    client.send(all + request("/nothing"));
    EXPECT_EQ(lines(client.read(), "HTTP/1.1 200 OK"), 500U);
    EXPECT_EQ(lines(client.text(), "HTTP/1.1 404"), 1U);
}

/// As many as this program may have; each needs two descriptors, both ends being here.
TEST(WebHostile, ThousandsOfConnections) {
    WebScene scene;
    scene.listen();
    rlimit most{};
    ::getrlimit(RLIMIT_NOFILE, &most);
    const auto count = std::min<std::size_t>(10'000, most.rlim_cur / 2 - 200);
    std::list<BareClient> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.emplace_back(scene);
        scene.loop.poll();
        EXPECT_LE(scene.sink->server().connections(), scene.options.limits.connections);
    }
    run_until(scene.loop,
              [&] { return scene.sink->server().connections() == scene.options.limits.connections; });
    EXPECT_EQ(lines(scene.log, "connections are wanted"), 1U) << scene.log;
    EXPECT_EQ(reply_of(clients.back().read()).status, 503);
    clients.clear();
    run_until(scene.loop, [&] { return scene.sink->server().connections() == 0; });
    EXPECT_EQ(scene.get("/healthz").status, 200);
}

TEST(WebHostile, NoDescriptorsAreLeft) {
    WebScene scene;
    scene.listen();
    BareClient client(scene);
    client.send(request("/healthz", ""));
    client.read("ok");
    BareClient waiting(scene);
    std::list<std::ifstream> all;
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const rlimit few{.rlim_cur = 3, .rlim_max = before.rlim_max};  // those that are open stay open
    ::setrlimit(RLIMIT_NOFILE, &few);
    run_until(scene.loop, [&] { return scene.log.find("could not be taken in") != std::string::npos; });
    client.send(request("/healthz", ""));
    ::setrlimit(RLIMIT_NOFILE, &before);
    run_until(scene.loop, [&] {
        client.pull();
        return lines(client.text(), "HTTP/1.1 200 OK") == 2;
    });
    waiting.send(request("/healthz"));
    EXPECT_EQ(reply_of(waiting.read()).status, 200);
}

/// Asks for more than the kernel keeps, and never takes it.
TEST(WebHostile, AReaderThatNeverReads) {
    WebScene scene;
    scene.options.limits.response = 300ms;
    const std::vector<unsigned char> large(64U << 20U);
    const std::vector<Asset> page{{.path = "/large", .type = "text/plain", .etag = "\"1\"", .gzip = large}};
    scene.options.page = page;
    scene.listen();
    BareClient slow(scene);
    slow.send(request("/large", "Accept-Encoding: gzip\r\n"));
    run_until(scene.loop, [&] { return scene.sink->server().connections() == 1; });
    EXPECT_EQ(scene.get("/healthz").status, 200);
    run_until(scene.loop, [&] { return scene.sink->server().connections() == 0; });
    slow.read();
    EXPECT_LT(slow.text().size(), large.size());
}

TEST(WebHostile, AHistoryThatNeverComes) {
    WebScene scene;
    scene.options.limits.response = 300ms;
    scene.options.limits.histories = 1;
    scene.desk.at_once = false;
    scene.listen();
    BareClient waiting(scene);
    waiting.send(request("/api/v1/history?device=A&metric=pack_voltage"));
    run_until(scene.loop, [&] { return scene.desk.pending != nullptr; });
    const auto busy = scene.get("/api/v1/history?device=A&metric=pack_voltage");
    EXPECT_EQ(busy.status, 503);
    EXPECT_TRUE(busy.has("Retry-After: 1"));
    EXPECT_EQ(reply_of(waiting.read()).status, 504);
    scene.desk.pending();  // too late for its client; the next may ask
    scene.desk.at_once = true;
    EXPECT_EQ(scene.get("/api/v1/history?device=A&metric=pack_voltage").status, 200);
}

TEST(WebHostile, ThePortIsTaken) {
    WebScene first;
    first.listen();
    WebScene second;
    second.options.port = first.sink->server().port();
    second.start();
    run_until(second.loop, [&] { return !second.log.empty(); });
    EXPECT_NE(second.log.find("Address already in use; packs are read all the same"), std::string::npos)
        << second.log;
    EXPECT_NE(second.sink->trouble(), "");
    first.stop();
    run_until(second.loop, [&] { return second.sink->server().port() != 0; });  // it tries again
    EXPECT_EQ(second.sink->trouble(), "");
    EXPECT_EQ(lines(second.log, "cannot listen"), 1U);
}

TEST(WebHostile, EndsWhateverClientsDo) {
    auto scene = std::make_unique<WebScene>();
    scene->desk.at_once = false;
    scene->listen();
    BareClient half(*scene);
    half.send("GET / HT");
    BareClient waiting(*scene);
    waiting.send(request("/api/v1/history?device=A&metric=pack_voltage"));
    test::LiveClient live(*scene);
    run_until(scene->loop, [&] { return scene->desk.pending != nullptr; });
    scene->stop();
    EXPECT_EQ(half.read(), "");
}

}  // namespace
}  // namespace packwire::sink::web
