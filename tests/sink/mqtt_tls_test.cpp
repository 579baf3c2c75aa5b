// SPDX-License-Identifier: MIT
/// Certificates: of the broker, and ours.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sslerr.h>

#include <cstdlib>

#include "mqtt_fixture.hpp"

namespace packwire::sink::mqtt {
namespace {

using test::MqttReader;
using test::MqttScene;

constexpr const char* bridge = "packwire/home/bridge/availability";

/// A CA, and certificates of it, made by openssl.
class MqttTls : public testing::Test {
protected:
    void make_ca() {
        openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA",
                 "-keyout", path("ca.key"), "-out", path("ca.pem")});
    }
    /// `ends`: absent for one that holds.
    void make(const std::string& name, const std::string& alternative, const std::string& ends = {}) {
        scene.broker.write(name + ".cnf",
                           "[ca]\ndefault_ca=c\n[c]\ndatabase=" + path("index") +
                               "\nserial=" + path("serial") + "\nnew_certs_dir=" + path("") +
                               "\ndefault_md=sha256\npolicy=p\nx509_extensions=e\n"
                               "unique_subject=no\n[p]\ncommonName=supplied\n[e]\nsubjectAltName=" +
                               alternative + "\n");
        scene.broker.write("index", "");
        scene.broker.write("serial", "01\n");
        openssl({"req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + name, "-keyout",
                 path(name + ".key"), "-out", path(name + ".csr")});
        std::vector<std::string> sign{
            "ca",       "-batch",       "-config", path(name + ".cnf"), "-cert", path("ca.pem"),
            "-keyfile", path("ca.key"), "-in",     path(name + ".csr"), "-out",  path(name + ".pem"),
            "-notext"};
        if (ends.empty()) {
            sign.insert(sign.end(), {"-days", "2"});
        } else {
            sign.insert(sign.end(), {"-startdate", "200101000000Z", "-enddate", ends});
        }
        openssl(sign);
    }
    void openssl(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "openssl");
        scene.broker.make(arguments);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return scene.broker.path(name); }
    void start() {
        scene.broker.start();
        scene.options.broker.tls = true;
        scene.options.broker.host = "localhost";
        scene.start();
    }
    /// A broker whose CA the sink is told of.
    void start_trusted() {
        make_ca();
        make("server", "DNS:localhost");
        scene.options.broker.ca_file = path("ca.pem");
        start();
    }
    static constexpr const char* settings =
        "allow_anonymous true\ncafile DIRca.pem\ncertfile DIRserver.pem\nkeyfile DIRserver.key\n";
    MqttScene scene{settings};
};

TEST_F(MqttTls, ConnectsWithACaFile) {
    start_trusted();
    MqttReader reader(scene.loop, scene.broker, {"-h", "localhost", "--cafile", path("ca.pem")});
    reader.wait_for(bridge, "online");
    scene.wait_for_log("with TLS");
    const test::SeedPack pack;
    scene.sink->publish(pack.pack);
    reader.wait_for("packwire/home/JD2M02150860_1/state", "53.12");
    reader.wait_for("homeassistant/device/packwire_JD2M02150860_1/config",
                    "cmps");  // more than a record of TLS
}

TEST_F(MqttTls, ErrorsOfOthersCostNoConnection) {
    start_trusted();
    MqttReader reader(scene.loop, scene.broker, {"-h", "localhost", "--cafile", path("ca.pem")});
    scene.wait_for_log("with TLS");
    test::SeedPack pack;
    scene.sink->publish(pack.pack);
    reader.wait_for("packwire/home/JD2M02150860_1/state", "53.12");
    // What a rule's request leaves behind when it refuses a certificate.
    ERR_raise(ERR_LIB_SSL, SSL_R_CERTIFICATE_VERIFY_FAILED);
    ERR_raise(ERR_LIB_SSL, SSL_R_SHUTDOWN_WHILE_IN_INIT);
    // The second is behind the broker's answer to the first.
    for (const auto& [raw, text] : {std::pair(5400, "54.00"), std::pair(5410, "54.10")}) {
        pack.read_live({{"pack_voltage", raw}});
        scene.sink->publish(pack.pack);
        reader.wait_for("packwire/home/JD2M02150860_1/state", text);
    }
    EXPECT_FALSE(scene.has_logged("trying again")) << scene.log;
}

TEST_F(MqttTls, TrustsWhatTheSystemTrusts) {
    make_ca();
    make("server", "DNS:localhost");
    ::setenv("SSL_CERT_FILE", path("ca.pem").c_str(), 1);  // the test's own "system"
    start();
    scene.wait_for_log("connected to");
    ::unsetenv("SSL_CERT_FILE");
}

TEST_F(MqttTls, RefusesWhatTheSystemDoesNotKnow) {
    make_ca();
    make("server", "DNS:localhost");
    start();
    scene.wait_for_log("certificate");
    EXPECT_FALSE(scene.has_logged("connected to"));
}

TEST_F(MqttTls, RefusesAnExpiredCertificate) {
    make_ca();
    make("server", "DNS:localhost", "210101000000Z");
    scene.options.broker.ca_file = path("ca.pem");
    start();
    scene.wait_for_log("certificate verify failed");
    EXPECT_NE(scene.sink->trouble(), "");
    EXPECT_FALSE(scene.has_logged("connected to"));
}

TEST_F(MqttTls, RefusesACertificateOfAnotherHost) {
    make_ca();
    make("server", "DNS:elsewhere.example");
    scene.options.broker.ca_file = path("ca.pem");
    start();
    scene.wait_for_log("mqtt: broker localhost");
    EXPECT_NE(scene.sink->trouble(), "");
    EXPECT_FALSE(scene.has_logged("connected to"));
}

class MqttClientCertificate : public MqttTls {
protected:
    MqttClientCertificate() { scene.broker.set(std::string(settings) + "require_certificate true\n"); }
};

TEST_F(MqttClientCertificate, IsShown) {
    make_ca();
    make("server", "DNS:localhost");
    make("client", "DNS:client");
    scene.options.broker.ca_file = path("ca.pem");
    scene.options.broker.cert_file = path("client.pem");
    scene.options.broker.key_file = path("client.key");
    start();
    scene.wait_for_log("connected to");
}

TEST_F(MqttClientCertificate, IsMissed) {
    make_ca();
    make("server", "DNS:localhost");
    scene.options.broker.ca_file = path("ca.pem");
    start();
    scene.wait_for_log("mqtt: broker localhost");
    EXPECT_FALSE(scene.has_logged("connected to"));
}

TEST_F(MqttTls, CaFileThatIsNotThere) {
    make_ca();
    make("server", "DNS:localhost");
    scene.options.broker.ca_file = "/nowhere/ca.pem";
    start();
    scene.wait_for_log("/nowhere/ca.pem cannot be read");
}

}  // namespace
}  // namespace packwire::sink::mqtt
