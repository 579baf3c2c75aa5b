// SPDX-License-Identifier: MIT
/// Rules that request something: answers, silence, passwords, certificates.
#include <gtest/gtest.h>

#include <fstream>

#include "rules/running.hpp"
#include "support/child.hpp"
#include "support/http_server.hpp"
#include "support/temp_dir.hpp"

namespace packwire::rules {
namespace {

Rule http_rule(const std::string& on, const std::string& off) {
    auto made = rule();
    made.actions.http_on = *parse_request(on);
    made.actions.http_off = *parse_request(off);
    return made;
}

TEST(RunnerHttp, RequestsAndRepeatsUntilItWasTold) {
    bus::asio::io_context server_loop(1);
    test::HttpServer server(server_loop);
    server.status = 503;
    auto made = http_rule("POST " + server.url("/on?id=0"), server.url("/off"));
    made.actions.http_body_on = "{\"on\":true}";
    made.actions.http_headers = {"Content-Type: application/json"};
    Running running(options_of(made));
    const auto both = [&](const auto& done) {
        running.wait([&] {
            server_loop.restart();
            server_loop.poll();
            running.loop.poll();
            return done();
        });
    };
    running.soc(96);
    both([&] { return running.action().failures == 1; });
    EXPECT_EQ(server.requests.at(0).head.substr(0, 21), "POST /on?id=0 HTTP/1.");
    EXPECT_NE(server.requests.at(0).head.find("Content-Type: application/json"), std::string::npos);
    EXPECT_EQ(server.requests.at(0).body, "{\"on\":true}");
    EXPECT_FALSE(running.action().told);
    EXPECT_NE(running.runner->trouble().find("HTTP 503"), std::string::npos);
    EXPECT_EQ(running.runner->trouble().find("id=0"), std::string::npos) << "what may be a token is not told";
    server.status = 204;
    both([&] { return running.action().told == true; });
    EXPECT_EQ(server.requests.size(), 2U);
    EXPECT_TRUE(running.runner->trouble().empty());
    EXPECT_TRUE(running.said("works again"));
    running.soc(80);
    both([&] { return running.action().told == false; });
    EXPECT_EQ(server.requests.at(2).head.substr(0, 14), "GET /off HTTP/");
}

TEST(RunnerHttp, ARequestThatHangsEndsAndHoldsUpNobody) {
    bus::asio::io_context server_loop(1);
    test::HttpServer dead(server_loop);
    dead.status = 0;
    auto hangs = http_rule(dead.url(), dead.url());
    hangs.actions.http_timeout = 300ms;
    test::TempDir directory;
    auto works = rule();
    works.name = "other";
    works.actions.command_on = {"touch", (directory / "there").string()};
    auto options = options_of(hangs);
    options.rules.push_back(works);
    Running running(std::move(options));
    running.soc(96);
    running.wait([&] { return running.runner->status()[1].actions[0].told == true; });
    EXPECT_TRUE(std::filesystem::exists(directory / "there"));
    running.wait([&] { return running.action().failures == 1; });
    EXPECT_NE(running.action().trouble.find("no answer within 0.3 s"), std::string::npos)
        << running.action().trouble;
}

TEST(RunnerHttp, NobodyListens) {
    std::string url;
    {
        bus::asio::io_context loop(1);
        url = test::HttpServer(loop).url();
    }
    Running running(options_of(http_rule(url, url)));
    running.soc(96);
    running.wait([&] { return running.action().failures == 1; });
    EXPECT_FALSE(running.action().trouble.empty());
}

/// A plug with a password, asked to switch on; what it heard.
std::vector<test::HttpServer::Request> asked_with_password(const std::string& challenge) {
    bus::asio::io_context server_loop(1);
    test::HttpServer plug(server_loop);
    plug.status = 401;
    plug.extra_headers = "WWW-Authenticate: " + challenge + "\r\nConnection: close\r\n";
    test::TempDir directory;
    std::ofstream(directory / "password") << "open sesame\n";
    auto made = http_rule(plug.url("/on"), plug.url("/off"));
    made.actions.http_user = "admin";
    made.actions.http_password_file = (directory / "password").string();
    Running running(options_of(made));
    running.soc(96);
    running.wait([&] {
        server_loop.restart();
        server_loop.poll();
        if (!plug.requests.empty()) plug.status = 200;
        running.loop.poll();
        return running.action().told == true;
    });
    return plug.requests;
}

TEST(RunnerHttp, PasswordsAreToldAsThePlugWantsThem) {
    const auto basic = asked_with_password("Basic realm=\"plug\"");
    ASSERT_EQ(basic.size(), 2U);
    EXPECT_EQ(basic[0].head.find("Authorization"), std::string::npos) << "not before it is asked for";
    EXPECT_NE(basic[1].head.find("Authorization: Basic YWRtaW46b3BlbiBzZXNhbWU="), std::string::npos);
    const auto digest =
        asked_with_password("Digest realm=\"plug\", nonce=\"60dc2a\", qop=\"auth\", algorithm=SHA-256");
    ASSERT_EQ(digest.size(), 2U);
    EXPECT_NE(digest[1].head.find("Authorization: Digest username=\"admin\""), std::string::npos);
    EXPECT_EQ(digest[1].head.find("sesame"), std::string::npos);
}

TEST(RunnerHttp, APlugThatNobodyVouchesForIsRefused) {
    test::TempDir directory;
    bus::asio::io_context outside;
    const auto key = (directory / "key.pem").string();
    const auto certificate = (directory / "certificate.pem").string();
    static_cast<void>(
        test::run_child(outside, {"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                                  "-subj", "/CN=localhost", "-keyout", key, "-out", certificate}));
    test::Child plug(outside, {"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key",
                               key, "-www"});
    const std::string words = "ACCEPT 127.0.0.1:";
    test::run_until(outside, [&] {
        const auto at = plug.output().find(words);
        return at != std::string::npos && plug.output().find('\n', at) != std::string::npos;
    });
    const auto at = plug.output().find(words) + words.size();
    const auto url = "https://127.0.0.1:" + plug.output().substr(at, plug.output().find('\n', at) - at);
    Running running(options_of(http_rule(url + "/on", url + "/off")));
    running.soc(96);
    running.wait([&] { return running.action().failures > 0; });
    EXPECT_NE(running.runner->trouble().find("certificate"), std::string::npos) << running.runner->trouble();
}

}  // namespace
}  // namespace packwire::rules
