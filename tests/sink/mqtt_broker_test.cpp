// SPDX-License-Identifier: MIT
/// What brokers do to their clients.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/write.hpp>

#include "mqtt_fixture.hpp"

namespace packwire::sink::mqtt {
namespace {

using namespace std::chrono_literals;
using test::MqttReader;
using test::MqttScene;

constexpr const char* bridge = "packwire/home/bridge/availability";

TEST(MqttBroker, WrongPasswordIsToldOnceAndNotLogged) {
    MqttScene scene("allow_anonymous false\npassword_file DIRpasswords\n");
    scene.broker.write("passwords", "");
    scene.broker.make({"mosquitto_passwd", "-b", scene.broker.path("passwords"), "packs", "right-secret"});
    scene.broker.start();
    scene.options.broker.user = "packs";
    scene.options.broker.password = "wrong-secret";
    scene.start();
    scene.wait_for_log("the broker refuses us");
    EXPECT_NE(scene.sink->trouble().find("refuses us"), std::string::npos);
    EXPECT_FALSE(scene.has_logged("secret"));
    scene.stop();
    scene.options.broker.password_file = scene.broker.path("password");
    scene.broker.write("password", "right-secret\n");
    scene.start();
    scene.wait_for_log("connected to");
    EXPECT_EQ(scene.sink->trouble(), "");
    EXPECT_FALSE(scene.has_logged("secret"));
}

TEST(MqttBroker, PasswordFileThatIsNotThere) {
    MqttScene scene;
    scene.broker.start();
    scene.options.broker.password_file = "/nowhere/password";
    scene.start();
    scene.wait_for_log("password_file /nowhere/password cannot be read");
}

TEST(MqttBroker, RefusalByAccessRulesIsNamed) {
    MqttScene scene("allow_anonymous true\nacl_file DIRacl\n");
    scene.broker.write("acl", "topic readwrite packwire/#\ntopic read #\n");
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    scene.start();
    const test::SeedPack pack;
    scene.sink->publish(pack.pack);
    scene.wait_for_log("the broker refuses homeassistant/device/packwire_JD2M02150860_1/config");
    reader.wait_for("packwire/home/JD2M02150860_1/state", "53.12");
    EXPECT_EQ(reader.at("homeassistant/device/packwire_JD2M02150860_1/config"), "");
}

class MqttCommands : public testing::Test {
protected:
    MqttCommands() {
        scene.options.switches["force_charging_off"] = {.set =
                                                            [this](bool on) {
                                                                ++calls;
                                                                off = on;
                                                                return true;
                                                            },
                                                        .is_on = [this] { return off; }};
        scene.broker.start();
        reader = std::make_unique<MqttReader>(scene.loop, scene.broker);
    }
    void start() {
        scene.start();
        scene.sink->publish_bank(scene.bank_of(pack));
        reader->wait_for("homeassistant/device/packwire_home_bank/config", "force_charging_off");
    }
    static constexpr const char* topic = "packwire/home/bank/set/force_charging_off";
    MqttScene scene;
    test::SeedPack pack;
    std::unique_ptr<MqttReader> reader;
    bool off = false;
    int calls = 0;
};

TEST_F(MqttCommands, AreTakenAndAnsweredByState) {
    start();
    reader->wait_for("packwire/home/bank/state", R"("force_charging_off":0)");
    scene.broker.send({"-t", topic, "-m", "ON"});
    reader->wait_for("packwire/home/bank/state", R"("force_charging_off":1)");
    scene.broker.send({"-t", topic, "-m", "OFF"});
    reader->wait_for("packwire/home/bank/state", R"("force_charging_off":0)");
    EXPECT_EQ(calls, 2);
}

TEST_F(MqttCommands, RetainedOnesAreIgnored) {
    scene.broker.send({"-r", "-t", topic, "-m", "ON"});
    start();
    scene.wait_for_log("retained");
    EXPECT_EQ(calls, 0);
}

TEST_F(MqttCommands, NonsenseIsIgnoredAndLogged) {
    start();
    scene.broker.send({"-t", topic, "-m", "maybe"});
    scene.wait_for_log("expected ON or OFF");
    scene.broker.send({"-t", "packwire/home/bank/set/explode", "-m", "ON"});
    scene.wait_for_log("there is no such switch");
    scene.broker.send({"-t", topic, "-n"});
    scene.broker.send({"-t", topic, "-m", std::string(100'000, 'x')});
    scene.broker.send({"-t", topic, "-m", "OFF"});
    test::run_until(scene.loop, [&] { return calls == 1; });
    EXPECT_FALSE(off);
}

TEST(MqttBroker, AllIsCurrentAgainAfterTwentyRestarts) {
    MqttScene scene;
    scene.broker.start();
    scene.start();
    test::SeedPack pack;
    std::optional<MqttReader> reader;
    for (int i = 0; i < 20; ++i) {
        if (i > 0) scene.broker.stop();
        const auto wanted = 5000 + 10 * i;
        pack.read_live({{"pack_voltage", wanted}});
        scene.sink->publish(pack.pack);  // while it is away
        scene.sink->publish_bank(scene.bank_of(pack));
        if (i > 0) scene.broker.start();
        reader.emplace(scene.loop, scene.broker);
        reader->wait_for("packwire/home/JD2M02150860_1/state",
                         fmt::format("\"pack_voltage\":{:.2f}", wanted / 100.0));
        reader->wait_for(bridge, "online");
        reader->wait_for("packwire/home/JD2M02150860_1/availability", "online");
        reader->wait_for("packwire/home/bank/state", "55.2");
        reader->wait_for("homeassistant/device/packwire_JD2M02150860_1/config", "cmps");
    }
    std::size_t devices = 0;
    for (const auto& [topic, payload] : reader->topics()) devices += topic.ends_with("/config") ? 1U : 0U;
    EXPECT_EQ(devices, 2U);
}

/// Speaks nothing newer than MQTT 3.1.1. Says CONNACK and nothing else.
class OldBroker {
public:
    explicit OldBroker(boost::asio::io_context& loop, bool hangs_up)
        : acceptor_(loop, {boost::asio::ip::address_v4::loopback(), 0}), hangs_up_(hangs_up) {
        accept();
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    std::vector<int> levels;

private:
    using Socket = boost::asio::ip::tcp::socket;
    void accept() {
        acceptor_.async_accept([this](boost::system::error_code error, Socket socket) {
            if (error) return;
            socket_ = std::make_unique<Socket>(std::move(socket));
            socket_->async_read_some(boost::asio::buffer(buffer_), [this](auto failure, std::size_t size) {
                if (!failure && size > 8) answer(buffer_[8]);
                accept();
            });
        });
    }
    void answer(unsigned char level) {
        levels.push_back(level);
        constexpr unsigned char newest = 4;
        const std::array<unsigned char, 4> connack{0x20, 2, 0,
                                                   static_cast<unsigned char>(level > newest ? 1 : 0)};
        if (level <= newest || !hangs_up_) boost::asio::write(*socket_, boost::asio::buffer(connack));
        if (level > newest) {
            socket_->close();
        } else {
            kept_ = std::move(socket_);
        }
    }
    boost::asio::ip::tcp::acceptor acceptor_;
    bool hangs_up_;
    std::unique_ptr<Socket> socket_;
    std::unique_ptr<Socket> kept_;
    std::array<unsigned char, 256> buffer_{};
};

class MqttOldBroker : public testing::TestWithParam<bool> {};

TEST_P(MqttOldBroker, GetsMqtt311) {
    MqttScene scene;
    OldBroker old(scene.loop, GetParam());
    scene.options.broker.port = old.port();
    scene.start();
    scene.wait_for_log("MQTT 3.1.1");
    EXPECT_EQ(old.levels, (std::vector<int>{5, 4}));
    scene.stop();
}
INSTANTIATE_TEST_SUITE_P(ThatRefusesOrHangsUp, MqttOldBroker, testing::Bool());

TEST(MqttUrl, Parts) {
    const auto full = parse_broker("mqtts://user@host.example:1234");
    ASSERT_TRUE(full);
    EXPECT_TRUE(full->tls);
    EXPECT_EQ(full->user, "user");
    EXPECT_EQ(full->host, "host.example");
    EXPECT_EQ(full->port, 1234);
    EXPECT_EQ(parse_broker("mqtt://host")->port, 1883);
    EXPECT_EQ(parse_broker("mqtts://host")->port, 8883);
    EXPECT_EQ(parse_broker("mqtt://[::1]:1883")->host, "::1");
    for (const auto* bad : {"http://h", "mqtt://", "mqtt://h:0", "mqtt://h:99999", "mqtt://h:x"})
        EXPECT_FALSE(parse_broker(bad)) << bad;
}

}  // namespace
}  // namespace packwire::sink::mqtt
