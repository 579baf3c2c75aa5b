// SPDX-License-Identifier: MIT
#include "bus/damage.hpp"

#include <gtest/gtest.h>

namespace packwire::test {
namespace {

using model::LineTrust;

class DamageTest : public testing::Test {
protected:
    void good(int frames) {
        for (int i = 0; i < frames; ++i) damage.heard_good();
    }
    bus::Damage damage;
};

TEST_F(DamageTest, ALineIsProvenByManyFramesWithoutASign) {
    EXPECT_EQ(damage.trust(), LineTrust::sound);
    good(255);
    EXPECT_EQ(damage.trust(), LineTrust::sound);
    good(1);
    EXPECT_EQ(damage.trust(), LineTrust::proven);
}

TEST_F(DamageTest, OneSignEndsThat) {
    good(100'000);
    damage.heard_damaged();
    EXPECT_EQ(damage.trust(), LineTrust::bad);
    good(63);
    EXPECT_EQ(damage.trust(), LineTrust::bad);
    good(1);
    EXPECT_EQ(damage.trust(), LineTrust::sound);
    good(191);
    EXPECT_EQ(damage.trust(), LineTrust::sound);
    good(1);
    EXPECT_EQ(damage.trust(), LineTrust::proven);
}

TEST_F(DamageTest, OneFieldThatIsExposedMayBeALoad) {
    for (int i = 0; i < 100; ++i) {
        good(3);
        damage.heard_exposed("pack_current");
        EXPECT_NE(damage.trust(), LineTrust::bad) << i;
    }
}

TEST_F(DamageTest, TwoFieldsInAShortTimeAreDamage) {
    good(5);
    damage.heard_exposed("cell_voltage");
    good(20);
    damage.heard_exposed("state_of_charge");
    EXPECT_EQ(damage.trust(), LineTrust::bad);
}

TEST_F(DamageTest, TwoFieldsInALongTimeAreNone) {
    good(5);
    damage.heard_exposed("cell_voltage");
    good(65);
    damage.heard_exposed("state_of_charge");
    EXPECT_EQ(damage.trust(), LineTrust::sound);
    good(30);
    damage.heard_exposed("cell_voltage");
    EXPECT_EQ(damage.trust(), LineTrust::bad) << "counted from the last one";
}

}  // namespace
}  // namespace packwire::test
