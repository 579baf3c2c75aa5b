// SPDX-License-Identifier: MIT
#include "bank/alarms.hpp"

#include <gtest/gtest.h>

#include "bank/fake_pack.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;
using bank::Freshness;
using model::Alarm;

constexpr double cell_undervoltage_protection = 1 << 1;
constexpr double cell_undervoltage_alarm = 1 << 5;

class BankAlarmsTest : public testing::Test {
protected:
    std::uint8_t level(Alarm alarm = Alarm::low_cell_voltage,
                       const std::vector<bank::Finding>& findings = {}) {
        const std::vector<const bank::Pack*> packs{&first.pack, &second.pack};
        return alarms.step(packs, bank::cable_alarm(packs), findings, now)[static_cast<std::size_t>(alarm)];
    }
    void status(FakePack& pack, double bits) { pack.set("voltage_status", bits).read(now); }

    TimePoint now = TimePoint{} + 1h;
    FakePack first{"A", 1};
    FakePack second{"B", 2};
    bank::Alarms alarms{{}};

    void SetUp() override {
        first.read(now);
        second.read(now);
        EXPECT_EQ(level(), 0);
    }
};

TEST_F(BankAlarmsTest, AFindingRaisesItsAlarmLikeABit) {
    const std::vector<bank::Finding> found{
        {.key = "sensor", .text = "", .alarm = Alarm::battery_temperature_sensor}};
    EXPECT_EQ(level(Alarm::battery_temperature_sensor, found), 0) << "it waits like any warning";
    now += 5s;
    EXPECT_EQ(level(Alarm::battery_temperature_sensor, found), 1);
    EXPECT_EQ(level(Alarm::battery_temperature_sensor), 1);
    now += 30s;
    EXPECT_EQ(level(Alarm::battery_temperature_sensor), 0);
}

TEST_F(BankAlarmsTest, RingsAfterItsTimeAndStaysForItsTime) {
    status(second, cell_undervoltage_alarm);
    EXPECT_EQ(level(), 0);
    EXPECT_EQ(alarms.next(), now + 5s);
    now += 5s - 1ms;
    EXPECT_EQ(level(), 0);
    now += 1ms;
    EXPECT_EQ(level(), 1);
    EXPECT_EQ(alarms.next(), TimePoint::max());
    status(second, 0);
    EXPECT_EQ(level(), 1);
    now += 30s - 1ms;
    EXPECT_EQ(level(), 1);
    now += 1ms;
    EXPECT_EQ(level(), 0);
}

TEST_F(BankAlarmsTest, AProtectionIsQuicker) {
    status(first, cell_undervoltage_protection);
    EXPECT_EQ(level(), 0);
    now += 2s;
    EXPECT_EQ(level(), 2);
    status(first, cell_undervoltage_alarm);
    now += 30s;
    EXPECT_EQ(level(), 2) << "its release begins when it is seen to be over";
    now += 30s;
    EXPECT_EQ(level(), 1);
}

TEST_F(BankAlarmsTest, AFlappingBitDoesNotRing) {
    for (int i = 0; i < 600; ++i) {
        status(first, i % 2 == 0 ? cell_undervoltage_protection : 0);
        EXPECT_EQ(level(), 0) << i;
        now += 1s;
    }
}

TEST_F(BankAlarmsTest, WhatRingsDoesNotFlapEither) {
    status(first, cell_undervoltage_protection);
    (void)level();
    now += 2s;
    EXPECT_EQ(level(), 2);
    for (int i = 0; i < 60; ++i) {
        status(first, i % 10 == 0 ? cell_undervoltage_protection : 0);
        EXPECT_EQ(level(), 2) << i;
        now += 1s;
    }
}

TEST_F(BankAlarmsTest, AWarningThatBlinksToAnAlarmStaysAWarning) {
    for (int i = 0; i < 20; ++i) {
        status(first, i % 2 == 0 ? cell_undervoltage_protection : cell_undervoltage_alarm);
        EXPECT_EQ(level(), i >= 5 ? 1 : 0) << i;
        now += 1s;
    }
}

TEST_F(BankAlarmsTest, WhatAStalePackSaidHoldsAndALostOneIsSilent) {
    status(first, cell_undervoltage_alarm);
    (void)level();
    now += 5s;
    EXPECT_EQ(level(), 1);
    first.is(Freshness::stale);
    now += 20s;
    EXPECT_EQ(level(), 1);
    first.is(Freshness::lost);
    (void)level();
    now += 30s;
    EXPECT_EQ(level(), 0);
    EXPECT_EQ(level(Alarm::bms_cable), 1);
}

/// Bank 7. The cable waits for nothing: loss has waited already.
TEST_F(BankAlarmsTest, TheCableIsAsTheTableSays) {
    struct Case {
        Freshness first;
        Freshness second;
        std::uint8_t level;
    };
    using enum Freshness;
    for (const auto& [one, other, expected] :
         {Case{fresh, fresh, 0}, Case{fresh, stale, 0}, Case{fresh, lost, 1}, Case{fresh, gone, 1},
          Case{stale, stale, 1}, Case{stale, lost, 1}, Case{lost, lost, 2}, Case{lost, gone, 2}}) {
        first.is(one);
        second.is(other);
        EXPECT_EQ(level(Alarm::bms_cable), expected) << name(one) << " " << name(other);
    }
    EXPECT_EQ(bank::cable_alarm({}), 0) << "never before a pack was seen";
}

// What needs more than its bit. Source: bank 9.

std::uint8_t level_of(const FakePack& pack, Alarm alarm) {
    return model::alarms_of(pack.pack.snapshot)[static_cast<std::size_t>(alarm)];
}

TEST(PackAlarms, AHotMosfetIsHotByItsOwnThreshold) {
    FakePack pack("A");
    const auto at = [&](double celsius) {
        pack.set("alarm_status", 1 << 8).set("mosfet_temperature", celsius).read(TimePoint{});
        return std::pair{level_of(pack, Alarm::high_internal_temperature), level_of(pack, Alarm::low_soc)};
    };
    EXPECT_EQ(at(89.9), std::pair(std::uint8_t{0}, std::uint8_t{2})) << "100 °C where nobody tells";
    EXPECT_EQ(at(90), std::pair(std::uint8_t{2}, std::uint8_t{0}));
    pack.read(dialect::daren::basic_parameters, TimePoint{},
              {{"mosfet_over_temperature_protection_threshold", 85}});
    EXPECT_EQ(at(74.9), std::pair(std::uint8_t{0}, std::uint8_t{2}));
    EXPECT_EQ(at(75), std::pair(std::uint8_t{2}, std::uint8_t{0}));
}

TEST(PackAlarms, TheEndOfAChargeIsByTheProtectionOfThePack) {
    FakePack pack("A");
    pack.cells(3.4).mosfets(false, true).set("pack_current", 0).set("voltage_status", 1);
    pack.read(dialect::daren::system_parameters, TimePoint{}, {{"cell_voltage_upper_limit", 3.6}});
    const auto at = [&](double highest) {
        pack.set("cell_voltage", highest, 3).read(TimePoint{});
        return level_of(pack, Alarm::high_cell_voltage);
    };
    EXPECT_EQ(at(3.619), 0) << "the limit of 47, while 80 is not read";
    EXPECT_EQ(at(3.62), 2);
    pack.read(dialect::daren::basic_parameters, TimePoint{},
              {{"cell_overvoltage_protection_threshold", 3.7}});
    EXPECT_EQ(at(3.719), 0);
    EXPECT_EQ(at(3.72), 2);
    pack.set("pack_current", 1);
    EXPECT_EQ(at(3.7), 2) << "1 A flows";
    pack.set("pack_current", 0).mosfets(true, true);
    EXPECT_EQ(at(3.7), 2) << "it charges still";
}

}  // namespace
}  // namespace packwire::test
