// SPDX-License-Identifier: MIT
/// The token, and TLS.
#include <gtest/gtest.h>

#include <fstream>

#include "sink/web/guard.hpp"
#include "web_fixture.hpp"

namespace packwire::sink::web {
namespace {

using test::LiveClient;
using test::WebScene;

constexpr const char* token = "0123456789abcdef0123456789abcdef";

struct TokenScene : WebScene {
    TokenScene() {
        options.token = token;
        listen();
    }
};

TEST(WebToken, IsWantedEverywhere) {
    TokenScene scene;
    for (const auto* path :
         {"/", "/api/v1/packs", "/api/v1/bank", "/api/v1/history", "/api/v1/status", "/metrics",
          "/api/v1/live", "/nothing", "/api/v1/packs?token=0123456789abcdef0123456789abcdef"})
        EXPECT_EQ(scene.get(path).status, 401) << path;
    EXPECT_EQ(scene.get("/healthz").status, 200);
    const std::string bearer = std::string("Authorization: Bearer ") + token;
    EXPECT_EQ(scene.get("/api/v1/packs", {"-H", bearer}).status, 200);
    EXPECT_EQ(scene.get("/api/v1/packs", {"-H", bearer + "x"}).status, 401);
    EXPECT_EQ(scene.get("/api/v1/packs", {"-H", "Authorization: Bearer "}).status, 401);
    EXPECT_EQ(scene.get("/api/v1/packs", {"-H", "Authorization: Basic Og=="}).status, 401);
    EXPECT_EQ(LiveClient(scene).reply.status, 401);
    EXPECT_EQ(LiveClient(scene, bearer + "\r\n").reply.status, 101);
    EXPECT_EQ(scene.log.find(token), std::string::npos);
}

TEST(WebToken, ABrowserGivesItOnce) {
    TokenScene scene;
    EXPECT_NE(scene.get("/").body.find("<form"), std::string::npos);
    EXPECT_EQ(scene.get("/?token=wrong").status, 401);
    const auto entered = scene.get(std::string("/?token=") + token);
    EXPECT_EQ(entered.status, 303);
    EXPECT_TRUE(entered.has("Location: /\r\n"));
    EXPECT_TRUE(entered.has("HttpOnly; SameSite=Strict"));
    const std::string cookie = std::string("Cookie: other=1; packwire_token=") + token;
    EXPECT_EQ(scene.get("/", {"-H", cookie}).status, 200);
    EXPECT_EQ(scene.get("/", {"-H", cookie + "x"}).status, 401);
    EXPECT_EQ(LiveClient(scene, cookie + "\r\n").reply.status, 101);
}

TEST(WebToken, WhatLooksLikeOne) {
    EXPECT_TRUE(is_good_token("abcdefghijklmnop"));
    EXPECT_TRUE(is_good_token("aGVsbG8gd29ybGQhIQ=="));
    EXPECT_FALSE(is_good_token(""));
    EXPECT_FALSE(is_good_token("short"));
    EXPECT_FALSE(is_good_token("abcdefghijklmnop; x"));
    EXPECT_FALSE(is_good_token("abcdefghijklmnop\r\n"));
    EXPECT_FALSE(is_good_token(std::string(513, 'a')));
}

TEST(WebToken, WhoCannotBeReachedNeedsNone) {
    for (const auto* host : {"127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"})
        EXPECT_TRUE(is_loopback(host)) << host;
    for (const auto* host : {"0.0.0.0", "::", "192.168.1.2", "example.com", "127.0.0.1.example.com", ""})
        EXPECT_FALSE(is_loopback(host)) << host;
}

TEST(WebTls, TheSameEncrypted) {
    WebScene scene;
    test::TempDir directory;
    scene.options.certificate = (directory / "cert.pem").string();
    scene.options.key = (directory / "key.pem").string();
    const auto made =
        test::run_child(scene.loop, {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                     "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                                     "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost",
                                     "-keyout", scene.options.key, "-out", scene.options.certificate});
    scene.listen();
    scene.add_pack();
    const auto url = "https://127.0.0.1:" + std::to_string(scene.sink->server().port());
    const auto ask = [&](const std::string& path) {
        return test::reply_of(test::run_child(scene.loop, {"curl", "-si", "--max-time", "20", "--cacert",
                                                           scene.options.certificate, url + path}));
    };
    EXPECT_EQ(ask("/api/v1/packs").json()["packs"].size(), 1U) << made;
    EXPECT_EQ(ask("/nothing").status, 404);
    EXPECT_EQ(scene.get("/healthz").status, 0);  // without TLS there is no answer
    test::BareClient garbage(scene);
    garbage.send(std::string(1000, '\x7f'));
    garbage.read();
    test::BareClient silent(scene);
    EXPECT_EQ(ask("/healthz").status, 200);
}

TEST(WebTls, FilesThatAreNone) {
    Options options;
    options.certificate = "/nonexistent/cert.pem";
    options.key = "/nonexistent/key.pem";
    const auto tls = Tls::load(options);
    ASSERT_FALSE(tls);
    EXPECT_EQ(tls.error().code, Errc::bad_config);
    EXPECT_TRUE(tls.error().where.starts_with("/nonexistent/cert.pem: ")) << tls.error().where;
}

}  // namespace
}  // namespace packwire::sink::web
