// SPDX-License-Identifier: MIT
/// What an earlier run left on the broker is read before anything of the bank is sent.
#include <gtest/gtest.h>

#include "mqtt_fixture.hpp"
#include "sink/mqtt/retained_totals.hpp"

namespace packwire::test {
namespace {

using model::metric;
using sink::mqtt::totals_of;

constexpr auto bank_state = "packwire/home/bank/state";

double value_of(const bank::PublishedTotals& totals, model::Metric metric) {
    const auto found = std::ranges::find(totals.values, metric, &bank::PublishedTotals::Value::metric);
    return found == totals.values.end() ? -1 : found->value;
}

TEST(MqttRetainedTotals, AreReadFromAState) {
    const auto totals = totals_of(
        R"({"freshness":"fresh","charged_energy":12.345,"discharged_energy":11,"drawn_charge":-200.5,"full_discharges":3,"history_clears":2})");
    ASSERT_TRUE(totals);
    EXPECT_EQ(value_of(*totals, metric("charged_energy")), 12.345);
    EXPECT_EQ(value_of(*totals, metric("drawn_charge")), -200.5);
    EXPECT_EQ(value_of(*totals, metric("full_discharges")), 3);
    EXPECT_EQ(totals->clears, 2U);
}

TEST(MqttRetainedTotals, WhatIsNoneIsIgnored) {
    for (const auto* state : {"", "online", "[1,2]", "{\"charged_energy\":\"12\"}",
                              "{\"charged_energy\":null}", "{\"soc\":1}", "{\"charged_energy\":12", "nan"})
        EXPECT_FALSE(totals_of(state)) << state;
    EXPECT_FALSE(totals_of(R"({"charged_energy":1)" + std::string(64 * 1024, ' ') + "}")) << "too long";
    const auto odd = totals_of(R"({"charged_energy":1,"history_clears":-3})");
    ASSERT_TRUE(odd);
    EXPECT_EQ(odd->clears, 0U);
}

class MqttTotals : public testing::Test {
protected:
    void start() {
        scene.options.on_retained_totals = [this](const auto& totals) {
            ++asked;
            heard = totals;
            bank.set(metric("charged_energy"), totals ? value_of(*totals, metric("charged_energy")) : 1.0);
            scene.sink->publish_bank(bank);
        };
        scene.start();
        bank = scene.bank_of(pack);
        scene.sink->publish_bank(bank);
    }
    MqttScene scene;
    SeedPack pack;
    bank::Bank bank;
    int asked = 0;
    std::optional<bank::PublishedTotals> heard;
};

TEST_F(MqttTotals, AreHeardBeforeTheBankIsSent) {
    scene.broker.start();
    scene.broker.send({"-t", bank_state, "-r", "-m", R"({"charged_energy":99.5,"history_clears":1})"});
    MqttReader reader(scene.loop, scene.broker);
    start();
    reader.wait_for(bank_state, "pack_voltage");
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->clears, 1U);
    for (const auto& line : reader.lines()) {
        if (line.topic != bank_state) continue;
        EXPECT_NE(line.payload.find("\"charged_energy\":99.5"), std::string::npos) << line.payload;
    }
    // What it sends itself does not come back.
    scene.sink->publish_bank(bank);
    reader.wait_for("packwire/home/bank/availability", "online");
    EXPECT_EQ(asked, 1);
}

TEST_F(MqttTotals, OfNobodyAreWaitedForAShortTime) {
    scene.broker.start();
    MqttReader reader(scene.loop, scene.broker);
    start();
    reader.wait_for(bank_state, "\"charged_energy\":1.000");
    EXPECT_EQ(asked, 1);
    EXPECT_FALSE(heard);
    EXPECT_NE(reader.at(bank_state).find("\"history_clears\":0"), std::string::npos) << reader.at(bank_state);
}

TEST_F(MqttTotals, OfAnotherSiteAreNotOurs) {
    scene.broker.start();
    scene.broker.send({"-t", "packwire/away/bank/state", "-r", "-m", R"({"charged_energy":99.5})"});
    scene.broker.send({"-t", "packwire/home/JD2M02150860_1/state", "-r", "-m", R"({"charged_energy":98.5})"});
    start();
    run_until(scene.loop, [&] { return asked > 0; });
    EXPECT_FALSE(heard);
}

}  // namespace
}  // namespace packwire::test
