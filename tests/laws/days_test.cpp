// SPDX-License-Identifier: MIT
/// A house with sun and night over days: its bank neither trips nor chatters, and counters that are sound
/// never ring. Source: bank 8, 10.
#include <gtest/gtest.h>

#include "bank/charge_audit.hpp"
#include "support/closed_loop.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

/// Sunny and dark days, with a charger that feeds in on every other: the bank is full on some, and empty in
/// some nights.
TEST(ClosedLoopDays, Thirty) {
    ClosedLoop scene(1, 40, {}, 6s);
    scene.patient = true;
    scene.run(std::chrono::days(30), [](ClosedLoop& now, Duration elapsed) {
        const auto day = elapsed / std::chrono::days(1);
        now.plant.feed_in = day % 2 == 1;
        solar_day(now.plant, elapsed, day % 5 < 4 ? 50 : 15, 4.5);
    });
    EXPECT_GT(scene.margin(), 0.05);
    EXPECT_EQ(scene.voltage_trips() + scene.other_trips(), 0U);
    EXPECT_TRUE(scene.watch.complaints().empty()) << scene.watch.complaints().front();
    EXPECT_GT(scene.full_charges, 5U);
    EXPECT_GE(scene.watch.falls_to_zero, 2U) << "some nights were dark";
    EXPECT_LE(scene.watch.falls_to_zero, 30U);
    fmt::print("{} full charges, {} stops, {} changes, {:.0f} and {:.0f} mV\n", scene.full_charges,
               scene.watch.falls_to_zero, scene.watch.changes, 1000 * scene.high_margin,
               1000 * scene.low_margin);
}

/// A house with sun and night: simulated packs whose BMS is sound never ring.
struct House {
    std::size_t packs;
    double soc;
    Duration step;
    int days;
    bool patient;
    const char* name;
};
class ChargeAuditHouse : public testing::TestWithParam<House> {};

TEST_P(ChargeAuditHouse, NeverRings) {
    const auto [packs, soc, step, days, patient, name] = GetParam();
    ClosedLoop scene(packs, soc, {}, step);
    scene.patient = patient;
    bank::ChargeAuditSettings settings;
    if (patient) settings.gap = 2min;
    bank::ChargeAudit audit(settings);
    bank::Aggregate aggregate{{}};
    std::vector<std::string> texts;
    TimePoint read_before{};
    scene.run(std::chrono::days(days), [&](ClosedLoop& now, Duration elapsed) {
        const auto day = elapsed / std::chrono::days(1);
        now.plant.feed_in = day % 2 == 1;
        solar_day(now.plant, elapsed, (day % 5 < 4 ? 50 : 15) * static_cast<double>(packs),
                  4.5 * static_cast<double>(packs));
        bank::Bank bank;
        bank.when = now.now;
        std::vector<bank::Part> parts;
        TimePoint read{};
        for (std::size_t i = 0; i < now.known.size(); ++i) {
            auto& pack = *now.known[i];
            const auto* const reading = pack.snapshot.find(model::metric("pack_current"));
            if (reading == nullptr) return;
            pack.snapshot.identity.id = "PACK" + std::to_string(i);
            pack.last_good = read = reading->when;
            parts.push_back({.pack = &pack, .name = fmt::format("P{}", i + 1), .pace = {.round = step}});
        }
        if (std::exchange(read_before, read) == read) return;
        aggregate.fill(bank, parts);
        audit.step(bank, parts, false);
        for (const auto& finding : bank.findings) {
            if (texts.size() < 5) texts.push_back(finding.text);
        }
    });
    EXPECT_TRUE(texts.empty()) << texts.front();
    EXPECT_GT(scene.full_charges, 0U) << "it was full at times";
}

INSTANTIATE_TEST_SUITE_P(All, ChargeAuditHouse,
                         testing::Values(House{1, 40, 10s, 30, true, "ThirtyDays"},
                                         House{3, 60, 5s, 2, false, "ThreePacks"}),
                         [](const auto& scene) { return std::string(scene.param.name); });

}  // namespace
}  // namespace packwire::test
