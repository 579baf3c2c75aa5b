// SPDX-License-Identifier: MIT
/// What nobody may read who has not been told: passwords and the token, wherever the daemon writes or
/// answers.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "support/mqtt_broker.hpp"
#include "system/program.hpp"

namespace packwire::test {
namespace {

constexpr const char* token = "web-SECRET-0123456789";
constexpr const char* wrong_token = "guess-SECRET-9876543210";
constexpr const char* broker_password = "broker-SECRET-word";
constexpr const char* plug_password = "plug-SECRET-word";
/// In each of them.
constexpr const char* mark = "SECRET";

class SecretsTest : public testing::Test {
protected:
    void SetUp() override {
        broker.make({"mosquitto_passwd", "-b", "-c", broker.path("users"), "packwire", broker_password});
        broker.set("allow_anonymous false\npassword_file DIRusers\n");
        broker.start();
        secret("token", token);
        secret("broker", broker_password);
        secret("plug", plug_password);
    }
    void secret(const std::string& name, const std::string& text) const {
        std::ofstream(directory / name) << text << "\n";
        ::chmod((directory / name).c_str(), 0600);
    }
    [[nodiscard]] std::string file(const std::string& name) const { return (directory / name).string(); }
    void configure(const std::string& link) const {
        std::ofstream(directory / "packwire.toml")
            << "[[bus]]\nport = \"" << link << "\"\nbaud = 19200\naddresses = [1]\ninterval = \"200ms\"\n"
            << "[venus]\nenabled = false\n[log]\nlevel = \"trace\"\n[status]\nsocket = \"" << file("socket")
            << "\"\n[mqtt]\nurl = \"mqtt://packwire@127.0.0.1:" << broker.port() << "\"\npassword_file = \""
            << file("broker") << "\"\n[web]\nlisten = \"127.0.0.1:" << port << "\"\ntoken_file = \""
            << file("token") << "\"\n[[rule]]\nname = \"plug\"\nwhen = \"bank.state_of_charge >= 1\"\n"
            << "http_on = \"http://127.0.0.1:1/on\"\nhttp_user = \"me\"\nhttp_password_file = \""
            << file("plug") << "\"\n";
    }
    void start() {
        daemon.emplace(loop, std::vector<std::string>{"env", "STATE_DIRECTORY=" + file("state"), binary(),
                                                      "run", "--config", file("packwire.toml")});
    }
    /// curl takes its options from standard input, so that they are in no process list of ours.
    std::string get(const std::string& path, const std::string& options) {
        return run_child(loop, {"sh", "-c",
                                "curl -s --max-time 20 -K - http://127.0.0.1:" + std::to_string(port) + "'" +
                                    path + "' <<'END'\n" + options + "\nEND"});
    }
    std::string get(const std::string& path) {
        return get(path, std::string("header = \"Authorization: Bearer ") + token + '"');
    }
    [[nodiscard]] bool said(const std::string& words) const {
        return daemon->output().find(words) != std::string::npos;
    }
    /// Command lines of all processes that were given our configuration.
    [[nodiscard]] std::string process_list() const {
        std::string all;
        for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
            std::stringstream text;
            text << std::ifstream(entry.path() / "cmdline").rdbuf();
            if (text.str().find(file("packwire.toml")) != std::string::npos) all += text.str();
        }
        return all;
    }
    [[nodiscard]] std::string state() const {
        std::stringstream text;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(directory / "state"))
            if (entry.is_regular_file()) text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
        return text.str();
    }

    boost::asio::io_context loop;
    TempDir directory;
    MqttBroker broker{loop};
    std::uint16_t port = free_port(loop);
    std::optional<Child> daemon;
};

TEST_F(SecretsTest, AreNowhereToBeRead) {
    const Sim sim(loop, directory, {});
    configure(sim.link());
    start();
    // All three have been used: the broker took its password, the plug's was on its way, and a client had the
    // token.
    run_until(loop, [&] { return broker.log().find("u'packwire'") != std::string::npos; });
    run_until(loop, [&] { return said("plug"); });
    run_until(loop, [&] { return get("/api/v1/packs").find("SIM0000000000001") != std::string::npos; });
    (void)get("/?token=" + std::string(wrong_token), "");
    (void)get("/api/v1/packs", std::string("header = \"Authorization: Bearer ") + wrong_token + '"');
    (void)get("/?token=" + std::string(token), "");

    std::map<std::string, std::string> shown;
    for (const auto* path : {"/api/v1/status", "/api/v1/packs", "/api/v1/bank", "/api/v1/catalogue",
                             "/api/v1/events", "/metrics", "/healthz"})
        shown[path] = get(path);
    const auto status = packwire(loop, directory, "status --format json --socket " + file("socket"));
    const auto rules = packwire(loop, directory, "rules --format json --socket " + file("socket"));
    const auto checked = packwire(loop, directory, "check-config " + file("packwire.toml"));
    shown["status"] = status.out + status.err;
    shown["rules"] = rules.out + rules.err;
    shown["check-config"] = checked.out + checked.err;
    shown["process list"] = process_list();
    shown["log"] = daemon->output();
    shown["state"] = state();
    for (const auto& [what, text] : shown) {
        EXPECT_FALSE(text.empty()) << what;
        EXPECT_EQ(text.find(mark), std::string::npos) << what << ": " << text;
    }
}

/// Whoever reads over a shoulder sees errors, too.
TEST_F(SecretsTest, AreNotQuotedWhenTheyAreWrong) {
    const Sim sim(loop, directory, {});
    configure(sim.link());
    secret("token", "SECRET with spaces");
    start();
    run_until(loop, [this] { return daemon->ended(); });
    EXPECT_TRUE(said("token_file")) << daemon->output();
    EXPECT_FALSE(said(mark)) << daemon->output();
}

TEST_F(SecretsTest, DoNotBelongIntoTheConfiguration) {
    std::ofstream(directory / "packwire.toml")
        << "[[bus]]\nport = \"/dev/ttyUSB0\"\n[mqtt]\nurl = \"mqtt://me:SECRET@broker\"\n";
    const auto checked = packwire(loop, directory, "check-config " + file("packwire.toml"));
    EXPECT_EQ(checked.code, 2);
    EXPECT_NE(checked.err.find("password_file"), std::string::npos) << checked.err;
    EXPECT_EQ(checked.err.find(mark), std::string::npos) << checked.err;
}

/// Whoever may connect learns all about a house, though nothing secret.
TEST_F(SecretsTest, TheSocketIsForItsUserAndGroup) {
    const Sim sim(loop, directory, {});
    configure(sim.link());
    start();
    run_until(loop, [&] { return std::filesystem::is_socket(directory / "socket"); });
    using std::filesystem::perms;
    run_until(loop, [&] {
        const auto rights = std::filesystem::status(directory / "socket").permissions();
        return (rights & perms::others_all) == perms::none;
    });
}

}  // namespace
}  // namespace packwire::test
