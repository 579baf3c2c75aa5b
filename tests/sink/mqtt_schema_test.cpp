// SPDX-License-Identifier: MIT
/// Discovery messages against a JSON Schema, by a validator that is not ours.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "mqtt_fixture.hpp"
#include "support/source_dir.hpp"

namespace packwire::sink::mqtt {
namespace {

/// The directory with what ajv needs; skipped where npm cannot get it.
class MqttSchema : public testing::Test {
protected:
    void SetUp() override {
        const auto from = test::source_dir() / "tests" / "homeassistant";
        std::filesystem::create_directories(directory / "check");
        for (const auto* name : {"package.json", "package-lock.json", "check.mjs", "discovery.schema.json"})
            std::filesystem::copy_file(from / name, directory / "check" / name);
        said =
            sh("cd '" + (directory / "check").string() +
               "' && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 && echo ready; cat npm.log");
        if (said.find("ready") == std::string::npos)
            GTEST_SKIP() << "ajv is not there and npm cannot install it: " << said;
    }
    std::string sh(const std::string& command) { return test::run_child(loop, {"sh", "-c", command}); }
    std::string check(const std::string& messages) {
        std::ofstream(directory / "messages") << messages;
        return sh("cd '" + (directory / "check").string() +
                  "' && node check.mjs discovery.schema.json < ../messages; echo exit $?");
    }
    boost::asio::io_context loop;
    test::TempDir directory;
    std::string said;
};

std::string messages() {
    Options options;
    options.switches["full_charge"] = {};
    Announcement pack;
    pack.about.id = "JD2M02150860_1";
    pack.about.name = "Battery";
    pack.about.serial = "JD2M02150860 1";
    pack.line = true;
    Announcement bank;
    bank.about.id = "bank";
    bank.about.bank = true;
    bank.about.name = "Bank";
    for (std::size_t i = 0; i < model::metric_count; ++i) {  // whatever a device may ever have
        const model::Metric metric{static_cast<std::uint8_t>(i)};
        const bool cells = metric == model::metric("cell_voltage");
        if (topic_of(metric, cells) == Topic::none) continue;
        const auto scope = metric.row().scope;
        if (scope != model::Scope::bank)
            pack.shape[metric.index] = {.repeated = cells, .count = cells ? 16U : 1U};
        if (scope != model::Scope::pack && !cells) bank.shape[metric.index] = {};
    }
    return device_message(pack, options, {"sensor/no_more"}) + '\n' + device_message(bank, options) + '\n';
}

TEST_F(MqttSchema, TakesWhatWeAnnounce) {
    EXPECT_NE(check(messages()).find("2 messages, 0 do not fit\nexit 0"), std::string::npos)
        << check(messages());
}

TEST_F(MqttSchema, RefusesWhatHomeAssistantWould) {
    for (const auto& [right, wrong] : {std::pair{R"("stat_cla":"total_increasing","sug_dsp_prc":1)",
                                                 R"("stat_cla":"measurement","sug_dsp_prc":1)"},
                                       std::pair{R"("avty_mode":"all")", R"("avty_mode":"some")"},
                                       std::pair{R"("o":{"name":"packwire")", R"("o":{"title":"packwire")"},
                                       std::pair{R"("dev_cla":"problem")", R"("dev_cla":"trouble")"},
                                       std::pair{R"("def_ent_id")", R"("obj_id")"}}) {
        auto text = messages();
        const auto at = text.find(right);
        ASSERT_NE(at, std::string::npos) << right;
        text.replace(at, std::string_view(right).size(), wrong);
        EXPECT_NE(check(text).find("do not fit\nexit 1"), std::string::npos) << wrong;
    }
}

}  // namespace
}  // namespace packwire::sink::mqtt
